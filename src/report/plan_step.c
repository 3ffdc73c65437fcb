/* One step: check boxes for the step and its files, tables for what stays, goes and merges, the import
 * lines before and after as diffs. */
#include "report/plan_step.h"

#include "report/escape.h"
#include "report/markdown.h"

#include <string.h>

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
        markdown_place(out, program_text(program, action->path), action->line);
        fputs(" | ", out->file);
        markdown_put(out, program_text(program, action->text));
        if (action->after != 0) {
            fputs("; leave ", out->file);
            markdown_code(out, program_text(program, action->after));
        }
        fputs(" |\n", out->file);
    }
}

/* More columns than this make no table that can be read. */
enum { COLUMNS_SHOWN = 6, VALUE_CUT = 100 };

static char column_letter(uint32_t column)
{
    return (char)('A' + column % 26);
}

/* "changed", or where the member is and is not. */
static void write_status(const Output *out, const DifferenceRow *row, uint32_t columns)
{
    uint32_t there = 0;
    for (uint32_t c = 0; c < columns; c++)
        there += row->texts[c] != 0;
    bool only = there * 2 <= columns, first = true;
    if (there == columns) {
        fputs("changed", out->file);
        return;
    }
    fputs(only ? "only in " : "not in ", out->file);
    for (uint32_t c = 0; c < columns; c++) {
        if ((row->texts[c] != 0) != only)
            continue;
        fprintf(out->file, "%s%c", first ? "" : ", ", column_letter(c));
        first = false;
    }
}

static void write_columns(const Output *out, const Program *program, const Step *step)
{
    fputs("\nSide by side:\n\n", out->file);
    for (uint32_t c = 0; c < step->merge.n_columns; c++) {
        Id id = step->merge.columns[c];
        const File *file = program_definition_file(program, id);
        fprintf(out->file, "- %c: ", column_letter(c));
        markdown_code(out, program_text(program, program->definitions[id].id));
        fputs(" in ", out->file);
        markdown_place(out, program_text(program, file->path), program->definitions[id].line);
        fputs(id == step->definition ? " **keep**\n" : "\n", out->file);
    }
    fputs("\n| member | |", out->file);
    for (uint32_t c = 0; c < step->merge.n_columns; c++)
        fprintf(out->file, " %c |", column_letter(c));
    fputs("\n| --- | --- |", out->file);
    for (uint32_t c = 0; c < step->merge.n_columns; c++)
        fputs(" --- |", out->file);
    fputc('\n', out->file);
}

static void write_same(const Output *out, const Program *program, const MergeTable *table)
{
    bool first = true;
    for (uint32_t r = 0; r < table->n_rows; r++) {
        if (table->rows[r].kind != DIFFERENCE_SAME)
            continue;
        fputs(first ? "\nThe same in all: " : ", ", out->file);
        markdown_code(out, program_text(program, table->rows[r].member));
        first = false;
    }
    if (!first)
        fputs(".\n", out->file);
}

static void write_table(const Output *out, const Program *program, const Step *step)
{
    const MergeTable *table = &step->merge;
    if (table->n_columns == 0 || table->n_columns > COLUMNS_SHOWN)
        return;
    write_columns(out, program, step);
    for (uint32_t r = 0; r < table->n_rows; r++) {
        const DifferenceRow *row = &table->rows[r];
        if (row->kind == DIFFERENCE_SAME)
            continue;
        fputs("| ", out->file);
        markdown_code(out, program_text(program, row->member));
        fputs(" | ", out->file);
        write_status(out, row, table->n_columns);
        for (uint32_t c = 0; c < table->n_columns; c++) {
            fputs(" | ", out->file);
            markdown_code_cut(out, program_text(program, row->texts[c]), VALUE_CUT);
        }
        fputs(" |\n", out->file);
    }
    write_same(out, program, table);
}

