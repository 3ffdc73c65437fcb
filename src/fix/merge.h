/* merge.h — names put into the list of a `from … import …` that is there already. */
#ifndef ONEDEF_FIX_MERGE_H
#define ONEDEF_FIX_MERGE_H

#include "fix/block.h"

/* MergeName — one more name: `text` is "X" or "X as Y". */
typedef struct MergeName {
    char *text, *name; /* owned */
} MergeName;

/* Adds `names` (MergeName; sorted by this call) to the list of `line`: each at its place where the list is
 * sorted, else at the end; a line of its own where the list has one a name. Items of the line that a move
 * renames count by their new names. */
void merge_names(const Block *block, const BlockLine *line, GArray *names, Edit *edit);

#endif
