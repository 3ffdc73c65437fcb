#include "graph/algorithm.h"

#include "base/error.h"

#include <igraph.h>

#include <dlfcn.h>
#include <math.h>
#include <string.h>

/* The first message since the last call: igraph reports a failure once for every level it unwinds. */
static char last_message[256];

static void keep_error(const char *reason, const char *file, int line, igraph_error_t code)
{
    (void)file;
    (void)line;
    if (last_message[0] == '\0')
        g_snprintf(last_message, sizeof last_message, "%s (%s)", reason, igraph_strerror(code));
    IGRAPH_FINALLY_FREE();
}

/* igraph's PageRank runs under OpenMP where that was built in: its threads spin for longer than the
 * work takes, and the order of its sums depends on their number. */
static void use_one_thread(void)
{
    void *found = dlsym(RTLD_DEFAULT, "omp_set_num_threads");
    void (*set_threads)(int);

    if (found == NULL)
        return;
    memcpy(&set_threads, &found, sizeof set_threads);
    set_threads(1);
}

static void install_handlers(void)
{
    static gsize installed;

    if (g_once_init_enter(&installed)) {
        igraph_set_error_handler(keep_error);
        use_one_thread();
        igraph_set_warning_handler(igraph_warning_handler_ignore);
        g_once_init_leave(&installed, 1);
    }
    last_message[0] = '\0';
}

static bool failed(igraph_error_t code, const char *doing, GError **error)
{
    if (code == IGRAPH_SUCCESS)
        return false;
    g_set_error(error, ONEDEF_ERROR, ONEDEF_ERROR_INTERNAL, "cannot compute %s: %s", doing,
                last_message[0] != '\0' ? last_message : igraph_strerror(code));
    return true;
}

static bool graph_open(const Arcs *arcs, igraph_t *graph, const char *doing, GError **error)
{
    igraph_vector_int_t edges;

    install_handlers();
    if (failed(igraph_vector_int_init(&edges, (igraph_integer_t)arcs->n_arcs * 2), doing, error))
        return false;
    for (uint32_t i = 0; i < arcs->n_arcs; i++) {
        VECTOR(edges)[2 * (size_t)i] = arcs->from[i];
        VECTOR(edges)[2 * (size_t)i + 1] = arcs->to[i];
    }
    igraph_error_t code = igraph_create(graph, &edges, arcs->n_vertices, IGRAPH_DIRECTED);
    igraph_vector_int_destroy(&edges);
    return !failed(code, doing, error);
}

static bool vector_from(igraph_vector_t *vector, const double *values, uint32_t count, const char *doing,
                        GError **error)
{
    if (failed(igraph_vector_init(vector, count), doing, error))
        return false;
    for (uint32_t i = 0; i < count; i++)
        VECTOR(*vector)[i] = values[i];
    return true;
}

/* igraph numbers components in its order of traversal; here the smallest vertex decides. */
static uint32_t renumber(const igraph_vector_int_t *membership, uint32_t n, uint32_t *component)
{
    g_autofree uint32_t *number = g_new(uint32_t, (size_t)n + 1);
    uint32_t next = 0;

    memset(number, 0xff, sizeof(uint32_t) * ((size_t)n + 1));
    for (uint32_t v = 0; v < n; v++) {
        uint32_t *slot = &number[VECTOR(*membership)[v]];
        if (*slot == UINT32_MAX)
            *slot = next++;
        component[v] = *slot;
    }
    return next;
}

uint32_t algorithm_components(const Arcs *arcs, uint32_t *component, GError **error)
{
    static const char doing[] = "strongly connected components";
    igraph_t graph;
    igraph_vector_int_t membership;
    uint32_t count = UINT32_MAX;

    if (arcs->n_vertices == 0)
        return 0;
    if (!graph_open(arcs, &graph, doing, error))
        return UINT32_MAX;
    if (!failed(igraph_vector_int_init(&membership, 0), doing, error)) {
        if (!failed(igraph_connected_components(&graph, &membership, NULL, NULL, IGRAPH_STRONG), doing,
                    error))
            count = renumber(&membership, arcs->n_vertices, component);
        igraph_vector_int_destroy(&membership);
    }
    igraph_destroy(&graph);
    return count;
}

static bool pagerank_run(const igraph_t *graph, const Arcs *arcs, const double *weight, const double *vote,
                         double *rank, const char *doing, GError **error)
{
    igraph_vector_t result, weights, reset;

    if (!vector_from(&weights, weight, arcs->n_arcs, doing, error))
        return false;
    if (!vector_from(&reset, vote, arcs->n_vertices, doing, error)) {
        igraph_vector_destroy(&weights);
        return false;
    }
    bool ok = !failed(igraph_vector_init(&result, 0), doing, error);
    if (ok) {
        ok = !failed(igraph_personalized_pagerank(graph, IGRAPH_PAGERANK_ALGO_PRPACK, &result, NULL,
                                                  igraph_vss_all(), IGRAPH_DIRECTED, 0.85, &reset, &weights,
                                                  NULL),
                     doing, error);
        for (uint32_t v = 0; ok && v < arcs->n_vertices; v++)
            rank[v] = round(VECTOR(result)[v] * 1e9) / 1e9;
        igraph_vector_destroy(&result);
    }
    igraph_vector_destroy(&reset);
    igraph_vector_destroy(&weights);
    return ok;
}

