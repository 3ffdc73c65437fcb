/* split_names.h — names that mean different classes by the path of the import, which `fix` never moves: their
 * definitions side by side, and the step of the plan that they are. */
#ifndef ONEDEF_REPORT_SPLIT_NAMES_H
#define ONEDEF_REPORT_SPLIT_NAMES_H

#include <jansson.h>

#include "report/report.h"

/* Is this step about such a name? */
bool split_is(const Program *program, const Detection *detection, const Plan *plan, uint32_t step);
/* At most 80 columns wide; each further definition beside the first. Caller frees. */
char *split_text(Program *program, const Plan *plan, uint32_t step);
/* New reference. */
json_t *split_json(Program *program, const Plan *plan, uint32_t step);

#endif
