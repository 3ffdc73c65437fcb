/* Order is what makes it safe: old copies, then the journal (by rename, so it is whole or absent), then
 * the new bytes beside their files, then the check that nothing changed meanwhile, then the renames,
 * then the journal goes. Killed before the journal: nothing was touched. Killed after: each file
 * holds its old bytes or its new ones, and the journal's checksums tell which.
 *
 * Journal: a line "onedef fix 1", then for each file "<old sum> <new sum> <path>" and a NUL. The new sum of
 * a file that goes is GONE; its old copy keeps its mode, to come back with. */
#include "fix/write.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xxhash.h>

#include "base/error.h"
#include "cache/cache.h"

#define HEADER     "onedef fix 1\n"
#define SUM_LENGTH 32
#define GONE       "--------------------------------"

static bool fail(GError **error, const char *doing, const char *path)
{
    g_set_error(error, ONEDEF_ERROR, ONEDEF_ERROR_IO, "cannot %s '%s': %s", doing, path, g_strerror(errno));
    return false;
}

static void sum_bytes(GBytes *bytes, char *sum)
{
    size_t length;
    const void *data = g_bytes_get_data(bytes, &length);
    XXH128_hash_t hash = XXH3_128bits(data, length);

    g_snprintf(sum, SUM_LENGTH + 1, "%016" G_GINT64_MODIFIER "x%016" G_GINT64_MODIFIER "x",
               (guint64)hash.high64, (guint64)hash.low64);
}

static GBytes *read_bytes(const char *path, GError **error)
{
    char *data;
    gsize length;

    if (!g_file_get_contents(path, &data, &length, error))
        return NULL;
    return g_bytes_new_take(data, length);
}

/* --- the folder of one tree --- */

static char *state_folder(const char *root, const char *cache_dir)
{
    g_autofree char *real = g_canonicalize_filename(root, NULL);
    g_autofree char *base = cache_dir != NULL ? g_strdup(cache_dir) : cache_default_dir();
    g_autofree char *name =
        g_strdup_printf("fix-%016" G_GINT64_MODIFIER "x", (guint64)XXH3_64bits(real, strlen(real)));

    return g_build_filename(base, name, NULL);
}

static bool sync_folder(const char *folder, GError **error)
{
    int descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool good = descriptor >= 0 && (fsync(descriptor) == 0 || errno == EINVAL);

    if (descriptor >= 0)
        close(descriptor);
    return good || fail(error, "write", folder);
}

/* The lock's descriptor, or -1. Released by closing. */
static int lock_folder(const char *folder, GError **error)
{
    g_autofree char *path = g_build_filename(folder, "lock", NULL);

    if (g_mkdir_with_parents(folder, 0700) != 0) {
        fail(error, "make the folder", folder);
        return -1;
    }
    int descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (descriptor < 0) {
        fail(error, "open", path);
        return -1;
    }
    if (flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
        g_set_error(error, ONEDEF_ERROR, ONEDEF_ERROR_IO, "another 'onedef fix' is writing to this tree");
        close(descriptor);
        return -1;
    }
    return descriptor;
}

static char *old_path(const char *folder, uint32_t index)
{
    g_autofree char *name = g_strdup_printf("%u.old", index);

    return g_build_filename(folder, name, NULL);
}

/* --- one file --- */

static bool write_whole(int descriptor, GBytes *bytes)
{
    size_t length;
    const char *data = g_bytes_get_data(bytes, &length);

    while (length > 0) {
        ssize_t written = write(descriptor, data, length);
        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0)
            return false;
        data += written;
        length -= (size_t)written;
    }
    return fsync(descriptor) == 0;
}

