/* cut.h — names taken out of a `from … import …` statement; between the parts of rewriting. */
#ifndef ONEDEF_FIX_CUT_H
#define ONEDEF_FIX_CUT_H

#include "fix/statement.h"

/* Cuts the items that move, where some stay. A name alone on its line leaves with it; its comment goes
 * to `comments` (by item, NULL before; the caller frees). False: comments stand in the way, some spans may
 * have been added. */
bool cut_items(const Statement *statement, Edit *edit, char **comments);

#endif
