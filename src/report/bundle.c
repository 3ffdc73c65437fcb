#include "report/bundle.h"

#include "base/error.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

void bundle_init(Bundle *bundle, const char *mark)
{
    bundle->mark = mark;
    bundle->files = g_array_new(FALSE, FALSE, sizeof(BundleFile));
}

void bundle_clear(Bundle *bundle)
{
    for (uint32_t i = 0; i < bundle->files->len; i++) {
        BundleFile *file = &g_array_index(bundle->files, BundleFile, i);
        g_free(file->name);
        g_string_free(file->text, TRUE);
    }
    g_array_free(bundle->files, TRUE);
}

void bundle_add(Bundle *bundle, char *name, GString *text)
{
    BundleFile file = {.name = name, .text = text};

    g_array_append_val(bundle->files, file);
}

static bool fail(GError **error, const char *path, const char *reason)
{
    g_set_error(error, ONEDEF_ERROR, ONEDEF_ERROR_IO, "cannot write '%s': %s", path, reason);
    return false;
}

/* Is there nothing at `path`, or a regular file that starts with the mark? */
static bool is_ours(const Bundle *bundle, const char *path, bool *there)
{
    struct stat status;
    size_t length = strlen(bundle->mark);
    g_autofree char *head = g_malloc0(length + 1);

    *there = lstat(path, &status) == 0;
    if (!*there)
        return errno == ENOENT;
    if (!S_ISREG(status.st_mode))
        return false;
    FILE *file = fopen(path, "re");
    if (file == NULL)
        return false;
    bool marked = fread(head, 1, length, file) == length && memcmp(head, bundle->mark, length) == 0;
    fclose(file);
    return marked;
}

static bool check_foreign(const Bundle *bundle, const char *folder, GError **error)
{
    for (uint32_t i = 0; i < bundle->files->len; i++) {
        g_autofree char *path =
            g_build_filename(folder, g_array_index(bundle->files, BundleFile, i).name, NULL);
        bool there;
        if (!is_ours(bundle, path, &there))
            return fail(error, path, "the file there was not written by onedef plan --split");
    }
    return true;
}

static bool write_temporary(const Bundle *bundle, const BundleFile *file, char *path, GError **error)
{
    int descriptor = mkostemp(path, O_CLOEXEC);
    FILE *stream = descriptor >= 0 ? fdopen(descriptor, "w") : NULL;
    mode_t mask = umask(0);

    umask(mask);
    if (stream == NULL)
        return fail(error, path, g_strerror(errno));
    fchmod(descriptor, 0666 & ~mask);
    bool good = fprintf(stream, "%s\n", bundle->mark) > 0;
    good = fwrite(file->text->str, 1, file->text->len, stream) == file->text->len && good;
    good = fflush(stream) == 0 && fsync(descriptor) == 0 && good;
    int reason = errno;
    good = fclose(stream) == 0 && good;
    if (!good) {
        g_unlink(path);
        return fail(error, path, g_strerror(reason));
    }
    return true;
}

/* Files of an older run that this one has no step for. */
static void remove_old(const Bundle *bundle, const char *folder)
{
    g_autoptr(GDir) listing = g_dir_open(folder, 0, NULL);
    g_autoptr(GHashTable) current = g_hash_table_new(g_str_hash, g_str_equal);
    g_autoptr(GPtrArray) old = g_ptr_array_new_with_free_func(g_free);
    const char *name;

    for (uint32_t i = 0; i < bundle->files->len; i++)
        g_hash_table_add(current, g_array_index(bundle->files, BundleFile, i).name);
    while (listing != NULL && (name = g_dir_read_name(listing)) != NULL) {
        bool there;
        char *path = g_build_filename(folder, name, NULL);
        if (g_str_has_suffix(name, ".md") && !g_hash_table_contains(current, name) &&
            is_ours(bundle, path, &there) && there)
            g_ptr_array_add(old, path);
        else
            g_free(path);
    }
    for (uint32_t i = 0; i < old->len; i++)
        g_unlink(old->pdata[i]);
}

static bool rename_all(const Bundle *bundle, const char *folder, const GPtrArray *temporaries, GError **error)
{
    for (uint32_t i = 0; i < temporaries->len; i++) {
        g_autofree char *path =
            g_build_filename(folder, g_array_index(bundle->files, BundleFile, i).name, NULL);
        if (g_rename(temporaries->pdata[i], path) != 0)
            return fail(error, path, g_strerror(errno));
    }
    return true;
}

bool bundle_write(const Bundle *bundle, const char *folder, GError **error)
{
    g_autoptr(GPtrArray) temporaries = g_ptr_array_new_with_free_func(g_free);
    bool good = true;

    if (g_mkdir_with_parents(folder, 0777) != 0) {
        g_set_error(error, ONEDEF_ERROR, ONEDEF_ERROR_IO, "cannot make the folder '%s': %s", folder,
                    g_strerror(errno));
        return false;
    }
    if (!check_foreign(bundle, folder, error))
        return false;
    for (uint32_t i = 0; good && i < bundle->files->len; i++) {
        char *path = g_build_filename(folder, ".onedef-XXXXXX", NULL);
        good = write_temporary(bundle, &g_array_index(bundle->files, BundleFile, i), path, error);
        if (good)
            g_ptr_array_add(temporaries, path);
        else
            g_free(path);
    }
    good = good && rename_all(bundle, folder, temporaries, error);
    for (uint32_t i = 0; !good && i < temporaries->len; i++)
        g_unlink(temporaries->pdata[i]); /* those that were renamed are gone already */
    if (good)
        remove_old(bundle, folder);
    return good;
}
