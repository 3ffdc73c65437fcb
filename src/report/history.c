#include "report/history.h"

#include <string.h>
#include <time.h>

#include "report/escape.h"
#include "report/formats.h"
#include "report/json_text.h"
#include "report/records.h"
#include "report/text.h"

void history_fill(HistoryPoint *point, const Snapshot *snapshot)
{
    memcpy(point->verdicts, snapshot->verdicts, sizeof point->verdicts);
    memcpy(point->rules, snapshot->rules, sizeof point->rules);
    point->n_files = snapshot->n_files;
    point->n_degraded = snapshot->n_degraded;
    point->n_unreadable = snapshot->unreadable->len;
    point->n_definitions = snapshot->n_definitions;
    point->n_modules = snapshot->n_modules;
    point->n_lines = snapshot->n_lines;
}

void history_clear(History *history)
{
    for (uint32_t i = 0; i < history->n_points; i++) {
        g_free(history->points[i].id);
        g_free(history->points[i].subject);
        g_free(history->points[i].error);
    }
    g_free(history->points);
    *history = (History){0};
}

const HistoryFormat history_formats[] = {
    {"text", history_write_text},
    {"csv", history_write_csv},
    {"json", history_write_json},
    {"svg", history_write_svg},
    {NULL, NULL},
};

/* Column — one number of a point, in the table and in CSV. */
typedef struct Column {
    const char *name, *head; /* CSV; table, NULL: not there */
    bool verdict;
    uint32_t index; /* Verdict or RuleId */
} Column;

static const Column columns[] = {
    {"duplicate", "dupl", true, VERDICT_DUPLICATE},
    {"diverged", "diverg", true, VERDICT_DIVERGED},
    {"renamed", NULL, true, VERDICT_RENAMED},
    {"hollow", NULL, true, VERDICT_HOLLOW},
    {"split_name", "split", false, RULE_SPLIT_NAME},
    {"fragmented_import", "fragm", false, RULE_FRAGMENTED_IMPORT},
    {"shim", NULL, false, RULE_SHIM},
    {"dead_shim", NULL, false, RULE_DEAD_SHIM},
    {"broken_import", "broken", false, RULE_BROKEN_IMPORT},
    {"import_cycle", "cycles", false, RULE_IMPORT_CYCLE},
};

static uint32_t value_of(const HistoryPoint *point, const Column *column)
{
    return column->verdict ? point->verdicts[column->index] : point->rules[column->index];
}

/* Dates are UTC, so that a table does not depend on where it is made. */
static void date_text(int64_t seconds, const char *format, char *text, size_t size)
{
    time_t value = (time_t)seconds;
    struct tm parts;

    if (gmtime_r(&value, &parts) == NULL || strftime(text, size, format, &parts) == 0)
        g_strlcpy(text, "?", size);
}

static void say_point(const Output *out, const HistoryPoint *point)
{
    char date[32];

    date_text(point->time, "%Y-%m-%d", date, sizeof date);
    text_say(out, STYLE_PLAIN, "%s  %.9s", date, point->id);
    if (point->error != NULL) {
        text_say(out, STYLE_BAD, "  not read: ");
        text_put(out, STYLE_PLAIN, point->error);
        text_say(out, STYLE_PLAIN, "\n");
        return;
    }
    text_say(out, STYLE_PLAIN, " %7s", NUMBER(point->n_files));
    for (uint32_t c = 0; c < G_N_ELEMENTS(columns); c++)
        if (columns[c].head != NULL)
            text_say(out, STYLE_PLAIN, " %6s", NUMBER(value_of(point, &columns[c])));
    if (point->n_unreadable > 0)
        text_say(out, STYLE_WARN, "  %s unreadable", NUMBER(point->n_unreadable));
    text_say(out, STYLE_PLAIN, "\n");
}

