/* The order in which to do the steps: 2A before 2B before 2C.
 *
 * Within 2A steps have a rank: priority, then the level of the canonical home in the load graph, then
 * risk, title and id. A step whose definitions use what another step consolidates waits for that one,
 * or else its copies would read two different things: steps are visited by rank, and what a step waits
 * for is put before it (a depth-first walk on a stack of its own; linear in steps and edges). Steps
 * that wait for one another in a circle are cut at the edge that closes it: the step keeps the other's
 * number in `circle`, so that the cut can be seen. 2B and 2C come sorted by their phases. */
#include <stdlib.h>

#include "plan/planner.h"
#include "resolve/resolve.h"

#define CUT 0x80000000u

static int compare_numbers(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

    return x < y ? -1 : x > y;
}

/* Sorts and drops what stands twice. */
static void unique_numbers(GArray *numbers)
{
    uint32_t kept = 0;

    g_array_sort(numbers, compare_numbers);
    for (uint32_t i = 0; i < numbers->len; i++)
        if (kept == 0 || g_array_index(numbers, uint32_t, i) != g_array_index(numbers, uint32_t, kept - 1))
            g_array_index(numbers, uint32_t, kept++) = g_array_index(numbers, uint32_t, i);
    g_array_set_size(numbers, kept);
}

/* --- who waits for whom in 2A --- */

/* Links — by definition: the 2A step that consolidates it plus one. */
typedef struct Links {
    Planner *planner;
    uint32_t *step_of;
} Links;

static bool takes_part(const GroupMember *member)
{
    return member->contest || member->role == MEMBER_ROLE_HOLLOW;
}

static void find_members(Links *links)
{
    const Planner *planner = links->planner;

    for (uint32_t s = 0; s < planner->steps->len; s++) {
        const Step *step = &g_array_index(planner->steps, Step, s);
        const Group *group = step->group != ID_NONE ? &planner->detection->groups[step->group] : NULL;
        for (uint32_t m = 0; group != NULL && m < group->n_members; m++)
            if (takes_part(&group->members[m]))
                links->step_of[group->members[m].definition] = s + 1;
    }
}

static void add_target(const Links *links, uint32_t own, Target target, GArray *after)
{
    if (target.kind != TARGET_DEFINITION)
        return;
    uint32_t step = links->step_of[target.id];
    if (step-- > 0 && step != own)
        g_array_append_val(after, step);
}

/* What a definition reads: its bases, and the free names of the statement that it stands in. */
static void add_uses(const Links *links, uint32_t own, Id id, GArray *after)
{
    Program *program = links->planner->program;
    const Definition *definition = &program->definitions[id];
    const FactsDefinition *fact = program_definition_fact(program, id);
    const File *file = program_definition_file(program, id);

    for (uint32_t i = 0; i < definition->n_bases; i++)
        add_target(links, own, program->bases[definition->first_base + i].target, after);
    for (uint32_t i = 0; i < fact->uses.count; i++) {
        const FactsUse *use = &file->facts.uses[fact->uses.first + i];
        uint32_t count;
        const Binding *binding =
            program_bindings_of(program, definition->module, file_sym(file, use->head), &count);
        if (count == 0)
            continue;
        if (binding->target.kind == TARGET_MODULE && *file_text(file, use->chain) != '\0')
            add_target(links, own, resolve_dotted(program, definition->module, file_text(file, use->chain)),
                       after);
        else
            add_target(links, own, binding->target, after);
    }
}

static void link_definitions(Planner *planner)
{
    Links links = {.planner = planner, .step_of = g_new0(uint32_t, planner->program->n_definitions + 1)};

    find_members(&links);
    for (uint32_t s = 0; s < planner->steps->len; s++) {
        Step *step = &g_array_index(planner->steps, Step, s);
        if (step->group == ID_NONE)
            continue;
        const Group *group = &planner->detection->groups[step->group];
        GArray *after = g_array_new(FALSE, FALSE, sizeof(uint32_t));
        for (uint32_t m = 0; m < group->n_members; m++)
            if (takes_part(&group->members[m]))
                add_uses(&links, s, group->members[m].definition, after);
        unique_numbers(after);
        step->after = planner_keep(planner, after, &step->n_after);
    }
    g_free(links.step_of);
}

