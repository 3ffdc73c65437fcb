/* comparison.h — two snapshots compared: which findings are gone, new, or still there.
 *
 * Findings are matched by id, which holds no line numbers. What is left is matched by content (`moved`: the
 * same classes under another path), then, for findings about several subjects, by what they share (`shrunk`,
 * `grown`: one copy less or more). A finding in a file that the other state could not read is `unread`, neither
 * gone nor new. */
#ifndef ONEDEF_REPORT_COMPARISON_H
#define ONEDEF_REPORT_COMPARISON_H

#include "report/snapshot.h"

typedef enum ChangeStatus {
    CHANGE_NEW, CHANGE_GROWN, CHANGE_GONE, CHANGE_SHRUNK, CHANGE_MOVED, CHANGE_UNREAD, CHANGE_UNCHANGED, CHANGE_COUNT
} ChangeStatus;

/* Change — `before` is NULL for what is new, `after` for what is gone. */
typedef struct Change {
    const SnapshotFinding *before, *after;
    uint8_t status;
} Change;

/* ChangeTotal — of one area or rule. */
typedef struct ChangeTotal {
    const char *key; /* a finding's, or static */
    uint32_t before, after, counts[CHANGE_COUNT];
} ChangeTotal;

typedef struct Comparison {
    const Snapshot *before, *after; /* the caller's; must outlive this */
    Change *changes; /* by status, then path, line, rule, id */
    uint32_t n_changes;
    ChangeTotal all;
    ChangeTotal *areas, *rules; /* areas by changes, most first; rules in their order, those with findings */
    uint32_t n_areas, n_rules;
} Comparison;

Comparison *comparison_new(const Snapshot *before, const Snapshot *after);
void comparison_free(Comparison *comparison);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Comparison, comparison_free)

/* Counts and unreadable files as a JSON object (new reference). */
typedef struct json_t json_t;
json_t *snapshot_record(const Snapshot *snapshot);

const char *change_name(ChangeStatus status);
static inline const SnapshotFinding *change_finding(const Change *change) { return change->after != NULL ? change->after : change->before; }

typedef bool (*ComparisonWriter)(const Output *out, const Comparison *comparison, GError **error);
typedef struct ComparisonFormat { const char *name; ComparisonWriter write; } ComparisonFormat;
extern const ComparisonFormat comparison_formats[]; /* ends with a NULL name: text, markdown, json, csv */

bool comparison_write_text(const Output *out, const Comparison *comparison, GError **error);
bool comparison_write_markdown(const Output *out, const Comparison *comparison, GError **error);
bool comparison_write_json(const Output *out, const Comparison *comparison, GError **error);
bool comparison_write_csv(const Output *out, const Comparison *comparison, GError **error);

#endif
