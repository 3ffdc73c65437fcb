/* The components come from igraph; the rest is here. Within a component the shortest cycle is
 * found by a breadth-first search from every module, each cut off at the best length so far, which
 * in practice ends within a few levels (most components hold a pair that imports one another). The
 * searches share a budget of steps, so that a hostile component costs no more than a known time;
 * the first search always completes, so a cycle is always shown. */
#include "graph/cycle.h"

#include "graph/algorithm.h"

#include <stdlib.h>
#include <string.h>

enum { SEARCH_STEPS = 20000000 };

/* Search — state of the breadth-first searches, shared by all components. */
typedef struct Search {
    const DependencyGraph *graph;
    uint32_t *came;  /* by module: predecessor */
    uint32_t *stamp; /* by module: search that wrote `came` and `depth` */
    uint32_t *depth;
    Id *queue;
    uint32_t round;
    uint64_t steps;
} Search;

static bool components(DependencyGraph *graph, GError **error)
{
    g_autofree uint32_t *from = g_new(uint32_t, (size_t)graph->n_edges + 1);
    g_autofree uint32_t *to = g_new(uint32_t, (size_t)graph->n_edges + 1);
    Arcs arcs = {graph->n_modules, 0, from, to};

    for (uint32_t i = 0; i < graph->n_edges; i++)
        if (graph->edges[i].kinds & EDGE_LOAD) {
            from[arcs.n_arcs] = graph->edges[i].from;
            to[arcs.n_arcs++] = graph->edges[i].to;
        }
    graph->component = g_new0(uint32_t, (size_t)graph->n_modules + 1);
    graph->n_components = algorithm_components(&arcs, graph->component, error);
    return graph->n_components != UINT32_MAX;
}

/* The end of the shortest way from `start` back to it that is shorter than `best` modules, or ID_NONE. */
static Id search_from(Search *search, Id start, uint32_t best, uint32_t *length)
{
    const DependencyGraph *graph = search->graph;
    uint32_t head = 0, tail = 0;

    search->round++;
    search->queue[tail++] = start;
    search->stamp[start] = search->round;
    search->depth[start] = 1;
    while (head < tail) {
        Id m = search->queue[head++];
        if (search->depth[m] >= best)
            return ID_NONE;
        for (uint32_t i = graph->first_edge[m]; i < graph->first_edge[m + 1]; i++) {
            Id next = graph->edges[i].to;
            search->steps++;
            if (!(graph->edges[i].kinds & EDGE_LOAD) || graph->component[next] != graph->component[start])
                continue;
            if (next == start && m != start) {
                *length = search->depth[m];
                return m;
            }
            if (search->stamp[next] == search->round)
                continue;
            search->stamp[next] = search->round;
            search->depth[next] = search->depth[m] + 1;
            search->came[next] = m;
            search->queue[tail++] = next;
        }
    }
    return ID_NONE;
}

static void keep_path(Search *search, Cycle *cycle, Id start, Id last, uint32_t length)
{
    g_free(cycle->shortest);
    cycle->shortest = g_new(Id, length);
    cycle->n_shortest = length;
    for (Id m = last; length > 0; m = search->came[m]) {
        cycle->shortest[--length] = m;
        if (m == start)
            break;
    }
}

/* An edge that only stands for a parent (count 0) goes when its import does: others come first. */
static uint32_t cutting_cost(const DependencyEdge *edge)
{
    return edge->count == 0 ? UINT32_MAX : edge->count;
}

static uint32_t cheapest_edge(const DependencyGraph *graph, const Cycle *cycle)
{
    uint32_t best = UINT32_MAX;

    for (uint32_t i = 0; i < cycle->n_shortest; i++) {
        Id to = cycle->shortest[(i + 1) % cycle->n_shortest];
        uint32_t edge = dependency_graph_find_edge(graph, cycle->shortest[i], to);
        if (edge != UINT32_MAX &&
            (best == UINT32_MAX || cutting_cost(&graph->edges[edge]) < cutting_cost(&graph->edges[best])))
            best = edge;
    }
    return best;
}

