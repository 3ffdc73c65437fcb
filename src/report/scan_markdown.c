/* The findings as Markdown: for a review, an issue or a wiki page. Complete for work (groups with
 * their differences), cut at a stated number for long lists. */
#include "report/formats.h"

#include "report/imports.h"
#include "report/markdown.h"
#include "report/ranking.h"
#include "report/scope.h"
#include "report/text.h"

enum { ROWS_SHOWN = 40, LIST_SHOWN = 100, VALUE_CUT = 100 };

static void write_summary(const Output *out, const Analysis *analysis)
{
    FILE *file = out->file;
    uint32_t verdicts[VERDICT_COUNT] = {0}, rules[RULE_COUNT] = {0}, production[RULE_COUNT] = {0};
    const Detection *detection = analysis->detection;
    fputs("# Definitions of this codebase\n\n", file);
    uint32_t asked = scope_count_asked(analysis->program);
    if (asked < analysis->n_listed)
        fprintf(file, "About %s of the project's %s files, which are all read for it.\n\n", NUMBER(asked),
                NUMBER(analysis->n_listed));
    fprintf(file, "%s files (%s lines): %s parsed, %s parsed in part, %s unreadable",
            NUMBER(analysis->n_listed), NUMBER(analysis->n_lines), NUMBER(analysis->n_parsed),
            NUMBER(analysis->n_degraded), NUMBER(analysis->n_unreadable));
    if (analysis->n_extensions > 0)
        fprintf(file, ", %s extension modules", NUMBER(analysis->n_extensions));
    fprintf(file, "; %s ignored.\n\n", NUMBER(out->scope != NULL ? out->scope->n_ignored : 0));
    for (uint32_t i = 0; i < detection->n_groups; i++)
        if (!detection->groups[i].suppressed &&
            scope_has_group(out->scope, analysis->program, &detection->groups[i]))
            verdicts[detection->groups[i].verdict]++;
    for (uint32_t i = 0; i < detection->n_findings; i++) {
        const Finding *finding = &detection->findings[i];
        if (finding->suppressed || !scope_has_finding(out->scope, analysis, finding))
            continue;
        rules[finding->rule]++;
        production[finding->rule] += scope_is_production(analysis->program, finding->path);
    }
    fputs("| groups | verdict | action |\n| ---: | --- | --- |\n", file);
    for (uint32_t i = 0; i < VERDICT_COUNT; i++)
        if (verdicts[i] > 0 || verdict_is_work(i))
            fprintf(file, "| %u | %s | %s |\n", verdicts[i], verdict_name(i), verdict_action(i));
    fputs("\n| findings | in production | rule | code | meaning |\n| ---: | ---: | --- | --- | --- |\n",
          file);
    for (uint32_t i = 0; i < RULE_COUNT; i++)
        if (rules[i] > 0)
            fprintf(file, "| %u | %u | %s | %s | %s |\n", rules[i], production[i], rule_get(i)->slug,
                    rule_get(i)->code, rule_get(i)->title);
}

static void write_rows(const Output *out, const Program *program, const Group *group, uint32_t columns)
{
    uint32_t shown = 0, different = 0;
    for (uint32_t i = 0; i < group->n_rows; i++)
        different += group->rows[i].kind != DIFFERENCE_SAME;
    if (different == 0 || columns > 6)
        return;
    fputs("\n| member |", out->file);
    for (uint32_t c = 0; c < columns; c++)
        fprintf(out->file, " %c |", 'A' + (int)c);
    fputs("\n| --- |", out->file);
    for (uint32_t c = 0; c < columns; c++)
        fputs(" --- |", out->file);
    fputc('\n', out->file);
    for (uint32_t i = 0; i < group->n_rows && shown < ROWS_SHOWN; i++) {
        const DifferenceRow *row = &group->rows[i];
        if (row->kind == DIFFERENCE_SAME)
            continue;
        shown++;
        fputs("| ", out->file);
        markdown_code(out, program_text(program, row->member));
        for (uint32_t c = 0; c < columns; c++) {
            fputs(" | ", out->file);
            markdown_code_cut(out, program_text(program, row->texts[c]), VALUE_CUT);
        }
        fputs(" |\n", out->file);
    }
    if (shown < different)
        fprintf(out->file, "\n… and %u more members that differ.\n", different - shown);
}

