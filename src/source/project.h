/* project.h — which project the PATH arguments belong to. */
#ifndef ONEDEF_SOURCE_PROJECT_H
#define ONEDEF_SOURCE_PROJECT_H

#include "source/source.h"

/* ProjectPath — one PATH argument, relative to the root ("" is the root itself). */
typedef struct ProjectPath {
    char *path;
    bool folder;
    bool seen; /* by the walk */
} ProjectPath;

/* Project — where the tree starts, and what of it was asked for. `only_paths`: no enclosing project
 * was found; what is indexed are the paths' own top packages (`starts`). */
typedef struct Project {
    char *root;
    GArray *paths;      /* ProjectPath */
    GPtrArray *starts;  /* char*: folders (or files) to walk, relative to the root */
    const char *reason; /* static: how the root was found */
    bool only_paths;
} Project;

/* In this order: options->project_root; the nearest enclosing folder with an onedef.toml or a
 * [tool.onedef] in its pyproject.toml; the git work tree that tracks the paths; the nearest folder
 * with a packaging file; the paths' common folder (above their package, so that a package keeps its
 * name). Home folders, "/" and folders that everyone may write to are nobody's project by accident. */
bool project_find(const SourceOptions *options, Project *project, GError **error);
void project_clear(Project *project);

#endif
