/* worktree.h — what git knows of files that are about to be overwritten. */
#ifndef ONEDEF_SOURCE_WORKTREE_H
#define ONEDEF_SOURCE_WORKTREE_H

#include <glib.h>

/* Of `paths` (relative to `root`, NULL-terminated), the first in order that git could not bring back: it
 * differs from HEAD, or is not tracked. NULL when there is none, or `root` is in no work tree.
 * Owned by the caller's array. */
const char *worktree_first_changed(const char *root, const char *const *paths);

#endif
