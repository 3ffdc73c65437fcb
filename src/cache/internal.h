/* internal.h — one open database of the cache.
 *
 *   cache.c     opening, keys, stamps, blocks
 *   answers.c   what commands wrote
 *   store.c     what a run remembers, eviction
 *   folder.c    the folder as a whole */
#ifndef ONEDEF_CACHE_INTERNAL_H
#define ONEDEF_CACHE_INTERNAL_H

#include <sqlite3.h>

#include "base/arena.h"
#include "cache/cache.h"
#include "cache/keyset.h"

#define SECONDS_A_DAY 86400

typedef struct Stamp {
    const char *path;
    CacheKey key;
    uint64_t size, inode, device;
    int64_t mtime_ns, ctime_ns, taken_ns;
} Stamp;

struct Cache {
    sqlite3 *db;
    sqlite3_stmt *get, *find_blob;
    KeySet keys;
    const KeySet *lookup; /* these, or those of the cache that a reader belongs to */
    GArray *stamps;    /* Stamp, sorted by path */
    guint next_stamp;  /* behind the one that was found last */
    Arena arena;       /* their paths */
    int64_t root;      /* row of the tree, or 0 */
    char *root_path;   /* or NULL */
    int64_t opened_ns; /* before any file was read */
    GArray *used;      /* CacheKey: blocks read whose day is old */
    bool reading;      /* inside a read transaction */
};

int64_t cache_today(void);
bool cache_prepare(sqlite3 *db, const char *sql, sqlite3_stmt **statement);
bool cache_read_key(sqlite3_stmt *row, int column, CacheKey *key);
/* Ends the transaction of the readers and begins one that writes; false when another run holds it for
 * long. cache_commit ends it, and takes everything back unless `good`. */
bool cache_begin(Cache *cache);
void cache_commit(Cache *cache, bool good);
int64_t cache_find_root(Cache *cache, const char *root);

#endif
