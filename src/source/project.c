#include "source/project.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "source/ignore.h"
#include "source/internal.h"

static bool file_exists(const char *folder, const char *name)
{
    g_autofree char *path = g_build_filename(folder, name, NULL);
    struct stat status;

    return stat(path, &status) == 0 && S_ISREG(status.st_mode);
}

/* Absolute and real; of a file only its folder is resolved: a link named as a file stays that link. */
static char *resolve_path(const char *argument, bool *folder, GError **error)
{
    struct stat status;

    if (argument[0] == '\0' || stat(argument, &status) != 0) {
        /* A link to nowhere exists all the same: it is listed with that reason. */
        if (argument[0] == '\0' || lstat(argument, &status) != 0) {
            g_set_error(error, ONEDEF_ERROR, ONEDEF_ERROR_INPUT, "cannot open '%s': %s", argument,
                        argument[0] == '\0' ? "empty path" : g_strerror(errno));
            return NULL;
        }
    }
    *folder = S_ISDIR(status.st_mode);
    g_autofree char *parent = *folder ? g_strdup(argument) : g_path_get_dirname(argument);
    char *real = realpath(parent, NULL);
    if (real == NULL) {
        g_set_error(error, ONEDEF_ERROR, ONEDEF_ERROR_IO, "cannot open '%s': %s", argument,
                    g_strerror(errno));
        return NULL;
    }
    char *result;
    if (*folder) {
        result = g_strdup(real);
    } else {
        g_autofree char *name = g_path_get_basename(argument);
        result = g_build_filename(real, name, NULL);
    }
    free(real);
    return result;
}

/* Cuts `common` back until `path` is at or below it. */
static void intersect(char *common, const char *path)
{
    while (strcmp(common, "/") != 0 && !source_is_below(path, common)) {
        char *slash = strrchr(common, '/');
        slash[slash == common ? 1 : 0] = '\0';
    }
}

static char *parent_of(const char *folder)
{
    return strcmp(folder, "/") == 0 ? NULL : g_path_get_dirname(folder);
}

static bool configures_onedef(const char *folder)
{
    g_autofree char *path = g_build_filename(folder, "pyproject.toml", NULL);
    g_autofree char *text = NULL;
    struct stat status;

    if (file_exists(folder, "onedef.toml"))
        return true;
    if (stat(path, &status) != 0 || !S_ISREG(status.st_mode) || status.st_size > 1024 * 1024 ||
        !g_file_get_contents(path, &text, NULL, NULL))
        return false;
    for (const char *at = text; (at = strstr(at, "[tool.onedef")) != NULL; at++)
        if (at == text || at[-1] == '\n' || (at[-1] == '[' && (at - text == 1 || at[-2] == '\n')))
            return true;
    return false;
}

/* A setup.py inside a package is numpy.distutils' way of naming subpackages, not a project. */
static bool has_packaging(const char *folder)
{
    if (file_exists(folder, "pyproject.toml"))
        return true;
    return !file_exists(folder, "__init__.py") &&
           (file_exists(folder, "setup.py") || file_exists(folder, "setup.cfg"));
}

static bool is_nobodys(const char *folder)
{
    struct stat status;
    const char *home = g_getenv("HOME");

    return strcmp(folder, "/") == 0 || g_strcmp0(folder, home) == 0 ||
           (stat(folder, &status) == 0 && (status.st_mode & S_IWOTH) != 0);
}

static char *nearest(const char *common, bool (*accept)(const char *folder), const char *upto)
{
    char *folder = g_strdup(common);

    while (folder != NULL) {
        if (!is_nobodys(folder) && accept(folder))
            return folder;
        char *parent = g_strcmp0(folder, upto) == 0 ? NULL : parent_of(folder);
        g_free(folder);
        folder = parent;
    }
    return NULL;
}

static char *top_package(const char *folder)
{
    char *top = g_strdup(folder);

    while (strcmp(top, "/") != 0 && file_exists(top, "__init__.py")) {
        g_autofree char *parent = g_path_get_dirname(top);
        if (!file_exists(parent, "__init__.py"))
            break;
        g_free(top);
        top = g_steal_pointer(&parent);
    }
    return top;
}

