/* Copy, or alike by design? No single measure tells; a sum of a few does, and better than rules with
 * thresholds of their own did on codebases that neither had seen.
 *
 * The weights are those of a logistic regression (points are tenths of its units, rounded), fitted to pairs
 * of 28 codebases of bench/labels that two readers labelled by reading the code, and to the copies and hard
 * negatives of bench/injection in four packages. The signals were chosen one by one, each for what it gains
 * on codebases left out of the fit; bench/labels/README.md has the figures. A pair of one name begins with
 * less to prove: its name is evidence, the more words the more, the more texts it has the less.
 *
 * What was tried and says nothing once these are in: a shared base, equal members by number, evidence in
 * bits, the same package. */
#include "detect/score.h"

#include <math.h>

enum { MAX_WORDS = 5, RECORD_LOGIC = 15 };
static const double MAX_CROWD = 5.0; /* in doublings */
static const double PASTED = 100.0;  /* unusual statements of this weight say something by themselves */

static void add(Score *score, const char *name, double weight, double value)
{
    if (value <= 0.0)
        return;
    score->points += weight * value;
    score->signals[score->n_signals++] = (Signal){.name = name, .weight = weight, .value = value};
}

static void begin(Score *score, double start)
{
    score->n_signals = 0;
    score->points = 0.0;
    add(score, "to be outweighed", start, 1.0);
}

static double doublings(double n)
{
    return log2(1.0 + MAX(n, 0.0));
}

/* How much more of the lighter one may stand in the other than the two have in common: a small part of
 * something large says little. */
static const double MAX_CONTAINED = 0.3;

void score_namesakes(const Similarity *s, const Kinship *kin, const Scored *scored, Score *out)
{
    bool parallel = kin->parallel_paths || kin->sibling_packages;

    begin(out, -47.0);
    /* Tests of one scheme have steps of one name. */
    add(out, "of the lighter one in the other", 77.0,
        scored->tests ? 0.0 : MIN(s->containment, s->overlap + MAX_CONTAINED));
    add(out, "of both alike", 14.0, s->jaccard);
    add(out, "alike by statements, times doublings of unusual ones", 6.5,
        s->literal.alike * doublings(s->literal.weight));
    add(out, "doublings of evidence in members and statements", 3.5, doublings(s->bits + s->literal.weight));
    add(out, "the same docstring", 20.0, s->docstring);
    add(out, "words in the name", 8.0, MIN(scored->words, MAX_WORDS));
    add(out, "doublings of texts of that name", -10.0, MIN(doublings(scored->crowd), MAX_CROWD));
    add(out, "in parallel places", -26.0, parallel);
    add(out, "on one framework class", -7.0, kin->framework_base);
    add(out, "adapters of one base and one framework", -35.0,
        parallel && kin->framework_base && kin->shared_base);
    add(out, "tests", -23.0, scored->tests);
}

void score_strangers(const Similarity *s, const Kinship *kin, const Scored *scored, Score *out)
{
    bool kindred = kin->shared_base || kin->framework_base || kin->same_module || kin->named_by_module ||
                   kin->mirror || kin->serial;
    bool record = s->logic < RECORD_LOGIC, pasted = s->literal.weight >= PASTED;
    double contained = MAX(s->containment, pasted ? s->literal.share : 0.0),
           logic = MAX(s->logic, pasted ? s->literal.tokens : 0.0);

    begin(out, -79.0);
    /* By members or, where methods were taken apart, by statements. */
    add(out, "of the lighter one in the other", 42.0, contained);
    add(out, "of the longer one is logic of both", 69.0, MIN(logic / MAX(scored->tokens, 1u), 1.0));
    add(out, "of its unusual statements in the other, times doublings of these", 3.0,
        s->literal.share * doublings(s->literal.weight));
    /* Fields alone: what is rare in them speaks, but not among siblings. */
    add(out, "doublings of rare contents", 6.0, record && !kindred ? doublings(s->rare) : 0.0);
    add(out, "tests", -21.0, scored->tests);
    add(out, "in one module", -13.0, kin->same_module);
    add(out, "names that mirror one another", -8.0, kin->mirror);
}
