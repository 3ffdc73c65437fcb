#include "report/suggest.h"

#include <glib.h>
#include <string.h>

enum { WORD_MAX = 128 };

uint32_t suggest_distance(const char *a, const char *b, uint32_t limit)
{
    size_t n = strlen(a), m = strlen(b);
    if (n > WORD_MAX || m > WORD_MAX || (n > m ? n - m : m - n) > limit)
        return limit + 1;
    uint32_t rows[3][WORD_MAX + 1]; /* two rows back, one back, current: swaps look two back */
    uint32_t *before = rows[0], *last = rows[1], *row = rows[2];
    for (size_t j = 0; j <= m; j++)
        last[j] = (uint32_t)j;
    for (size_t i = 1; i <= n; i++) {
        row[0] = (uint32_t)i;
        for (size_t j = 1; j <= m; j++) {
            char x = g_ascii_tolower(a[i - 1]), y = g_ascii_tolower(b[j - 1]);
            uint32_t best = MIN(MIN(last[j], row[j - 1]) + 1, last[j - 1] + (x != y));
            if (i > 1 && j > 1 && x == g_ascii_tolower(b[j - 2]) && g_ascii_tolower(a[i - 2]) == y)
                best = MIN(best, before[j - 2] + 1);
            row[j] = best;
        }
        uint32_t *spare = before;
        before = last, last = row, row = spare;
    }
    return MIN(last[m], limit + 1);
}

const char *suggest_closest(const char *word, const char *const *list)
{
    uint32_t limit = MAX(1, (uint32_t)strlen(word) / 3), best = limit + 1;
    const char *found = NULL;
    for (uint32_t i = 0; list[i] != NULL; i++) {
        uint32_t distance = suggest_distance(word, list[i], limit);
        if (distance < best) {
            best = distance;
            found = list[i];
        }
    }
    return found;
}
