/* prepare.h — what detection can find out before names are resolved: contents, which definitions share a
 * name, which pairs are worth comparing, and how much the two of each pair say the same.
 *
 * Facts, names and scopes are enough for that, so it is done while resolution works (detect_prepare). The one
 * thing it needs of resolution is which classes are enums: that is guessed from the spelling of bases, and
 * put right afterwards (preparation_settle), so that what comes out never depends on the guess. */
#ifndef ONEDEF_DETECT_PREPARE_H
#define ONEDEF_DETECT_PREPARE_H

#include "detect/candidate.h"
#include "detect/detect.h"
#include "detect/similarity.h"
#include "detect/structure.h"

/* Bucket — the definitions of one simple name and one scope that are of a kind to be grouped. */
typedef struct Bucket {
    uint32_t first, count; /* in Preparation.order */
    uint8_t scope;         /* FactsScope */
} Bucket;

struct Preparation {
    Contents contents;
    bool *enums;      /* by definition: taken for an enum */
    bool *corrected;  /* by definition: taken for what it is not, at first; NULL: none was */
    Id *order;        /* eligible definitions sorted by scope, name symbol, id */
    uint32_t n_order;
    Bucket *buckets;
    uint32_t n_buckets;
    uint32_t *compared; /* by definition: number of its bucket + 1 where all pairs of that are to be compared */
    GArray *strangers;  /* CandidatePair: to be compared across names */
    GArray *pairs;      /* CandidatePair: those that were compared already, at most PREPARED_MAX … */
    Similarity *similarities; /* … and what came out */
    uint32_t *slots;    /* open addressing: index in pairs + 1 */
    uint32_t mask;
};

enum { PREPARED_MAX = 1 << 16 };

/* The preparation as it would be, had it known what resolution found. Takes over `preparation` (NULL: nothing
 * was prepared). */
Preparation *preparation_settle(Preparation *preparation, const Program *program, const Config *config,
                                uint32_t workers);
/* Appends the pairs of one bucket that are to be compared, without those that left (`standings` may be NULL:
 * nobody did). False when there are too many different texts for all of them. */
bool preparation_bucket_pairs(const Preparation *preparation, const Bucket *bucket, const Standing *standings,
                              GArray *pairs);
/* What comparing `a` with `b`, in this order, gives, settled (similarity_settle): compares them only where that was
 * not done before. Thread-safe. */
void preparation_compare(const Preparation *preparation, const Program *program, Id a, Id b, Similarity *out);

#endif
