/* difference.h — the member-by-member table of a group. */
#ifndef ONEDEF_DETECT_DIFFERENCE_H
#define ONEDEF_DETECT_DIFFERENCE_H

#include "detect/stage.h"

/* Fills rows and summary of a group for its first `n` members (the contest), in the order in which
 * the first member has them, then what the others add. `free_names`: names that equal texts read
 * differently; they give a row of their own. */
void difference_fill(Stage *stage, Group *group, uint32_t n, const Sym *free_names, uint32_t n_free_names);

#endif
