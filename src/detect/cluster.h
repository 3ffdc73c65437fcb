/* cluster.h — which definitions hang together by content, across the whole program. */
#ifndef ONEDEF_DETECT_CLUSTER_H
#define ONEDEF_DETECT_CLUSTER_H

#include "detect/prepare.h"
#include "detect/stage.h"
#include "detect/verdict.h"

/* Clusters — two partitions of all definitions: copies hang together, and so do families (and doubles). */
typedef struct Clusters {
    const Id *order; /* of the preparation, as are the buckets */
    const Bucket *buckets;
    uint32_t n_buckets, n_order;
    Id *copies;   /* union-find parents: the root is the least id */
    Id *families;
    bool *drifted; /* by definition: takes part in a copy edge that is not identical */
} Clusters;

void clusters_init(Clusters *clusters, Stage *stage);
void clusters_clear(Clusters *clusters);
/* Root of a definition in one of the partitions. */
Id cluster_root(Id *parents, Id id);

#endif
