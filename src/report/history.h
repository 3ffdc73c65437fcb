/* history.h — many revisions in a row: what was counted in each, as a table, for programs, or as a chart. */
#ifndef ONEDEF_REPORT_HISTORY_H
#define ONEDEF_REPORT_HISTORY_H

#include "report/snapshot.h"

/* HistoryPoint — one revision. */
typedef struct HistoryPoint {
    char *id, *subject; /* owned */
    int64_t time;       /* of the commit, seconds since the epoch */
    char *error;        /* why it could not be read; NULL: the counts hold. Owned */
    uint32_t verdicts[VERDICT_COUNT], rules[RULE_COUNT];
    uint32_t n_files, n_degraded, n_unreadable, n_definitions, n_modules;
    uint64_t n_lines;
} HistoryPoint;

typedef struct History {
    HistoryPoint *points; /* oldest first */
    uint32_t n_points;
    uint32_t n_commits, every; /* on the line; every so many of them were read */
    bool cut;                  /* older ones are not in the repository */
} History;

/* Copies the counts. */
void history_fill(HistoryPoint *point, const Snapshot *snapshot);
void history_clear(History *history);

typedef bool (*HistoryWriter)(const Output *out, const History *history, GError **error);
typedef struct HistoryFormat { const char *name; HistoryWriter write; } HistoryFormat;
extern const HistoryFormat history_formats[]; /* ends with a NULL name: text, csv, json, svg */

bool history_write_text(const Output *out, const History *history, GError **error);
bool history_write_csv(const Output *out, const History *history, GError **error);
bool history_write_json(const Output *out, const History *history, GError **error);
bool history_write_svg(const Output *out, const History *history, GError **error);

#endif
