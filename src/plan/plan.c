/* The phases draft their steps, judge.c says who carries them out, order.c puts them in order; here
 * they are added up and given goals. Effort is in points, about half an hour of one developer each;
 * the formula stands with each phase and in docs/plan.md. */
#include "plan/plan.h"

#include <stdlib.h>

#include "plan/planner.h"

static int compare_numbers(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

    return x < y ? -1 : x > y;
}

static uint32_t count_actions(const Step *step, ActionKind kind)
{
    uint32_t count = 0;

    for (uint32_t i = 0; i < step->n_actions; i++)
        count += step->actions[i].kind == kind;
    return count;
}

static uint32_t count_step_files(const Step *step)
{
    g_autofree uint32_t *paths = g_new(uint32_t, step->n_actions + 1);
    uint32_t files = 0;

    for (uint32_t i = 0; i < step->n_actions; i++)
        paths[i] = step->actions[i].path;
    qsort(paths, step->n_actions, sizeof *paths, compare_numbers);
    for (uint32_t i = 0; i < step->n_actions; i++)
        files += i == 0 || paths[i] != paths[i - 1];
    return files;
}

static void add_to_total(GArray *totals, Sym key, const Step *step)
{
    uint32_t i = 0;

    while (i < totals->len && g_array_index(totals, PlanTotal, i).key != key)
        i++;
    if (i == totals->len) {
        PlanTotal fresh = {.key = key};
        g_array_append_val(totals, fresh);
    }
    PlanTotal *total = &g_array_index(totals, PlanTotal, i);
    total->steps++;
    total->definitions += count_actions(step, ACTION_REMOVE);
    total->imports += count_actions(step, ACTION_UPDATE_IMPORT);
    total->files += count_step_files(step);
    total->effort += step->effort;
}

static int compare_totals(const void *a, const void *b, void *data)
{
    const Planner *planner = data;
    const PlanTotal *x = a, *y = b;

    if (x->effort != y->effort)
        return x->effort > y->effort ? -1 : 1;
    return sym_compare(planner->program->interner, x->key, y->key);
}

static GArray *new_totals(Interner *interner, const char *const *keys, uint32_t n_keys)
{
    GArray *totals = g_array_new(FALSE, FALSE, sizeof(PlanTotal));

    for (uint32_t i = 0; i < n_keys; i++) {
        PlanTotal total = {.key = intern_cstr(interner, keys[i])};
        g_array_append_val(totals, total);
    }
    return totals;
}

static const char *const phase_names[] = {"2A", "2B", "2C"};
static const char *const priority_names[] = {"critical", "high", "medium", "low"};
static const char *const risk_names[] = {"low", "medium", "high"};

static void add_totals(Planner *planner)
{
    Plan *plan = planner->plan;
    Interner *interner = planner->program->interner;
    GArray *phases = new_totals(interner, phase_names, G_N_ELEMENTS(phase_names));
    GArray *priorities = new_totals(interner, priority_names, G_N_ELEMENTS(priority_names));
    GArray *areas = new_totals(interner, NULL, 0);

    for (uint32_t i = 0; i < plan->n_steps; i++) {
        const Step *step = &plan->steps[i];
        add_to_total(phases, intern_cstr(interner, phase_name(step->phase)), step);
        add_to_total(priorities, intern_cstr(interner, priority_name(step->priority)), step);
        add_to_total(areas, step->area, step);
    }
    g_array_sort_with_data(areas, compare_totals, planner);
    plan->by_phase = planner_keep(planner, phases, &plan->n_by_phase);
    plan->by_priority = planner_keep(planner, priorities, &plan->n_by_priority);
    plan->by_area = planner_keep(planner, areas, &plan->n_by_area);
}

static void add_criterion(Plan *plan, const char *name, uint32_t now, uint32_t goal)
{
    g_assert(plan->n_criteria < PLAN_MAX_CRITERIA);
    plan->criteria[plan->n_criteria++] = (PlanCriterion){name, now, goal};
}

/* What the plan is asked about: copies in selected files, of the names wanted. */
static bool plans_group(const Planner *planner, const Group *group)
{
    const Program *program = planner->program;

    for (uint32_t i = 0; i < group->n_members; i++) {
        Id definition = group->members[i].definition;
        const File *file = program_definition_file(program, definition);
        bool takes_part = group->members[i].contest || group->verdict == VERDICT_HOLLOW;
        if (takes_part && file != NULL && file->selected && planner_wants(planner, definition))
            return true;
    }
    return false;
}

static uint32_t count_groups(const Planner *planner, Verdict verdict)
{
    const Detection *detection = planner->detection;
    uint32_t count = 0;

    for (uint32_t i = 0; i < detection->n_groups; i++)
        count += detection->groups[i].verdict == verdict && !detection->groups[i].suppressed &&
                 plans_group(planner, &detection->groups[i]);
    return count;
}

