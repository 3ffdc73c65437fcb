/* runner.h — between the passes (fix.c) and the rounds of one pass (proof.c). */
#ifndef ONEDEF_FIX_RUNNER_H
#define ONEDEF_FIX_RUNNER_H

#include "fix/world.h"

/* Runner — the state of the project after the passes that were made. */
typedef struct Runner {
    Source *disk;
    FixState state;
    FixView view;    /* state.view points here or to the caller's */
    Source *overlay; /* of `view`; NULL as long as nothing is edited */
    World *world;    /* of the pass that runs */
    uint32_t n_passes;
    Fix *fix;
} Runner;

/* Proof — the rounds of one pass. */
typedef struct Proof {
    Runner *runner;
    Fix *stage;
    GQueue held;     /* Doubt*: moves to try again */
    FixView good;    /* of the last clean round; owner NULL: there was none */
    Source *overlay; /* of `good` */
    uint32_t n_rounds, max_rounds;
    uint32_t n_roots; /* doubts that were held back */
    uint32_t n_good;  /* active moves in the last clean round */
    bool final;       /* … of which it was shown that a second run finds nothing left */
} Proof;

/* Adds detection and plan to a view of `overlay` that has none. False with an error. */
bool runner_complete(const Runner *runner, Source *overlay, FixView *view, GError **error);

/* `stage` is what the pass found, with its reasons. */
void proof_init(Proof *proof, Runner *runner, Fix *stage, bool patient);
/* Leaves out moves until the rest changes nothing but what it is meant to. False with an error. */
bool proof_run(Proof *proof, GError **error);
void proof_clear(Proof *proof);

#endif
