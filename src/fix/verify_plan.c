/* Nothing is left: a second run would not ask for any of the moves again. That takes a plan of the edited
 * program, which costs more than all the rest of the proof: fix.c asks for it only where a round was clean
 * otherwise, of the first such round and of the last. */
#include <string.h>

#include "fix/verifier.h"

void verifier_mark_edited(Verifier *verifier)
{
    for (uint32_t f = 0; f < verifier->stage->n_files; f++)
        if (verifier->stage->files[f].after != NULL)
            for (Id m = verifier->a->files[verifier->stage->files[f].file].first_module; m != ID_NONE;
                 m = verifier->a->modules[m].next_of_file)
                verifier->file_of[m] = f + 1;
}

/* What replaces definitions makes work for the phases that follow. */
static bool asks_for_imports(const Fix *stage)
{
    for (uint32_t f = 0; f < stage->n_files; f++)
        if (stage->files[f].phase != PHASE_2B)
            return false;
    return true;
}

bool verifier_has_repairs(const Fix *stage)
{
    for (uint32_t f = 0; f < stage->n_files; f++)
        for (uint32_t i = 0; i < stage->files[f].n_moves; i++)
            if (stage->files[f].moves[i].kind == FIX_REPAIR)
                return true;
    return false;
}

static const char *bound_text(const Program *program, const Import *import)
{
    const File *file = program_module_file(program, import->module);

    return file == NULL || import->fact == FACTS_NONE
               ? ""
               : file_text(file, file->facts.imports[import->fact].bound);
}

/* How a chain moves depends on what else does: `after` counts for imports only. */
static char *move_key(const char *path, const char *before, const char *after, bool chain)
{
    return g_strdup_printf("%s\n%s\n%s", path, before, chain ? "" : after);
}

static void add_actions(GHashTable *keys, const FixView *view)
{
    const Plan *plan = view->plan;

    for (uint32_t s = 0; s < plan->n_steps; s++)
        for (uint32_t i = 0; plan->steps[s].phase == PHASE_2B && i < plan->steps[s].n_actions; i++) {
            const Action *action = &plan->steps[s].actions[i];
            if (action->import != 0)
                g_hash_table_add(keys, move_key(program_text(view->program, action->path),
                                                program_text(view->program, action->before),
                                                program_text(view->program, action->after), action->chain));
        }
}

static char *stage_key(const FixFile *file, const FixMove *move)
{
    return move_key(file->path, move->before, move->after, move->kind == FIX_CHAIN);
}

/* What was asked for before and not done: all that may still be asked for. */
static GHashTable *open_actions(const Verifier *verifier)
{
    GHashTable *keys = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

    add_actions(keys, verifier->before);
    for (uint32_t f = 0; f < verifier->stage->n_files; f++)
        for (uint32_t i = 0; i < verifier->stage->files[f].n_moves; i++) {
            const FixMove *move = &verifier->stage->files[f].moves[i];
            if ((move->kind != FIX_IMPORT && move->kind != FIX_CHAIN) || !move_is_active(move))
                continue;
            g_autofree char *key = stage_key(&verifier->stage->files[f], move);
            g_hash_table_remove(keys, key);
        }
    for (uint32_t f = 0; f < verifier->stage->n_files; f++) /* one line may be there twice */
        for (uint32_t i = 0; i < verifier->stage->files[f].n_moves; i++) {
            const FixMove *move = &verifier->stage->files[f].moves[i];
            if ((move->kind == FIX_IMPORT || move->kind == FIX_CHAIN) && !move_is_active(move))
                g_hash_table_add(keys, stage_key(&verifier->stage->files[f], move));
        }
    return keys;
}

static Id definition_in_a(const Verifier *verifier, Target target)
{
    return target.kind != TARGET_DEFINITION
               ? ID_NONE
               : program_find_definition(verifier->a,
                                         text_b(verifier, verifier->b->definitions[target.id].id));
}

static void check_plan(Verifier *verifier)
{
    g_autoptr(GHashTable) open = open_actions(verifier);
    const Plan *plan = verifier->after->plan;
    const Program *b = verifier->b;

    for (uint32_t s = 0; s < plan->n_steps; s++)
        for (uint32_t i = 0; plan->steps[s].phase == PHASE_2B && i < plan->steps[s].n_actions; i++) {
            const Action *action = &plan->steps[s].actions[i];
            if (action->import == 0)
                continue;
            g_autofree char *key = move_key(text_b(verifier, action->path), text_b(verifier, action->before),
                                            text_b(verifier, action->after), action->chain);
            if (g_hash_table_contains(open, key))
                continue;
            const Import *import = &b->imports[action->import - 1];
            Target target = {.kind = TARGET_DEFINITION, .id = definition_in_a(verifier, import->target)};
            doubt_name(verifier,
                       program_find_module(verifier->a, text_b(verifier, b->modules[import->module].id)),
                       bound_text(b, import), target.id != ID_NONE ? &target : NULL,
                       "a second run would change something again");
        }
}

bool verify_asks_again(const Fix *stage, const FixView *before)
{
    return before->plan != NULL && !verifier_has_repairs(stage) && asks_for_imports(stage);
}

void verify_again(const Fix *stage, const FixView *before, const FixView *after, GArray *doubts)
{
    Verifier verifier = {.stage = stage,
                         .a = before->program,
                         .b = after->program,
                         .before = before,
                         .after = after,
                         .doubts = doubts};

    verifier.suspects = g_ptr_array_new();
    verifier.file_of = g_new0(uint32_t, before->program->n_modules + 1);
    verifier_mark_edited(&verifier);
    check_plan(&verifier);
    g_ptr_array_free(verifier.suspects, TRUE);
    g_free(verifier.file_of);
}
