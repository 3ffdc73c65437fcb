/* tree.h — a scratch folder for tests that need real files. */
#ifndef ONEDEF_TESTS_UNIT_TREE_H
#define ONEDEF_TESTS_UNIT_TREE_H

#include <glib.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char *tree_new(void)
{
    GError *error = NULL;
    char *made = g_dir_make_tmp("onedef-test-XXXXXX", &error);

    g_assert_no_error(error);
    g_assert_cmpint(chmod(made, 0700), ==, 0);
    char *real = realpath(made, NULL);
    g_free(made);
    char *copy = g_strdup(real);
    free(real);
    return copy;
}

static inline void tree_write(const char *root, const char *path, const char *text)
{
    g_autofree char *full = g_build_filename(root, path, NULL);
    g_autofree char *folder = g_path_get_dirname(full);
    GError *error = NULL;

    g_assert_cmpint(g_mkdir_with_parents(folder, 0700), ==, 0);
    g_file_set_contents(full, text, -1, &error);
    g_assert_no_error(error);
}

/* Writes empty files: a NULL-terminated list of paths. */
static inline void tree_touch(const char *root, const char *const *paths)
{
    for (size_t i = 0; paths[i] != NULL; i++)
        tree_write(root, paths[i], "");
}

static inline void tree_link(const char *root, const char *path, const char *target)
{
    g_autofree char *full = g_build_filename(root, path, NULL);
    g_autofree char *folder = g_path_get_dirname(full);

    g_assert_cmpint(g_mkdir_with_parents(folder, 0700), ==, 0);
    g_assert_cmpint(symlink(target, full), ==, 0);
}

static inline void tree_run(const char *root, const char *const *command)
{
    GError *error = NULL;
    int status = 0;

    g_spawn_sync(root, (char **)command, NULL,
                 G_SPAWN_SEARCH_PATH | G_SPAWN_STDOUT_TO_DEV_NULL | G_SPAWN_STDERR_TO_DEV_NULL, NULL, NULL, NULL,
                 NULL, &status, &error);
    g_assert_no_error(error);
    g_assert_cmpint(status, ==, 0);
}

#define TREE_GIT(root, ...)                                                                                  \
    tree_run((root), (const char *const[]){"git", "-c", "user.name=t", "-c", "user.email=t@example.org", "-c", \
                                           "commit.gpgsign=false", "-c", "init.defaultBranch=main",           \
                                           __VA_ARGS__, NULL})

static inline void tree_free(char *root)
{
    const char *const command[] = {"rm", "-rf", root, NULL};

    tree_run("/", command);
    g_free(root);
}

#endif
