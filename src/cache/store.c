/* What a run remembers, in one transaction, and what goes to make room for it. */
#include <sqlite3.h>
#include <string.h>

#include "cache/internal.h"

/* Blocks of about 8 trees of 10,000 files each. */
#define CACHE_MAX_BYTES (UINT64_C(768) * 1024 * 1024)

static bool run_statement(sqlite3_stmt *statement)
{
    bool done = sqlite3_step(statement) == SQLITE_DONE;

    sqlite3_reset(statement);
    return done;
}

/* BlockWriter — statements that keep a block and its key together. */
typedef struct BlockWriter {
    Cache *cache;
    sqlite3_stmt *find, *add, *replace, *note;
} BlockWriter;

static bool writer_init(BlockWriter *writer, Cache *cache)
{
    *writer = (BlockWriter){.cache = cache};
    return cache_prepare(cache->db, "SELECT id FROM keys WHERE key = ?1", &writer->find) &&
           cache_prepare(cache->db, "INSERT INTO blocks(block) VALUES(?1)", &writer->add) &&
           cache_prepare(cache->db, "INSERT OR REPLACE INTO blocks(block, id) VALUES(?1, ?2)",
                         &writer->replace) &&
           cache_prepare(cache->db, "INSERT OR REPLACE INTO keys(key, id, day) VALUES(?1, ?2, ?3)",
                         &writer->note);
}

static void writer_clear(BlockWriter *writer)
{
    sqlite3_finalize(writer->find);
    sqlite3_finalize(writer->add);
    sqlite3_finalize(writer->replace);
    sqlite3_finalize(writer->note);
}

/* Another run may have stored the same content meanwhile, or this one found it damaged: its row is reused. */
static bool write_block(const BlockWriter *writer, const CacheEntry *entry)
{
    int64_t id = 0;

    sqlite3_bind_blob(writer->find, 1, &entry->key, sizeof(CacheKey), SQLITE_STATIC);
    bool known = sqlite3_step(writer->find) == SQLITE_ROW;
    if (known)
        id = sqlite3_column_int64(writer->find, 0);
    sqlite3_reset(writer->find);
    sqlite3_stmt *insert = known ? writer->replace : writer->add;
    sqlite3_bind_blob(insert, 1, entry->block, (int)entry->size, SQLITE_STATIC);
    if (known)
        sqlite3_bind_int64(insert, 2, id);
    if (!run_statement(insert))
        return false;
    sqlite3_bind_blob(writer->note, 1, &entry->key, sizeof(CacheKey), SQLITE_STATIC);
    sqlite3_bind_int64(writer->note, 2, known ? id : sqlite3_last_insert_rowid(writer->cache->db));
    sqlite3_bind_int64(writer->note, 3, cache_today());
    return run_statement(writer->note);
}

static bool store_blocks(Cache *cache, const CacheEntry *entries, uint32_t n_entries)
{
    BlockWriter writer;
    bool good = writer_init(&writer, cache);

    for (uint32_t i = 0; i < n_entries && good; i++)
        if (entries[i].block != NULL && entries[i].size <= INT32_MAX)
            good = write_block(&writer, &entries[i]);
    writer_clear(&writer);
    return good;
}

static bool is_blob(const SourceIdentity *identity)
{
    static const uint8_t none[20];

    return memcmp(identity->blob, none, sizeof none) != 0;
}

static bool stamp_is_known(Cache *cache, const CacheEntry *entry)
{
    CacheKey key;

    return cache_find_stamp(cache, entry->path, entry->identity, &key) && key.low == entry->key.low &&
           key.high == entry->key.high;
}

static bool store_stamp(Cache *cache, sqlite3_stmt *stamp, sqlite3_stmt *blob, const CacheEntry *entry)
{
    const SourceIdentity *identity = entry->identity;

    if (is_blob(identity)) {
        if (entry->block == NULL)
            return true;
        sqlite3_bind_blob(blob, 1, identity->blob, 20, SQLITE_STATIC);
        sqlite3_bind_blob(blob, 2, &entry->key, sizeof(CacheKey), SQLITE_STATIC);
        return run_statement(blob);
    }
    if (cache->root == 0 || stamp_is_known(cache, entry))
        return true;
    sqlite3_bind_int64(stamp, 1, cache->root);
    sqlite3_bind_blob(stamp, 2, entry->path, (int)strlen(entry->path), SQLITE_STATIC);
    sqlite3_bind_blob(stamp, 3, &entry->key, sizeof(CacheKey), SQLITE_STATIC);
    sqlite3_bind_int64(stamp, 4, (int64_t)identity->size);
    sqlite3_bind_int64(stamp, 5, (int64_t)identity->inode);
    sqlite3_bind_int64(stamp, 6, (int64_t)identity->device);
    sqlite3_bind_int64(stamp, 7, identity->mtime_ns);
    sqlite3_bind_int64(stamp, 8, identity->ctime_ns);
    sqlite3_bind_int64(stamp, 9, cache->opened_ns);
    return run_statement(stamp);
}

static bool make_root(Cache *cache)
{
    sqlite3_stmt *insert = NULL;

    if (cache->root != 0 || cache->root_path == NULL)
        return true;
    bool good = cache_prepare(cache->db, "INSERT OR IGNORE INTO roots(path) VALUES(?1)", &insert);
    if (good) {
        sqlite3_bind_blob(insert, 1, cache->root_path, (int)strlen(cache->root_path), SQLITE_STATIC);
        good = run_statement(insert);
    }
    sqlite3_finalize(insert);
    if (good) /* another run may have made it since we looked */
        cache->root = cache_find_root(cache, cache->root_path);
    return good;
}

