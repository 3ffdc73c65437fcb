/* load.h — the files of a source as facts blocks: from the cache, or read and parsed on all cores. */
#ifndef ONEDEF_ENGINE_LOAD_H
#define ONEDEF_ENGINE_LOAD_H

#include "cache/cache.h"
#include "engine/engine.h"
#include "model/build.h"

/* LoadedFiles — one input for every Python, stub, extension or unreadable entry, in listing order. */
typedef struct LoadedFiles {
    ModelInput *inputs;
    uint32_t n_inputs;
    char **errors; /* texts that inputs[i].read_error points to; owned */
    CacheEntry *entries; /* what cache_store should remember; blocks stay the inputs' (then the model's) */
    uint32_t n_entries;
    uint32_t n_hits; /* files whose facts came from the cache */
} LoadedFiles;

/* Reads and parses what `cache` (may be NULL) does not know; never fails for a file (that is listed
 * in its input), only for the listing. */
bool load_files(Source *source, Cache *cache, const EngineOptions *options, LoadedFiles *loaded, GError **error);
/* Frees the arrays; blocks that the model took (block set to NULL) stay. */
void loaded_files_clear(LoadedFiles *loaded);

#endif
