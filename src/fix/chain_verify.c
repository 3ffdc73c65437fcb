/* Chains of edited files, before and after: every owner (a class, a function, the module's own code)
 * must reach the same definitions through the names and chains it reads. */
#include <string.h>

#include "fix/verifier.h"
#include "resolve/resolve.h"

/* The first definition on the way of a chain, as an id of the edited program; NULL: none. */
static const char *reached(const Verifier *verifier, bool before, Id module, const char *chain)
{
    Program *program = (Program *)(uintptr_t)(before ? verifier->a : verifier->b);

    for (const char *end = chain;; end++) {
        if (*end != '.' && *end != '\0')
            continue;
        g_autofree char *prefix = g_strndup(chain, (gsize)(end - chain));
        Target target = resolve_dotted(program, module, prefix);
        if (target.kind == TARGET_DEFINITION && before)
            return verifier->definition_in_b[target.id] == ID_NONE
                       ? NULL
                       : text_b(verifier, verifier->b->definitions[verifier->definition_in_b[target.id]].id);
        if (target.kind == TARGET_DEFINITION)
            return program_text(program, program->definitions[target.id].id);
        if (*end == '\0')
            return NULL;
    }
}

/* Strings "owner definition". */
static GHashTable *reaches(const Verifier *verifier, bool before, Id module)
{
    const Program *program = before ? verifier->a : verifier->b;
    const File *file = program_module_file(program, module);
    GHashTable *set = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

    for (uint32_t i = 0; file != NULL && i < file->facts.n_uses; i++) {
        const FactsUse *use = &file->facts.uses[i];
        const char *definition =
            reached(verifier, before, module, file_text(file, use->chain != 0 ? use->chain : use->head));
        if (definition != NULL)
            g_hash_table_add(set, g_strdup_printf("%u %s", use->owner, definition));
    }
    return set;
}

static bool contains_all(GHashTable *all, GHashTable *some)
{
    GHashTableIter iter;
    gpointer key;

    g_hash_table_iter_init(&iter, some);
    while (g_hash_table_iter_next(&iter, &key, NULL))
        if (!g_hash_table_contains(all, key))
            return false;
    return true;
}

/* Does the edited module import the home of a plain import that was repaired? */
static bool imports_home(const Verifier *verifier, Id module, const FixMove *move)
{
    const Program *b = verifier->b;
    const Module *edited = &b->modules[verifier->module_in_b[module]];

    for (uint32_t i = edited->first_import; i < edited->first_import + edited->n_imports; i++)
        if (b->imports[i].target_module == verifier->module_in_b[move->home] && b->imports[i].name == 0 &&
            b->imports[i].fact != FACTS_NONE && b->imports[i].status == IMPORT_OK)
            return true;
    return false;
}

void check_chains(Verifier *verifier, Id module)
{
    const FixFile *file = &verifier->stage->files[verifier->file_of[module] - 1];
    bool any = false, repaired = false;

    for (uint32_t i = 0; i < file->n_moves; i++) {
        FixMove *move = &file->moves[i];
        if (move->chain == NULL || !move_is_active(move))
            continue;
        any = true;
        repaired = repaired || move->kind == FIX_REPAIR;
        if (move->kind == FIX_REPAIR && !imports_home(verifier, module, move))
            doubt_move(verifier, move, "the module would not be imported", file->path);
    }
    if (!any)
        return;
    g_autoptr(GHashTable) before = reaches(verifier, true, module);
    g_autoptr(GHashTable) after = reaches(verifier, false, verifier->module_in_b[module]);
    if ((!repaired && !contains_all(before, after)) || !contains_all(after, before))
        doubt_file(verifier, file, "a chain would not mean the same");
}
