/* Which module and definition of the edited program is which of the program before. Both are listed in
 * the same order, by name and place, so two fingers walk through both lists; what a deleted file held
 * is passed over, and so is what gave way to another definition, which then stands for it. */
#include <string.h>

#include "fix/verifier.h"

enum { MAX_HOPS = 8 };

static bool is_deleted(const Verifier *verifier, Id module)
{
    uint32_t index = verifier->file_of[module];

    return index != 0 && verifier->stage->files[index - 1].deleted;
}

/* A folder without a file of its own is a package as long as it holds modules. */
static bool may_vanish(const Verifier *verifier, Id module)
{
    return is_deleted(verifier, module) || verifier->a->modules[module].file == ID_NONE;
}

static bool pair_modules(Verifier *verifier, Id *odd)
{
    const Program *a = verifier->a, *b = verifier->b;
    Id j = 0;

    for (Id i = 0; i < a->n_modules; i++) {
        verifier->module_in_b[i] = ID_NONE;
        bool same = j < b->n_modules &&
                    strcmp(text_a(verifier, a->modules[i].id), text_b(verifier, b->modules[j].id)) == 0;
        if (same) {
            verifier->module_in_b[i] = j++;
        } else if (!may_vanish(verifier, i)) {
            *odd = i;
            return false;
        }
    }
    *odd = ID_NONE;
    return j == b->n_modules;
}

/* Marks what gives way, with all that is defined in it. */
static void mark_removed(Verifier *verifier)
{
    const Program *a = verifier->a;

    for (uint32_t f = 0; f < verifier->stage->n_files; f++)
        for (uint32_t i = 0; i < verifier->stage->files[f].n_moves; i++) {
            const FixMove *move = &verifier->stage->files[f].moves[i];
            if (move->kind == FIX_DEFINITION && move_is_active(move))
                verifier->removed[move->definition] = true;
        }
    for (Id id = 0; id < a->n_definitions; id++)
        if (a->definitions[id].parent != ID_NONE && verifier->removed[a->definitions[id].parent])
            verifier->removed[id] = true;
}

/* The definition that stands for what gave way: "k:X.Inner" for "r:X.Inner". */
static Id stand_in(const Verifier *verifier, const FixMove *move, Id id)
{
    const Program *a = verifier->a;
    const char *outer = text_a(verifier, a->definitions[move->definition].id);
    const char *inner = text_a(verifier, a->definitions[id].id);
    g_autofree char *wanted = g_strconcat(text_a(verifier, a->definitions[move->survivor].id),
                                          inner + MIN(strlen(outer), strlen(inner)), NULL);

    return program_find_definition(a, wanted);
}

static void pair_removed(Verifier *verifier)
{
    for (uint32_t f = 0; f < verifier->stage->n_files; f++)
        for (uint32_t i = 0; i < verifier->stage->files[f].n_moves; i++) {
            const FixMove *move = &verifier->stage->files[f].moves[i];
            if (move->kind != FIX_DEFINITION || !move_is_active(move))
                continue;
            for (Id id = move->definition;
                 id < verifier->a->n_definitions && verifier->removed[id] &&
                 (id == move->definition || verifier->a->definitions[id].parent != ID_NONE);
                 id++) {
                Id other = stand_in(verifier, move, id);
                verifier->definition_in_b[id] = other == ID_NONE ? ID_NONE : verifier->definition_in_b[other];
            }
        }
}

/* A __getattr__ that a move wrote. */
static bool is_added(const Verifier *verifier, Id j)
{
    const Definition *definition = &verifier->b->definitions[j];

    return verifier->lazy && strcmp(text_b(verifier, definition->qualname), "__getattr__") == 0;
}

/* Phase 2C takes away what gave deprecated names. */
static bool is_taken(const Verifier *verifier, Id i, Id j)
{
    const Definition *definition = &verifier->a->definitions[i];
    const char *id = text_a(verifier, definition->id), *name = text_a(verifier, definition->qualname);

    return strcmp(name, "__getattr__") == 0 && verifier_is_meant(verifier, definition->module, name, true) &&
           (j == verifier->b->n_definitions ||
            strcmp(id, text_b(verifier, verifier->b->definitions[j].id)) != 0);
}

static bool pair_definitions(Verifier *verifier, Id *odd)
{
    const Program *a = verifier->a, *b = verifier->b;
    Id j = 0;

    for (Id i = 0; i < a->n_definitions; i++) {
        verifier->definition_in_b[i] = ID_NONE;
        if (verifier->removed[i] || verifier->module_in_b[a->definitions[i].module] == ID_NONE)
            continue;
        if (is_taken(verifier, i, j))
            continue;
        while (j < b->n_definitions && is_added(verifier, j) &&
               strcmp(text_a(verifier, a->definitions[i].id), text_b(verifier, b->definitions[j].id)) != 0)
            j++;
        if (j == b->n_definitions ||
            strcmp(text_a(verifier, a->definitions[i].id), text_b(verifier, b->definitions[j].id)) != 0) {
            *odd = a->definitions[i].module;
            return false;
        }
        verifier->definition_in_b[i] = j++;
    }
    while (j < b->n_definitions && is_added(verifier, j))
        j++;
    pair_removed(verifier);
    *odd = ID_NONE;
    return j == b->n_definitions;
}

