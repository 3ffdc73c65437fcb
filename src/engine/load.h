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
    CacheKey *keys;   /* by input: of its content; 0/0 where it has none of its own */
    bool *hits;       /* by input: the cache had a block of this content when it was opened */
    uint32_t *owners; /* the inputs that have a content of their own: all Python but links into the project */
    uint32_t n_owners;
    GPtrArray *slabs;    /* large pieces of memory with the blocks that came from the cache */
    char **errors;       /* texts that inputs[i].read_error points to; owned */
    CacheEntry *entries; /* what cache_store should remember; blocks stay the inputs' (then the model's) */
    uint32_t n_entries;
} LoadedFiles;

/* Lists the source, finds out which content each file has, and parses what `cache` (may be NULL) does not
 * know. Afterwards `keys`, `hits`, `errors` and `entries` are complete; only blocks that the cache has are
 * not there yet. Never fails for a file (that is listed in its input), only for the listing. */
bool load_begin(LoadedFiles *loaded, Source *source, Cache *cache, const EngineOptions *options,
                GError **error);
/* Fetches the blocks that the cache has, and parses the files of those that prove damaged. */
void load_finish(LoadedFiles *loaded, Source *source, Cache *cache, const EngineOptions *options);

/* LoadMemory — facts of a tree that is analysed again and again with some of its files edited. */
typedef struct LoadMemory {
    const Program *first; /* of the tree without edits */
    GHashTable *edited;   /* key (in the block) → block: contents that were parsed; owned */
} LoadMemory;

void load_memory_init(LoadMemory *memory, const Program *first);
void load_memory_clear(LoadMemory *memory);
/* The files of an overlay over the source that `memory` knows; parses only contents it has not seen. No
 * cache. Blocks are borrowed from `memory` and from its program. */
bool load_edited(LoadedFiles *loaded, Source *overlay, LoadMemory *memory, const EngineOptions *options,
                 GError **error);
/* Frees the arrays; blocks that the model took (block set to NULL) and slabs (NULL) stay. */
void loaded_files_clear(LoadedFiles *loaded);

#endif
