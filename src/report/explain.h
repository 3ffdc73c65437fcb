/* explain.h — the parts of `explain`: what one name is, what one definition is. */
#ifndef ONEDEF_REPORT_EXPLAIN_H
#define ONEDEF_REPORT_EXPLAIN_H

#include "report/lookup.h"

/* Everything about one definition: kind, place, members, other names, import paths. */
void explain_definition(const Output *out, const Analysis *analysis, Id definition);
/* A group: members with letters, differences, canonical choice with its signals. */
void explain_group(const Output *out, const Analysis *analysis, const Group *group);
/* "class", "2nd of 3 classes of this name in its module" …; caller frees. */
char *explain_kind(const Program *program, Id definition);

#endif
