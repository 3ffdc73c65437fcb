/* fix_json.h — what `fix` does and leaves, for programs: docs/schema/fix.json. */
#ifndef ONEDEF_REPORT_FIX_JSON_H
#define ONEDEF_REPORT_FIX_JSON_H

#include "fix/fix.h"
#include "report/report.h"

/* `plan`: for the names that are refused; NULL: none are listed. One JSON object: every step, carried out or
 * left, and the strings that name what moves, each path once. */
bool fix_json(const Output *out, const Fix *fix, const Analysis *analysis, const Plan *plan, GError **error);

#endif
