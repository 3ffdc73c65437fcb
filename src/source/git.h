/* git.h — libgit2, set up so that every repository that git itself would read can be read here:
 * foreign owners and unknown extensions do not stop a program that never writes. */
#ifndef ONEDEF_SOURCE_GIT_H
#define ONEDEF_SOURCE_GIT_H

#include <git2.h>
#include <stdbool.h>

/* Opens the repository that holds `path` (searching upwards when `search`). NULL when there is
 * none, or none that can be read; git_error_last() then says why. Caller frees. */
git_repository *git_open(const char *path, bool search);
/* What libgit2 said last, one line. */
const char *git_reason(void);

#endif
