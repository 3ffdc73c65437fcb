/* walk.h — the Python files below a folder on disk. */
#ifndef ONEDEF_SOURCE_WALK_H
#define ONEDEF_SOURCE_WALK_H

#include "source/internal.h"
#include "source/project.h"

/* Adds to `builder` everything that `project` asks for. `root_fd` is its root, open. Never fails:
 * what cannot be entered is listed with the reason. Files are looked at by up to `workers` threads. */
void walk_project(ListingBuilder *builder, Project *project, int root_fd, bool no_ignore, uint32_t workers);
/* Fills what tells an unchanged file. */
struct stat;
void walk_identity(SourceIdentity *identity, const struct stat *status);

#endif
