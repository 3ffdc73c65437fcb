/* Which classes of tests stand for production classes of their name, by the methods that both have. */
#include "detect/double.h"

enum { MAX_STOOD_FOR = 32 };
/* In the names of the methods that a stand-in has of what it stands for. */
static const float TELLING_BITS = 4.0F;

typedef struct Methods {
    uint32_t own, common; /* of the test's */
    float bits;           /* information in the names of those in common */
} Methods;

static Methods compare_methods(const Contents *contents, Id test, Id production)
{
    const Content *x = &contents->of[test], *y = &contents->of[production];
    const Item *p = content_items(contents, x), *q = content_items(contents, y);
    Methods out = {0};

    for (uint32_t i = 0, j = 0; i < x->n_items; i++) {
        while (j < y->n_items && q[j].key < p[i].key)
            j++;
        if (p[i].kind != ITEM_METHOD)
            continue;
        bool common = j < y->n_items && q[j].key == p[i].key && q[j].kind == ITEM_METHOD;
        out.own++;
        out.common += common;
        out.bits += common ? p[i].bits : 0.0F;
    }
    return out;
}

/* How well a class of a test file stands for a production class of its name: the share of its methods that
 * the other has too. 0 when that is less than half, or when anybody has these: `__init__` and `forward`
 * imitate nothing. Records stand for nothing. */
static double stands_in(const Stage *stage, Id test, Id production)
{
    const Contents *contents = &stage->contents;

    if (stage->standings[test].is_double)
        return 0.5;
    Methods methods = compare_methods(contents, test, production);
    if (methods.own == 0)
        return contents->of[test].n_members == 0 && contents->of[production].n_members > 0 &&
                       stage->program->definitions[production].kind != KIND_EXCEPTION
                   ? 0.5
                   : 0.0;
    double share = (double)methods.common / methods.own;
    return share >= 0.5 && methods.bits >= TELLING_BITS ? share : 0.0;
}

/* Does somebody outside of tests say the same? Then it is that one's copy. */
static bool is_copy_of_others(const Stage *stage, const Clusters *clusters, const Bucket *bucket, Id id)
{
    for (uint32_t i = 0; i < bucket->count; i++) {
        Id other = clusters->order[bucket->first + i];
        if (other != id && stage->standings[other].file_role != ROLE_TEST &&
            cluster_root(clusters->copies, other) == cluster_root(clusters->copies, id))
            return true;
    }
    return false;
}

/* The tests of one name that are no copies of production code but have little that it has not:
 * they leave, anchored at the production class that they fit best. */
void doubles_anchor(Stage *stage, const Clusters *clusters, const Bucket *bucket)
{
    Id production[MAX_STOOD_FOR];
    uint32_t n = 0;

    for (uint32_t i = 0; i < bucket->count && n < MAX_STOOD_FOR; i++) {
        Id id = clusters->order[bucket->first + i];
        if (!stage->standings[id].leaves && stage->standings[id].file_role == ROLE_PRODUCTION)
            production[n++] = id;
    }
    for (uint32_t i = 0; n > 0 && i < bucket->count; i++) {
        Id id = clusters->order[bucket->first + i], best = ID_NONE;
        Standing *standing = &stage->standings[id];
        double fit = 0.0;
        for (uint32_t k = 0; k < n && !standing->leaves && standing->file_role == ROLE_TEST; k++) {
            double one = stands_in(stage, id, production[k]);
            if (one > fit)
                fit = one, best = production[k];
        }
        if (best == ID_NONE || is_copy_of_others(stage, clusters, bucket, id))
            continue;
        standing->leaves = true;
        standing->role = MEMBER_ROLE_TEST_DOUBLE;
        standing->anchor = best;
        standing->note = intern_printf(stage->program->interner, "stands for %s in tests",
                                       program_text(stage->program, stage->program->definitions[best].id));
    }
}
