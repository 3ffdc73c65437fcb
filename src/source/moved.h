/* moved.h — where git says that a file, or a name in a file, went.
 *
 * Walks back over the last commits of a revision and looks for the newest one that deleted a file, or
 * took a top-level definition out of it. What that commit did beside tells where to: the file it was
 * renamed to, another file that gained the name, or the one name that took its place. Objects that a
 * partial copy lacks are skipped: then less is known. */
#ifndef ONEDEF_SOURCE_MOVED_H
#define ONEDEF_SOURCE_MOVED_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

/* MovedQuery — a question, and its answer. */
typedef struct MovedQuery {
    const char *path; /* relative to the root of the project */
    const char *name; /* NULL: about the file itself */
    char *to_path;    /* answer: where it went, relative to the root; NULL: not known. Owned */
    char *to_name;    /* answer: another name that took its place; NULL: the same name. Owned */
    char commit[12];  /* answer: abbreviated id */
    bool seen;        /* answer: some commit deleted the file or took the name out */
} MovedQuery;

/* Answers what it can. `revision`: an object id, or NULL for HEAD. At most `limit` commits are read. */
void moved_answer(const char *root, const char *revision, MovedQuery *queries, uint32_t n_queries,
                  uint32_t limit);
void moved_clear(MovedQuery *queries, uint32_t n_queries);

#endif
