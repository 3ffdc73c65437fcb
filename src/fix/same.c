/* Which module and definition of the edited program is which of the program before. Both are listed in
 * the same order, by name and place, so two fingers walk through both lists; what a deleted file held
 * is passed over, and so is what gave way to another definition, which then stands for it. */
#include <string.h>

#include "fix/verifier.h"

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

static bool pair_definitions(Verifier *verifier, Id *odd)
{
    const Program *a = verifier->a, *b = verifier->b;
    Id j = 0;

    for (Id i = 0; i < a->n_definitions; i++) {
        verifier->definition_in_b[i] = ID_NONE;
        if (verifier->removed[i] || verifier->module_in_b[a->definitions[i].module] == ID_NONE)
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

bool same_target(const Verifier *verifier, const Target *a, const Target *b)
{
    /* A repair gives a meaning to names that had none; which one is checked at the import. */
    if (verifier->repairs && a->kind == TARGET_UNRESOLVED && b->kind != TARGET_UNRESOLVED)
        return true;
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
