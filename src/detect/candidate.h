/* candidate.h — which pairs of definitions are worth comparing, found without comparing all. */
#ifndef ONEDEF_DETECT_CANDIDATE_H
#define ONEDEF_DETECT_CANDIDATE_H

#include "detect/content.h"

/* CandidatePair — a < b. */
typedef struct CandidatePair {
    Id a, b;
} CandidatePair;

/* Pairs that the name index does not give: equal text, equal shape, or enough rare contents in
 * common. `compared`, by definition: two definitions of equal non-zero number were compared already.
 * A GArray of CandidatePair, sorted, each once. Linear in definitions and members. */
GArray *candidates_across_names(const Program *program, const Contents *contents, const uint32_t *compared);

#endif