/* `like`: take mode and owner from this file; NULL: private. */
static bool write_new(const char *path, GBytes *bytes, const char *like, GError **error)
{
    struct stat status;
    int descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);

    if (descriptor < 0)
        return fail(error, "write", path);
    bool good = write_whole(descriptor, bytes);
    if (good && like != NULL) {
        good = stat(like, &status) == 0;
        if (good && (status.st_uid != geteuid() || status.st_gid != getegid()) &&
            fchown(descriptor, status.st_uid, status.st_gid) != 0)
            good = errno == EPERM; /* the new file is the writer's: as if edited by hand */
        good = good && fchmod(descriptor, status.st_mode & 07777) == 0;
    }
    if (!good)
        fail(error, "write", path);
    if (close(descriptor) != 0 && good)
        good = fail(error, "write", path);
    if (!good)
        unlink(path);
    return good;
}

/* The file that a path below the root leads to, which must lie below the root too. */
static char *real_file(const char *root, const char *path, GError **error)
{
    g_autofree char *joined = g_build_filename(root, path, NULL);
    char *file = realpath(joined, NULL), *top = realpath(root, NULL);
    char *result = NULL;

    if (file == NULL || top == NULL) {
        fail(error, "find", joined);
    } else {
        g_autofree char *prefix = strcmp(top, "/") == 0 ? g_strdup(top) : g_strconcat(top, "/", NULL);
        if (g_str_has_prefix(file, prefix))
            result = g_strdup(file);
        else
            g_set_error(error, ONEDEF_ERROR, ONEDEF_ERROR_IO,
                        "cannot write '%s': it leads out of the project", path);
    }
    free(file);
    free(top);
    return result;
}

static char *beside(const char *file)
{
    g_autofree char *folder = g_path_get_dirname(file), *name = g_path_get_basename(file);
    g_autofree char *hidden = g_strdup_printf(".%s.onedef-fix", name);

    return g_build_filename(folder, hidden, NULL);
}

static bool rename_over(const char *from, const char *to, GError **error)
{
    g_autofree char *folder = g_path_get_dirname(to);

    if (rename(from, to) != 0)
        return fail(error, "replace", to);
    return sync_folder(folder, error);
}

/* --- recovery --- */

typedef struct Entry {
    char sums[2][SUM_LENGTH + 1]; /* old, new */
    const char *path;
} Entry;

static bool parse_entry(const char **at, const char *end, Entry *entry)
{
    const char *stop = memchr(*at, 0, (size_t)(end - *at));

    if (stop == NULL || stop - *at < 2 * (SUM_LENGTH + 1) + 1)
        return false;
    for (int i = 0; i < 2; i++) {
        memcpy(entry->sums[i], *at, SUM_LENGTH);
        entry->sums[i][SUM_LENGTH] = '\0';
        *at += SUM_LENGTH + 1;
    }
    entry->path = *at;
    *at = stop + 1;
    return true;
}

/* A deleted file, back in its folder, which must lie below the root. */
static bool bring_back(const char *root, const char *folder, const Entry *entry, uint32_t index,
                       GError **error)
{
    g_autofree char *parent = g_path_get_dirname(entry->path), *name = g_path_get_basename(entry->path);
    g_autofree char *dir = strcmp(parent, ".") == 0 ? g_strdup(root) : real_file(root, parent, error);
    if (dir == NULL)
        return false;
    g_autofree char *file = g_build_filename(dir, name, NULL), *old = old_path(folder, index);
    g_autofree char *temporary = beside(file);
    char sum[SUM_LENGTH + 1];

    unlink(temporary);
    g_autoptr(GBytes) before = read_bytes(old, error);
    if (before == NULL)
        return false;
    sum_bytes(before, sum);
    if (strcmp(sum, entry->sums[0]) != 0) {
        g_set_error(error, ONEDEF_ERROR, ONEDEF_ERROR_IO,
                    "cannot roll back '%s': its copy '%s' is damaged; remove '%s' to go on", entry->path, old,
                    folder);
        return false;
    }
    return write_new(temporary, before, old, error) && rename_over(temporary, file, error);
}