static uint32_t count_findings(const Planner *planner, RuleId rule)
{
    const Detection *detection = planner->detection;
    const Program *program = planner->program;
    g_autoptr(GHashTable) selected = g_hash_table_new(NULL, NULL);
    uint32_t count = 0;

    for (uint32_t i = 0; i < program->n_files; i++)
        if (program->files[i].selected)
            g_hash_table_add(selected, GUINT_TO_POINTER(program->files[i].path));
    for (uint32_t i = 0; i < detection->n_findings; i++) {
        const Finding *finding = &detection->findings[i];
        count += finding->rule == rule && !finding->suppressed &&
                 g_hash_table_contains(selected, GUINT_TO_POINTER(finding->path)) &&
                 (finding->definition == ID_NONE || planner_wants(planner, finding->definition));
    }
    return count;
}

static uint32_t count_shims(const Planner *planner)
{
    const Detection *detection = planner->detection;
    uint32_t count = 0;

    for (uint32_t i = 0; i < detection->n_shims; i++) {
        const File *file = program_module_file(planner->program, detection->shims[i].module);
        count += file != NULL && file->selected;
    }
    return count;
}

/* Those with a module in what the plan is asked about. */
static uint32_t count_cycles(const Planner *planner)
{
    uint32_t count = 0;

    for (uint32_t c = 0; c < planner->graph->n_cycles; c++) {
        const Cycle *cycle = &planner->graph->cycles[c];
        bool asked = false;
        for (uint32_t m = 0; m < cycle->n_modules; m++) {
            const File *file = program_module_file(planner->program, cycle->modules[m]);
            asked = asked || (file != NULL && file->selected);
        }
        count += asked;
    }
    return count;
}

static void add_criteria(Planner *planner)
{
    Plan *plan = planner->plan;
    uint32_t moves = 0;

    for (uint32_t i = 0; i < plan->n_steps; i++)
        if (plan->steps[i].phase == PHASE_2B)
            moves += plan->steps[i].n_actions;
    add_criterion(plan, "duplicate groups", count_groups(planner, VERDICT_DUPLICATE), 0);
    add_criterion(plan, "diverged groups", count_groups(planner, VERDICT_DIVERGED), 0);
    add_criterion(plan, "renamed groups", count_groups(planner, VERDICT_RENAMED), 0);
    add_criterion(plan, "hollow subclasses", count_groups(planner, VERDICT_HOLLOW), 0);
    add_criterion(plan, "names that mean different classes by path", count_findings(planner, RULE_SPLIT_NAME),
                  0);
    add_criterion(plan, "imports off the canonical path", moves, 0);
    add_criterion(plan, "shims", count_shims(planner), 0);
    add_criterion(plan, "broken imports", count_findings(planner, RULE_BROKEN_IMPORT), 0);
    uint32_t cycles = count_cycles(planner);
    add_criterion(plan, "load cycles (no more than)", cycles, cycles);
}

Plan *plan_new(Program *program, const DependencyGraph *graph, const Detection *detection,
               const Config *config, const PlanOptions *options, GError **error)
{
    Plan *plan = g_new0(Plan, 1);
    Planner planner = {.program = program,
                       .graph = graph,
                       .detection = detection,
                       .config = config,
                       .options = options,
                       .plan = plan};

    (void)error; /* nothing here can fail yet; the signature is the front door's */
    arena_init(&plan->arena);
    planner_init(&planner);
    plan_phase_2a(&planner);
    plan_split_names(&planner);
    plan_phase_2b(&planner);
    plan_phase_2c(&planner);
    plan_judge(&planner);
    plan_order(&planner);
    add_totals(&planner);
    add_criteria(&planner);
    planner_clear(&planner);
    return plan;
}

void plan_free(Plan *plan)
{
    if (plan == NULL)
        return;
    arena_clear(&plan->arena);
    g_free(plan);
}

const char *phase_name(Phase phase)
{
    return phase_names[phase];
}

const char *priority_name(Priority priority)
{
    return priority_names[priority];
}

const char *risk_name(Risk risk)
{
    return risk_names[risk];
}

const char *step_how_name(StepHow how)
{
    static const char *const names[] = {"automatic", "automatic with --survivor", "by hand"};

    return names[how];
}

const char *action_kind_name(ActionKind kind)
{
    static const char *const names[] = {
        [ACTION_KEEP] = "keep",
        [ACTION_DECIDE] = "decide",
        [ACTION_REMOVE] = "remove",
        [ACTION_MERGE] = "merge",
        [ACTION_UPDATE_IMPORT] = "update-import",
        [ACTION_UPDATE_STRING] = "update-string",
        [ACTION_DELETE_SHIM] = "delete-shim",
        [ACTION_REMOVE_EXPORT] = "remove-export",
    };
    return names[kind];
}
