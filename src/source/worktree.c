#include "source/worktree.h"

#include "source/git.h"

#include <string.h>

/* Paths below the work tree whose state differs from HEAD. */
static GHashTable *changed_paths(git_repository *repository)
{
    GHashTable *paths = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    git_status_options options = {.version = GIT_STATUS_OPTIONS_VERSION};
    git_status_list *list = NULL;

    options.show = GIT_STATUS_SHOW_INDEX_AND_WORKDIR;
    options.flags = 0; /* untracked files are found by their absence from the index */
    if (git_status_list_new(&list, repository, &options) != 0) {
        g_hash_table_destroy(paths);
        return NULL;
    }
    for (size_t i = 0; i < git_status_list_entrycount(list); i++) {
        const git_status_entry *entry = git_status_byindex(list, i);
        const git_diff_delta *delta =
            entry->index_to_workdir != NULL ? entry->index_to_workdir : entry->head_to_index;
        if (entry->status != GIT_STATUS_CURRENT && delta != NULL)
            g_hash_table_add(paths, g_strdup(delta->new_file.path));
    }
    git_status_list_free(list);
    return paths;
}

static const char *find_changed(git_repository *repository, const char *prefix, const char *const *paths)
{
    g_autoptr(GHashTable) changed = changed_paths(repository);
    git_index *index = NULL;
    const char *found = NULL;

    if (changed == NULL || git_repository_index(&index, repository) != 0)
        return paths[0]; /* nothing can be said: as if changed */
    for (uint32_t i = 0; paths[i] != NULL && found == NULL; i++) {
        g_autofree char *path = g_strconcat(prefix, paths[i], NULL);
        if (g_hash_table_contains(changed, path) || git_index_get_bypath(index, path, 0) == NULL)
            found = paths[i];
    }
    git_index_free(index);
    return found;
}

const char *worktree_first_changed(const char *root, const char *const *paths)
{
    git_repository *repository = paths[0] != NULL ? git_open(root, true) : NULL;
    const char *workdir = repository != NULL ? git_repository_workdir(repository) : NULL;
    const char *found = NULL;

    if (workdir != NULL) {
        g_autofree char *real_root = g_canonicalize_filename(root, NULL);
        g_autofree char *with_slash = g_strconcat(real_root, "/", NULL);
        found = g_str_has_prefix(with_slash, workdir)
                    ? find_changed(repository, with_slash + strlen(workdir), paths)
                    : paths[0];
    }
    if (repository != NULL)
        git_repository_free(repository);
    return found;
}
