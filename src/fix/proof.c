/* The rounds of one pass.
 *
 * A round edits what is active, has the edited program analysed and compared. Each difference comes as
 * a doubt: the moves that may be behind it. A doubt about one move is enough to leave it out; of
 * several, it is not known which are to blame, so they are held back, and once the rest is proved they are
 * tried again, halved until the guilty ones stand alone: one half of every doubt in each round, since
 * what the round says tells which halves are to blame. So one bad move takes nothing along with it.
 * The number of rounds of a pass is bounded, lower where a round is dear: what is not proved then is left
 * out. */
#include "fix/runner.h"

#define MAX_ROUNDS 24
/* A round costs about a quarter of a first scan: on a tree of this many files a fix is to take three at most.
 * Repairs may take longer: one bad move beside thousands of good ones is the rule there. */
#define MANY_FILES 4000
#define FEW_ROUNDS 10

/* --- doubts --- */

static void doubt_clear(void *data)
{
    Doubt *doubt = data;

    g_free(doubt->moves);
    g_free(doubt->reason);
}

static void doubt_free(void *data)
{
    doubt_clear(data);
    g_free(data);
}

/* `count` moves from `first`, to be tried apart from the others. */
static Doubt *hold(Proof *proof, const Doubt *doubt, uint32_t first, uint32_t count, uint32_t root)
{
    Doubt *part = g_new0(Doubt, 1);

    part->moves = g_memdup2(doubt->moves + first, count * sizeof *part->moves);
    part->n_moves = count;
    part->root = root;
    part->reason = g_strdup(doubt->reason);
    for (uint32_t i = 0; i < count; i++)
        part->moves[i]->held = true;
    g_queue_push_tail(&proof->held, part);
    return part;
}

static void set_held(const Doubt *doubt, bool held)
{
    for (uint32_t i = 0; i < doubt->n_moves; i++)
        doubt->moves[i]->held = held;
}

static void leave_all(const Doubt *doubt)
{
    for (uint32_t i = 0; i < doubt->n_moves; i++) {
        doubt->moves[i]->held = false;
        move_leave(doubt->moves[i], g_strdup(doubt->reason));
    }
}

/* --- one round --- */

static void put_files(Source *overlay, const Fix *fix)
{
    for (uint32_t f = 0; f < fix->n_files; f++)
        if (fix->files[f].after != NULL)
            source_overlay_set(overlay, fix->files[f].path,
                               fix->files[f].deleted ? NULL : fix->files[f].after);
}

static uint32_t count_active(const Fix *stage)
{
    uint32_t active = 0;

    for (uint32_t f = 0; f < stage->n_files; f++)
        for (uint32_t i = 0; i < stage->files[f].n_moves; i++)
            active += move_is_active(&stage->files[f].moves[i]);
    return active;
}

static void forget_good(Proof *proof)
{
    const FixOptions *options = proof->runner->state.options;

    if (proof->good.owner != NULL)
        options->release(options->context, &proof->good);
    g_clear_pointer(&proof->overlay, source_free);
    proof->n_good = 0;
    proof->final = false;
}

bool runner_complete(const Runner *runner, Source *overlay, FixView *view, GError **error)
{
    const FixOptions *options = runner->state.options;

    return view->owner == NULL || view->plan != NULL ||
           options->complete(options->context, overlay, view, error);
}

/* Is a second run empty? Doubts where not; then the round was no clean one. */
static bool check_again(Proof *proof, GArray *doubts, GError **error)
{
    const FixView *before = proof->runner->state.view;

    if (proof->good.owner == NULL || proof->final || !verify_asks_again(proof->stage, before))
        return true;
    if (!runner_complete(proof->runner, proof->overlay, &proof->good, error))
        return false;
    verify_again(proof->stage, before, &proof->good, doubts);
    if (doubts->len > 0)
        forget_good(proof);
    else
        proof->final = true;
    return true;
}

