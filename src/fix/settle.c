/* After definitions gave way (phase 2A): the imports of what is settled move to the one that stays, and what
 * was left in their place goes, or warns. */
#include <string.h>

#include "fix/deadshim.h"
#include "fix/exports.h"

static bool is_settled(const FixState *state, Id definition)
{
    const Program *program = state->view->program;

    return definition != ID_NONE &&
           g_hash_table_contains(state->settled, program_text(program, program->definitions[definition].id));
}

/* Does the import take its name from where a definition gave way? */
static bool is_from_replaced(const FixState *state, const FixMove *move)
{
    const Program *program = state->view->program;
    const Import *import = &program->imports[move->import];

    if (import->target_module == ID_NONE || !is_settled(state, move->definition))
        return false;
    for (uint32_t i = 0; i < state->replaced->len; i += 2)
        if (strcmp(state->replaced->pdata[i],
                   program_text(program, program->modules[import->target_module].id)) == 0 &&
            strcmp(state->replaced->pdata[i + 1], program_text(program, import->name)) == 0)
            return true;
    return false;
}

void settle_moves_pass(Fix *stage, const FixState *state)
{
    uint32_t n_files = 0;

    moves_collect(stage, state->view, state->options);
    for (uint32_t f = 0; f < stage->n_files; f++) {
        FixFile *file = &stage->files[f];
        uint32_t n = 0;
        for (uint32_t i = 0; i < file->n_moves; i++) {
            if (is_from_replaced(state, &file->moves[i]))
                file->moves[n++] = file->moves[i];
            else
                g_free(file->moves[i].reason);
        }
        file->n_moves = n;
        if (n > 0)
            stage->files[n_files++] = *file;
        else
            g_free(file->moves);
    }
    stage->n_files = n_files;
    moves_check(stage, state->view, state->options);
}

/* Would the module no longer load something with code of its own that it loaded before all this? */
static char *unloaded_objection(const FixState *state, Id module, Id home)
{
    World *world = world_of(state);
    const Program *program = world->program, *first = state->first->program;
    Id old = program_find_module(first, program_text(program, program->modules[module].id));

    if (state->options->allow_unloaded || old == ID_NONE)
        return NULL;
    world_reach_without(world, 0, module, home);
    world_reach(world, 1, home, 0);
    for (uint32_t i = 0; i < world->reached[1]->len; i++) {
        Id lost = g_array_index(world->reached[1], Id, i);
        const File *file = program_module_file(program, lost);
        Id before = program_find_module(first, program_text(program, program->modules[lost].id));
        bool quiet =
            file == NULL || (file->facts.header != NULL && file->facts.header->n_plain_statements == 0 &&
                             file->facts.n_effects == 0);
        if (!quiet && before != ID_NONE && view_loads(state->first, old, before))
            return g_strdup_printf("%s would no longer be loaded here, and it has code of its own",
                                   program_text(program, program->modules[lost].name));
    }
    return NULL;
}

void settle_shims_pass(Fix *stage, const FixState *state)
{
    Program *program = state->view->program;
    Exports exports;
    bool lazily = state->options->shim == FIX_SHIM_DEPRECATE;

    exports_init(&exports, state);
    for (uint32_t i = 0; i < state->replaced->len; i += 2) {
        Id module = program_find_module(program, state->replaced->pdata[i]);
        const char *text = state->replaced->pdata[i + 1];
        Sym name = intern_find(program->interner, text, strlen(text));
        FixMove move;
        uint32_t count = 0;
        const Binding *binding =
            module != ID_NONE && name != 0 ? program_bindings_of(program, module, name, &count) : NULL;
        if (count != 1 || binding->target.kind != TARGET_DEFINITION || binding->how != HOW_IMPORT ||
            !is_settled(state, binding->target.id) || !exports_find(&exports, module, name, &move) ||
            move.import == ID_NONE)
            continue;
        FixMove *added =
            &exports_add(&exports, &move, program->definitions[binding->target.id].name, i / 2 + 1, lazily)
                 ->move;
        const char *objection = lazily ? deprecate_objection(program_module_file(program, module)) : NULL;
        if (added->reason == NULL && objection != NULL)
            added->reason = g_strdup(objection);
        if (added->reason == NULL)
            added->reason = unloaded_objection(state, module, added->home);
    }
    exports_files(stage, program, exports.all);
    exports_clear(&exports);
}
