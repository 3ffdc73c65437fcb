/* names.h — the answers to `where NAME` and `explain NAME|CODE`. */
#ifndef ONEDEF_REPORT_NAMES_H
#define ONEDEF_REPORT_NAMES_H

#include "report/report.h"

/* Each writes the answer for all names. The caller has checked that every name means something. */
typedef bool (*NamesWriter)(const Output *out, const Analysis *analysis, const char *const *names, GError **error);

bool where_write_text(const Output *out, const Analysis *analysis, const char *const *names, GError **error);
bool where_write_json(const Output *out, const Analysis *analysis, const char *const *names, GError **error);
bool explain_write_text(const Output *out, const Analysis *analysis, const char *const *names, GError **error);
bool explain_write_json(const Output *out, const Analysis *analysis, const char *const *names, GError **error);

/* The explanation of a rule, wrapped. */
void explain_rule(const Output *out, RuleId rule);
/* One line a rule: code, slug, severity, title. */
void explain_all_rules(const Output *out);

#endif
