/* score.h — do two classes that do not say the same look like copies? A sum of a few signals, in points; more
 * than 0 says yes. The weights are in score.c, and `explain` shows them. */
#ifndef ONEDEF_DETECT_SCORE_H
#define ONEDEF_DETECT_SCORE_H

#include "detect/family.h"
#include "detect/group.h"
#include "detect/similarity.h"

#define SCORE_MAX_SIGNALS 12u

/* Score — the signals that say anything about one pair, and their sum. */
typedef struct Score {
    Signal signals[SCORE_MAX_SIGNALS]; /* weight x value: points */
    uint32_t n_signals;
    double points;
} Score;

/* Scored — what a score looks at besides the comparison and the kinship. */
typedef struct Scored {
    uint32_t words;  /* in the name that they share */
    uint32_t crowd;  /* different texts that it has in the program */
    uint32_t tokens; /* of the longer one */
    bool tests;      /* both are classes of tests */
} Scored;

void score_namesakes(const Similarity *similarity, const Kinship *kin, const Scored *scored, Score *out);
/* Two names. */
void score_strangers(const Similarity *similarity, const Kinship *kin, const Scored *scored, Score *out);

#endif