/* A check box a member that differs: its name where the table shows the rest, else all of it. */
static void write_merges(const Output *out, const Program *program, const Step *step)
{
    bool tabled = step->merge.n_columns > 0 && step->merge.n_columns <= COLUMNS_SHOWN;
    if (count_kind(step, ACTION_MERGE) == 0)
        return;
    fputs("\nMerge first:\n\n", out->file);
    for (uint32_t r = 0; tabled && r < step->merge.n_rows; r++) {
        const DifferenceRow *row = &step->merge.rows[r];
        if (row->kind == DIFFERENCE_SAME)
            continue;
        fputs("- [ ] ", out->file);
        markdown_code(out, program_text(program, row->member));
        fputs(": ", out->file);
        write_status(out, row, step->merge.n_columns);
        fputc('\n', out->file);
    }
    for (uint32_t i = 0; !tabled && i < step->n_actions; i++) {
        const Action *action = &step->actions[i];
        if (action->kind != ACTION_MERGE)
            continue;
        fputs("- [ ] ", out->file);
        markdown_put(out, program_text(program, action->text));
        fputs(" (", out->file);
        markdown_place(out, program_text(program, action->path), action->line);
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
            markdown_code(out, program_text(program, path));
            fputc('\n', out->file);
        }
        if (action->after == 0 && action->text != 0) {
            fprintf(out->file, "  - line %u: ", action->line);
            markdown_put(out, program_text(program, action->text));
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
        markdown_place(out, program_text(program, action->path), action->line);
        fputs(" ", out->file);
        if (action->before != 0)
            markdown_code(out, program_text(program, action->before));
        if (action->after != 0) {
            fputs(" → ", out->file);
            markdown_code(out, program_text(program, action->after));
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
        markdown_code(out, program_text(program, program->definitions[canonical->definition].id));
    if (canonical->reason != 0) {
        fputs(", ", out->file);
        markdown_put(out, program_text(program, canonical->reason));
    }
    if (canonical->runner_up != ID_NONE) {
        fputs("; runner-up ", out->file);
        markdown_code(out, program_text(program, program->definitions[canonical->runner_up].id));
        fprintf(out->file, " (%.2f against %.2f)", canonical->runner_up_score, canonical->score);
    }
    fputc('\n', out->file);
}

static void write_links(const Output *out, const char *label, const uint32_t *steps, uint32_t count,
                        char *const *names)
{
    if (count == 0)
        return;
    fprintf(out->file, "- %s", label);
    for (uint32_t i = 0; i < count; i++) {
        const char *name = names != NULL ? names[steps[i]] : NULL;
        fprintf(out->file, name != NULL ? "%s [%u](%s)" : "%s %u", i > 0 ? "," : "", steps[i] + 1, name);
    }
    fputc('\n', out->file);
}

static void write_facts(const Output *out, const Program *program, const Step *step)
{
    fprintf(out->file, "- priority %s; risk %s", priority_name(step->priority), risk_name(step->risk));
    if (step->risk_reason != 0) {
        fputs(": ", out->file);
        markdown_put(out, program_text(program, step->risk_reason));
    }
    fprintf(out->file, "; effort %.1f; area ", step->effort);
    markdown_put(out, program_text(program, step->area));
    fprintf(out->file, "\n- **%s**", step_how_name(step->how));
    if (step->by_hand != 0 || step->condition != 0) {
        fputs(": ", out->file);
        markdown_put(out, program_text(program, step->by_hand != 0 ? step->by_hand : step->condition));
    }
    fputc('\n', out->file);
}

static void write_warnings(const Output *out, const Program *program, const Step *step)
{
    if (step->cycle != 0) {
        fputs("- **would close a load cycle:** ", out->file);
        markdown_code(out, program_text(program, step->cycle));
        fputc('\n', out->file);
    }
    for (uint32_t i = 0; i < step->n_hazards; i++) {
        fputs("- hazard: ", out->file);
        markdown_put(out, program_text(program, step->hazards[i]));
        fputc('\n', out->file);
    }
}

void plan_step_write(const Output *out, const Analysis *analysis, const Plan *plan, uint32_t index,
                     uint32_t level, char *const *names)
{
    const Program *program = analysis->program;
    const Step *step = &plan->steps[index];
    fprintf(out->file, "\n%.*s %u. ", (int)level, "######", index + 1);
    markdown_put(out, program_text(program, step->title));
    fprintf(out->file, "\n\n- [ ] done (%s)\n", program_text(program, step->id));
    write_facts(out, program, step);
    write_reasons(out, analysis, step);
    write_links(out, "after step", step->after, step->n_after, names);
    write_links(out, "in a circle with what waits for this one: together with step", step->circle,
                step->n_circle, names);
    write_warnings(out, program, step);
    write_definitions(out, program, step);
    write_table(out, program, step);
    write_merges(out, program, step);
    write_imports(out, program, step);
    write_strings(out, program, step);
}
