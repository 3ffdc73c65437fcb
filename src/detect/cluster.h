/* cluster.h — which definitions hang together by content, across the whole program. */
#ifndef ONEDEF_DETECT_CLUSTER_H
#define ONEDEF_DETECT_CLUSTER_H

#include "detect/stage.h"
#include "detect/verdict.h"

/* Bucket — the definitions of one simple name and one scope that are of a kind to be grouped. */
typedef struct Bucket {
    uint32_t first, count; /* in Clusters.order */
    uint8_t scope;         /* FactsScope */
} Bucket;

/* Clusters — two partitions of all definitions: copies hang together, and so do families (and doubles). */
typedef struct Clusters {
    Id *order; /* eligible definitions sorted by scope, name, id */
    Bucket *buckets;
    uint32_t n_buckets, n_order;
    uint32_t *bucket_of; /* by definition; UINT32_MAX = none */
    Id *copies;   /* union-find parents: the root is the least id */
    Id *families;
    bool *drifted; /* by definition: takes part in a copy edge that is not identical */
} Clusters;

void clusters_init(Clusters *clusters, Stage *stage);
void clusters_clear(Clusters *clusters);
/* Root of a definition in one of the partitions. */
Id cluster_root(Id *parents, Id id);

#endif
