/* Two states compared, for programs: JSON, a finding a line; CSV, a finding a row. All findings, the
 * unchanged ones too. */
#include "report/comparison.h"

#include "report/escape.h"
#include "report/formats.h"
#include "report/json_text.h"
#include "report/records.h"

json_t *snapshot_record(const Snapshot *snapshot)
{
    json_t *object = json_object(), *unreadable = json_array();

    json_object_set_new(object, "revision", json_text(snapshot->label));
    json_object_set_new(object, "files", json_integer(snapshot->n_files));
    json_object_set_new(object, "lines", json_integer((json_int_t)snapshot->n_lines));
    json_object_set_new(object, "modules", json_integer(snapshot->n_modules));
    json_object_set_new(object, "definitions", json_integer(snapshot->n_definitions));
    json_object_set_new(object, "degraded", json_integer(snapshot->n_degraded));
    for (uint32_t i = 0; i < snapshot->unreadable->len; i++) {
        json_t *file = json_object();
        json_object_set_new(file, "path", json_text(snapshot->unreadable->pdata[i]));
        json_object_set_new(file, "reason", json_text(snapshot->reasons->pdata[i]));
        json_array_append_new(unreadable, file);
    }
    json_object_set_new(object, "unreadable", unreadable);
    return object;
}

static json_t *total_object(const ChangeTotal *total, const char *key)
{
    json_t *object = json_object();

    if (key != NULL)
        json_object_set_new(object, key, json_text(total->key));
    json_object_set_new(object, "before", json_integer(total->before));
    json_object_set_new(object, "after", json_integer(total->after));
    for (uint32_t status = 0; status < CHANGE_COUNT; status++)
        json_object_set_new(object, change_name(status), json_integer(total->counts[status]));
    return object;
}

static json_t *total_array(const ChangeTotal *totals, uint32_t count, const char *key)
{
    json_t *array = json_array();

    for (uint32_t i = 0; i < count; i++)
        json_array_append_new(array, total_object(&totals[i], key));
    return array;
}

static json_t *place_object(const SnapshotFinding *finding)
{
    json_t *object = json_object();

    json_object_set_new(object, "id", json_text(finding->id));
    json_object_set_new(object, "path", json_text(finding->path));
    json_object_set_new(object, "line", json_integer(finding->line));
    json_object_set_new(object, "message", json_text(finding->message));
    return object;
}

static json_t *change_object(const Change *change)
{
    const SnapshotFinding *finding = change_finding(change);
    json_t *object = json_object();

    json_object_set_new(object, "status", json_string(change_name(change->status)));
    json_object_set_new(object, "rule", json_string(rule_get(finding->rule)->slug));
    json_object_set_new(object, "severity", json_string(severity_name(finding->severity)));
    json_object_set_new(object, "area", json_text(finding->area));
    json_object_set_new(object, "before",
                        change->before != NULL ? place_object(change->before) : json_null());
    json_object_set_new(object, "after", change->after != NULL ? place_object(change->after) : json_null());
    return object;
}

bool comparison_write_json(const Output *out, const Comparison *comparison, GError **error)
{
    RecordList list = {0};

    fputs("{\n", out->file);
    list_member(&list, out->file, "schema", json_integer(1));
    list_member(&list, out->file, "version", json_string(ONEDEF_VERSION));
    list_member(&list, out->file, "before", snapshot_record(comparison->before));
    list_member(&list, out->file, "after", snapshot_record(comparison->after));
    list_member(&list, out->file, "totals", total_object(&comparison->all, NULL));
    list_member(&list, out->file, "areas", total_array(comparison->areas, comparison->n_areas, "area"));
    list_member(&list, out->file, "rules", total_array(comparison->rules, comparison->n_rules, "rule"));
    list_open(&list, out->file, "findings");
    for (uint32_t i = 0; i < comparison->n_changes; i++)
        list_add(&list, change_object(&comparison->changes[i]));
    list_close(&list);
    fputs("\n}\n", out->file);
    return report_finish(out, error);
}

static void put_field(FILE *file, const char *text, const char *end)
{
    g_autofree char *field = escape_csv(text);

    fputs(field, file);
    fputs(end, file);
}

bool comparison_write_csv(const Output *out, const Comparison *comparison, GError **error)
{
    FILE *file = out->file;

    fputs("status,rule,severity,area,path,line,id,message\r\n", file);
    for (uint32_t i = 0; i < comparison->n_changes; i++) {
        const Change *change = &comparison->changes[i];
        const SnapshotFinding *finding = change_finding(change);
        put_field(file, change_name(change->status), ",");
        put_field(file, rule_get(finding->rule)->slug, ",");
        put_field(file, severity_name(finding->severity), ",");
        put_field(file, finding->area, ",");
        put_field(file, finding->path, ",");
        fprintf(file, "%u,", finding->line);
        put_field(file, finding->id, ",");
        put_field(file, finding->message, "\r\n");
    }
    return report_finish(out, error);
}
