/* Which classes of tests stand for production classes of their name, by the methods that both have. */
#include "detect/double.h"

enum { MAX_STOOD_FOR = 32 };

static uint32_t count_methods(const Contents *contents, Id id)
{
    const Content *content = &contents->of[id];
    uint32_t n = 0;

    for (uint32_t i = 0; i < content->n_items; i++)
        n += content_items(contents, content)[i].kind == ITEM_METHOD;
    return n;
}

static uint32_t count_common_methods(const Contents *contents, Id a, Id b)
{
    const Content *x = &contents->of[a], *y = &contents->of[b];
    const Item *p = content_items(contents, x), *q = content_items(contents, y);
    uint32_t n = 0;

    for (uint32_t i = 0, j = 0; i < x->n_items && j < y->n_items;) {
        if (p[i].key == q[j].key) {
            n += p[i].kind == ITEM_METHOD && q[j].kind == ITEM_METHOD;
            i++, j++;
        } else if (p[i].key < q[j].key) {
            i++;
        } else {
            j++;
        }
    }
    return n;
}

/* How well a class of a test file stands for a production class of its name: the share of its
 * methods that the other has too; 0 when that is less than half. Records stand for nothing. */
static double stands_in(const Stage *stage, Id test, Id production)
{
    const Contents *contents = &stage->contents;
    uint32_t methods = count_methods(contents, test);

    if (stage->standings[test].is_double)
        return 0.5;
    if (methods == 0)
        return contents->of[test].n_members == 0 && contents->of[production].n_members > 0 &&
                       stage->program->definitions[production].kind != KIND_EXCEPTION
                   ? 0.5
                   : 0.0;
    double share = (double)count_common_methods(contents, test, production) / methods;
    return share >= 0.5 ? share : 0.0;
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
        bool copied = false;
        for (uint32_t k = 0; k < n && !standing->leaves && standing->file_role == ROLE_TEST; k++) {
            double one = stands_in(stage, id, production[k]);
            copied =
                copied || cluster_root(clusters->copies, id) == cluster_root(clusters->copies, production[k]);
            if (one > fit)
                fit = one, best = production[k];
        }
        if (best == ID_NONE || copied)
            continue;
        standing->leaves = true;
        standing->role = MEMBER_ROLE_TEST_DOUBLE;
        standing->anchor = best;
        standing->note = intern_printf(stage->program->interner, "stands for %s in tests",
                                       program_text(stage->program, stage->program->definitions[best].id));
    }
}
