/* suggest.h — "did you mean": the closest word of a list. */
#ifndef ONEDEF_REPORT_SUGGEST_H
#define ONEDEF_REPORT_SUGGEST_H

#include <stdint.h>

/* Edits (insert, delete, replace, swap of neighbours; letter case does not count) between two words,
 * at most `limit` + 1. Cost: product of the lengths; words over 128 bytes never match. */
uint32_t suggest_distance(const char *a, const char *b, uint32_t limit);
/* The closest of a NULL-terminated list within a third of the word's length; NULL when nothing is close. */
const char *suggest_closest(const char *word, const char *const *list);

#endif
