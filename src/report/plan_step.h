/* plan_step.h — one step of the plan as Markdown: in the whole worklist, or in a file of its own. */
#ifndef ONEDEF_REPORT_PLAN_STEP_H
#define ONEDEF_REPORT_PLAN_STEP_H

#include "report/report.h"

/* `level`: of the heading, 1 … 6. `names`: file names by step, to link to; NULL: numbers alone. */
void plan_step_write(const Output *out, const Analysis *analysis, const Plan *plan, uint32_t index,
                     uint32_t level, char *const *names);

#endif
