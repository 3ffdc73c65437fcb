/* plan_split.h — the plan as a folder: an index, and one Markdown file a step, ready to be an issue each. */
#ifndef ONEDEF_REPORT_PLAN_SPLIT_H
#define ONEDEF_REPORT_PLAN_SPLIT_H

#include "report/report.h"

/* Writes README.md and one file for each step (its name holds the step's id, so it stays as long as the
 * step does). See bundle.h for what is never overwritten. */
bool plan_split(const char *folder, const Analysis *analysis, const Plan *plan, GError **error);

#endif
