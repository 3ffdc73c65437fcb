/* The passes, one after the other. Each has its moves proved in rounds (proof.c); the analysis of the last
 * clean round is the state that the next pass starts from. */
#include "fix/fix.h"

#include <string.h>

#include "fix/chain.h"
#include "fix/consolidate.h"
#include "fix/deadshim.h"
#include "fix/hazard.h"
#include "fix/runner.h"

#define MAX_REPEATS 4

/* --- one pass --- */

static const char *keep_text(Fix *fix, const char *text)
{
    return text == NULL ? NULL : arena_strndup(&fix->texts, text, strlen(text));
}

/* The stage's files become the result's; their texts outlive the program they came from. */
static void take_files(Fix *fix, Fix *stage)
{
    fix->files = g_renew(FixFile, fix->files, fix->n_files + stage->n_files + 1);
    for (uint32_t f = 0; f < stage->n_files; f++) {
        FixFile *file = &stage->files[f];
        file->path = keep_text(fix, file->path);
        file->title = keep_text(fix, file->title);
        for (uint32_t i = 0; i < file->n_moves; i++) {
            file->moves[i].before = keep_text(fix, file->moves[i].before);
            file->moves[i].after = keep_text(fix, file->moves[i].after);
        }
        fix->files[fix->n_files++] = *file;
    }
    fix->n_rounds += stage->n_rounds;
    stage->n_files = 0;
}

static void take_state(Runner *runner, Proof *proof)
{
    const FixOptions *options = runner->state.options;

    if (proof->good.owner == NULL)
        return;
    if (runner->view.owner != NULL)
        options->release(options->context, &runner->view);
    g_clear_pointer(&runner->overlay, source_free);
    runner->view = proof->good;
    runner->overlay = g_steal_pointer(&proof->overlay);
    runner->state.view = &runner->view;
    runner->state.source = runner->overlay;
    proof->good = (FixView){0};
}

static bool run_pass(Runner *runner, const FixPass *pass, GError **error)
{
    g_autoptr(Fix) stage = g_new0(Fix, 1);
    Proof proof;
    bool good;

    if (!runner_complete(runner, runner->overlay, &runner->view, error))
        return false;
    arena_init(&stage->texts);
    proof_init(&proof, runner, stage, pass->collect == repair_pass);
    pass->collect(stage, &runner->state);
    runner->n_passes++;
    for (uint32_t f = 0; f < stage->n_files; f++) {
        stage->files[f].phase = pass->phase;
        stage->files[f].pass = runner->n_passes;
    }
    good = proof_run(&proof, error);
    g_clear_pointer(&runner->world, world_free);
    stage->n_rounds = proof.n_rounds;
    if (good) {
        hazards_collect(runner->fix, stage, runner->state.view->program);
        take_files(runner->fix, stage);
        take_state(runner, &proof);
    }
    proof_clear(&proof);
    return good;
}

/* --- all of it --- */

static int compare_changes(const void *a, const void *b)
{
    return strcmp(((const FixChange *)a)->path, ((const FixChange *)b)->path);
}

FixChange *fix_changes(const Fix *fix, uint32_t *n_changes)
{
    FixChange *changes = g_new(FixChange, fix->n_files + 1);
    g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
    uint32_t n = 0;

    for (uint32_t f = 0; f < fix->n_files; f++) {
        const FixFile *file = &fix->files[f];
        if (file->after == NULL)
            continue;
        uint32_t index = GPOINTER_TO_UINT(g_hash_table_lookup(seen, file->path));
        if (index == 0) {
            changes[n++] = (FixChange){.path = file->path, .before = file->before};
            index = n;
            g_hash_table_insert(seen, (char *)(uintptr_t)file->path, GUINT_TO_POINTER(index));
        }
        changes[index - 1].after = file->deleted ? NULL : file->after;
    }
    uint32_t kept = 0;
    for (uint32_t i = 0; i < n; i++) /* what one phase put in and another took out again */
        if (changes[i].after == NULL || !g_bytes_equal(changes[i].before, changes[i].after))
            changes[kept++] = changes[i];
    if (kept > 1)
        qsort(changes, kept, sizeof *changes, compare_changes);
    *n_changes = kept;
    return changes;
}

void move_clear(FixMove *move)
{
    g_free(move->reason);
    g_free(move->drops);
    g_free(move->adds);
    chain_free(move->chain);
}

static void file_clear(FixFile *file)
{
    g_free(file->moves);
    g_clear_pointer(&file->before, g_bytes_unref);
    g_clear_pointer(&file->after, g_bytes_unref);
}

static void count(Fix *fix)
{
    g_free(fix_changes(fix, &fix->n_edited));
    for (uint32_t f = 0; f < fix->n_files; f++)
        for (uint32_t i = 0; i < fix->files[f].n_moves; i++)
            *(fix->files[f].moves[i].reason == NULL ? &fix->n_done : &fix->n_left) += 1;
}