static void find_shortest(Search *search, Cycle *cycle)
{
    uint32_t best = UINT32_MAX;

    search->steps = 0;
    for (uint32_t i = 0; i < cycle->n_modules && best > 2; i++) {
        uint32_t length = 0;
        if (best != UINT32_MAX && search->steps > SEARCH_STEPS)
            break;
        Id last = search_from(search, cycle->modules[i], best, &length);
        if (last == ID_NONE)
            continue;
        best = length;
        keep_path(search, cycle, cycle->modules[i], last, length);
    }
    if (cycle->n_shortest == 0) { /* a module that imports itself */
        cycle->shortest = g_memdup2(cycle->modules, sizeof(Id));
        cycle->n_shortest = 1;
    }
    cycle->breaking_edge = cheapest_edge(search->graph, cycle);
}

static bool imports_itself(const DependencyGraph *graph, Id module)
{
    uint32_t edge = dependency_graph_find_edge(graph, module, module);

    return edge != UINT32_MAX && (graph->edges[edge].kinds & EDGE_LOAD) && graph->edges[edge].count > 0;
}

static int compare_modules(const void *a, const void *b, void *context)
{
    const Program *program = context;
    Id x = *(const Id *)a, y = *(const Id *)b;
    int order = sym_compare(program->interner, program->modules[x].id, program->modules[y].id);

    return order != 0 ? order : x < y ? -1 : x > y;
}

static int compare_cycles(const void *a, const void *b, void *context)
{
    const Cycle *x = a, *y = b;

    if (x->n_modules != y->n_modules)
        return x->n_modules > y->n_modules ? -1 : 1;
    return compare_modules(&x->modules[0], &y->modules[0], context);
}

static GArray *collect(const Program *program, const DependencyGraph *graph)
{
    uint32_t n_components = graph->n_components;
    GArray *cycles = g_array_new(FALSE, TRUE, sizeof(Cycle));
    g_autofree uint32_t *size = g_new0(uint32_t, (size_t)n_components + 1);
    g_autofree uint32_t *cycle_of = g_new(uint32_t, (size_t)n_components + 1);

    for (Id m = 0; m < graph->n_modules; m++)
        size[graph->component[m]]++;
    memset(cycle_of, 0xff, sizeof(uint32_t) * ((size_t)n_components + 1));
    for (Id m = 0; m < graph->n_modules; m++) {
        uint32_t c = graph->component[m];
        if (size[c] == 1 && !imports_itself(graph, m))
            continue;
        if (cycle_of[c] == UINT32_MAX) {
            Cycle fresh = {.modules = g_new(Id, size[c])};
            cycle_of[c] = cycles->len;
            g_array_append_val(cycles, fresh);
        }
        Cycle *cycle = &g_array_index(cycles, Cycle, cycle_of[c]);
        cycle->modules[cycle->n_modules++] = m;
    }
    for (uint32_t i = 0; i < cycles->len; i++) {
        Cycle *cycle = &g_array_index(cycles, Cycle, i);
        g_qsort_with_data(cycle->modules, (gint)cycle->n_modules, sizeof(Id), compare_modules,
                          (void *)program);
    }
    return cycles;
}

bool cycle_find_all(const Program *program, DependencyGraph *graph, GError **error)
{
    if (!components(graph, error))
        return false;
    GArray *cycles = collect(program, graph);
    size_t n = (size_t)graph->n_modules + 1;
    g_autofree uint32_t *came = g_new(uint32_t, n), *stamp = g_new0(uint32_t, n), *depth = g_new(uint32_t, n);
    g_autofree Id *queue = g_new(Id, n);
    Search search = {.graph = graph, .came = came, .stamp = stamp, .depth = depth, .queue = queue};
    g_array_sort_with_data(cycles, compare_cycles, (void *)program);
    for (uint32_t i = 0; i < cycles->len; i++)
        find_shortest(&search, &g_array_index(cycles, Cycle, i));
    graph->n_cycles = cycles->len;
    graph->cycles = (Cycle *)(void *)g_array_free(cycles, FALSE);
    return true;
}