bool algorithm_pagerank(const Arcs *arcs, const double *weight, const double *vote, double *rank,
                        GError **error)
{
    static const char doing[] = "ranks";
    igraph_t graph;

    if (arcs->n_vertices == 0)
        return true;
    if (!graph_open(arcs, &graph, doing, error))
        return false;
    bool ok = pagerank_run(&graph, arcs, weight, vote, rank, doing, error);
    igraph_destroy(&graph);
    return ok;
}

/* Is `goal` reachable from `start` over arcs that are not cut? `first` and `order` are the arcs by source. */
static bool reaches(const Arcs *arcs, const uint32_t *first, const uint32_t *order, const bool *cut,
                    uint32_t start, uint32_t goal, uint32_t *queue, uint8_t *seen)
{
    uint32_t head = 0, tail = 0;

    memset(seen, 0, arcs->n_vertices);
    queue[tail++] = start;
    seen[start] = 1;
    while (head < tail) {
        uint32_t v = queue[head++];
        if (v == goal)
            return true;
        for (uint32_t k = first[v]; k < first[v + 1]; k++) {
            uint32_t arc = order[k], w = arcs->to[arc];
            if (!cut[arc] && !seen[w]) {
                seen[w] = 1;
                queue[tail++] = w;
            }
        }
    }
    return false;
}

typedef struct CutArc {
    double weight;
    uint32_t arc;
} CutArc;

static int compare_cuts(const void *a, const void *b)
{
    const CutArc *x = a, *y = b;

    if (x->weight != y->weight)
        return x->weight > y->weight ? -1 : 1;
    return x->arc < y->arc ? -1 : x->arc > y->arc;
}

/* Puts back, the heaviest first, every arc that closes no cycle any more. At most 2,000 arcs are
 * tried: one costs a search, and the set is good before. */
static void make_minimal(const Arcs *arcs, const double *weight, bool *cut)
{
    enum { MAX_TRIES = 2000 };
    uint32_t n = arcs->n_vertices, m = arcs->n_arcs, n_cuts = 0;
    g_autofree uint32_t *first = g_new0(uint32_t, (size_t)n + 1);
    g_autofree uint32_t *order = g_new(uint32_t, (size_t)m + 1);
    g_autofree uint32_t *fill = g_new(uint32_t, (size_t)n + 1);
    g_autofree uint32_t *queue = g_new(uint32_t, (size_t)n + 1);
    g_autofree uint8_t *seen = g_new(uint8_t, (size_t)n + 1);
    g_autofree CutArc *cuts = g_new(CutArc, (size_t)m + 1);

    for (uint32_t i = 0; i < m; i++)
        first[arcs->from[i] + 1]++;
    for (uint32_t v = 0; v < n; v++)
        first[v + 1] += first[v];
    memcpy(fill, first, sizeof(uint32_t) * ((size_t)n + 1));
    for (uint32_t i = 0; i < m; i++) {
        order[fill[arcs->from[i]]++] = i;
        if (cut[i] && arcs->from[i] != arcs->to[i])
            cuts[n_cuts++] = (CutArc){weight[i], i};
    }
    qsort(cuts, n_cuts, sizeof *cuts, compare_cuts);
    for (uint32_t i = 0; i < MIN(n_cuts, MAX_TRIES); i++) {
        uint32_t arc = cuts[i].arc;
        if (!reaches(arcs, first, order, cut, arcs->to[arc], arcs->from[arc], queue, seen))
            cut[arc] = false;
    }
}

bool algorithm_feedback_arcs(const Arcs *arcs, const double *weight, bool *cut, GError **error)
{
    static const char doing[] = "the cheapest cut";
    igraph_t graph;
    igraph_vector_t weights;
    igraph_vector_int_t result;

    memset(cut, 0, sizeof(bool) * arcs->n_arcs);
    if (arcs->n_arcs == 0)
        return true;
    if (!graph_open(arcs, &graph, doing, error))
        return false;
    bool ok = vector_from(&weights, weight, arcs->n_arcs, doing, error);
    if (ok) {
        ok = !failed(igraph_vector_int_init(&result, 0), doing, error);
        if (ok) {
            ok = !failed(igraph_feedback_arc_set(&graph, &result, &weights, IGRAPH_FAS_APPROX_EADES), doing,
                         error);
            for (igraph_integer_t i = 0; ok && i < igraph_vector_int_size(&result); i++)
                cut[VECTOR(result)[i]] = true;
            igraph_vector_int_destroy(&result);
        }
        igraph_vector_destroy(&weights);
    }
    igraph_destroy(&graph);
    for (uint32_t i = 0; i < arcs->n_arcs; i++)
        cut[i] = cut[i] || arcs->from[i] == arcs->to[i];
    if (ok)
        make_minimal(arcs, weight, cut);
    return ok;
}
