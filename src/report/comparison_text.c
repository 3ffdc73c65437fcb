/* Two states compared, for people: on a terminal, and as Markdown for a pull request. */
#include "report/comparison.h"

#include "report/formats.h"
#include "report/markdown.h"
#include "report/scan_text.h"
#include "report/text.h"

#include <string.h>

enum { AREAS_SHOWN = 8, CHANGES_SHOWN = 20, MARKDOWN_SHOWN = 200 };

static const char *const titles[] = {
    [CHANGE_NEW] = "New",
    [CHANGE_GROWN] = "Grown",
    [CHANGE_GONE] = "Gone",
    [CHANGE_SHRUNK] = "Shrunk",
    [CHANGE_MOVED] = "Moved",
    [CHANGE_UNREAD] = "Not known",
    [CHANGE_UNCHANGED] = "Unchanged",
};

static const char *const remarks[] = {
    [CHANGE_NEW] = "",
    [CHANGE_GROWN] = "was there; one copy or module more",
    [CHANGE_GONE] = "",
    [CHANGE_SHRUNK] = "still there; one copy or module less",
    [CHANGE_MOVED] = "the same contents under another path",
    [CHANGE_UNREAD] = "the file could not be read on the other side",
    [CHANGE_UNCHANGED] = "",
};

/* A revision by its first letters. */
typedef struct Label {
    char text[20];
} Label;

static const char *label_of(const Snapshot *snapshot, Label *label)
{
    bool disk = strcmp(snapshot->label, "disk") == 0;

    g_snprintf(label->text, sizeof label->text, "%.*s", disk ? 16 : 12,
               disk ? "the working tree" : snapshot->label);
    return label->text;
}

#define LABEL(snapshot) label_of((snapshot), &(Label){{0}})

/* "12 new, 3 gone, 40 unchanged": what there is none of is left out, new and gone are not. */
static char *summary_of(const ChangeTotal *total)
{
    GString *text = g_string_new(NULL);

    for (uint32_t status = 0; status < CHANGE_COUNT; status++)
        if (total->counts[status] > 0 || status == CHANGE_NEW || status == CHANGE_GONE)
            g_string_append_printf(text, "%s%s %s", text->len > 0 ? ", " : "", NUMBER(total->counts[status]),
                                   change_name(status));
    return g_string_free(text, FALSE);
}

/* --- text --- */

static void say_totals(const Output *out, const char *title, const ChangeTotal *totals, uint32_t count,
                       uint32_t limit)
{
    if (count == 0)
        return;
    text_say(out, STYLE_PLAIN, "\n");
    text_say(out, STYLE_HEAD, "%-26s", title);
    text_say(out, STYLE_DIM, " %7s %7s %7s %7s %7s %9s\n", "before", "after", "new", "gone", "moved",
             "unchanged");
    uint32_t shown = MIN(count, section_limit(out, limit));
    for (uint32_t i = 0; i < shown; i++) {
        const uint32_t *counts = totals[i].counts;
        text_say(out, STYLE_PLAIN, "  ");
        text_cell(out, STYLE_PLAIN, totals[i].key, 24);
        text_say(out, STYLE_PLAIN, " %7s %7s", NUMBER(totals[i].before), NUMBER(totals[i].after));
        uint32_t more = counts[CHANGE_NEW] + counts[CHANGE_GROWN],
                 less = counts[CHANGE_GONE] + counts[CHANGE_SHRUNK];
        text_say(out, more > 0 ? STYLE_BAD : STYLE_PLAIN, " %7s", NUMBER(more));
        text_say(out, less > 0 ? STYLE_GOOD : STYLE_PLAIN, " %7s", NUMBER(less));
        text_say(out, STYLE_PLAIN, " %7s %9s\n", NUMBER(counts[CHANGE_MOVED]),
                 NUMBER(counts[CHANGE_UNCHANGED]));
    }
    section_rest(out, shown, count);
}

static void say_change(const Output *out, const Change *change)
{
    const SnapshotFinding *finding = change_finding(change);

    text_say(out, STYLE_PLAIN, "  ");
    text_say(out, text_severity_style(finding->severity), "%-18s", rule_get(finding->rule)->slug);
    text_say(out, STYLE_PLAIN, " ");
    text_place(out, finding->path, finding->line);
    text_say(out, STYLE_PLAIN, "\n    ");
    text_wrap(out, STYLE_PLAIN, finding->message, 4, 4);
    if (change->before == NULL || change->after == NULL || change->status == CHANGE_UNCHANGED ||
        strcmp(change->before->message, change->after->message) == 0)
        return;
    text_say(out, STYLE_DIM, "    was: ");
    text_wrap(out, STYLE_DIM, change->before->message, 9, 6);
}

static void say_changes(const Output *out, const Comparison *comparison, uint32_t status)
{
    uint32_t total = comparison->all.counts[status], shown = 0, limit = section_limit(out, CHANGES_SHOWN);

    if (total == 0 || (status == CHANGE_UNCHANGED && out->verbose == 0))
        return;
    g_autofree char *title = g_strdup_printf("%s (%s)", titles[status], NUMBER(total));
    section_title(out, title, remarks[status]);
    for (uint32_t i = 0; i < comparison->n_changes && shown < limit; i++)
        if (comparison->changes[i].status == status) {
            say_change(out, &comparison->changes[i]);
            shown++;
        }
    section_rest(out, shown, total);
}

