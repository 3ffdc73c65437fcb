/* verdict.h — what two definitions are to each other. The order of decision is docs/verdicts.md. */
#ifndef ONEDEF_DETECT_VERDICT_H
#define ONEDEF_DETECT_VERDICT_H

#include "detect/detect.h"
#include "detect/family.h"
#include "detect/prepare.h"
#include "detect/score.h"
#include "detect/similarity.h"
#include "detect/structure.h"

typedef enum Relation {
    RELATION_NONE,      /* namesakes, or nothing at all */
    RELATION_FAMILY,    /* alike by design */
    RELATION_DOUBLE,    /* one is the fake of the other, or both are fakes */
    RELATION_DRIFTED,   /* copies that differ */
    RELATION_IDENTICAL, /* copies that do not */
} Relation;

/* Verdicts rest on one of these per compared pair. */
typedef struct PairVerdict {
    Similarity similarity;
    Kinship kinship;
    uint8_t relation; /* Relation */
} PairVerdict;

void verdict_pair(const Program *program, const Preparation *preparation, const Standing *standings, Id a, Id b,
                  PairVerdict *out);
/* What score.h says of two definitions that are not the same; false where they are, or have no members. */
bool verdict_score(const Program *program, const Preparation *preparation, Id a, Id b, Score *out);
/* Has a class nothing that could be compared: no member, no base of the program's own? */
bool verdict_is_thin(const Program *program, const Contents *contents, Id id);
/* Do the free names of two definitions of equal text lead to the same things? If not, up to `max`
 * symbols of the names that do not go to `names`; returns how many there are. */
uint32_t verdict_free_names(Program *program, Id a, Id b, Sym *names, uint32_t max);

#endif
