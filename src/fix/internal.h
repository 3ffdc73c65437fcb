/* internal.h — between the parts of fix/. */
#ifndef ONEDEF_FIX_INTERNAL_H
#define ONEDEF_FIX_INTERNAL_H

#include "fix/fix.h"

/* Gathers the moves of phase 2B by file. */
void moves_collect(Fix *fix, const FixView *view, const FixOptions *options);
/* Gives a reason to every move that could change more than the way by which its name comes. */
void moves_check(Fix *fix, const FixView *view, const FixOptions *options);
/* Marks a move as left out, unless it is already. Takes `reason`. */
void move_leave(FixMove *move, char *reason);
/* All moves of a file. */
void file_leave(FixFile *file, const char *reason);

/* Compares the program before and after; leaves files that differ. True when nothing had to be left. */
bool verify(Fix *fix, const FixView *before, const FixView *after);

#endif