static bool restore(const char *root, const char *folder, const Entry *entry, uint32_t index,
                    uint32_t *n_restored, GError **error)
{
    g_autofree char *joined = g_build_filename(root, entry->path, NULL);
    if (strcmp(entry->sums[1], GONE) == 0 && !g_file_test(joined, G_FILE_TEST_EXISTS)) {
        (*n_restored)++;
        return bring_back(root, folder, entry, index, error);
    }
    g_autofree char *file = real_file(root, entry->path, error);
    if (file == NULL)
        return false;
    g_autofree char *temporary = beside(file), *old = old_path(folder, index);
    char sum[SUM_LENGTH + 1];

    unlink(temporary);
    g_autoptr(GBytes) now = read_bytes(file, error);
    if (now == NULL)
        return false;
    sum_bytes(now, sum);
    if (strcmp(sum, entry->sums[0]) == 0)
        return true;
    g_autoptr(GBytes) before = read_bytes(old, error);
    if (before == NULL)
        return false;
    char old_sum[SUM_LENGTH + 1];
    sum_bytes(before, old_sum);
    if (strcmp(sum, entry->sums[1]) != 0 || strcmp(old_sum, entry->sums[0]) != 0) {
        g_set_error(
            error, ONEDEF_ERROR, ONEDEF_ERROR_IO,
            "cannot roll back '%s': it changed since; its old bytes are in '%s'; remove '%s' to go on",
            entry->path, old, folder);
        return false;
    }
    (*n_restored)++;
    return write_new(temporary, before, file, error) && rename_over(temporary, file, error);
}

static bool recover(const char *root, const char *folder, uint32_t *n_restored, GError **error)
{
    g_autofree char *path = g_build_filename(folder, "journal", NULL);
    uint32_t index = 0;

    *n_restored = 0;
    if (!g_file_test(path, G_FILE_TEST_EXISTS))
        return true;
    g_autoptr(GBytes) journal = read_bytes(path, error);
    if (journal == NULL)
        return false;
    size_t length;
    const char *at = g_bytes_get_data(journal, &length), *end = at + length;
    if (length < strlen(HEADER) || memcmp(at, HEADER, strlen(HEADER)) != 0) {
        g_set_error(error, ONEDEF_ERROR, ONEDEF_ERROR_IO, "cannot read the journal '%s': not one of onedef",
                    path);
        return false;
    }
    Entry entry;
    for (at += strlen(HEADER); at < end && parse_entry(&at, end, &entry); index++)
        if (!restore(root, folder, &entry, index, n_restored, error))
            return false;
    if (unlink(path) != 0)
        return fail(error, "remove", path);
    return true;
}

static void remove_copies(const char *folder)
{
    g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);

    for (const char *name = dir != NULL ? g_dir_read_name(dir) : NULL; name != NULL;
         name = g_dir_read_name(dir)) {
        g_autofree char *path = g_build_filename(folder, name, NULL);
        if (g_str_has_suffix(name, ".old") || g_str_has_suffix(name, ".new"))
            unlink(path);
    }
}

bool write_recover(const char *root, const char *cache_dir, uint32_t *n_restored, GError **error)
{
    g_autofree char *folder = state_folder(root, cache_dir);
    g_autofree char *journal = g_build_filename(folder, "journal", NULL);

    *n_restored = 0;
    if (!g_file_test(journal, G_FILE_TEST_EXISTS))
        return true;
    int lock = lock_folder(folder, error);
    if (lock < 0)
        return false;
    bool good = recover(root, folder, n_restored, error);
    if (good)
        remove_copies(folder);
    close(lock);
    return good;
}

/* --- writing --- */

static bool write_copies(const char *folder, char **reals, const WriteFile *files, uint32_t n_files,
                         GError **error)
{
    remove_copies(folder);
    for (uint32_t i = 0; i < n_files; i++) {
        g_autofree char *old = old_path(folder, i);
        if (!write_new(old, files[i].before, files[i].after == NULL ? reals[i] : NULL, error))
            return false;
    }
    return true;
}

