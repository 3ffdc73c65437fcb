/* The plan as a worklist: check boxes for steps and files, tables for what stays, goes and merges,
 * the import lines before and after as diffs. Complete: nothing is cut. */
#include "report/formats.h"

#include "report/escape.h"
#include "report/text.h"

#include <string.h>

static void put(const Output *out, const char *foreign)
{
    g_autofree char *clean = escape_markdown(foreign);
    fputs(clean, out->file);
}

static void put_code(const Output *out, const char *foreign)
{
    g_autofree char *clean = escape_markdown_code(foreign);
    fputs(clean, out->file);
}

static void put_place(const Output *out, const Program *program, const Action *action)
{
    const char *path = program_text(program, action->path);
    g_autofree char *text = action->line > 0 ? g_strdup_printf("%s:%u", path, action->line) : g_strdup(path);
    put_code(out, text);
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
        put(out, program_text(program, totals[i].key));
        fprintf(out->file, " | %u | %u | %u | %u | %.1f |\n", totals[i].steps, totals[i].definitions,
                totals[i].imports, totals[i].files, totals[i].effort);
    }
}

static void write_head(const Output *out, const Program *program, const Plan *plan)
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

static bool is_definition_action(uint8_t kind)
{
    return kind == ACTION_KEEP || kind == ACTION_DECIDE || kind == ACTION_REMOVE ||
           kind == ACTION_DELETE_SHIM || kind == ACTION_REMOVE_EXPORT;
}

static uint32_t count_kind(const Step *step, ActionKind kind)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < step->n_actions; i++)
        count += step->actions[i].kind == kind;
    return count;
}

static void write_definitions(const Output *out, const Program *program, const Step *step)
{
    bool first = true;
    for (uint32_t i = 0; i < step->n_actions; i++) {
        const Action *action = &step->actions[i];
        if (!is_definition_action(action->kind))
            continue;
        if (first)
            fputs("\n| | where | what |\n| --- | --- | --- |\n", out->file);
        first = false;
        fprintf(out->file, "| **%s** | ", action_kind_name(action->kind));
        put_place(out, program, action);
        fputs(" | ", out->file);
        put(out, program_text(program, action->text));
        if (action->after != 0) {
            fputs("; leave ", out->file);
            put_code(out, program_text(program, action->after));
        }
        fputs(" |\n", out->file);
    }
}

static void write_merges(const Output *out, const Program *program, const Step *step)
{
    if (count_kind(step, ACTION_MERGE) == 0)
        return;
    fputs("\nMerge first:\n\n", out->file);
    for (uint32_t i = 0; i < step->n_actions; i++) {
        const Action *action = &step->actions[i];
        if (action->kind != ACTION_MERGE)
            continue;
        fputs("- [ ] ", out->file);
        put(out, program_text(program, action->text));
        fputs(" (", out->file);
        put_place(out, program, action);
        fputs(")\n", out->file);
    }
}

/* A fence that the text cannot close. */
static const char *fence_for(const char *a, const char *b)
{
    return strstr(a, "```") != NULL || strstr(b, "```") != NULL ? "~~~~~~~~" : "```";
}

static void write_import(const Output *out, const Program *program, const Action *action)
{
    g_autofree char *before_utf8 = escape_utf8(program_text(program, action->before));
    g_autofree char *after_utf8 = escape_utf8(program_text(program, action->after));
    g_autofree char *before = escape_terminal(before_utf8), *after = escape_terminal(after_utf8);
    const char *fence = fence_for(before, after);
    if (*before == 0 && *after == 0)
        return;
    fprintf(out->file, "  %sdiff\n  @@ line %u @@\n", fence, action->line);
    if (*before != 0)
        fprintf(out->file, "  -%s\n", before);
    if (*after != 0)
        fprintf(out->file, "  +%s\n", after);
    fprintf(out->file, "  %s\n", fence);
}

/* A check box a file, the changes of the file below it. Actions of one file stand together. */
static void write_imports(const Output *out, const Program *program, const Step *step)
{
    uint32_t total = count_kind(step, ACTION_UPDATE_IMPORT);
    if (total == 0)
        return;
    fprintf(out->file, "\nImports to change (%u):\n\n", total);
    Sym path = 0;
    for (uint32_t i = 0; i < step->n_actions; i++) {
        const Action *action = &step->actions[i];
        if (action->kind != ACTION_UPDATE_IMPORT)
            continue;
        if (action->path != path) {
            path = action->path;
            fputs("- [ ] ", out->file);
            put_code(out, program_text(program, path));
            fputc('\n', out->file);
        }
        if (action->after == 0 && action->text != 0) {
            fprintf(out->file, "  - line %u: ", action->line);
            put(out, program_text(program, action->text));
            fputc('\n', out->file);
        }
        write_import(out, program, action);
    }
}