/* Edits, analyses and compares what is active. False with an error when the analysis fails. */
static bool play_round(Proof *proof, GArray *doubts, GError **error)
{
    Runner *runner = proof->runner;
    const FixOptions *options = runner->state.options;
    g_autoptr(Source) overlay = NULL;
    FixView after = {0};

    g_array_set_size(doubts, 0);
    if (apply_moves(proof->stage, &runner->state) == 0) {
        forget_good(proof);
        return true;
    }
    overlay = source_overlay_new(runner->disk);
    put_files(overlay, runner->fix);
    put_files(overlay, proof->stage);
    if (!options->analyse(options->context, overlay, &after, error))
        return false;
    proof->n_rounds++;
    verify(proof->stage, runner->state.view, &after, doubts);
    doubts_drop_broad(doubts);
    if (doubts->len > 0) {
        options->release(options->context, &after);
        return true;
    }
    forget_good(proof);
    proof->good = after;
    proof->overlay = g_steal_pointer(&overlay);
    proof->n_good = count_active(proof->stage);
    return true;
}

/* --- rounds --- */

/* Until what is active is proved. */
static bool prove_rest(Proof *proof, GArray *doubts, GError **error)
{
    do {
        if (!play_round(proof, doubts, error) || (doubts->len == 0 && !check_again(proof, doubts, error)))
            return false;
        for (uint32_t d = 0; d < doubts->len; d++) {
            const Doubt *doubt = &g_array_index(doubts, Doubt, d);
            if (doubt->n_moves == 1)
                leave_all(doubt);
            else
                hold(proof, doubt, 0, doubt->n_moves, ++proof->n_roots)->failed = true;
        }
        if (doubts->len > 0 && proof->n_rounds >= proof->max_rounds)
            for (uint32_t f = 0; f < proof->stage->n_files; f++)
                file_leave(&proof->stage->files[f], "no set of moves was found that changes nothing else");
    } while (doubts->len > 0);
    return true;
}

/* The moves of `doubt` that are still held; one may have been named by several doubts. */
static void keep_held(Doubt *doubt)
{
    uint32_t n = 0;

    for (uint32_t i = 0; i < doubt->n_moves; i++)
        if (doubt->moves[i]->held && doubt->moves[i]->reason == NULL)
            doubt->moves[n++] = doubt->moves[i];
    doubt->n_moves = n;
}

/* Splits what is known to fail; leaves out what stands alone. */
static void split_failed(Proof *proof)
{
    for (uint32_t n = g_queue_get_length(&proof->held); n > 0; n--) {
        Doubt *doubt = g_queue_pop_head(&proof->held);
        keep_held(doubt);
        if (doubt->failed && doubt->n_moves == 1) {
            leave_all(doubt);
        } else if (doubt->failed && doubt->n_moves > 1) {
            uint32_t half = doubt->n_moves / 2;
            hold(proof, doubt, 0, half, doubt->root);
            hold(proof, doubt, half, doubt->n_moves - half, doubt->root);
        } else if (doubt->n_moves > 0) {
            g_queue_push_tail(&proof->held, g_steal_pointer(&doubt));
        }
        if (doubt != NULL)
            doubt_free(doubt);
    }
}

/* Takes one part of every doubt out of the queue and makes its moves active. */
static GPtrArray *take_parts(Proof *proof)
{
    GPtrArray *parts = g_ptr_array_new_with_free_func(doubt_free);
    g_autofree bool *seen = g_new0(bool, proof->n_roots + 1);

    for (uint32_t n = g_queue_get_length(&proof->held); n > 0; n--) {
        Doubt *doubt = g_queue_pop_head(&proof->held);
        if (seen[doubt->root]) {
            g_queue_push_tail(&proof->held, doubt);
            continue;
        }
        seen[doubt->root] = true;
        set_held(doubt, false);
        g_ptr_array_add(parts, doubt);
    }
    return parts;
}

