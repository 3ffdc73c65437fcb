#include "report/ranking.h"

#include <stdbool.h>
#include <string.h>

struct Ranking {
    GArray *rows;       /* RankRow */
    GHashTable *by_key; /* key → row + 1; keys are the rows' */
    bool sorted;
};

static void row_clear(gpointer row)
{
    g_free(((RankRow *)row)->key);
}

Ranking *ranking_new(void)
{
    Ranking *ranking = g_new0(Ranking, 1);
    ranking->rows = g_array_new(FALSE, TRUE, sizeof(RankRow));
    g_array_set_clear_func(ranking->rows, row_clear);
    ranking->by_key = g_hash_table_new(g_str_hash, g_str_equal);
    return ranking;
}

void ranking_free(Ranking *ranking)
{
    if (ranking == NULL)
        return;
    g_hash_table_unref(ranking->by_key);
    g_array_unref(ranking->rows);
    g_free(ranking);
}

RankRow *ranking_row(Ranking *ranking, const char *key)
{
    g_assert(!ranking->sorted);
    uint32_t index = GPOINTER_TO_UINT(g_hash_table_lookup(ranking->by_key, key));
    if (index == 0) {
        RankRow row = {.key = g_strdup(key)};
        g_array_append_val(ranking->rows, row);
        index = ranking->rows->len;
        g_hash_table_insert(ranking->by_key, row.key, GUINT_TO_POINTER(index));
    }
    return &g_array_index(ranking->rows, RankRow, index - 1);
}

static uint64_t row_sum(const RankRow *row)
{
    uint64_t sum = 0;
    for (uint32_t i = 0; i < RANKING_COLUMNS; i++)
        sum += row->counts[i];
    return sum;
}

static int compare_rows(gconstpointer a, gconstpointer b)
{
    const RankRow *left = a, *right = b;
    uint64_t x = row_sum(left), y = row_sum(right);
    return x != y ? (x > y ? -1 : 1) : strcmp(left->key, right->key);
}

const RankRow *ranking_sorted(Ranking *ranking, uint32_t *count)
{
    if (!ranking->sorted)
        g_array_sort(ranking->rows, compare_rows);
    ranking->sorted = true; /* by_key is stale now */
    *count = ranking->rows->len;
    return (const RankRow *)(gpointer)ranking->rows->data;
}
