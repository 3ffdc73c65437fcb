/* What the user may ask of the cache folder as a whole: how much is in it, and away with it. */
#include <errno.h>
#include <glib/gstdio.h>
#include <sqlite3.h>
#include <string.h>
#include <sys/stat.h>

#include "base/error.h"
#include "cache/cache.h"

static bool is_database_file(const char *name)
{
    return g_str_has_prefix(name, "facts-") && strstr(name, ".db") != NULL;
}

static uint64_t count_rows(sqlite3 *db, const char *sql)
{
    sqlite3_stmt *rows = NULL;
    uint64_t count = 0;

    if (sqlite3_prepare_v2(db, sql, -1, &rows, NULL) == SQLITE_OK && sqlite3_step(rows) == SQLITE_ROW)
        count = (uint64_t)sqlite3_column_int64(rows, 0);
    sqlite3_finalize(rows);
    return count;
}

static void add_rows(const char *path, CacheStat *stat_out)
{
    sqlite3 *db = NULL;

    if (sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL) == SQLITE_OK) {
        stat_out->n_blocks += count_rows(db, "SELECT count(*) FROM blocks");
        stat_out->n_stamps += count_rows(db, "SELECT count(*) FROM stamps");
        stat_out->n_answers += count_rows(db, "SELECT count(*) FROM answers");
    }
    sqlite3_close(db);
}

static uint64_t file_bytes(const char *path)
{
    struct stat info;

    return lstat(path, &info) == 0 ? (uint64_t)info.st_size : 0;
}

bool cache_stat(const char *dir, CacheStat *stat_out, GError **error)
{
    *stat_out = (CacheStat){.path = dir != NULL ? g_strdup(dir) : cache_default_dir()};
    if (!g_file_test(stat_out->path, G_FILE_TEST_EXISTS))
        return true;
    g_autoptr(GDir) folder = g_dir_open(stat_out->path, 0, error);
    if (folder == NULL)
        return false;
    for (const char *name = g_dir_read_name(folder); name != NULL; name = g_dir_read_name(folder)) {
        g_autofree char *path = g_build_filename(stat_out->path, name, NULL);
        if (!is_database_file(name))
            continue;
        stat_out->n_bytes += file_bytes(path);
        if (g_str_has_suffix(name, ".db")) {
            stat_out->n_databases++;
            add_rows(path, stat_out);
        }
    }
    return true;
}

#define UNUSED_SECONDS (INT64_C(30) * 24 * 60 * 60)

/* When the database or its log was last written to; 0 when it is no regular file. */
static int64_t last_write(const char *path)
{
    g_autofree char *log = g_strconcat(path, "-wal", NULL);
    struct stat info;

    if (lstat(path, &info) != 0 || !S_ISREG(info.st_mode))
        return 0;
    int64_t time = info.st_mtime;
    return lstat(log, &info) == 0 ? MAX(time, info.st_mtime) : time;
}

void cache_prune(const char *path)
{
    static const char *const endings[] = {"-wal", "-shm", "-journal", ""};
    g_autofree char *folder_path = g_path_get_dirname(path);
    g_autofree char *own = g_path_get_basename(path);
    g_autoptr(GDir) folder = g_dir_open(folder_path, 0, NULL);
    int64_t now = g_get_real_time() / G_USEC_PER_SEC;

    for (const char *name; folder != NULL && (name = g_dir_read_name(folder)) != NULL;) {
        if (!is_database_file(name) || !g_str_has_suffix(name, ".db") || strcmp(name, own) == 0)
            continue;
        g_autofree char *database = g_build_filename(folder_path, name, NULL);
        int64_t time = last_write(database);
        if (time == 0 || now - time < UNUSED_SECONDS)
            continue;
        for (size_t i = 0; i < G_N_ELEMENTS(endings); i++) {
            g_autofree char *file = g_strconcat(database, endings[i], NULL);
            g_unlink(file);
        }
    }
}

bool cache_clear(const char *dir, uint64_t *n_bytes, GError **error)
{
    g_autofree char *folder_path = dir != NULL ? g_strdup(dir) : cache_default_dir();

    *n_bytes = 0;
    if (!g_file_test(folder_path, G_FILE_TEST_EXISTS))
        return true;
    g_autoptr(GDir) folder = g_dir_open(folder_path, 0, error);
    if (folder == NULL)
        return false;
    for (const char *name = g_dir_read_name(folder); name != NULL; name = g_dir_read_name(folder)) {
        g_autofree char *path = g_build_filename(folder_path, name, NULL);
        if (!is_database_file(name))
            continue;
        uint64_t bytes = file_bytes(path);
        if (g_unlink(path) != 0) {
            g_set_error(error, ONEDEF_ERROR, ONEDEF_ERROR_IO, "cannot remove '%s': %s", path,
                        g_strerror(errno));
            return false;
        }
        *n_bytes += bytes;
    }
    return true;
}
