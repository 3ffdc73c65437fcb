/* hazard.h — strings that name a path which a move takes something away from; listed, never touched. */
#ifndef ONEDEF_FIX_HAZARD_H
#define ONEDEF_FIX_HAZARD_H

#include "fix/internal.h"

/* Fills the paths of the stage's moves, and adds the strings that name them to `fix`. `program`: in which the
 * moves were found. */
void hazards_collect(Fix *fix, Fix *stage, const Program *program);

#endif
