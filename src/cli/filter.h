/* filter.h — --rule, --role, --min-severity: options that narrow what is reported, for several commands. */
#ifndef ONEDEF_CLI_FILTER_H
#define ONEDEF_CLI_FILTER_H

#include "report/scope.h"

/* What the user wrote; NULL where nothing. */
typedef struct Filter {
    char **rules, **roles;
    char *min_severity, *name;
} Filter;

/* Reads them into `asked`; false after a message. */
bool filter_read(const Filter *filter, ReportScope *asked);
/* Carries what was asked over to the scope of a session. */
void filter_apply(const ReportScope *asked, ReportScope *scope);
/* A severity word; *severity untouched for NULL. False after a message. */
bool filter_severity(const char *option, const char *word, int *severity);

#endif
