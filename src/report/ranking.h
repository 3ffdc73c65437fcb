/* ranking.h — count things by a text, then list them most first (ties by text). */
#ifndef ONEDEF_REPORT_RANKING_H
#define ONEDEF_REPORT_RANKING_H

#include <glib.h>
#include <stdint.h>

enum { RANKING_COLUMNS = 4 };

/* RankRow — `key` owned by the ranking; the meaning of the columns is the caller's. */
typedef struct RankRow {
    char *key;
    uint32_t counts[RANKING_COLUMNS];
} RankRow;

typedef struct Ranking Ranking;

Ranking *ranking_new(void);
void ranking_free(Ranking *ranking);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Ranking, ranking_free)
/* The row of a key, made when missing; valid until the next call. Not after ranking_sorted. */
RankRow *ranking_row(Ranking *ranking, const char *key);
/* Sorted by the sum of the columns, most first, then by key. Owned by the ranking. */
const RankRow *ranking_sorted(Ranking *ranking, uint32_t *count);

#endif
