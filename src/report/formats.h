/* formats.h — the writers behind the tables of report.h. */
#ifndef ONEDEF_REPORT_FORMATS_H
#define ONEDEF_REPORT_FORMATS_H

#include "report/report.h"

bool scan_write_text(const Output *out, const Analysis *analysis, const Config *config, GError **error);
bool scan_write_json(const Output *out, const Analysis *analysis, const Config *config, GError **error);
bool scan_write_markdown(const Output *out, const Analysis *analysis, const Config *config, GError **error);
bool scan_write_jsonl(const Output *out, const Analysis *analysis, const Config *config, GError **error);

bool plan_write_text(const Output *out, const Analysis *analysis, const Plan *plan, const Config *config, GError **error);
bool plan_write_markdown(const Output *out, const Analysis *analysis, const Plan *plan, const Config *config, GError **error);
bool plan_write_json(const Output *out, const Analysis *analysis, const Plan *plan, const Config *config, GError **error);
bool plan_write_csv(const Output *out, const Analysis *analysis, const Plan *plan, const Config *config, GError **error);

/* True when everything reached the file so far. */
bool report_finish(const Output *out, GError **error);
/* "unterminated string" … for a FactsIssueKind. */
const char *report_issue_name(uint32_t kind);

#endif