bool same_things(Verifier *verifier, Id *odd)
{
    mark_removed(verifier);
    return pair_modules(verifier, odd) && pair_definitions(verifier, odd);
}

static bool is_same(const Verifier *verifier, const Target *a, const Target *b)
{
    if (a->kind != b->kind)
        return false;
    switch ((TargetKind)a->kind) {
    case TARGET_NONE:
        return true;
    case TARGET_DEFINITION:
        return verifier->definition_in_b[a->id] == b->id;
    case TARGET_MODULE:
        return verifier->module_in_b[a->id] == b->id;
    case TARGET_VALUE:
        return verifier->module_in_b[a->id] == b->id &&
               strcmp(text_a(verifier, a->name), text_b(verifier, b->name)) == 0;
    case TARGET_EXTERNAL:
    case TARGET_UNRESOLVED:
        return strcmp(text_a(verifier, a->id), text_b(verifier, b->id)) == 0;
    }
    return false;
}

/* --- what was taken for an installed package (lost.h) --- */

/* Two repairs that take one symbol for different things prove nothing for each other. */
void verifier_read_meant(Verifier *verifier)
{
    verifier->meant = g_hash_table_new(NULL, NULL);
    verifier->meant_modules = g_hash_table_new(g_str_hash, g_str_equal);
    g_autoptr(GHashTable) torn = g_hash_table_new(NULL, NULL);

    for (uint32_t f = 0; f < verifier->stage->n_files; f++)
        for (uint32_t i = 0; i < verifier->stage->files[f].n_moves; i++) {
            const FixMove *move = &verifier->stage->files[f].moves[i];
            if (move->kind != FIX_REPAIR || !move_is_active(move))
                continue;
            Target from = verifier->a->imports[move->import].target;
            gpointer key = GUINT_TO_POINTER(from.id);
            const Target *known = g_hash_table_lookup(verifier->meant, key);
            if (from.kind != TARGET_EXTERNAL)
                continue;
            if (verifier->a->imports[move->import].name == 0)
                g_hash_table_insert(
                    verifier->meant_modules,
                    (gpointer)(uintptr_t)text_a(verifier, verifier->a->imports[move->import].module_name),
                    GUINT_TO_POINTER(move->target.id + 1));
            if (move->chain != NULL) /* the import binds the top name */
                continue;
            if (known != NULL && !target_equal(*known, move->target))
                g_hash_table_add(torn, key);
            g_hash_table_insert(verifier->meant, key, (gpointer)(uintptr_t)&move->target);
        }
    GHashTableIter iter;
    gpointer key;
    g_hash_table_iter_init(&iter, torn);
    while (g_hash_table_iter_next(&iter, &key, NULL))
        g_hash_table_remove(verifier->meant, key);
}

/* An attribute of a module: "app:core.base.Base" where `app.core.base` was repaired. */
static bool attribute_meaning(const Verifier *verifier, Target *target)
{
    g_autofree char *path = g_strdelimit(g_strdup(text_a(verifier, target->id)), ":", '.');
    char *name = strrchr(path, '.');
    uint32_t count;

    if (name == NULL)
        return false;
    *name++ = '\0';
    Id module = GPOINTER_TO_UINT(g_hash_table_lookup(verifier->meant_modules, path));
    Sym sym = module != 0 ? intern_find(verifier->a->interner, name, strlen(name)) : 0;
    const Binding *binding = sym != 0 ? program_bindings_of(verifier->a, module - 1, sym, &count) : NULL;
    if (binding == NULL || count != 1)
        return false;
    *target = binding->target;
    return true;
}

/* One step: false when the symbol is taken for nothing of ours. */
static bool take_step(const Verifier *verifier, Target *target)
{
    if (!verifier->repairs || target->kind != TARGET_EXTERNAL)
        return false;
    const Target *next = g_hash_table_lookup(verifier->meant, GUINT_TO_POINTER(target->id));
    if (next == NULL)
        return g_hash_table_size(verifier->meant_modules) > 0 && attribute_meaning(verifier, target);
    *target = *next;
    return true;
}

Target target_meant(const Verifier *verifier, Target target)
{
    /* What one repair finds may itself be passed on by an import that another one repairs. */
    for (uint32_t hops = 0; hops < MAX_HOPS && take_step(verifier, &target); hops++) {
    }
    return target;
}

/* On the way from a symbol to what it is taken for, every step is in order: the next repair may be left out.
 */
static bool is_on_the_way(const Verifier *verifier, const Target *a, const Target *b)
{
    Target next = *a;

    for (uint32_t hops = 0; hops < MAX_HOPS && take_step(verifier, &next); hops++)
        if (is_same(verifier, &next, b))
            return true;
    return false;
}

bool same_target(const Verifier *verifier, const Target *a, const Target *b)
{
    /* A repair gives a meaning to names that had none; which one is checked at the import. */
    if (verifier->repairs && a->kind == TARGET_UNRESOLVED && b->kind != TARGET_UNRESOLVED)
        return true;
    return is_same(verifier, a, b) || is_on_the_way(verifier, a, b);
}
