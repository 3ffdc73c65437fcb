/* The findings as one JSON document (docs/export.md): a summary, then groups, findings, import paths
 * and files not read in full, each element on a line of its own so that two runs diff well. */
#include "report/formats.h"
#include "report/json_text.h"
#include "report/records.h"
#include "report/scope.h"

static json_t *file_counts(const Output *out, const Analysis *analysis)
{
    json_t *files = json_object();
    json_object_set_new(files, "listed", json_integer(analysis->n_listed));
    json_object_set_new(files, "asked", json_integer(scope_count_asked(analysis->program)));
    json_object_set_new(files, "parsed", json_integer(analysis->n_parsed));
    json_object_set_new(files, "degraded", json_integer(analysis->n_degraded));
    json_object_set_new(files, "unreadable", json_integer(analysis->n_unreadable));
    json_object_set_new(files, "extensions", json_integer(analysis->n_extensions));
    json_object_set_new(files, "ignored", json_integer(out->scope != NULL ? out->scope->n_ignored : 0));
    json_object_set_new(files, "lines", json_integer((json_int_t)analysis->n_lines));
    json_object_set_new(files, "bytes", json_integer((json_int_t)analysis->n_bytes));
    return files;
}

static json_t *verdict_counts(const Output *out, const Analysis *analysis)
{
    uint32_t counts[VERDICT_COUNT] = {0};
    for (uint32_t i = 0; i < analysis->detection->n_groups; i++) {
        const Group *group = &analysis->detection->groups[i];
        if (!group->suppressed && scope_has_group(out->scope, analysis->program, group))
            counts[group->verdict]++;
    }
    json_t *object = json_object();
    for (uint32_t verdict = 0; verdict < VERDICT_COUNT; verdict++)
        json_object_set_new(object, verdict_name(verdict), json_integer(counts[verdict]));
    return object;
}

static json_t *rule_counts(const Output *out, const Analysis *analysis, uint32_t *suppressed)
{
    uint32_t counts[RULE_COUNT] = {0};
    *suppressed = 0;
    for (uint32_t i = 0; i < analysis->detection->n_findings; i++) {
        const Finding *finding = &analysis->detection->findings[i];
        if (!scope_has_finding(out->scope, analysis, finding))
            continue;
        finding->suppressed ? (*suppressed)++ : counts[finding->rule]++;
    }
    json_t *object = json_object();
    for (uint32_t rule = 0; rule < RULE_COUNT; rule++)
        json_object_set_new(object, rule_get(rule)->slug, json_integer(counts[rule]));
    return object;
}

static json_t *kind_counts(const Program *program)
{
    uint32_t counts[KIND_COUNT] = {0};
    for (uint32_t i = 0; i < program->n_definitions; i++)
        counts[program->definitions[i].kind]++;
    json_t *object = json_object();
    for (uint32_t kind = 0; kind < KIND_COUNT; kind++)
        json_object_set_new(object, definition_kind_name(kind), json_integer(counts[kind]));
    return object;
}

static void write_summary(const Output *out, const Analysis *analysis, RecordList *list)
{
    uint32_t suppressed;
    json_t *rules = rule_counts(out, analysis, &suppressed);
    list_member(list, out->file, "schema", json_integer(1));
    list_member(list, out->file, "version", json_string(ONEDEF_VERSION));
    if (out->scope != NULL && out->scope->label != NULL)
        list_member(list, out->file, "source", json_text(out->scope->label));
    list_member(list, out->file, "files", file_counts(out, analysis));
    list_member(list, out->file, "modules", json_integer(analysis->program->n_modules));
    list_member(list, out->file, "definitions", kind_counts(analysis->program));
    list_member(list, out->file, "verdicts", verdict_counts(out, analysis));
    list_member(list, out->file, "rules", rules);
    list_member(list, out->file, "suppressed", json_integer(suppressed));
}

static void write_files(const Output *out, const Analysis *analysis, RecordList *list)
{
    const Program *program = analysis->program;
    list_open(list, out->file, "not_read_in_full");
    for (uint32_t i = 0; i < program->n_files; i++) {
        const File *file = &program->files[i];
        if (file->extension || file->status == FILE_PARSED)
            continue;
        json_t *object = json_object(), *issues = json_array();
        json_object_set_new(object, "path", json_sym(program, file->path));
        json_object_set_new(object, "status",
                            json_string(file->status == FILE_DEGRADED ? "degraded" : "unreadable"));
        if (file->reason != 0)
            json_object_set_new(object, "reason", json_sym(program, file->reason));
        for (uint32_t n = 0; file->facts.header != NULL && n < file->facts.n_issues; n++) {
            const FactsIssue *issue = &file->facts.issues[n];
            json_t *entry = json_object();
            json_object_set_new(entry, "line", json_integer(issue->line));
            json_object_set_new(entry, "issue", json_string(report_issue_name(issue->kind)));
            json_array_append_new(issues, entry);
        }
        json_object_set_new(object, "issues", issues);
        list_add(list, object);
    }
    list_close(list);
}

bool scan_write_json(const Output *out, const Analysis *analysis, const Config *config, GError **error)
{
    (void)config;
    const Detection *detection = analysis->detection;
    RecordList list = {0};
    fputs("{\n", out->file);
    write_summary(out, analysis, &list);
    list_open(&list, out->file, "groups");
    for (uint32_t i = 0; i < detection->n_groups; i++)
        if (scope_has_group(out->scope, analysis->program, &detection->groups[i]))
            list_add(&list, record_group(analysis->program, &detection->groups[i]));
    list_close(&list);
    fputs(",\n", out->file);
    list_open(&list, out->file, "findings");
    for (uint32_t i = 0; i < detection->n_findings; i++)
        if (scope_has_finding(out->scope, analysis, &detection->findings[i]))
            list_add(&list, record_finding(analysis->program, &detection->findings[i], true));
    list_close(&list);
    fputs(",\n", out->file);
    list_open(&list, out->file, "import_paths");
    for (uint32_t i = 0; i < detection->n_fragmentations; i++)
        if (scope_has_fragmentation(out->scope, analysis, &detection->fragmentations[i]))
            list_add(&list, record_fragmentation(analysis->program, &detection->fragmentations[i]));
    list_close(&list);
    fputs(",\n", out->file);
    write_files(out, analysis, &list);
    fputs("\n}\n", out->file);
    return report_finish(out, error);
}

bool scan_write_jsonl(const Output *out, const Analysis *analysis, const Config *config, GError **error)
{
    (void)config;
    for (uint32_t i = 0; i < analysis->detection->n_findings; i++) {
        const Finding *finding = &analysis->detection->findings[i];
        if (finding->suppressed || !scope_has_finding(out->scope, analysis, finding))
            continue;
        if (!json_write_line(out->file, record_finding(analysis->program, finding, false), error))
            return false;
    }
    return report_finish(out, error);
}
