/* What of a plan fix would carry out, without editing anything.
 *
 * The phases collect their moves and say which are safe, as they do before they edit; by step, what is active
 * and what is left gives the judgement. Phase 2A is asked twice: once as it is, once with the plan's own
 * choice of the definition that stays named by the user, for what only needs that. For phase 2C imports that
 * phase 2B moves count as gone. A step that is done in part is for people: it says how much of it is left,
 * and why.
 *
 * Not seen: what only the proof on the edited program finds. It is rare, and fix says so. */
#include "fix/chain.h"
#include "fix/consolidate.h"
#include "fix/deadshim.h"

#include <string.h>

/* Tally — the moves of one step. */
typedef struct Tally {
    uint32_t active, left;
    bool whole; /* 2C: the file goes */
    Sym reason; /* of the first that is left */
} Tally;

typedef struct Judge {
    FixState state;
    FixOptions options;
    Program *program;
    Plan *plan;
    World *world;
    Tally *tallies;          /* by step */
    bool *gone;              /* by import: phase 2B moves it */
    GHashTable *gone_chains; /* likewise: World.gone_chains */
} Judge;

static void stage_free(Fix *stage)
{
    arena_init(&stage->texts);
    fix_free(stage);
}

static void tally_move(const Judge *judge, uint32_t step, const FixMove *move)
{
    if (step == 0 || step > judge->plan->n_steps)
        return;
    Tally *tally = &judge->tallies[step - 1];
    if (move_is_active(move)) {
        tally->active++;
        tally->whole = tally->whole || move->kind == FIX_MODULE;
        return;
    }
    if (tally->left++ == 0)
        tally->reason =
            intern_printf(judge->program->interner, "%s:%u: %s",
                          program_module_path(judge->program, move->module), move->line, move->reason);
}

/* The step of a batch's file; steps of phase 2B are numbered by batch. */
static uint32_t step_of_batch(const Judge *judge, uint32_t batch)
{
    for (uint32_t s = 0; s < judge->plan->n_steps; s++)
        if (judge->plan->steps[s].phase == PHASE_2B && judge->plan->steps[s].batch == batch)
            return s + 1;
    return 0;
}

static void forget_chains(Judge *judge, const FixMove *move)
{
    for (uint32_t i = 0; i < move->chain->uses->len; i++) {
        const ChainUse *use = &g_array_index(move->chain->uses, ChainUse, i);
        g_hash_table_add(judge->gone_chains, world_chain_key(move->module, use->module, use->asked));
    }
}

static void run(Judge *judge, void (*collect)(Fix *, const FixState *), bool by_batch)
{
    Fix *stage = g_new0(Fix, 1);

    memset(judge->tallies, 0, sizeof *judge->tallies * judge->plan->n_steps);
    collect(stage, &judge->state);
    for (uint32_t f = 0; f < stage->n_files; f++) {
        const FixFile *file = &stage->files[f];
        uint32_t batch = by_batch ? step_of_batch(judge, file->batch) : 0;
        for (uint32_t i = 0; i < file->n_moves; i++) {
            const FixMove *move = &file->moves[i];
            tally_move(judge, by_batch ? batch : move->step, move);
            if (by_batch && move->kind == FIX_CHAIN && move_is_active(move))
                forget_chains(judge, move);
            bool goes = move->kind == FIX_IMPORT || (move->kind == FIX_CHAIN && move->chain->leaves);
            if (by_batch && goes && move_is_active(move))
                judge->gone[move->import] = true;
        }
    }
    stage_free(stage);
    g_hash_table_remove_all(judge->state.settled);
    g_ptr_array_set_size(judge->state.replaced, 0);
}

/* --- by phase --- */

static void say_by_hand(Step *step, Sym reason)
{
    step->how = STEP_BY_HAND;
    step->condition = 0;
    if (reason != 0)
        step->by_hand = reason;
}

static void say_automatic(Step *step)
{
    step->how = STEP_AUTOMATIC;
    step->by_hand = 0;
    step->condition = 0;
}

/* "2 of 5 are left: …" */
static Sym part_text(const Judge *judge, const Tally *tally)
{
    if (tally->active == 0)
        return tally->reason;
    return intern_printf(judge->program->interner, "fix does %u of %u; %s", tally->active,
                         tally->active + tally->left,
                         tally->reason != 0 ? program_text(judge->program, tally->reason) : "");
}

static bool is_of_group(const Step *step)
{
    return step->phase == PHASE_2A && step->group != ID_NONE && step->definition != ID_NONE;
}

/* Could naming the survivor be all that is missing? */
static bool wants_survivor(const Judge *judge, const Step *step)
{
    (void)judge;
    return is_of_group(step) && step->how == STEP_SURVIVOR;
}