/* --- ranks --- */

/* Ranked — a step by its place in planner->steps. */
typedef struct Ranked {
    uint32_t index, level;
} Ranked;

static int compare_steps(const void *a, const void *b, void *data)
{
    const Planner *planner = data;
    const Interner *interner = planner->program->interner;
    const Ranked *p = a, *q = b;
    const Step *x = &g_array_index(planner->steps, Step, p->index);
    const Step *y = &g_array_index(planner->steps, Step, q->index);

    if (x->phase != y->phase)
        return x->phase < y->phase ? -1 : 1;
    if (x->phase == PHASE_2B)
        return x->batch < y->batch ? -1 : x->batch > y->batch;
    if (x->priority != y->priority)
        return x->priority < y->priority ? -1 : 1;
    if (p->level != q->level)
        return p->level < q->level ? -1 : 1;
    if (x->risk != y->risk)
        return x->risk < y->risk ? -1 : 1;
    if (x->title != y->title)
        return sym_compare(interner, x->title, y->title);
    return sym_compare(interner, x->id, y->id);
}

static uint32_t step_level(const Planner *planner, const Step *step)
{
    if (step->phase != PHASE_2A)
        return 0;
    Id anchor = step->definition != ID_NONE ? step->definition
                : step->group != ID_NONE    ? planner->detection->groups[step->group].members[0].definition
                                            : step->merge.columns[0];
    return planner->level[planner->program->definitions[anchor].module];
}

/* rank[index of a step] = its place when nothing waits for anything. */
static uint32_t *rank_steps(const Planner *planner, uint32_t *by_rank)
{
    uint32_t n = planner->steps->len;
    g_autofree Ranked *ranked = g_new(Ranked, n + 1);
    uint32_t *rank = g_new(uint32_t, n + 1);

    for (uint32_t i = 0; i < n; i++)
        ranked[i] = (Ranked){i, step_level(planner, &g_array_index(planner->steps, Step, i))};
    g_qsort_with_data(ranked, (int)n, sizeof *ranked, compare_steps, (void *)(uintptr_t)planner);
    for (uint32_t i = 0; i < n; i++) {
        by_rank[i] = ranked[i].index;
        rank[ranked[i].index] = i;
    }
    return rank;
}

static int compare_ranks(const void *a, const void *b, void *data)
{
    const uint32_t *rank = data;
    uint32_t x = rank[*(const uint32_t *)a], y = rank[*(const uint32_t *)b];

    return x < y ? -1 : x > y;
}

/* --- the walk --- */

typedef struct Frame {
    uint32_t step, next;
} Frame;

enum { STATE_NEW, STATE_OPEN, STATE_DONE };

typedef struct Walk {
    const Planner *planner;
    uint8_t *state;
    uint32_t *order;
    uint32_t n_order;
    GArray *stack; /* Frame */
} Walk;

static void walk_open(Walk *walk, uint32_t step)
{
    Frame frame = {.step = step};

    walk->state[step] = STATE_OPEN;
    g_array_append_val(walk->stack, frame);
}

/* Puts a step and all it waits for into the order. */
static void walk_from(Walk *walk, uint32_t start)
{
    walk_open(walk, start);
    while (walk->stack->len > 0) {
        Frame *frame = &g_array_index(walk->stack, Frame, walk->stack->len - 1);
        Step *step = &g_array_index(walk->planner->steps, Step, frame->step);
        if (frame->next == step->n_after) {
            walk->state[frame->step] = STATE_DONE;
            walk->order[walk->n_order++] = frame->step;
            g_array_set_size(walk->stack, walk->stack->len - 1);
            continue;
        }
        uint32_t *other = &step->after[frame->next++];
        if (walk->state[*other] == STATE_NEW)
            walk_open(walk, *other);
        else if (walk->state[*other] == STATE_OPEN)
            *other |= CUT;
    }
}