bool history_write_text(const Output *out, const History *history, GError **error)
{
    text_say(out, STYLE_HEAD, "%s of %s commits", NUMBER(history->n_points), NUMBER(history->n_commits));
    if (history->every > 1)
        text_say(out, STYLE_DIM, ", every %uth", history->every);
    text_say(out, STYLE_DIM, "%s\n\n", history->cut ? "; older ones are not in this repository" : "");
    text_say(out, STYLE_DIM, "date        commit      files");
    for (uint32_t c = 0; c < G_N_ELEMENTS(columns); c++)
        if (columns[c].head != NULL)
            text_say(out, STYLE_DIM, " %6s", columns[c].head);
    text_say(out, STYLE_PLAIN, "\n");
    for (uint32_t i = 0; i < history->n_points; i++)
        say_point(out, &history->points[i]);
    return report_finish(out, error);
}

bool history_write_csv(const Output *out, const History *history, GError **error)
{
    FILE *file = out->file;

    fputs("date,revision,files,lines,modules,definitions,degraded,unreadable", file);
    for (uint32_t c = 0; c < G_N_ELEMENTS(columns); c++)
        fprintf(file, ",%s", columns[c].name);
    fputs(",subject,error\r\n", file);
    for (uint32_t i = 0; i < history->n_points; i++) {
        const HistoryPoint *point = &history->points[i];
        char date[32];
        date_text(point->time, "%Y-%m-%dT%H:%M:%SZ", date, sizeof date);
        fprintf(file, "%s,%s,%u,%" G_GUINT64_FORMAT ",%u,%u,%u,%u", date, point->id, point->n_files,
                point->n_lines, point->n_modules, point->n_definitions, point->n_degraded,
                point->n_unreadable);
        for (uint32_t c = 0; c < G_N_ELEMENTS(columns); c++)
            fprintf(file, ",%u", value_of(point, &columns[c]));
        g_autofree char *subject = escape_csv(point->subject);
        g_autofree char *reason = escape_csv(point->error != NULL ? point->error : "");
        fprintf(file, ",%s,%s\r\n", subject, reason);
    }
    return report_finish(out, error);
}

static json_t *point_object(const HistoryPoint *point)
{
    json_t *object = json_object(), *verdicts = json_object(), *rules = json_object();
    char date[32];

    date_text(point->time, "%Y-%m-%dT%H:%M:%SZ", date, sizeof date);
    json_object_set_new(object, "revision", json_text(point->id));
    json_object_set_new(object, "date", json_string(date));
    json_object_set_new(object, "subject", json_text(point->subject));
    json_object_set_new(object, "error", point->error != NULL ? json_text(point->error) : json_null());
    json_object_set_new(object, "files", json_integer(point->n_files));
    json_object_set_new(object, "lines", json_integer((json_int_t)point->n_lines));
    json_object_set_new(object, "modules", json_integer(point->n_modules));
    json_object_set_new(object, "definitions", json_integer(point->n_definitions));
    json_object_set_new(object, "degraded", json_integer(point->n_degraded));
    json_object_set_new(object, "unreadable", json_integer(point->n_unreadable));
    for (uint32_t verdict = 0; verdict < VERDICT_COUNT; verdict++)
        json_object_set_new(verdicts, verdict_name(verdict), json_integer(point->verdicts[verdict]));
    for (uint32_t rule = 0; rule < RULE_COUNT; rule++)
        json_object_set_new(rules, rule_get(rule)->slug, json_integer(point->rules[rule]));
    json_object_set_new(object, "verdicts", verdicts);
    json_object_set_new(object, "rules", rules);
    return object;
}

bool history_write_json(const Output *out, const History *history, GError **error)
{
    RecordList list = {0};

    fputs("{\n", out->file);
    list_member(&list, out->file, "schema", json_integer(1));
    list_member(&list, out->file, "version", json_string(ONEDEF_VERSION));
    list_member(&list, out->file, "commits", json_integer(history->n_commits));
    list_member(&list, out->file, "every", json_integer(history->every));
    list_member(&list, out->file, "cut", json_boolean(history->cut));
    list_open(&list, out->file, "points");
    for (uint32_t i = 0; i < history->n_points; i++)
        list_add(&list, point_object(&history->points[i]));
    list_close(&list);
    fputs("\n}\n", out->file);
    return report_finish(out, error);
}
