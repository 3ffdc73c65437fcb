/* One database file a version, in WAL mode: readers never wait for a writer, and a process killed
 * in the middle of a transaction leaves the one before. synchronous=OFF would be faster by little
 * and is safe against kills but not against power cuts; NORMAL with WAL is safe against both.
 *
 * At opening the keys of all blocks are read into a hash table, so that worker threads can ask cache_has
 * without touching SQLite, and a block is then one descent by row number away. Use is remembered by day, in
 * the table of keys: what is used again is noted once a day without rewriting its block, and a warm run
 * writes nothing.
 *
 * Pages are as large as SQLite has them: most blocks fit into one, lie there in one piece and need no copy
 * of SQLite's own; reading and writing take a sixteenth of the system calls. */
#include "cache/cache.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <sqlite3.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include <xxhash.h>

#include "base/error.h"
#include "cache/internal.h"
#include "parse/facts.h"

/* A file changed less than this before its stamp was taken may change again unseen within the
 * granularity of its file system's clock (2 s on FAT). */
#define RACY_NS INT64_C(2000000000)
#define BUSY_MS 2000
/* Raised when the tables change: it is part of the file's name, as the version is. */
#define LAYOUT 2
#define PREFIX "facts-"
#define SUFFIX ".db"

static const char schema[] =
    "CREATE TABLE IF NOT EXISTS keys(key BLOB PRIMARY KEY, id INTEGER NOT NULL, day INTEGER NOT NULL)"
    " WITHOUT ROWID;"
    "CREATE TABLE IF NOT EXISTS blocks(id INTEGER PRIMARY KEY, block BLOB NOT NULL);"
    "CREATE TABLE IF NOT EXISTS blobs(oid BLOB PRIMARY KEY, key BLOB NOT NULL) WITHOUT ROWID;"
    "CREATE TABLE IF NOT EXISTS roots(id INTEGER PRIMARY KEY, path BLOB UNIQUE NOT NULL);"
    "CREATE TABLE IF NOT EXISTS stamps(root INTEGER NOT NULL, path BLOB NOT NULL, key BLOB NOT NULL, size "
    "INTEGER,"
    " inode INTEGER, device INTEGER, mtime INTEGER, ctime INTEGER, taken INTEGER,"
    " PRIMARY KEY(root, path)) WITHOUT ROWID;"
    "CREATE TABLE IF NOT EXISTS answers(key BLOB PRIMARY KEY, day INTEGER NOT NULL, sum BLOB NOT NULL,"
    " bytes BLOB NOT NULL);";

