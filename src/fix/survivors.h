/* survivors.h — the definitions that somebody named to stay (--survivor). */
#ifndef ONEDEF_FIX_SURVIVORS_H
#define ONEDEF_FIX_SURVIVORS_H

#include "model/program.h"

typedef struct Survivors Survivors;

/* `patterns`: globs on ids or dotted paths, NULL at the end; NULL: none. They must outlive the result. */
Survivors *survivors_new(const char *const *patterns);
void survivors_free(Survivors *survivors);
/* Cost: a look-up, and a match for each pattern with magic in it. */
bool survivors_have(const Survivors *survivors, const Program *program, Id definition);

#endif
