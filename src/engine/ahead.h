/* ahead.h — the part of detection that needs no resolution, by threads of its own: statements are counted while
 * files are joined, all else is prepared while names are resolved.
 */
#ifndef ONEDEF_ENGINE_AHEAD_H
#define ONEDEF_ENGINE_AHEAD_H

#include <pthread.h>

#include "detect/detect.h"

/* Ahead — all zero: nothing was started. */
typedef struct Ahead {
    const Program *program;
    const Config *config;
    uint32_t workers;
    StatementNames statements;
    Preparation *preparation;
    pthread_t counter, preparer;
    bool counting, preparing;
} Ahead;

/* `program` is open (model_open); it and `config` must stay until ahead_take. `workers` is the number of threads
 * that the whole analysis may use: with one there is nothing to gain, and detection prepares itself later. */
void ahead_open(Ahead *ahead, const Program *program, const Config *config, uint32_t workers);
/* `program` is joined. */
void ahead_start(Ahead *ahead);
/* Waits for what was started. The caller's: what there is, or NULL. */
Preparation *ahead_take(Ahead *ahead);

#endif