/* Ids of the definitions that stay, for the second question. */
static const char **choose_survivors(const Judge *judge)
{
    const char **survivors = g_new0(const char *, judge->plan->n_steps + 1);
    uint32_t n = 0;

    for (uint32_t s = 0; s < judge->plan->n_steps; s++) {
        const Step *step = &judge->plan->steps[s];
        if (wants_survivor(judge, step))
            survivors[n++] = program_text(judge->program, judge->program->definitions[step->definition].id);
    }
    return survivors;
}

/* As it is. */
static void judge_2a(Judge *judge)
{
    run(judge, consolidate_pass, false);
    for (uint32_t s = 0; s < judge->plan->n_steps; s++) {
        Step *step = &judge->plan->steps[s];
        const Tally *tally = &judge->tallies[s];
        if (!is_of_group(step))
            continue;
        if (tally->left == 0 && tally->active > 0)
            say_automatic(step);
        else if (step->how == STEP_AUTOMATIC)
            say_by_hand(step, part_text(judge, tally));
    }
}

/* With the survivors named. `ask`: begun for all steps that may want one. */
static void judge_survivors(Judge *judge, ConsolidateAsk *ask)
{
    g_autofree const char **survivors = choose_survivors(judge);

    if (survivors[0] == NULL)
        return;
    judge->options.survivors = survivors;
    judge->state.ask = ask;
    run(judge, consolidate_pass, false);
    judge->state.ask = NULL;
    judge->options.survivors = NULL;
    for (uint32_t s = 0; s < judge->plan->n_steps; s++) {
        const Tally *tally = &judge->tallies[s];
        if (wants_survivor(judge, &judge->plan->steps[s]) && (tally->left > 0 || tally->active == 0))
            say_by_hand(&judge->plan->steps[s], part_text(judge, tally));
    }
}

/* The search of all files takes longest: it is begun first, and waited for last. */
static ConsolidateAsk *ask_ahead(Judge *judge)
{
    g_autofree const char **survivors = choose_survivors(judge);
    ConsolidateAsk *ask;

    judge->options.survivors = survivors[0] != NULL ? survivors : NULL;
    ask = consolidate_ask(&judge->state);
    judge->options.survivors = NULL;
    return ask;
}

static void judge_2b(Judge *judge)
{
    run(judge, moves_pass, true);
    for (uint32_t s = 0; s < judge->plan->n_steps; s++) {
        Step *step = &judge->plan->steps[s];
        Tally *tally = &judge->tallies[s];
        uint32_t asked = 0;
        if (step->phase != PHASE_2B)
            continue;
        for (uint32_t a = 0; a < step->n_actions; a++)
            asked += step->actions[a].kind == ACTION_UPDATE_IMPORT;
        if (tally->left == 0 && tally->active < asked) {
            tally->left = asked - tally->active;
            tally->reason =
                intern_cstr(judge->program->interner, "the others are no statements that it edits");
        }
        if (tally->left == 0)
            say_automatic(step);
        else
            say_by_hand(step, part_text(judge, tally));
    }
}

static void judge_2c(Judge *judge)
{
    world_of(&judge->state)->gone = judge->gone;
    world_of(&judge->state)->gone_chains = judge->gone_chains;
    run(judge, deadshim_pass, false);
    judge->world->gone = NULL;
    judge->world->gone_chains = NULL;
    for (uint32_t s = 0; s < judge->plan->n_steps; s++) {
        Step *step = &judge->plan->steps[s];
        const Tally *tally = &judge->tallies[s];
        if (step->phase != PHASE_2C)
            continue;
        if (tally->whole || (tally->left == 0 && tally->active > 0 && tally->active == step->n_actions))
            say_automatic(step);
        else if (tally->left > 0 || step->how != STEP_BY_HAND)
            say_by_hand(step, tally->left > 0 ? part_text(judge, tally)
                                              : intern_cstr(judge->program->interner,
                                                            "it is no statement that fix edits"));
    }
}

void fix_judge(Source *source, const FixView *view, const FixOptions *options, Plan *plan)
{
    Judge judge = {.options = *options, .program = view->program, .plan = plan};

    judge.tallies = g_new0(Tally, plan->n_steps + 1);
    judge.gone_chains = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    judge.gone = g_new0(bool, view->program->n_imports + 1);
    judge.state = (FixState){
        .source = source, .view = view, .first = view, .options = &judge.options, .world = &judge.world};
    judge.state.settled = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    judge.state.replaced = g_ptr_array_new_with_free_func(g_free);
    ConsolidateAsk *ask = ask_ahead(&judge);
    judge_2a(&judge);
    judge_2b(&judge);
    judge_2c(&judge);
    judge_survivors(&judge, ask);
    consolidate_ask_free(ask);
    g_clear_pointer(&judge.world, world_free);
    g_hash_table_destroy(judge.state.settled);
    g_ptr_array_free(judge.state.replaced, TRUE);
    g_free(judge.tallies);
    g_free(judge.gone);
    g_hash_table_destroy(judge.gone_chains);
}
