/* ignore.h — which files a git repository leaves out.
 *
 * What is in the index is never ignored, whatever .gitignore says; and a folder that git ignores
 * is entered all the same where something below it is tracked. The index is asked first (a binary
 * search), libgit2's rules only for what is not tracked: in a committed tree they are never asked. */
#ifndef ONEDEF_SOURCE_IGNORE_H
#define ONEDEF_SOURCE_IGNORE_H

#include <stdbool.h>

typedef struct Ignore Ignore;

/* The rules of the repository that holds `directory` (absolute, real): the one right there, or with
 * `search` the one it lies in. NULL when there is none. */
Ignore *ignore_open(const char *directory, bool search);
void ignore_free(Ignore *ignore);
/* Work tree of the repository, absolute, without trailing '/'. */
const char *ignore_work_tree(const Ignore *ignore);
/* Both take absolute paths below the work tree. */
bool ignore_file(Ignore *ignore, const char *path);
bool ignore_folder(Ignore *ignore, const char *path);
/* Does the index hold anything at or below `path`? True for the work tree itself. */
bool ignore_tracks(Ignore *ignore, const char *path);

#endif