static bool store_stamps(Cache *cache, const CacheEntry *entries, uint32_t n_entries)
{
    sqlite3_stmt *stamp = NULL, *blob = NULL;
    bool good = cache_prepare(
                    cache->db,
                    "INSERT OR REPLACE INTO stamps(root, path, key, size, inode, device, mtime, ctime, taken)"
                    " VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
                    &stamp) &&
                cache_prepare(cache->db, "INSERT OR IGNORE INTO blobs(oid, key) VALUES(?1, ?2)", &blob);

    for (uint32_t i = 0; i < n_entries && good; i++)
        if (entries[i].path != NULL)
            good = store_stamp(cache, stamp, blob, &entries[i]);
    sqlite3_finalize(stamp);
    sqlite3_finalize(blob);
    return good;
}

static bool store_use(Cache *cache)
{
    sqlite3_stmt *update = NULL;
    bool good =
        cache->used->len == 0 || cache_prepare(cache->db, "UPDATE keys SET day = ?2 WHERE key = ?1", &update);

    for (uint32_t i = 0; i < cache->used->len && good; i++) {
        sqlite3_bind_blob(update, 1, &g_array_index(cache->used, CacheKey, i), sizeof(CacheKey),
                          SQLITE_STATIC);
        sqlite3_bind_int64(update, 2, cache_today());
        good = run_statement(update);
    }
    sqlite3_finalize(update);
    return good;
}

static int64_t ask_number(sqlite3 *db, const char *sql)
{
    sqlite3_stmt *rows = NULL;
    int64_t number = -1;

    if (cache_prepare(db, sql, &rows) && sqlite3_step(rows) == SQLITE_ROW)
        number = sqlite3_column_int64(rows, 0);
    sqlite3_finalize(rows);
    return number;
}

/* Pages in use, not rows summed: a count that costs nothing. */
static uint64_t used_bytes(sqlite3 *db)
{
    int64_t pages = ask_number(db, "PRAGMA page_count") - ask_number(db, "PRAGMA freelist_count");

    return pages > 0 ? (uint64_t)pages * (uint64_t)ask_number(db, "PRAGMA page_size") : 0;
}

/* Oldest days first; a whole day goes at once, so that this ends after few rounds. With the blocks go
 * the stamps and object ids that lead to them, and the trees that have none left. */
static bool evict(Cache *cache)
{
    static const char leftovers[] = "DELETE FROM blocks WHERE id NOT IN (SELECT id FROM keys);"
                                    "DELETE FROM stamps WHERE key NOT IN (SELECT key FROM keys);"
                                    "DELETE FROM blobs WHERE key NOT IN (SELECT key FROM keys);"
                                    "DELETE FROM roots WHERE id NOT IN (SELECT root FROM stamps);";

    while (used_bytes(cache->db) > CACHE_MAX_BYTES) {
        int64_t oldest = ask_number(cache->db, "SELECT ifnull(min(day), -1) FROM keys");
        if (oldest < 0 || oldest >= cache_today())
            return true; /* all of it was used today: it stays until tomorrow */
        g_autofree char *sql = g_strdup_printf("DELETE FROM keys WHERE day <= %" G_GINT64_FORMAT, oldest);
        if (sqlite3_exec(cache->db, sql, NULL, NULL, NULL) != SQLITE_OK ||
            sqlite3_exec(cache->db, leftovers, NULL, NULL, NULL) != SQLITE_OK)
            return false;
    }
    return true;
}

static bool has_news(Cache *cache, const CacheEntry *entries, uint32_t n_entries)
{
    if (cache->used->len > 0)
        return true;
    for (uint32_t i = 0; i < n_entries; i++)
        if (entries[i].block != NULL ||
            (entries[i].path != NULL && !is_blob(entries[i].identity) && !stamp_is_known(cache, &entries[i])))
            return true;
    return false;
}

bool cache_begin(Cache *cache)
{
    sqlite3_reset(cache->get); /* a row that is still open would hold the transaction */
    if (cache->reading)
        sqlite3_exec(cache->db, "COMMIT", NULL, NULL, NULL);
    cache->reading = false;
    return sqlite3_exec(cache->db, "BEGIN IMMEDIATE", NULL, NULL, NULL) == SQLITE_OK;
}

void cache_commit(Cache *cache, bool good)
{
    if (!good || sqlite3_exec(cache->db, "COMMIT", NULL, NULL, NULL) != SQLITE_OK)
        sqlite3_exec(cache->db, "ROLLBACK", NULL, NULL, NULL);
}

/* Stamps of files that are gone would be read by every run: with too many of them, all are written anew. */
static bool drop_stale_stamps(Cache *cache, uint32_t n_entries)
{
    sqlite3_stmt *drop = NULL;

    if (cache->root == 0 || cache->stamps->len <= n_entries + n_entries / 4 + 1000)
        return true;
    bool good = cache_prepare(cache->db, "DELETE FROM stamps WHERE root = ?1", &drop);
    if (good) {
        sqlite3_bind_int64(drop, 1, cache->root);
        good = run_statement(drop);
        g_array_set_size(cache->stamps, 0);
    }
    sqlite3_finalize(drop);
    return good;
}

void cache_use(Cache *cache, const CacheKey *keys, uint32_t n_keys)
{
    g_array_append_vals(cache->used, keys, n_keys);
}

void cache_store(Cache *cache, const CacheEntry *entries, uint32_t n_entries)
{
    if (!has_news(cache, entries, n_entries) || !cache_begin(cache))
        return;
    bool good = make_root(cache) && store_blocks(cache, entries, n_entries) &&
                drop_stale_stamps(cache, n_entries) && store_stamps(cache, entries, n_entries) &&
                store_use(cache) && evict(cache);
    cache_commit(cache, good);
    cache_prune(sqlite3_db_filename(cache->db, "main"));
}
