/* The plan as a worklist: numbers first, then every step. Complete: nothing is cut. */
#include "report/formats.h"

#include "report/markdown.h"
#include "report/plan_head.h"
#include "report/plan_step.h"

const char *plan_phase_title(Phase phase)
{
    static const char *const titles[] = {
        [PHASE_2A] = "Phase 2A: consolidate definitions",
        [PHASE_2B] = "Phase 2B: standardise import paths",
        [PHASE_2C] = "Phase 2C: remove what is left",
    };
    return titles[phase];
}

static void write_totals(const Output *out, const Program *program, const char *title,
                         const PlanTotal *totals, uint32_t count)
{
    if (count == 0)
        return;
    fprintf(out->file,
            "\n| %s | steps | definitions removed | imports moved | files | effort |\n"
            "| --- | ---: | ---: | ---: | ---: | ---: |\n",
            title);
    for (uint32_t i = 0; i < count; i++) {
        fputs("| ", out->file);
        markdown_put(out, program_text(program, totals[i].key));
        fprintf(out->file, " | %u | %u | %u | %u | %.1f |\n", totals[i].steps, totals[i].definitions,
                totals[i].imports, totals[i].files, totals[i].effort);
    }
}

void plan_head_write(const Output *out, const Program *program, const Plan *plan)
{
    FILE *file = out->file;
    fprintf(file,
            "# Consolidation plan\n\n%u %s, of them %u %s of import changes. Do them in this order; "
            "a step "
            "names the steps that must come before it. Effort is in points of about half an hour.\n",
            plan->n_steps, plan->n_steps == 1 ? "step" : "steps", plan->n_batches,
            plan->n_batches == 1 ? "batch" : "batches");
    fputs("\n## Success criteria\n\n| | now | goal |\n| --- | ---: | ---: |\n", file);
    for (uint32_t i = 0; i < plan->n_criteria; i++)
        fprintf(file, "| %s | %u | %u |\n", plan->criteria[i].name, plan->criteria[i].now,
                plan->criteria[i].goal);
    fputs("\n## Totals\n", file);
    write_totals(out, program, "phase", plan->by_phase, plan->n_by_phase);
    write_totals(out, program, "priority", plan->by_priority, plan->n_by_priority);
    write_totals(out, program, "area", plan->by_area, plan->n_by_area);
}

bool plan_write_markdown(const Output *out, const Analysis *analysis, const Plan *plan, const Config *config,
                         GError **error)
{
    (void)config;
    plan_head_write(out, analysis->program, plan);
    int phase = -1;
    for (uint32_t i = 0; i < plan->n_steps; i++) {
        for (; phase < (int)plan->steps[i].phase; phase++)
            fprintf(out->file, "\n## %s\n", plan_phase_title((Phase)(phase + 1)));
        plan_step_write(out, analysis, plan, i, 3, NULL);
    }
    if (plan->n_steps == 0)
        fputs("\nNothing to do.\n", out->file);
    return report_finish(out, error);
}