static void write_group(const Output *out, const Analysis *analysis, const Group *group)
{
    const Program *program = analysis->program;
    uint32_t columns = 0;
    fputs("\n### ", out->file);
    markdown_put(out, program_text(program, group->name));
    fprintf(out->file, " — %s", verdict_name(group->verdict));
    if (group->verdict == VERDICT_DIVERGED)
        fprintf(out->file, " (%u %% alike)", (uint32_t)(group->similarity * 100.0));
    fputs("\n\n", out->file);
    if (group->summary != 0) {
        markdown_put(out, program_text(program, group->summary));
        fputs("\n\n", out->file);
    }
    for (uint32_t i = 0; i < group->n_members; i++) {
        const GroupMember *member = &group->members[i];
        const Definition *definition = &program->definitions[member->definition];
        const File *file = program_definition_file(program, member->definition);
        if (member->contest)
            fprintf(out->file, "- %c: ", columns < 26 ? 'A' + (int)columns : '+');
        else
            fprintf(out->file, "- %s: ", member_role_name(member->role));
        columns += member->contest;
        markdown_place(out, file != NULL ? program_text(program, file->path) : "", definition->line);
        fputs(group->canonical.definition == member->definition ? " **keep**\n" : "\n", out->file);
    }
    if (group->canonical.definition == ID_NONE)
        fputs("- canonical home: undecided\n", out->file);
    if (group->canonical.reason != 0) {
        fputs("\nCanonical: ", out->file);
        markdown_put(out, program_text(program, group->canonical.reason));
        fputc('\n', out->file);
    }
    write_rows(out, program, group, columns);
}

static void write_groups(const Output *out, const Analysis *analysis)
{
    bool first = true;
    for (uint32_t i = 0; i < analysis->detection->n_groups; i++) {
        const Group *group = &analysis->detection->groups[i];
        if (!verdict_is_work(group->verdict) || group->suppressed ||
            !scope_has_group(out->scope, analysis->program, group))
            continue;
        if (first)
            fputs("\n## Groups to work on\n", out->file);
        first = false;
        write_group(out, analysis, group);
    }
}

static void write_rule(const Output *out, const Analysis *analysis, RuleId rule)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < analysis->detection->n_findings; i++) {
        const Finding *finding = &analysis->detection->findings[i];
        if (finding->rule != rule || finding->suppressed || finding->group != ID_NONE ||
            !scope_has_finding(out->scope, analysis, finding))
            continue;
        if (count++ == 0)
            fprintf(out->file, "\n## %s (%s): %s\n\n", rule_get(rule)->slug, rule_get(rule)->code,
                    rule_get(rule)->title);
        if (count > LIST_SHOWN && out->verbose == 0)
            continue;
        fputs("- ", out->file);
        markdown_place(out, program_text(analysis->program, finding->path), finding->line);
        fputs(" ", out->file);
        markdown_put(out, program_text(analysis->program, finding->message));
        fputc('\n', out->file);
    }
    if (count > LIST_SHOWN && out->verbose == 0)
        fprintf(out->file, "\n… and %u more (`-v` lists all).\n", count - LIST_SHOWN);
}

bool scan_write_markdown(const Output *out, const Analysis *analysis, const Config *config, GError **error)
{
    (void)config;
    write_summary(out, analysis);
    write_groups(out, analysis);
    for (uint32_t rule = 0; rule < RULE_COUNT; rule++)
        write_rule(out, analysis, rule);
    return report_finish(out, error);
}