/* The kept edges first, the cut ones behind them; all as places in the order. */
static void renumber(Step *step, const uint32_t *place)
{
    g_autofree uint32_t *old = g_memdup2(step->after, sizeof *old * (step->n_after + 1));
    uint32_t n = step->n_after, kept = 0;

    for (uint32_t i = 0; i < n; i++)
        if (!(old[i] & CUT))
            step->after[kept++] = place[old[i]];
    step->n_after = kept;
    step->circle = step->after + kept;
    for (uint32_t i = 0; i < n; i++)
        if (old[i] & CUT)
            step->circle[step->n_circle++] = place[old[i] & ~CUT];
    if (step->n_after > 1)
        qsort(step->after, step->n_after, sizeof *step->after, compare_numbers);
    if (step->n_circle > 1)
        qsort(step->circle, step->n_circle, sizeof *step->circle, compare_numbers);
}

static void order_steps(Planner *planner)
{
    uint32_t n = planner->steps->len;
    Plan *plan = planner->plan;
    g_autofree uint32_t *by_rank = g_new(uint32_t, n + 1), *place = g_new(uint32_t, n + 1);
    g_autofree uint32_t *rank = rank_steps(planner, by_rank);
    g_autofree uint8_t *state = g_new0(uint8_t, n + 1);
    g_autofree uint32_t *order = g_new(uint32_t, n + 1);
    Walk walk = {.planner = planner, .state = state, .order = order};

    walk.stack = g_array_new(FALSE, FALSE, sizeof(Frame));
    for (uint32_t i = 0; i < n; i++) {
        Step *step = &g_array_index(planner->steps, Step, i);
        if (step->n_after > 1)
            g_qsort_with_data(step->after, (int)step->n_after, sizeof *step->after, compare_ranks, rank);
    }
    for (uint32_t i = 0; i < n; i++)
        if (state[by_rank[i]] == STATE_NEW)
            walk_from(&walk, by_rank[i]);
    g_array_free(walk.stack, TRUE);
    plan->steps = arena_array(&plan->arena, Step, n + 1);
    plan->n_steps = n;
    for (uint32_t i = 0; i < n; i++)
        place[order[i]] = i;
    for (uint32_t i = 0; i < n; i++) {
        plan->steps[i] = g_array_index(planner->steps, Step, order[i]);
        if (plan->steps[i].n_after > 0)
            renumber(&plan->steps[i], place);
    }
}

/* --- batches after the steps that touch the same lines --- */

static gint64 place_key(const Action *action)
{
    return ((gint64)action->path << 32) | action->line;
}

/* Where each file and line is touched by phase 2A: step number plus one. */
static GHashTable *places_of_2a(const Plan *plan)
{
    GHashTable *places = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);

    for (uint32_t s = 0; s < plan->n_steps && plan->steps[s].phase == PHASE_2A; s++)
        for (uint32_t a = 0; a < plan->steps[s].n_actions; a++) {
            gint64 *key = g_new(gint64, 1);
            *key = place_key(&plan->steps[s].actions[a]);
            g_hash_table_insert(places, key, GUINT_TO_POINTER(s + 1));
        }
    return places;
}

static void link_batch(Planner *planner, Step *step, GHashTable *places)
{
    GArray *after = g_array_new(FALSE, FALSE, sizeof(uint32_t));

    for (uint32_t a = 0; a < step->n_actions; a++) {
        gint64 key = place_key(&step->actions[a]);
        uint32_t earlier = GPOINTER_TO_UINT(g_hash_table_lookup(places, &key));
        if (earlier-- > 0)
            g_array_append_val(after, earlier);
    }
    unique_numbers(after);
    step->after = planner_keep(planner, after, &step->n_after);
}

void plan_order(Planner *planner)
{
    Plan *plan = planner->plan;

    link_definitions(planner);
    order_steps(planner);
    g_autoptr(GHashTable) places = places_of_2a(plan);
    for (uint32_t s = 0; s < plan->n_steps; s++)
        if (plan->steps[s].phase == PHASE_2B)
            link_batch(planner, &plan->steps[s], places);
}
