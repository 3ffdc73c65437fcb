/* plan_head.h — what stands above the steps of a plan in Markdown, and the names of the phases. */
#ifndef ONEDEF_REPORT_PLAN_HEAD_H
#define ONEDEF_REPORT_PLAN_HEAD_H

#include "report/report.h"

/* Title, success criteria, totals. */
void plan_head_write(const Output *out, const Program *program, const Plan *plan);
/* "Phase 2A: consolidate definitions" */
const char *plan_phase_title(Phase phase);

#endif
