/* Which pairs are compared is for prepare.c to say, which has compared most of them already. Here those that
 * left are left out, and each of the rest becomes an edge or none. Edges go into union-finds whose roots are
 * least ids, so that the partition does not depend on the order of edges. */
#include "detect/cluster.h"

#include <stdlib.h>

#include "base/pool.h"
#include "detect/candidate.h"

Id cluster_root(Id *parents, Id id)
{
    while (parents[id] != id) {
        parents[id] = parents[parents[id]];
        id = parents[id];
    }
    return id;
}

static void unite(Id *parents, Id a, Id b)
{
    Id x = cluster_root(parents, a), y = cluster_root(parents, b);

    if (x < y)
        parents[y] = x;
    else
        parents[x] = y;
}

/* Comparison — a pair that is to be compared; comparisons need nothing of one another, so all cores
 * share them, and what they say is entered in their order. */
typedef struct Comparison {
    Id a, b;
    uint8_t relation; /* Relation */
} Comparison;

enum { MAX_WAITING = 1 << 17, SHARE = 256 };

static void compare_share(void *context, uint32_t item, uint32_t worker)
{
    Stage *stage = context;
    GArray *waiting = stage->comparisons;
    uint32_t end = MIN((item + 1) * SHARE, waiting->len);

    (void)worker;
    for (uint32_t i = item * SHARE; i < end; i++) {
        Comparison *comparison = &g_array_index(waiting, Comparison, i);
        PairVerdict pair;
        verdict_pair(stage->program, stage->preparation, stage->standings, comparison->a, comparison->b,
                     &pair);
        comparison->relation = pair.relation;
    }
}

static void enter(Clusters *clusters, const Comparison *comparison)
{
    Id a = comparison->a, b = comparison->b;

    switch ((Relation)comparison->relation) {
    case RELATION_IDENTICAL:
        unite(clusters->copies, a, b);
        break;
    case RELATION_DRIFTED:
        unite(clusters->copies, a, b);
        clusters->drifted[a] = clusters->drifted[b] = true;
        break;
    case RELATION_FAMILY:
    case RELATION_DOUBLE:
        unite(clusters->families, a, b);
        break;
    case RELATION_NONE:
        break;
    }
}

static void compare_waiting(Clusters *clusters, Stage *stage)
{
    GArray *waiting = stage->comparisons;

    pool_run(stage->workers, (waiting->len + SHARE - 1) / SHARE, compare_share, stage);
    for (uint32_t i = 0; i < waiting->len; i++)
        enter(clusters, &g_array_index(waiting, Comparison, i));
    g_array_set_size(waiting, 0);
}

static void relate(Clusters *clusters, Stage *stage, Id a, Id b)
{
    Comparison comparison = {.a = a, .b = b};

    g_array_append_val(stage->comparisons, comparison);
    if (stage->comparisons->len >= MAX_WAITING)
        compare_waiting(clusters, stage);
}

/* Compares what contends in one bucket; true when all pairs were looked at. */
static bool compare_bucket(Clusters *clusters, Stage *stage, const Bucket *bucket)
{
    g_autoptr(GArray) pairs = g_array_new(FALSE, FALSE, sizeof(CandidatePair));
    bool all = preparation_bucket_pairs(stage->preparation, bucket, stage->standings, pairs);

    for (guint i = 0; i < pairs->len; i++) {
        const CandidatePair *pair = &g_array_index(pairs, CandidatePair, i);
        relate(clusters, stage, pair->a, pair->b);
    }
    return all;
}

static uint8_t scope_of(const Program *program, Id id)
{
    return program_definition_fact(program, id)->scope;
}

/* Pairs worth a look across names: both contend, both module-level or nested alike, or one text. */
static bool comparable(const Stage *stage, Id a, Id b)
{
    const Content *x = &stage->contents.of[a], *y = &stage->contents.of[b];
    uint8_t s = scope_of(stage->program, a), t = scope_of(stage->program, b);

    if (stage->standings[a].leaves || stage->standings[b].leaves)
        return false;
    return s == t || x->text == y->text || (s != SCOPE_FUNCTION && t != SCOPE_FUNCTION);
}

