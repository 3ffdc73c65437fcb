#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "base/pool.h"
#include "source/internal.h"
#include "source/project.h"
#include "source/walk.h"

typedef struct DiskSource {
    Source base;
    Project project;
    int root_fd;
    bool no_ignore;
    uint32_t jobs;
} DiskSource;

static bool disk_list(Source *source, ListingBuilder *builder, GError **error)
{
    DiskSource *disk = (DiskSource *)source;

    (void)error;
    walk_project(builder, &disk->project, disk->root_fd, disk->no_ignore, pool_workers(disk->jobs));
    return true;
}

static GBytes *fail(const char *path, OnedefError code, const char *reason, GError **error)
{
    g_set_error(error, ONEDEF_ERROR, code, "cannot read '%s': %s", path, reason);
    return NULL;
}

/* Reads to the end of the file, which may have grown or shrunk since it was listed. */
static GBytes *read_all(int fd, const char *path, size_t expected, GError **error)
{
    size_t capacity = expected + 1, length = 0;
    char *bytes = g_malloc(capacity);

    for (;;) {
        ssize_t count = read(fd, bytes + length, capacity - length);
        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0) {
            g_free(bytes);
            return fail(path, ONEDEF_ERROR_IO, g_strerror(errno), error);
        }
        if (count == 0)
            return g_bytes_new_take(bytes, length);
        length += (size_t)count;
        if (length > SOURCE_MAX_FILE) {
            g_free(bytes);
            return fail(path, ONEDEF_ERROR_LIMIT, "more than 1 GiB", error);
        }
        if (length == capacity) {
            capacity *= 2;
            bytes = g_realloc(bytes, capacity);
        }
    }
}

static GBytes *disk_read(Source *source, const char *path, GError **error)
{
    DiskSource *disk = (DiskSource *)source;
    struct stat status;
    GBytes *bytes = NULL;
    /* Not blocking: a pipe in the place of a file must not stop the run. */
    int fd = openat(disk->root_fd, path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);

    if (fd < 0)
        return fail(path, ONEDEF_ERROR_IO, g_strerror(errno), error);
    if (fstat(fd, &status) != 0)
        fail(path, ONEDEF_ERROR_IO, g_strerror(errno), error);
    else if (!S_ISREG(status.st_mode))
        fail(path, ONEDEF_ERROR_IO, "not a regular file", error);
    else if ((uint64_t)status.st_size > SOURCE_MAX_FILE)
        fail(path, ONEDEF_ERROR_LIMIT, "more than 1 GiB", error);
    else
        bytes = read_all(fd, path, (size_t)status.st_size, error);
    close(fd);
    return bytes;
}

static bool disk_has(Source *source, const char *path)
{
    DiskSource *disk = (DiskSource *)source;
    struct stat status;

    return fstatat(disk->root_fd, path, &status, 0) == 0 && S_ISREG(status.st_mode);
}

static void disk_free(Source *source)
{
    DiskSource *disk = (DiskSource *)source;

    if (disk->root_fd >= 0)
        close(disk->root_fd);
    project_clear(&disk->project);
}

static const SourceClass disk_class = {disk_list, disk_read, disk_has, disk_free};

Source *source_open_disk(const SourceOptions *options, GError **error)
{
    static const SourceOptions defaults;
    DiskSource *disk = g_new0(DiskSource, 1);

    if (options == NULL)
        options = &defaults;
    disk->root_fd = -1;
    disk->no_ignore = options->no_ignore;
    disk->jobs = options->jobs;
    bool found = project_find(options, &disk->project, error);
    source_init(&disk->base, &disk_class, g_strdup(disk->project.root), g_strdup("disk"), options->excludes);
    if (found) {
        disk->root_fd = open(disk->project.root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        if (disk->root_fd < 0)
            g_set_error(error, ONEDEF_ERROR, ONEDEF_ERROR_IO, "cannot open '%s': %s", disk->project.root,
                        g_strerror(errno));
    }
    if (disk->root_fd < 0) {
        source_free(&disk->base);
        return NULL;
    }
    return &disk->base;
}