static bool shares_move(const Doubt *a, const Doubt *b)
{
    for (uint32_t i = 0; i < a->n_moves; i++)
        for (uint32_t k = 0; k < b->n_moves; k++)
            if (a->moves[i] == b->moves[k])
                return true;
    return false;
}

/* Puts the parts back that the round's doubts name; all of them where a doubt names none. */
static void judge_parts(Proof *proof, GPtrArray *parts, const GArray *doubts)
{
    bool unclear = false;

    for (uint32_t d = 0; d < doubts->len; d++) {
        bool named = false;
        for (uint32_t i = 0; i < parts->len; i++) {
            Doubt *part = parts->pdata[i];
            bool guilty = shares_move(part, &g_array_index(doubts, Doubt, d));
            part->guilty = part->guilty || guilty;
            named = named || guilty;
        }
        unclear = unclear || !named;
    }
    for (uint32_t i = 0; i < parts->len; i++) {
        const Doubt *part = parts->pdata[i];
        if (part->guilty || unclear)
            hold(proof, part, 0, part->n_moves, part->root)->failed = true;
    }
}

static void mark_proved(const Fix *stage)
{
    for (uint32_t f = 0; f < stage->n_files; f++)
        for (uint32_t i = 0; i < stage->files[f].n_moves; i++)
            stage->files[f].moves[i].proved = move_is_active(&stage->files[f].moves[i]);
}

/* What no clean round has seen is left out. */
static void leave_unproved(Proof *proof)
{
    for (uint32_t f = 0; f < proof->stage->n_files; f++)
        for (uint32_t i = 0; i < proof->stage->files[f].n_moves; i++) {
            FixMove *move = &proof->stage->files[f].moves[i];
            move->held = false;
            if (!move->proved)
                move_leave(move, g_strdup("it may be behind a difference, and there were too many to tell"));
        }
}

/* What was held back is tried beside what is proved. */
static bool try_held(Proof *proof, GArray *doubts, GError **error)
{
    bool clean = true;

    mark_proved(proof->stage);
    for (split_failed(proof); !g_queue_is_empty(&proof->held) || !clean; split_failed(proof)) {
        if (proof->n_rounds >= proof->max_rounds) {
            leave_unproved(proof);
            return true;
        }
        g_autoptr(GPtrArray) parts = take_parts(proof);
        if (!play_round(proof, doubts, error))
            return false;
        clean = doubts->len == 0;
        if (clean)
            mark_proved(proof->stage);
        else if (parts->len > 0)
            judge_parts(proof, parts, doubts);
        else
            leave_unproved(proof);
    }
    return true;
}

bool proof_run(Proof *proof, GError **error)
{
    g_autoptr(GArray) doubts = g_array_new(FALSE, FALSE, sizeof(Doubt));

    g_array_set_clear_func(doubts, doubt_clear);
    if (!prove_rest(proof, doubts, error) || !try_held(proof, doubts, error))
        return false;
    /* The last round may have been no clean one; and writing may have left out a move for its neighbour. */
    apply_moves(proof->stage, &proof->runner->state);
    if (count_active(proof->stage) != proof->n_good)
        return prove_rest(proof, doubts, error);
    g_array_set_size(doubts, 0);
    if (!check_again(proof, doubts, error))
        return false;
    for (uint32_t d = 0; d < doubts->len; d++)
        leave_all(&g_array_index(doubts, Doubt, d));
    return doubts->len == 0 || prove_rest(proof, doubts, error);
}

void proof_init(Proof *proof, Runner *runner, Fix *stage, bool patient)
{
    *proof = (Proof){.runner = runner, .stage = stage};
    bool hurried = runner->state.view->program->n_files > MANY_FILES && !patient;
    proof->max_rounds = hurried ? FEW_ROUNDS : MAX_ROUNDS;
    g_queue_init(&proof->held);
}

void proof_clear(Proof *proof)
{
    g_queue_clear_full(&proof->held, doubt_free);
    forget_good(proof);
}