static bool write_journal(const char *folder, const WriteFile *files, uint32_t n_files, GError **error)
{
    g_autoptr(GString) text = g_string_new(HEADER);
    g_autofree char *fresh = g_build_filename(folder, "journal.new", NULL);
    g_autofree char *path = g_build_filename(folder, "journal", NULL);

    for (uint32_t i = 0; i < n_files; i++) {
        char sums[2][SUM_LENGTH + 1];
        sum_bytes(files[i].before, sums[0]);
        g_strlcpy(sums[1], GONE, sizeof sums[1]);
        if (files[i].after != NULL)
            sum_bytes(files[i].after, sums[1]);
        g_string_append_printf(text, "%s %s %s", sums[0], sums[1], files[i].path);
        g_string_append_c(text, '\0');
    }
    g_autoptr(GBytes) bytes = g_bytes_new(text->str, text->len);
    unlink(fresh);
    return write_new(fresh, bytes, NULL, error) && rename_over(fresh, path, error);
}

static bool is_as_read(const char *file, const WriteFile *wanted, GError **error)
{
    g_autoptr(GBytes) now = read_bytes(file, error);

    if (now == NULL)
        return false;
    if (!g_bytes_equal(now, wanted->before)) {
        g_set_error(error, ONEDEF_ERROR, ONEDEF_ERROR_IO, "cannot write '%s': it changed since it was read",
                    wanted->path);
        return false;
    }
    if (access(file, W_OK) != 0)
        return fail(error, "write", wanted->path);
    return true;
}

static bool remove_file(const char *file, GError **error)
{
    g_autofree char *folder = g_path_get_dirname(file);

    if (unlink(file) != 0)
        return fail(error, "remove", file);
    return sync_folder(folder, error);
}

static bool put_in_place(char **reals, const WriteFile *files, uint32_t n_files, GError **error)
{
    for (uint32_t i = 0; i < n_files; i++) {
        g_autofree char *temporary = beside(reals[i]);
        unlink(temporary); /* of a run that was killed before it had a journal */
        if (files[i].after != NULL && !write_new(temporary, files[i].after, reals[i], error))
            return false;
    }
    for (uint32_t i = 0; i < n_files; i++)
        if (!is_as_read(reals[i], &files[i], error))
            return false;
    for (uint32_t i = 0; i < n_files; i++) {
        g_autofree char *temporary = beside(reals[i]);
        if (files[i].after == NULL ? !remove_file(reals[i], error) : !rename_over(temporary, reals[i], error))
            return false;
    }
    return true;
}

static bool write_locked(const char *root, const char *folder, char **reals, const WriteFile *files,
                         uint32_t n_files, GError **error)
{
    g_autofree char *journal = g_build_filename(folder, "journal", NULL);
    uint32_t restored;

    if (!write_copies(folder, reals, files, n_files, error) || !write_journal(folder, files, n_files, error))
        return false;
    if (!put_in_place(reals, files, n_files, error)) {
        g_autoptr(GError) worse = NULL;
        if (!recover(root, folder, &restored, &worse))
            g_prefix_error(error, "%s; before that: ", worse->message);
        return false;
    }
    if (unlink(journal) != 0)
        return fail(error, "remove", journal);
    remove_copies(folder);
    return true;
}

bool write_files(const char *root, const char *cache_dir, const WriteFile *files, uint32_t n_files,
                 GError **error)
{
    g_autofree char *folder = state_folder(root, cache_dir);
    char **reals = g_new0(char *, n_files + 1);
    bool good = true;

    for (uint32_t i = 0; good && i < n_files; i++) {
        reals[i] = real_file(root, files[i].path, error);
        good = reals[i] != NULL && is_as_read(reals[i], &files[i], error);
    }
    int lock = good ? lock_folder(folder, error) : -1;
    good = lock >= 0 && write_locked(root, folder, reals, files, n_files, error);
    if (lock >= 0)
        close(lock);
    g_strfreev(reals);
    return good;
}
