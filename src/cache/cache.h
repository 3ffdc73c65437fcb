/* cache.h — facts by content, kept in SQLite, so that a file is parsed once in its life.
 *
 * Key: XXH3-128 of the file's bytes; one database for each version of extractor, grammar, runtime and
 * parse options (its file name holds their hash), so that versions never see each other's blocks.
 * Nothing about path or role enters a block: clones and CI share it. A second table remembers, for
 * files on disk, which content a path had when its size, times and inode were such and such: a file
 * that shows the same is not read at all. Git's rule for racy timestamps holds: a stamp is believed
 * only if the file was last changed well before the stamp was taken. A third table keeps answers: what
 * a command wrote, under a key that names everything it depends on.
 *
 * What a run finds never depends on the cache: every block is checked (bounds, checksum, content
 * hash: cache_is_sound) before use, every trouble of the database means "not cached", and a database that is
 * corrupt is set aside. It may be killed, filled, or shared by two runs at any time. A folder that
 * another user owns is never read. One thread uses a Cache, but for cache_has. */
#ifndef ONEDEF_CACHE_CACHE_H
#define ONEDEF_CACHE_CACHE_H

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "source/source.h"

typedef struct Cache Cache;

typedef struct CacheKey {
    uint64_t low, high;
} CacheKey;

/* CacheEntry — one file of a run, to be remembered. `block` NULL: the content is cached already. */
typedef struct CacheEntry {
    CacheKey key;
    const void *block;
    size_t size;
    const char *path;               /* NULL: no stamp (the source has no times) */
    const SourceIdentity *identity; /* of the listing, taken before the bytes were read */
} CacheEntry;

typedef struct CacheStat {
    char *path; /* of the folder; caller frees */
    uint64_t n_blocks, n_bytes, n_stamps, n_answers;
    uint32_t n_databases; /* of all versions */
} CacheStat;

/* The user's cache folder for onedef: $XDG_CACHE_HOME/onedef, else ~/.cache/onedef. Caller frees. */
char *cache_default_dir(void);

/* Opens or makes the database for `version` in `dir` (NULL: cache_default_dir). `root` names the
 * tree whose stamps are wanted (absolute folder; NULL: none). NULL with a reason when there can be
 * no cache: the caller goes on without. */
Cache *cache_open(const char *dir, const char *version, const char *root, GError **error);
void cache_free(Cache *cache);
/* Files were looked at since then (nanoseconds since the epoch): before the cache was opened. */
void cache_looked_since(Cache *cache, int64_t since_ns);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Cache, cache_free)

CacheKey cache_key(const void *bytes, size_t length);
/* Was a block of this content there when the cache was opened? Thread-safe. */
bool cache_has(const Cache *cache, CacheKey key);
/* The block as it was found, valid until the next call; NULL when it is missing. */
const void *cache_get(Cache *cache, CacheKey key, size_t *size);
/* Another connection to the same database, for cache_get on another thread; NULL when there can be none.
 * cache_end_reader closes it and tells `cache` what was read. Both on the thread of `cache`. */
Cache *cache_begin_reader(const Cache *cache);
void cache_end_reader(Cache *cache, Cache *reader);
/* Is this a whole block (aligned to 8) with the facts of that content? NULL is none. Thread-safe; before any use. */
bool cache_is_sound(const void *block, size_t size, CacheKey key);
/* The content that an unchanged file has; false when it may have changed or is not known. */
bool cache_find_stamp(Cache *cache, const char *path, const SourceIdentity *identity, CacheKey *key);
/* The same for a git object id (20 bytes, not all zero). */
bool cache_find_blob(Cache *cache, const uint8_t *blob, CacheKey *key);

/* Remembers a run in one transaction; drops the least recently used blocks above the size limit.
 * May run on another thread while nobody else uses the cache. Failure means "not remembered". */
void cache_store(Cache *cache, const CacheEntry *entries, uint32_t n_entries);

/* Counts as used today what this run had no need to read. */
void cache_use(Cache *cache, const CacheKey *keys, uint32_t n_keys);

/* What was kept under `key`, checked; NULL when it is missing or damaged. `aged`: not used today yet. */
GBytes *cache_find_answer(Cache *cache, CacheKey key, bool *aged);
/* Keeps an answer, and drops the least recently used ones above a size limit. No block can be read
 * afterwards at the state of opening: the last thing that a run does. */
void cache_keep_answer(Cache *cache, CacheKey key, const void *bytes, size_t size);

/* Removes databases of other versions than that of `path` in its folder that nobody wrote to for 30
 * days (a database in use is written to every day). What cannot be removed stays. */
void cache_prune(const char *path);
/* Of all databases in the folder. */
bool cache_stat(const char *dir, CacheStat *stat, GError **error);
/* Removes every database of onedef in the folder (nothing else). */
bool cache_clear(const char *dir, uint64_t *n_bytes, GError **error);

#endif