static void write_strings(const Output *out, const Program *program, const Step *step)
{
    if (count_kind(step, ACTION_UPDATE_STRING) == 0)
        return;
    fputs("\nStrings that name it (look at each):\n\n", out->file);
    for (uint32_t i = 0; i < step->n_actions; i++) {
        const Action *action = &step->actions[i];
        if (action->kind != ACTION_UPDATE_STRING)
            continue;
        fputs("- [ ] ", out->file);
        put_place(out, program, action);
        fputs(" ", out->file);
        if (action->before != 0)
            put_code(out, program_text(program, action->before));
        if (action->after != 0) {
            fputs(" → ", out->file);
            put_code(out, program_text(program, action->after));
        }
        fputc('\n', out->file);
    }
}

static void write_reasons(const Output *out, const Analysis *analysis, const Step *step)
{
    const Program *program = analysis->program;
    if (step->group == ID_NONE)
        return;
    const Canonical *canonical = &analysis->detection->groups[step->group].canonical;
    fputs("- home: ", out->file);
    if (canonical->definition == ID_NONE)
        fputs("**undecided**; the candidates are listed", out->file);
    else
        put_code(out, program_text(program, program->definitions[canonical->definition].id));
    if (canonical->reason != 0) {
        fputs(", ", out->file);
        put(out, program_text(program, canonical->reason));
    }
    if (canonical->runner_up != ID_NONE) {
        fputs("; runner-up ", out->file);
        put_code(out, program_text(program, program->definitions[canonical->runner_up].id));
        fprintf(out->file, " (%.2f against %.2f)", canonical->runner_up_score, canonical->score);
    }
    fputc('\n', out->file);
}

static void write_step(const Output *out, const Analysis *analysis, const Plan *plan, uint32_t index)
{
    const Program *program = analysis->program;
    const Step *step = &plan->steps[index];
    fprintf(out->file, "\n### %u. ", index + 1);
    put(out, program_text(program, step->title));
    fprintf(out->file, "\n\n- [ ] done (%s)\n- priority %s; risk %s", program_text(program, step->id),
            priority_name(step->priority), risk_name(step->risk));
    if (step->risk_reason != 0) {
        fputs(": ", out->file);
        put(out, program_text(program, step->risk_reason));
    }
    fprintf(out->file, "; effort %.1f; area ", step->effort);
    put(out, program_text(program, step->area));
    fprintf(out->file, "\n- **%s**", step_how_name(step->how));
    if (step->by_hand != 0 || step->condition != 0) {
        fputs(": ", out->file);
        put(out, program_text(program, step->by_hand != 0 ? step->by_hand : step->condition));
    }
    fputc('\n', out->file);
    write_reasons(out, analysis, step);
    if (step->n_after > 0) {
        fputs("- after step", out->file);
        for (uint32_t i = 0; i < step->n_after; i++)
            fprintf(out->file, "%s %u", i > 0 ? "," : "", step->after[i] + 1);
        fputc('\n', out->file);
    }
    if (step->cycle != 0) {
        fputs("- **would close a load cycle:** ", out->file);
        put_code(out, program_text(program, step->cycle));
        fputc('\n', out->file);
    }
    for (uint32_t i = 0; i < step->n_hazards; i++) {
        fputs("- hazard: ", out->file);
        put(out, program_text(program, step->hazards[i]));
        fputc('\n', out->file);
    }
    write_definitions(out, program, step);
    write_merges(out, program, step);
    write_imports(out, program, step);
    write_strings(out, program, step);
}

bool plan_write_markdown(const Output *out, const Analysis *analysis, const Plan *plan, const Config *config,
                         GError **error)
{
    static const char *const titles[] = {
        [PHASE_2A] = "Phase 2A: consolidate definitions",
        [PHASE_2B] = "Phase 2B: standardise import paths",
        [PHASE_2C] = "Phase 2C: remove what is left",
    };
    (void)config;
    write_head(out, analysis->program, plan);
    int phase = -1;
    for (uint32_t i = 0; i < plan->n_steps; i++) {
        for (; phase < (int)plan->steps[i].phase; phase++)
            fprintf(out->file, "\n## %s\n", titles[phase + 1]);
        write_step(out, analysis, plan, i);
    }
    if (plan->n_steps == 0)
        fputs("\nNothing to do.\n", out->file);
    return report_finish(out, error);
}
