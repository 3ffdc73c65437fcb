/* snapshot.h — what one analysed state of a project showed, kept after the analysis itself is gone, so
 * that two states can be compared and many can stand in a row. */
#ifndef ONEDEF_REPORT_SNAPSHOT_H
#define ONEDEF_REPORT_SNAPSHOT_H

#include "report/scope.h"

/* SnapshotFinding — one reported, unsuppressed finding. All texts owned. */
typedef struct SnapshotFinding {
    char *id, *path, *message, *area;
    uint8_t rule, severity;
    uint32_t line;
    char **subjects;  /* sorted, NULL-terminated */
    uint64_t content; /* of what it is about, without names of modules and paths: the same after a move */
} SnapshotFinding;

typedef struct Snapshot {
    char *label; /* "disk" or the full id of the revision */
    SnapshotFinding *findings; /* sorted by path, line, rule, id */
    uint32_t n_findings;
    uint32_t verdicts[VERDICT_COUNT]; /* groups */
    uint32_t rules[RULE_COUNT];       /* findings */
    uint32_t n_files, n_degraded, n_definitions, n_modules;
    uint64_t n_lines;
    GPtrArray *unreadable; /* char*: paths that could not be read (absent objects), sorted */
    GPtrArray *reasons;    /* char*: why, one for each */
} Snapshot;

Snapshot *snapshot_new(const Analysis *analysis, const ReportScope *scope);
void snapshot_free(Snapshot *snapshot);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Snapshot, snapshot_free)
bool snapshot_cannot_read(const Snapshot *snapshot, const char *path);

#endif
