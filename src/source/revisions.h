/* revisions.h — which revisions a history is made of: the first-parent line of a branch, thinned out. */
#ifndef ONEDEF_SOURCE_REVISIONS_H
#define ONEDEF_SOURCE_REVISIONS_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

/* Revision — one commit. */
typedef struct Revision {
    char id[65];   /* hexadecimal */
    int64_t time;  /* of the commit, seconds since the epoch */
    char *subject; /* first line of the message; owned */
} Revision;

typedef struct RevisionList {
    Revision *revisions; /* oldest first */
    uint32_t n_revisions;
    uint32_t n_line; /* commits on the line, before thinning */
    uint32_t every;  /* what was taken */
    bool cut;        /* the line goes on where the repository does not (a shallow clone) */
} RevisionList;

/* The commits from `tip` back along first parents, to `since` (the last one that `since` holds; NULL: to
 * the end), every `every`-th counted from the tip (0: so many that about `wanted` are left), and the oldest one.
 * `repository` as for source_open_revision. */
RevisionList *revisions_list(const char *repository, const char *tip, const char *since, uint32_t every,
                             uint32_t wanted, GError **error);
void revisions_free(RevisionList *list);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RevisionList, revisions_free)

/* The folder from which the repository of a PATH argument is found: the nearest one that exists. With a
 * bare repository it is the repository itself, and what follows is a path in it. Absolute; caller frees. */
char *revision_repository(const char *path);
/* `path` made absolute, with links followed as far as it exists. Caller frees. */
char *revision_path(const char *path);

#endif
