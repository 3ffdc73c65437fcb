/* interactive.h — asking a person, file by file, which proved changes to make. */
#ifndef ONEDEF_CLI_INTERACTIVE_H
#define ONEDEF_CLI_INTERACTIVE_H

#include "fix/fix.h"

/* Is there a terminal to ask on? */
bool interactive_possible(void);
/* Shows each change with its step and asks: y, n, a (this and all that follow), q (neither this nor what
 * follows). Returns the paths that were refused, sorted; their owner is the caller. */
GPtrArray *interactive_ask(const Fix *fix);

#endif
