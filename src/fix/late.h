/* late.h — which late imports (in functions) a patch("a.b.X") of the old path may be meant to reach. */
#ifndef ONEDEF_FIX_LATE_H
#define ONEDEF_FIX_LATE_H

#include "model/program.h"

typedef struct LatePatches LatePatches;

/* Cost: linear in the imports and the strings of the program. */
LatePatches *late_patches_new(const Program *program);
void late_patches_free(LatePatches *patches);
/* Does a patch of that path, or of something below it, act on what module `importer` imports late? */
bool late_patches_reach(const LatePatches *patches, const char *path, Id importer);

#endif
