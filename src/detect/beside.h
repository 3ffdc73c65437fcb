/* beside.h — the parts of detection that need neither groups nor graph, on a thread of their own. */
#ifndef ONEDEF_DETECT_BESIDE_H
#define ONEDEF_DETECT_BESIDE_H

#include <pthread.h>

#include "detect/stage.h"

/* Beside — a stage of its own, with its own interner: strings that it makes get their symbols of the program when
 * it is done. */
typedef struct Beside {
    Stage stage;
    Program program; /* the program's parts, but for the interner */
    Detection detection;
    uint32_t n_known; /* symbols at the start: the same in both interners */
    pthread_t thread;
    bool running;
} Beside;

/* `stage` has program, config and contents. Not moved until beside_finish; does nothing where stage->workers is 1. */
void beside_start(Beside *beside, const Stage *stage);
/* Adds what was found to `stage`, whose findings exist; finds it now where nothing was started. */
void beside_finish(Beside *beside, Stage *stage);
/* Waits, and throws away what was found. */
void beside_abandon(Beside *beside);

#endif
