/* The plan in a page: numbers, then the first steps of each phase. Markdown holds all of it. */
#include "report/formats.h"

#include "report/scan_text.h"
#include "report/text.h"

enum { STEPS_SHOWN = 8, TOTALS_SHOWN = 8, PLACES_SHOWN = 12 };

static const char *const phase_titles[] = {
    [PHASE_2A] = "Phase 2A: consolidate definitions",
    [PHASE_2B] = "Phase 2B: standardise import paths",
    [PHASE_2C] = "Phase 2C: remove what is left",
};

static void say_criteria(const Output *out, const Plan *plan)
{
    section_title(out, "Success criteria", "now -> goal");
    for (uint32_t i = 0; i < plan->n_criteria; i++) {
        const PlanCriterion *criterion = &plan->criteria[i];
        text_say(out, criterion->now > criterion->goal ? STYLE_PLAIN : STYLE_GOOD, "  %8s -> %-6s %s\n",
                 NUMBER(criterion->now), NUMBER(criterion->goal), criterion->name);
    }
}

static void say_totals(const Output *out, const Program *program, const char *title, const PlanTotal *totals,
                       uint32_t count)
{
    if (count == 0)
        return;
    text_say(out, STYLE_PLAIN, "\n");
    text_say(out, STYLE_HEAD, "%-24s", title);
    text_say(out, STYLE_DIM, " %7s %12s %9s %7s %9s\n", "steps", "definitions", "imports", "files", "effort");
    uint32_t shown = MIN(count, section_limit(out, TOTALS_SHOWN));
    for (uint32_t i = 0; i < shown; i++) {
        text_say(out, STYLE_PLAIN, "  ");
        text_cell(out, STYLE_PLAIN, program_text(program, totals[i].key), 22);
        text_say(out, STYLE_PLAIN, " %7s %12s %9s %7s %9.1f\n", NUMBER(totals[i].steps),
                 NUMBER(totals[i].definitions), NUMBER(totals[i].imports), NUMBER(totals[i].files),
                 totals[i].effort);
    }
    section_rest(out, shown, count);
}

static void say_action(const Output *out, const Program *program, const Action *action)
{
    text_say(out, STYLE_PLAIN, "      ");
    text_say(out, action->kind == ACTION_KEEP ? STYLE_GOOD : STYLE_WARN, "%-14s",
             action_kind_name(action->kind));
    text_place(out, program_text(program, action->path), action->line);
    text_say(out, STYLE_PLAIN, "\n");
    if (action->after != 0 && action->kind == ACTION_UPDATE_IMPORT) {
        text_say(out, STYLE_PLAIN, "        ");
        text_put(out, STYLE_BAD, program_text(program, action->before));
        text_say(out, STYLE_PLAIN, "\n     -> ");
        text_put(out, STYLE_GOOD, program_text(program, action->after));
        text_say(out, STYLE_PLAIN, "\n");
    } else if (action->text != 0) {
        text_say(out, STYLE_PLAIN, "        ");
        text_wrap(out, STYLE_DIM, program_text(program, action->text), 8, 8);
    }
}

static void say_step(const Output *out, const Program *program, const Step *step, uint32_t number)
{
    text_say(out, STYLE_PLAIN, "  %5u  ", number);
    text_wrap(out, STYLE_HEAD, program_text(program, step->title), 9, 9);
    text_say(out, STYLE_DIM, "         %s priority, %s risk, %.1f points, %s, %s\n",
             priority_name(step->priority), risk_name(step->risk), step->effort, step_how_name(step->how),
             program_text(program, step->id));
    if (step->cycle != 0) {
        text_say(out, STYLE_BAD, "         closes a load cycle: ");
        text_wrap(out, STYLE_PLAIN, program_text(program, step->cycle), 31, 11);
    }
    if (out->verbose == 0)
        return;
    uint32_t shown = MIN(step->n_actions, section_limit(out, PLACES_SHOWN) / 10);
    for (uint32_t i = 0; i < shown; i++)
        say_action(out, program, &step->actions[i]);
    if (shown < step->n_actions)
        text_say(out, STYLE_DIM, "      ... and %u more action%s\n", step->n_actions - shown,
                 PLURAL(step->n_actions - shown));
}

bool plan_write_text(const Output *out, const Analysis *analysis, const Plan *plan, const Config *config,
                     GError **error)
{
    (void)config;
    const Program *program = analysis->program;
    text_say(out, STYLE_HEAD, "%s step%s, %s batch%s of imports", NUMBER(plan->n_steps),
             PLURAL(plan->n_steps), NUMBER(plan->n_batches), plan->n_batches == 1 ? "" : "es");
    text_say(out, STYLE_DIM, "  (a point is about half an hour)\n");
    say_criteria(out, plan);
    say_totals(out, program, "Phase", plan->by_phase, plan->n_by_phase);
    say_totals(out, program, "Priority", plan->by_priority, plan->n_by_priority);
    say_totals(out, program, "Area", plan->by_area, plan->n_by_area);
    for (uint32_t phase = PHASE_2A; phase <= PHASE_2C; phase++) {
        uint32_t total = 0, shown = 0, limit = section_limit(out, STEPS_SHOWN);
        for (uint32_t i = 0; i < plan->n_steps; i++)
            total += plan->steps[i].phase == phase;
        if (total == 0)
            continue;
        g_autofree char *remark = g_strdup_printf("%s step%s, in this order", NUMBER(total), PLURAL(total));
        section_title(out, phase_titles[phase], remark);
        for (uint32_t i = 0; i < plan->n_steps && shown < limit; i++)
            if (plan->steps[i].phase == phase) {
                say_step(out, program, &plan->steps[i], i + 1);
                shown++;
            }
        section_rest(out, shown, total);
    }
    if (plan->n_steps == 0)
        text_say(out, STYLE_GOOD, "\nNothing to do: one definition each.\n");
    else
        text_say(out, STYLE_DIM, "\nThe whole plan: onedef plan -f markdown -o PLAN.md\n");
    return report_finish(out, error);
}
