/* uses.h — is one of some names used anywhere in the project, as an attribute, a keyword or a string? */
#ifndef ONEDEF_FIX_USES_H
#define ONEDEF_FIX_USES_H

#include <stdatomic.h>

#include "fix/internal.h"

/* UseQuestion — names that a definition has; a use within the definition itself is none. */
typedef struct UseQuestion {
    Id definition;
    const char **names; /* of the program; none is empty; owned */
    uint32_t n_names;
    _Atomic Id file; /* the answer: the first file that uses one of them, or ID_NONE */
} UseQuestion;

/* Answers all questions; reads every file once at most. `jobs`: threads, 0: one a processor. */
void uses_answer(Source *source, const Program *program, UseQuestion *questions, uint32_t n_questions,
                 uint32_t jobs);

/* The same on threads of its own, while the caller goes on: the questions are not to be touched before uses_wait, the
 * program may only gain strings. */
typedef struct UseSearch UseSearch;
UseSearch *uses_start(Source *source, const Program *program, UseQuestion *questions, uint32_t n_questions,
                      uint32_t jobs);
/* Waits until all are answered, and frees the search. */
void uses_wait(UseSearch *search);

/* The first use of a name outside [start, end); `length` when there is none. */
size_t uses_find(const char *text, size_t length, const char *name, size_t start, size_t end);

#endif
