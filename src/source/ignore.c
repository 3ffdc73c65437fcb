#include "source/ignore.h"

#include <glib.h>
#include <string.h>

#include "source/git.h"

struct Ignore {
    git_repository *repository;
    git_index *index; /* NULL when there is none yet */
    char *work_tree;
    size_t prefix;   /* bytes of "work_tree/" */
    GString *folder; /* scratch: a path with its trailing '/' */
};

Ignore *ignore_open(const char *directory, bool search)
{
    git_repository *repository = git_open(directory, search);

    if (repository == NULL)
        return NULL;
    const char *work_tree = git_repository_workdir(repository);
    if (work_tree == NULL) {
        git_repository_free(repository);
        return NULL;
    }
    Ignore *ignore = g_new0(Ignore, 1);
    ignore->repository = repository;
    ignore->work_tree = g_strdup(work_tree);
    size_t length = strlen(work_tree);
    while (length > 1 && ignore->work_tree[length - 1] == '/')
        ignore->work_tree[--length] = '\0';
    ignore->prefix = strcmp(ignore->work_tree, "/") == 0 ? 1 : length + 1;
    ignore->folder = g_string_new(NULL);
    if (git_repository_index(&ignore->index, repository) != 0)
        ignore->index = NULL;
    return ignore;
}

void ignore_free(Ignore *ignore)
{
    if (ignore == NULL)
        return;
    git_index_free(ignore->index);
    git_repository_free(ignore->repository);
    g_string_free(ignore->folder, true);
    g_free(ignore->work_tree);
    g_free(ignore);
}

const char *ignore_work_tree(const Ignore *ignore)
{
    return ignore->work_tree;
}

/* Path inside the work tree, or NULL when it is the work tree itself or lies outside. */
static const char *inside(const Ignore *ignore, const char *path)
{
    size_t length = strlen(path);

    if (length <= ignore->prefix || strncmp(path, ignore->work_tree, ignore->prefix - 1) != 0 ||
        path[ignore->prefix - 1] != '/')
        return NULL;
    return path + ignore->prefix;
}

static bool is_ignored(Ignore *ignore, const char *relative)
{
    int ignored = 0;

    return git_ignore_path_is_ignored(&ignored, ignore->repository, relative) == 0 && ignored != 0;
}

bool ignore_file(Ignore *ignore, const char *path)
{
    const char *relative = inside(ignore, path);

    if (relative == NULL)
        return false;
    if (ignore->index != NULL && git_index_find(NULL, ignore->index, relative) == 0)
        return false;
    return is_ignored(ignore, relative);
}

static bool tracks_below(Ignore *ignore, const char *relative)
{
    g_string_assign(ignore->folder, relative);
    g_string_append_c(ignore->folder, '/');
    return ignore->index != NULL && git_index_find_prefix(NULL, ignore->index, ignore->folder->str) == 0;
}

bool ignore_folder(Ignore *ignore, const char *path)
{
    const char *relative = inside(ignore, path);

    if (relative == NULL || tracks_below(ignore, relative))
        return false;
    g_string_assign(ignore->folder, relative);
    g_string_append_c(ignore->folder, '/');
    return is_ignored(ignore, ignore->folder->str);
}

bool ignore_tracks(Ignore *ignore, const char *path)
{
    const char *relative = inside(ignore, path);

    if (relative == NULL)
        return strcmp(path, ignore->work_tree) == 0;
    return tracks_below(ignore, relative) ||
           (ignore->index != NULL && git_index_find(NULL, ignore->index, relative) == 0);
}
