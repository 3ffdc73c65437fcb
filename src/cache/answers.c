/* What a command wrote about a tree, under a key that holds everything it depends on (the caller's
 * business, engine/recall.c). A checksum over key and bytes tells damage; the table has a size limit of its
 * own, so that answers never push out facts. */
#include <string.h>
#include <xxhash.h>

#include "cache/internal.h"

#define ANSWERS_MAX_BYTES (INT64_C(64) * 1024 * 1024)

static XXH128_hash_t checksum(CacheKey key, const void *bytes, size_t size)
{
    return XXH3_128bits_withSeed(bytes, size, key.low ^ key.high);
}

static bool is_sound(CacheKey key, sqlite3_stmt *row)
{
    const void *bytes = sqlite3_column_blob(row, 0), *sum = sqlite3_column_blob(row, 1);
    XXH128_hash_t found;

    if (bytes == NULL || sum == NULL || sqlite3_column_bytes(row, 1) != (int)sizeof found)
        return false;
    found = checksum(key, bytes, (size_t)sqlite3_column_bytes(row, 0));
    return memcmp(sum, &found, sizeof found) == 0;
}

GBytes *cache_find_answer(Cache *cache, CacheKey key, bool *aged)
{
    sqlite3_stmt *find = NULL;
    GBytes *answer = NULL;

    *aged = false;
    if (cache_prepare(cache->db, "SELECT bytes, sum, day FROM answers WHERE key = ?1", &find)) {
        sqlite3_bind_blob(find, 1, &key, sizeof key, SQLITE_STATIC);
        if (sqlite3_step(find) == SQLITE_ROW && is_sound(key, find)) {
            answer = g_bytes_new(sqlite3_column_blob(find, 0), (size_t)sqlite3_column_bytes(find, 0));
            *aged = sqlite3_column_int64(find, 2) != cache_today();
        }
    }
    sqlite3_finalize(find);
    return answer;
}

static bool insert_answer(Cache *cache, CacheKey key, const void *bytes, size_t size)
{
    sqlite3_stmt *insert = NULL;
    XXH128_hash_t sum = checksum(key, bytes, size);
    bool good = cache_prepare(
        cache->db, "INSERT OR REPLACE INTO answers(key, day, sum, bytes) VALUES(?1, ?2, ?3, ?4)", &insert);

    if (good) {
        sqlite3_bind_blob(insert, 1, &key, sizeof key, SQLITE_STATIC);
        sqlite3_bind_int64(insert, 2, cache_today());
        sqlite3_bind_blob(insert, 3, &sum, sizeof sum, SQLITE_STATIC);
        sqlite3_bind_blob(insert, 4, bytes, (int)size, SQLITE_STATIC);
        good = sqlite3_step(insert) == SQLITE_DONE;
    }
    sqlite3_finalize(insert);
    return good;
}

/* Least recently used first: by the day of the last use, within a day as they came in. */
static bool evict_answers(Cache *cache)
{
    sqlite3_stmt *rows = NULL, *drop = NULL;
    int64_t total = 0;
    bool good =
        cache_prepare(cache->db, "SELECT rowid, length(bytes) FROM answers ORDER BY day DESC, rowid DESC",
                      &rows) &&
        cache_prepare(cache->db, "DELETE FROM answers WHERE rowid = ?1", &drop);

    while (good && sqlite3_step(rows) == SQLITE_ROW) {
        total += sqlite3_column_int64(rows, 1);
        if (total <= ANSWERS_MAX_BYTES)
            continue;
        sqlite3_bind_int64(drop, 1, sqlite3_column_int64(rows, 0));
        good = sqlite3_step(drop) == SQLITE_DONE;
        sqlite3_reset(drop);
    }
    sqlite3_finalize(rows);
    sqlite3_finalize(drop);
    return good;
}

void cache_keep_answer(Cache *cache, CacheKey key, const void *bytes, size_t size)
{
    if (size <= ANSWERS_MAX_BYTES && cache_begin(cache))
        cache_commit(cache, insert_answer(cache, key, bytes, size) && evict_answers(cache));
}
