/* measure.h — figures and flags of one finished group. `contest` is the number of its members that
 * take part in the verdict; they come first. */
#ifndef ONEDEF_DETECT_MEASURE_H
#define ONEDEF_DETECT_MEASURE_H

#include "detect/stage.h"

/* Fills the similarity of every member to the first, and that of the group: the least edge of a
 * maximum spanning tree over the contest, quadratic in at most 48 members, else linear. */
void measure_similarities(const Stage *stage, Group *group, uint32_t contest);
/* What speaks for and against a copy; after measure_similarities. */
void measure_score(Stage *stage, Group *group, uint32_t contest);
/* 0 … 1: the evidence behind the verdict. */
double measure_confidence(const Stage *stage, const Group *group, uint32_t contest);
/* Do contest members stand in different configured boundaries (by default: units)? */
bool measure_crosses_boundary(const Stage *stage, const Group *group, uint32_t contest);
/* Does one of them say "Copied from" another? */
bool measure_is_managed(const Stage *stage, const Group *group, uint32_t contest);

#endif
