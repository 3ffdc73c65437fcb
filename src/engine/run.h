/* run.h — one analysis on its way. */
#ifndef ONEDEF_ENGINE_RUN_H
#define ONEDEF_ENGINE_RUN_H

#include <pthread.h>

#include "cache/cache.h"
#include "engine/ahead.h"
#include "engine/engine.h"
#include "engine/load.h"

struct EngineRun {
    Source *source;
    Config *config;
    EngineOptions options;
    Cache *cache; /* or NULL */
    LoadedFiles loaded;
    Ahead ahead;
    pthread_t writer;
    bool writing;  /* the thread that fills the cache is at work */
    bool finished; /* engine_finish was called */
    bool recalled; /* `key` is set */
    CacheKey key;  /* under which the answer to the question would be found */
};

/* Waits for the writer of the cache. */
void engine_wait(EngineRun *run);

#endif
