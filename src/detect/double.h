/* double.h — classes of tests that stand for a production class of their name. */
#ifndef ONEDEF_DETECT_DOUBLE_H
#define ONEDEF_DETECT_DOUBLE_H

#include "detect/cluster.h"

/* Lets those of one name leave as test doubles, anchored at the class they fit best; copies stay. At most 32
 * production classes are looked at for each. */
void doubles_anchor(Stage *stage, const Clusters *clusters, const Bucket *bucket);

#endif