/* Forgets moves that were left out, from file `first` on: the pass is made again and will say so again. */
static void forget_left(Fix *fix, uint32_t first)
{
    uint32_t kept = first;

    for (uint32_t f = first; f < fix->n_files; f++) {
        FixFile *file = &fix->files[f];
        uint32_t n = 0;
        for (uint32_t i = 0; i < file->n_moves; i++)
            if (file->moves[i].reason == NULL)
                file->moves[n++] = file->moves[i];
            else
                move_clear(&file->moves[i]);
        file->n_moves = n;
        if (n > 0)
            fix->files[kept++] = *file;
        else
            file_clear(file);
    }
    fix->n_files = kept;
}

/* Makes a pass until it finds nothing more: one step may open the way for another. */
static bool repeat_pass(Runner *runner, const FixPass *pass, uint32_t times, GError **error)
{
    for (uint32_t i = 0; i < times; i++) {
        uint32_t first = runner->fix->n_files, done = 0;
        if (!run_pass(runner, pass, error))
            return false;
        for (uint32_t f = first; f < runner->fix->n_files; f++)
            done += runner->fix->files[f].after != NULL;
        if (done == 0)
            return true;
        if (i + 1 < times)
            forget_left(runner->fix, first);
    }
    return true;
}

/* The phases that are asked for, once each. */
static bool run_phases(Runner *runner, GError **error)
{
    static const FixPass consolidate = {PHASE_2A, consolidate_pass},
                         settle_moves = {PHASE_2A, settle_moves_pass},
                         settle_shims = {PHASE_2A, settle_shims_pass}, moves = {PHASE_2B, moves_pass},
                         dead_shims = {PHASE_2C, deadshim_pass};
    const FixOptions *options = runner->state.options;
    uint32_t phases = options->phases != 0 ? options->phases : 1u << PHASE_2B;
    bool good = true;

    if (phases & 1u << PHASE_2A) {
        good = repeat_pass(runner, &consolidate, MAX_REPEATS, error);
        uint32_t first = runner->fix->n_files;
        good = good && run_pass(runner, &settle_moves, error);
        if (good && phases & 1u << PHASE_2B)
            forget_left(runner->fix, first);
        if (options->shim != FIX_SHIM_REEXPORT)
            good = good && run_pass(runner, &settle_shims, error);
    }
    if (phases & 1u << PHASE_2B)
        good = good && run_pass(runner, &moves, error);
    if (phases & 1u << PHASE_2C)
        good = good && repeat_pass(runner, &dead_shims, MAX_REPEATS, error);
    return good;
}

/* What one phase leaves may free another's hands: several are played until a run would find nothing. Repairs
 * come first, and stand for themselves where no phase is asked for. */
static bool run_passes(Runner *runner, GError **error)
{
    static const FixPass repairs = {PHASE_2B, repair_pass};
    uint32_t phases = runner->state.options->phases;
    bool repair = runner->state.options->repair, several = (phases & (phases - 1)) != 0 || repair;

    if (repair && phases == 0)
        return run_pass(runner, &repairs, error);
    for (uint32_t i = 0; i < MAX_REPEATS; i++) {
        uint32_t first = runner->fix->n_files, done = 0;
        if ((repair && !run_pass(runner, &repairs, error)) || !run_phases(runner, error))
            return false;
        for (uint32_t f = first; f < runner->fix->n_files; f++)
            done += runner->fix->files[f].after != NULL;
        if (done == 0 || !several || i + 1 == MAX_REPEATS)
            return true;
        forget_left(runner->fix, first);
    }
    return true;
}

Fix *fix_make(Source *source, const FixView *view, const FixOptions *options, GError **error)
{
    g_autoptr(Fix) fix = g_new0(Fix, 1);
    Runner runner = {.disk = source,
                     .state = {.source = source, .view = view, .first = view, .options = options},
                     .fix = fix};

    runner.state.world = &runner.world;
    runner.state.settled = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    runner.state.replaced = g_ptr_array_new_with_free_func(g_free);
    arena_init(&fix->texts);
    bool good = run_passes(&runner, error);
    if (runner.view.owner != NULL)
        options->release(options->context, &runner.view);
    g_clear_pointer(&runner.overlay, source_free);
    g_hash_table_destroy(runner.state.settled);
    g_ptr_array_free(runner.state.replaced, TRUE);
    if (!good)
        return NULL;
    count(fix);
    return g_steal_pointer(&fix);
}

void fix_free(Fix *fix)
{
    if (fix == NULL)
        return;
    for (uint32_t f = 0; f < fix->n_files; f++) {
        for (uint32_t i = 0; i < fix->files[f].n_moves; i++)
            move_clear(&fix->files[f].moves[i]);
        file_clear(&fix->files[f]);
    }
    g_free(fix->files);
    g_free(fix->hazards);
    arena_clear(&fix->texts);
    g_free(fix);
}
