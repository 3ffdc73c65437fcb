/* scope.h — what of an analysis is reported.
 *
 * What is indexed is the whole project; what is reported is what lies below the PATH arguments and
 * passes --only, --role, --rule, --min-severity and --name. Every writer asks here, so that all formats and the
 * gate agree. A NULL scope reports everything. */
#ifndef ONEDEF_REPORT_SCOPE_H
#define ONEDEF_REPORT_SCOPE_H

#include "report/report.h"

struct ReportScope {
    const char *root;        /* project root, for the summary; may be NULL */
    const char *label;       /* "disk" or the revision; may be NULL */
    uint32_t n_ignored;      /* files left out by ignore rules */
    const char *const *only; /* path globs, NULL-terminated; NULL = all */
    const char *name;        /* glob on names and ids; NULL = all */
    bool rules[RULE_COUNT];  /* which rules; all false = all */
    bool roles[ROLE_COUNT];  /* roles of files; all false = all */
    int min_severity;        /* Severity */
};

bool scope_has_file(const ReportScope *scope, const Program *program, const File *file);
/* Any member that takes part in the verdict lies in a reported file (any member, when none does). */
bool scope_has_group(const ReportScope *scope, const Program *program, const Group *group);
bool scope_has_finding(const ReportScope *scope, const Analysis *analysis, const Finding *finding);
/* Its definition lies in a reported file, or one of the imports does. */
bool scope_has_fragmentation(const ReportScope *scope, const Analysis *analysis, const Fragmentation *fragmentation);
/* The file at a path (by binary search), or NULL. */
const File *scope_find_file(const Program *program, Sym path);
/* Files below the PATH arguments (--only and --role aside): what a report of a part of a project is about. */
uint32_t scope_count_asked(const Program *program);
/* Number of reported, unsuppressed findings of at least `severity`. */
uint32_t scope_count_findings(const ReportScope *scope, const Analysis *analysis, int severity);

/* The member roles that count as production code of the project, and the same for a finding's file. */
bool scope_is_production(const Program *program, Sym path);

#endif
