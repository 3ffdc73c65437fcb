/* ahead.h — the part of detection that needs no resolution, by threads of its own while names are resolved.
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
    Preparation *preparation;
    pthread_t thread;
    bool running;
} Ahead;

/* `program` is joined; it and `config` must stay until ahead_take. `workers` is the number of threads that
 * the whole analysis may use: with one there is nothing to gain, and detection prepares itself later. */
void ahead_start(Ahead *ahead, const Program *program, const Config *config, uint32_t workers);
/* Waits for what was started. The caller's: what there is, or NULL. */
Preparation *ahead_take(Ahead *ahead);

#endif