/* Pairs of two names. Siblings of one module that are a family stay one when somebody copies one of
 * them: the copy is no more a copy of the other siblings than its original is. So the families are
 * found first, and what hangs together over siblings and copies under one name is no work across
 * names. */
static void relate_strangers(Clusters *clusters, Stage *stage, const GArray *pairs)
{
    const Definition *definitions = stage->program->definitions;
    GArray *all = stage->comparisons;
    g_autofree Id *siblings = g_memdup2(clusters->copies, MAX(stage->program->n_definitions, 1) * sizeof(Id));

    for (guint i = 0; i < pairs->len; i++) {
        const CandidatePair *pair = &g_array_index(pairs, CandidatePair, i);
        Comparison comparison = {.a = pair->a, .b = pair->b};
        if (comparable(stage, pair->a, pair->b))
            g_array_append_val(all, comparison);
    }
    pool_run(stage->workers, (all->len + SHARE - 1) / SHARE, compare_share, stage);
    for (guint i = 0; i < all->len; i++) {
        const Comparison *at = &g_array_index(all, Comparison, i);
        if (at->relation == RELATION_FAMILY && definitions[at->a].module == definitions[at->b].module)
            unite(siblings, at->a, at->b);
    }
    for (guint i = 0; i < all->len; i++) {
        Comparison *at = &g_array_index(all, Comparison, i);
        bool work = at->relation == RELATION_DRIFTED || at->relation == RELATION_IDENTICAL;
        if (work && definitions[at->a].name != definitions[at->b].name &&
            definitions[at->a].module != definitions[at->b].module &&
            cluster_root(siblings, at->a) == cluster_root(siblings, at->b))
            at->relation = RELATION_FAMILY;
        enter(clusters, at);
    }
}

/* The pairs across names were found while nobody had left. They would be others where a bucket has few
 * enough texts only since then: its pairs are all compared now, and no longer candidates. */
static GArray *candidates(const Clusters *clusters, const Stage *stage, const uint32_t *compared)
{
    const Preparation *preparation = stage->preparation;

    for (uint32_t i = 0; i < clusters->n_order; i++)
        if (compared[clusters->order[i]] != preparation->compared[clusters->order[i]])
            return candidates_across_names(stage->program, &stage->contents, compared);
    return g_array_ref(preparation->strangers);
}

void clusters_init(Clusters *clusters, Stage *stage)
{
    uint32_t n = stage->program->n_definitions;
    const Preparation *preparation = stage->preparation;

    *clusters = (Clusters){.order = preparation->order,
                           .n_order = preparation->n_order,
                           .buckets = preparation->buckets,
                           .n_buckets = preparation->n_buckets,
                           .copies = g_new(Id, MAX(n, 1)),
                           .families = g_new(Id, MAX(n, 1)),
                           .drifted = g_new0(bool, MAX(n, 1))};
    for (Id id = 0; id < n; id++)
        clusters->copies[id] = clusters->families[id] = id;
    stage->comparisons = g_array_new(FALSE, FALSE, sizeof(Comparison));
    g_autofree uint32_t *compared = g_new0(uint32_t, MAX(n, 1));
    for (uint32_t b = 0; b < clusters->n_buckets; b++) {
        const Bucket *bucket = &clusters->buckets[b];
        bool all = compare_bucket(clusters, stage, bucket);
        for (uint32_t i = 0; all && i < bucket->count; i++)
            compared[clusters->order[bucket->first + i]] = b + 1;
    }
    g_autoptr(GArray) pairs = candidates(clusters, stage, compared);
    compare_waiting(clusters, stage);
    relate_strangers(clusters, stage, pairs);
    g_clear_pointer(&stage->comparisons, g_array_unref);
}

void clusters_clear(Clusters *clusters)
{
    g_free(clusters->copies);
    g_free(clusters->families);
    g_free(clusters->drifted);
    *clusters = (Clusters){0};
}