static void say_unreadable(const Output *out, const Snapshot *snapshot)
{
    uint32_t shown = MIN(snapshot->unreadable->len, section_limit(out, AREAS_SHOWN));

    if (snapshot->unreadable->len == 0)
        return;
    g_autofree char *title =
        g_strdup_printf("Not readable in %s (%u)", LABEL(snapshot), snapshot->unreadable->len);
    section_title(out, title, "what stands there is not known");
    for (uint32_t i = 0; i < shown; i++) {
        text_say(out, STYLE_PLAIN, "  ");
        text_put(out, STYLE_PATH, snapshot->unreadable->pdata[i]);
        text_say(out, STYLE_PLAIN, "  ");
        text_put(out, STYLE_DIM, snapshot->reasons->pdata[i]);
        text_say(out, STYLE_PLAIN, "\n");
    }
    section_rest(out, shown, snapshot->unreadable->len);
}

bool comparison_write_text(const Output *out, const Comparison *comparison, GError **error)
{
    const Snapshot *sides[] = {comparison->before, comparison->after};
    g_autofree char *summary = summary_of(&comparison->all);

    for (uint32_t i = 0; i < 2; i++) {
        text_say(out, STYLE_HEAD, i == 0 ? "from " : "  to ");
        text_say(out, STYLE_PLAIN, "%s", LABEL(sides[i]));
        text_say(out, STYLE_DIM, "  %s files, %s lines, %s definitions\n", NUMBER(sides[i]->n_files),
                 NUMBER(sides[i]->n_lines), NUMBER(sides[i]->n_definitions));
    }
    text_say(out, STYLE_HEAD, "\n%s\n", summary);
    say_totals(out, "Rule", comparison->rules, comparison->n_rules, RULE_COUNT);
    say_totals(out, "Area", comparison->areas, comparison->n_areas, AREAS_SHOWN);
    for (uint32_t status = 0; status < CHANGE_COUNT; status++)
        say_changes(out, comparison, status);
    for (uint32_t i = 0; i < 2; i++)
        say_unreadable(out, sides[i]);
    return report_finish(out, error);
}

/* --- Markdown --- */

static void write_totals(const Output *out, const char *title, const ChangeTotal *totals, uint32_t count)
{
    if (count == 0)
        return;
    fprintf(out->file, "\n| %s | before | after |", title);
    for (uint32_t status = 0; status < CHANGE_COUNT; status++)
        fprintf(out->file, " %s |", change_name(status));
    fputs("\n| --- | ---: | ---: |", out->file);
    for (uint32_t status = 0; status < CHANGE_COUNT; status++)
        fputs(" ---: |", out->file);
    fputc('\n', out->file);
    for (uint32_t i = 0; i < count; i++) {
        fputs("| ", out->file);
        markdown_put(out, totals[i].key);
        fprintf(out->file, " | %u | %u |", totals[i].before, totals[i].after);
        for (uint32_t status = 0; status < CHANGE_COUNT; status++)
            fprintf(out->file, " %u |", totals[i].counts[status]);
        fputc('\n', out->file);
    }
}

static void write_changes(const Output *out, const Comparison *comparison, uint32_t status)
{
    uint32_t total = comparison->all.counts[status], shown = 0;

    if (total == 0 || (status == CHANGE_UNCHANGED && out->verbose == 0))
        return;
    fprintf(out->file, "\n## %s (%u)\n\n", titles[status], total);
    if (*remarks[status] != '\0')
        fprintf(out->file, "%s.\n\n", remarks[status]);
    for (uint32_t i = 0; i < comparison->n_changes; i++) {
        const SnapshotFinding *finding = change_finding(&comparison->changes[i]);
        if (comparison->changes[i].status != status || (out->verbose == 0 && shown == MARKDOWN_SHOWN))
            continue;
        shown++;
        fprintf(out->file, "- %s ", rule_get(finding->rule)->slug);
        markdown_place(out, finding->path, finding->line);
        fputs(" ", out->file);
        markdown_put(out, finding->message);
        fputc('\n', out->file);
    }
    if (shown < total)
        fprintf(out->file, "\n… and %u more (`-v` lists all).\n", total - shown);
}

static void write_unreadable(const Output *out, const Snapshot *snapshot)
{
    if (snapshot->unreadable->len == 0)
        return;
    fprintf(out->file, "\n## Not readable in %s (%u)\n\n", LABEL(snapshot), snapshot->unreadable->len);
    for (uint32_t i = 0; i < snapshot->unreadable->len; i++) {
        fputs("- ", out->file);
        markdown_code(out, snapshot->unreadable->pdata[i]);
        fputs(" ", out->file);
        markdown_put(out, snapshot->reasons->pdata[i]);
        fputc('\n', out->file);
    }
}

bool comparison_write_markdown(const Output *out, const Comparison *comparison, GError **error)
{
    g_autofree char *summary = summary_of(&comparison->all);

    fprintf(out->file, "# Findings from %s to %s\n\n%s.\n", LABEL(comparison->before),
            LABEL(comparison->after), summary);
    write_totals(out, "rule", comparison->rules, comparison->n_rules);
    write_totals(out, "area", comparison->areas, comparison->n_areas);
    for (uint32_t status = 0; status < CHANGE_COUNT; status++)
        write_changes(out, comparison, status);
    write_unreadable(out, comparison->before);
    write_unreadable(out, comparison->after);
    return report_finish(out, error);
}