static int64_t now_ns(void)
{
    struct timespec time;

    clock_gettime(CLOCK_REALTIME, &time);
    return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

int64_t cache_today(void)
{
    return now_ns() / 1000000000 / SECONDS_A_DAY;
}

char *cache_default_dir(void)
{
    const char *base = g_getenv("XDG_CACHE_HOME");

    /* The XDG specification: a relative path is to be ignored. */
    if (base != NULL && g_path_is_absolute(base))
        return g_build_filename(base, "onedef", NULL);
    return g_build_filename(g_get_home_dir(), ".cache", "onedef", NULL);
}

CacheKey cache_key(const void *bytes, size_t length)
{
    XXH128_hash_t hash = XXH3_128bits(bytes, length);

    return (CacheKey){.low = hash.low64, .high = hash.high64};
}

/* The folder must be ours: what another user can write could feed us anything. */
static bool check_folder(const char *dir, GError **error)
{
    struct stat info;

    if (g_mkdir_with_parents(dir, 0700) != 0 || stat(dir, &info) != 0) {
        g_set_error(error, ONEDEF_ERROR, ONEDEF_ERROR_IO, "cannot use cache folder '%s': %s", dir,
                    g_strerror(errno));
        return false;
    }
    if (!S_ISDIR(info.st_mode) || info.st_uid != geteuid()) {
        g_set_error(error, ONEDEF_ERROR, ONEDEF_ERROR_IO,
                    "cannot use cache folder '%s': it belongs to another user", dir);
        return false;
    }
    return true;
}

static char *database_path(const char *dir, const char *version)
{
    g_autofree char *name = g_strdup_printf(PREFIX "%016" G_GINT64_MODIFIER "x" SUFFIX,
                                            (uint64_t)XXH3_64bits_withSeed(version, strlen(version), LAYOUT));

    return g_build_filename(dir, name, NULL);
}

static bool is_own_file(const char *path)
{
    struct stat info;

    return lstat(path, &info) != 0 || (S_ISREG(info.st_mode) && info.st_uid == geteuid());
}

static void remove_database(const char *path)
{
    static const char *const endings[] = {"", "-wal", "-shm", "-journal"};

    for (size_t i = 0; i < G_N_ELEMENTS(endings); i++) {
        g_autofree char *file = g_strconcat(path, endings[i], NULL);
        g_unlink(file);
    }
}

bool cache_prepare(sqlite3 *db, const char *sql, sqlite3_stmt **statement)
{
    return sqlite3_prepare_v2(db, sql, -1, statement, NULL) == SQLITE_OK;
}

static bool prepare_get(Cache *cache)
{
    return cache_prepare(cache->db, "SELECT block FROM blocks WHERE id = ?1", &cache->get);
}

/* Opens the file; a database that is no database, or whose schema is broken, fails here. */
static bool open_database(Cache *cache, const char *path)
{
    if (sqlite3_open_v2(path, &cache->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX,
                        NULL) != SQLITE_OK)
        return false;
    sqlite3_busy_timeout(cache->db, BUSY_MS);
    sqlite3_extended_result_codes(cache->db, 1);
    /* what a hostile schema could do beyond storing rows is switched off */
    sqlite3_db_config(cache->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    sqlite3_db_config(cache->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
    return sqlite3_exec(cache->db,
                        "PRAGMA page_size=65536; PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;", NULL,
                        NULL, NULL) == SQLITE_OK &&
           sqlite3_exec(cache->db, schema, NULL, NULL, NULL) == SQLITE_OK && prepare_get(cache) &&
           cache_prepare(cache->db, "SELECT key FROM blobs WHERE oid = ?1", &cache->find_blob);
}

static void close_database(Cache *cache)
{
    sqlite3_finalize(cache->get);
    sqlite3_finalize(cache->find_blob);
    sqlite3_close(cache->db);
    cache->get = cache->find_blob = NULL;
    cache->db = NULL;
}

bool cache_read_key(sqlite3_stmt *row, int column, CacheKey *key)
{
    const void *bytes = sqlite3_column_blob(row, column);

    if (bytes == NULL || sqlite3_column_bytes(row, column) != (int)sizeof *key)
        return false;
    memcpy(key, bytes, sizeof *key);
    return true;
}

static bool load_keys(Cache *cache)
{
    sqlite3_stmt *rows = NULL;
    CacheKey key;
    int code = SQLITE_ERROR;

    if (cache_prepare(cache->db, "SELECT key, id, day FROM keys", &rows))
        while ((code = sqlite3_step(rows)) == SQLITE_ROW)
            if (cache_read_key(rows, 0, &key))
                keyset_add(&cache->keys, key, sqlite3_column_int64(rows, 1), sqlite3_column_int64(rows, 2));
    sqlite3_finalize(rows);
    return code == SQLITE_DONE;
}

int64_t cache_find_root(Cache *cache, const char *root)
{
    sqlite3_stmt *rows = NULL;
    int64_t id = 0;

    if (cache_prepare(cache->db, "SELECT id FROM roots WHERE path = ?1", &rows)) {
        sqlite3_bind_blob(rows, 1, root, (int)strlen(root), SQLITE_STATIC);
        if (sqlite3_step(rows) == SQLITE_ROW)
            id = sqlite3_column_int64(rows, 0);
    }
    sqlite3_finalize(rows);
    return id;
}

static void load_stamp(Cache *cache, sqlite3_stmt *row)
{
    Stamp stamp = {.size = (uint64_t)sqlite3_column_int64(row, 2),
                   .inode = (uint64_t)sqlite3_column_int64(row, 3),
                   .device = (uint64_t)sqlite3_column_int64(row, 4),
                   .mtime_ns = sqlite3_column_int64(row, 5),
                   .ctime_ns = sqlite3_column_int64(row, 6),
                   .taken_ns = sqlite3_column_int64(row, 7)};
    const void *path = sqlite3_column_blob(row, 0);
    int length = sqlite3_column_bytes(row, 0);

    if (path == NULL || length <= 0 || !cache_read_key(row, 1, &stamp.key))
        return;
    stamp.path = arena_strndup(&cache->arena, path, (size_t)length);
    /* A database that was tampered with may be out of order; what is not found is read again. */
    g_array_append_val(cache->stamps, stamp);
}

static void load_stamps(Cache *cache, const char *root)
{
    sqlite3_stmt *rows = NULL;

    cache->root = cache_find_root(cache, root);
    if (cache->root == 0)
        return;
    if (cache_prepare(cache->db,
                      "SELECT path, key, size, inode, device, mtime, ctime, taken FROM stamps WHERE root = ?1"
                      " ORDER BY path",
                      &rows)) {
        sqlite3_bind_int64(rows, 1, cache->root);
        while (sqlite3_step(rows) == SQLITE_ROW)
            load_stamp(cache, rows);
    }
    sqlite3_finalize(rows);
}

/* A corrupt database is set aside once and made anew. */
static bool open_or_renew(Cache *cache, const char *path)
{
    if (open_database(cache, path) && load_keys(cache))
        return true;
    int code = cache->db != NULL ? sqlite3_errcode(cache->db) & 0xff : SQLITE_ERROR;
    close_database(cache);
    keyset_clear(&cache->keys);
    if (code != SQLITE_CORRUPT && code != SQLITE_NOTADB)
        return false;
    remove_database(path);
    return open_database(cache, path) && load_keys(cache);
}

static Cache *new_cache(void)
{
    Cache *cache = g_new0(Cache, 1);

    cache->opened_ns = now_ns();
    cache->stamps = g_array_new(FALSE, FALSE, sizeof(Stamp));
    cache->used = g_array_new(FALSE, FALSE, sizeof(CacheKey));
    cache->lookup = &cache->keys;
    arena_init(&cache->arena);
    return cache;
}

Cache *cache_open(const char *dir, const char *version, const char *root, GError **error)
{
    g_autofree char *folder = dir != NULL ? g_strdup(dir) : cache_default_dir();

    if (!check_folder(folder, error))
        return NULL;
    g_autofree char *path = database_path(folder, version);
    if (!is_own_file(path)) {
        g_set_error(error, ONEDEF_ERROR, ONEDEF_ERROR_IO,
                    "cannot use cache '%s': it is no regular file of this user", path);
        return NULL;
    }
    Cache *cache = new_cache();
    if (!open_or_renew(cache, path)) {
        g_set_error(error, ONEDEF_ERROR, ONEDEF_ERROR_IO, "cannot use cache '%s': %s", path,
                    cache->db != NULL ? sqlite3_errmsg(cache->db) : "cannot be opened");
        cache_free(cache);
        return NULL;
    }
    cache->root_path = g_strdup(root);
    /* One transaction for all that is read spares a lock and a look at the log for every block. */
    cache->reading = sqlite3_exec(cache->db, "BEGIN", NULL, NULL, NULL) == SQLITE_OK;
    if (root != NULL)
        load_stamps(cache, root);
    return cache;
}

void cache_looked_since(Cache *cache, int64_t since_ns)
{
    cache->opened_ns = MIN(cache->opened_ns, since_ns);
}

void cache_free(Cache *cache)
{
    if (cache == NULL)
        return;
    close_database(cache);
    keyset_clear(&cache->keys);
    g_array_free(cache->stamps, TRUE);
    arena_clear(&cache->arena);
    g_array_free(cache->used, TRUE);
    g_free(cache->root_path);
    g_free(cache);
}

Cache *cache_begin_reader(const Cache *cache)
{
    Cache *reader = new_cache();

    reader->lookup = &cache->keys;
    if (sqlite3_open_v2(sqlite3_db_filename(cache->db, "main"), &reader->db,
                        SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, NULL) == SQLITE_OK &&
        prepare_get(reader) && sqlite3_exec(reader->db, "BEGIN", NULL, NULL, NULL) == SQLITE_OK)
        return reader;
    cache_free(reader);
    return NULL;
}

void cache_end_reader(Cache *cache, Cache *reader)
{
    cache_use(cache, (const CacheKey *)(void *)reader->used->data, reader->used->len);
    cache_free(reader);
}

bool cache_has(const Cache *cache, CacheKey key)
{
    return keyset_find(&cache->keys, key) != NULL;
}

bool cache_is_sound(const void *block, size_t size, CacheKey key)
{
    Facts facts;

    return facts_open(block, size, true, &facts) && facts.header->content_low == key.low &&
           facts.header->content_high == key.high;
}

const void *cache_get(Cache *cache, CacheKey key, size_t *size)
{
    const KeySlot *slot = keyset_find(cache->lookup, key);
    const void *block = NULL;

    sqlite3_reset(cache->get);
    if (slot == NULL)
        return NULL;
    sqlite3_bind_int64(cache->get, 1, slot->id);
    if (sqlite3_step(cache->get) == SQLITE_ROW) {
        block = sqlite3_column_blob(cache->get, 0);
        *size = (size_t)sqlite3_column_bytes(cache->get, 0);
        if (slot->day != cache_today())
            g_array_append_val(cache->used, key);
    }
    return block;
}

/* Whoever asks in the order of paths finds each beside the last. */
static const Stamp *find_stamp(Cache *cache, const char *path)
{
    uint32_t low = 0, high = cache->stamps->len;

    if (cache->next_stamp < high &&
        strcmp(g_array_index(cache->stamps, Stamp, cache->next_stamp).path, path) == 0)
        return &g_array_index(cache->stamps, Stamp, cache->next_stamp++);
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        const Stamp *stamp = &g_array_index(cache->stamps, Stamp, middle);
        int order = strcmp(stamp->path, path);
        if (order == 0) {
            cache->next_stamp = middle + 1;
            return stamp;
        }
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

bool cache_find_stamp(Cache *cache, const char *path, const SourceIdentity *identity, CacheKey *key)
{
    const Stamp *stamp = find_stamp(cache, path);

    if (stamp == NULL || stamp->size != identity->size || stamp->inode != identity->inode ||
        stamp->device != identity->device || stamp->mtime_ns != identity->mtime_ns ||
        stamp->ctime_ns != identity->ctime_ns)
        return false;
    if (MAX(stamp->mtime_ns, stamp->ctime_ns) > stamp->taken_ns - RACY_NS)
        return false;
    *key = stamp->key;
    return true;
}

bool cache_find_blob(Cache *cache, const uint8_t *blob, CacheKey *key)
{
    sqlite3_bind_blob(cache->find_blob, 1, blob, 20, SQLITE_STATIC);
    bool found = sqlite3_step(cache->find_blob) == SQLITE_ROW && cache_read_key(cache->find_blob, 0, key);
    sqlite3_reset(cache->find_blob);
    return found;
}