static void find_root(const char *common, Project *project)
{
    Ignore *git = ignore_open(common, true);
    const char *work_tree = git != NULL ? ignore_work_tree(git) : NULL;

    project->root = nearest(common, configures_onedef, work_tree);
    project->reason = "onedef configuration";
    if (project->root == NULL && git != NULL && ignore_tracks(git, common)) {
        project->root = g_strdup(work_tree);
        project->reason = "git work tree";
    }
    if (project->root == NULL) {
        project->root = nearest(common, has_packaging, work_tree);
        project->reason = "packaging file";
    }
    if (project->root == NULL) {
        g_autofree char *top = top_package(common);
        project->root = file_exists(top, "__init__.py") && strcmp(top, "/") != 0 ? g_path_get_dirname(top)
                                                                                 : g_strdup(top);
        project->reason = "common folder of the paths";
        project->only_paths = true;
    }
    ignore_free(git);
}

static const char *relative_to(const char *root, const char *path)
{
    size_t length = strcmp(root, "/") == 0 ? 0 : strlen(root);

    return path[length] == '/' ? path + length + 1 : path + length;
}

/* What has to be walked so that the paths make sense: their top packages where there is no project. */
static void add_starts(Project *project, bool lift)
{
    if (!project->only_paths) {
        g_ptr_array_add(project->starts, g_strdup(""));
        return;
    }
    for (uint32_t i = 0; i < project->paths->len; i++) {
        const ProjectPath *path = &g_array_index(project->paths, ProjectPath, i);
        g_autofree char *absolute = g_build_filename(project->root, path->path, NULL);
        g_autofree char *folder = path->folder ? g_strdup(absolute) : g_path_get_dirname(absolute);
        if (lift && file_exists(folder, "__init__.py")) {
            g_autofree char *top = top_package(folder);
            if (source_is_below(top, project->root))
                g_ptr_array_add(project->starts, g_strdup(relative_to(project->root, top)));
        } else if (path->folder) {
            g_ptr_array_add(project->starts, g_strdup(path->path));
        }
    }
}

static bool add_paths(Project *project, char **absolute, const bool *folders, char **given, GError **error)
{
    for (uint32_t i = 0; absolute[i] != NULL; i++) {
        if (strcmp(project->root, "/") != 0 && !source_is_below(absolute[i], project->root)) {
            g_set_error(error, ONEDEF_ERROR, ONEDEF_ERROR_USAGE, "'%s' is outside the project root '%s'",
                        given[i], project->root);
            return false;
        }
        ProjectPath path = {.path = g_strdup(relative_to(project->root, absolute[i])), .folder = folders[i]};
        g_array_append_val(project->paths, path);
    }
    return true;
}

static void clear_path(void *data)
{
    g_free(((ProjectPath *)data)->path);
}

bool project_find(const SourceOptions *options, Project *project, GError **error)
{
    const char *const here[] = {options->project_root != NULL ? options->project_root : ".", NULL};
    const char *const *given = options->paths != NULL && options->paths[0] != NULL ? options->paths : here;
    size_t count = g_strv_length((char **)given);
    g_auto(GStrv) absolute = g_new0(char *, count + 1);
    g_autofree bool *folders = g_new0(bool, count + 1);
    g_autofree char *common = NULL;

    *project = (Project){.only_paths = options->only_paths};
    project->paths = g_array_new(false, true, sizeof(ProjectPath));
    g_array_set_clear_func(project->paths, clear_path);
    project->starts = g_ptr_array_new_with_free_func(g_free);
    for (size_t i = 0; i < count; i++) {
        absolute[i] = resolve_path(given[i], &folders[i], error);
        if (absolute[i] == NULL)
            return false;
        g_autofree char *folder = folders[i] ? g_strdup(absolute[i]) : g_path_get_dirname(absolute[i]);
        if (common == NULL)
            common = g_strdup(folder);
        else
            intersect(common, folder);
    }
    bool lift = !options->only_paths;
    if (options->project_root != NULL) {
        bool folder = false;
        project->root = resolve_path(options->project_root, &folder, error);
        project->reason = "given";
        if (project->root != NULL && !folder)
            g_set_error(error, ONEDEF_ERROR, ONEDEF_ERROR_USAGE, "'%s' is no folder", options->project_root);
        if (project->root == NULL || !folder)
            return false;
    } else {
        find_root(common, project);
    }
    if (!add_paths(project, absolute, folders, (char **)given, error))
        return false;
    add_starts(project, lift);
    return true;
}

void project_clear(Project *project)
{
    g_free(project->root);
    if (project->paths != NULL)
        g_array_unref(project->paths);
    if (project->starts != NULL)
        g_ptr_array_unref(project->starts);
    *project = (Project){0};
}
