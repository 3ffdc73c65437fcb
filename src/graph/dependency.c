/* Imports → edges. Each importer's imports are gathered by target in one pass (a slot per target
 * module, reset by stamp), so the whole is linear in imports times the depth of packages; edges
 * then lie sorted by (from, to) and `first_edge` is the index into them.
 *
 * What an import counts as:
 *   load, fallback, star   load
 *   lazy                   lazy
 *   typing                 typing; every import of a .pyi file, too
 *   string                 string
 *   parent                 not read: parents follow from the target, with the kind of the import
 *                          that pulls them in, which a parent record does not say */
#include "graph/dependency.h"

#include "base/error.h"
#include "graph/algorithm.h"
#include "graph/cycle.h"
#include "graph/loading.h"

#include <stdlib.h>
#include <string.h>

/* Builder — the edges of one importer at a time. */
typedef struct Builder {
    const Program *program;
    GArray *edges;      /* DependencyEdge */
    GArray *first_load; /* uint32_t beside edges: line of the first load import, 0 for none */
    uint32_t *slot;     /* by module: index in edges, valid when stamp is the importer's */
    uint32_t *stamp;    /* by module: importer + 1 */
} Builder;

static uint32_t kinds_of(const Program *program, const Import *import)
{
    if (import->kind == IMPORT_STRING)
        return EDGE_STRING;
    if (program->modules[import->module].flags & MODULE_STUB)
        return EDGE_TYPING;
    switch ((ImportKind)import->kind) {
    case IMPORT_LAZY:
        return EDGE_LAZY;
    case IMPORT_TYPING:
        return EDGE_TYPING;
    case IMPORT_STRING:
        return EDGE_STRING;
    case IMPORT_LOAD:
    case IMPORT_FALLBACK:
    case IMPORT_STAR_KIND:
    case IMPORT_PARENT:
        return EDGE_LOAD;
    }
    return EDGE_LOAD;
}

static void add(Builder *builder, Id from, Id to, uint32_t kinds, uint32_t count, uint32_t line)
{
    if (builder->stamp[to] != from + 1) {
        DependencyEdge fresh = {.from = from, .to = to, .line = line};
        uint32_t none = 0;
        builder->stamp[to] = from + 1;
        builder->slot[to] = builder->edges->len;
        g_array_append_val(builder->edges, fresh);
        g_array_append_val(builder->first_load, none);
    }
    DependencyEdge *edge = &g_array_index(builder->edges, DependencyEdge, builder->slot[to]);
    uint32_t *load = &g_array_index(builder->first_load, uint32_t, builder->slot[to]);
    edge->kinds |= kinds;
    edge->count += count;
    edge->line = MIN(edge->line, line);
    if ((kinds & EDGE_LOAD) && (*load == 0 || line < *load))
        *load = line;
}

static bool is_ancestor(const Program *program, Id module, Id of)
{
    for (Id m = program->modules[of].parent; m != ID_NONE; m = program->modules[m].parent)
        if (m == module)
            return true;
    return false;
}

/* A parent that is no ancestor of the importer loads when the import does; an ancestor is being
 * loaded, or was, whenever the importer runs: its edge is recorded and counts for nothing. */
static void add_import(Builder *builder, const Import *import)
{
    const Program *program = builder->program;
    uint32_t kinds = kinds_of(program, import);

    add(builder, import->module, import->target_module, kinds, 1, import->line);
    if (kinds == EDGE_STRING)
        return;
    for (Id m = program->modules[import->target_module].parent; m != ID_NONE; m = program->modules[m].parent)
        if (m != import->module)
            add(builder, import->module, m,
                EDGE_PARENT | (is_ancestor(program, m, import->module) ? 0 : kinds), 0, import->line);
}

static int compare_targets(const void *a, const void *b)
{
    const DependencyEdge *x = a, *y = b;

    return x->to < y->to ? -1 : x->to > y->to;
}

static void finish_importer(Builder *builder, uint32_t first)
{
    uint32_t end = builder->edges->len;

    for (uint32_t i = first; i < end; i++) {
        uint32_t line = g_array_index(builder->first_load, uint32_t, i);
        if (line != 0)
            g_array_index(builder->edges, DependencyEdge, i).line = line;
    }
    if (end > first)
        qsort(&g_array_index(builder->edges, DependencyEdge, first), end - first, sizeof(DependencyEdge),
              compare_targets);
}

/* Indices of the imports by importer; the model keeps them so already, but nothing rests on it. */
static uint32_t *imports_by_module(const Program *program, uint32_t *first)
{
    uint32_t *order = g_new(uint32_t, (size_t)program->n_imports + 1);
    g_autofree uint32_t *fill = g_new(uint32_t, (size_t)program->n_modules + 1);

    memset(first, 0, sizeof(uint32_t) * ((size_t)program->n_modules + 1));
    for (uint32_t i = 0; i < program->n_imports; i++)
        first[program->imports[i].module + 1]++;
    for (uint32_t m = 0; m < program->n_modules; m++)
        first[m + 1] += first[m];
    memcpy(fill, first, sizeof(uint32_t) * ((size_t)program->n_modules + 1));
    for (uint32_t i = 0; i < program->n_imports; i++)
        order[fill[program->imports[i].module]++] = i;
    return order;
}

static void build_edges(const Program *program, DependencyGraph *graph)
{
    uint32_t n = program->n_modules;
    g_autofree uint32_t *first_import = g_new(uint32_t, (size_t)n + 1);
    g_autofree uint32_t *order = imports_by_module(program, first_import);
    g_autofree uint32_t *slot = g_new(uint32_t, (size_t)n + 1);
    g_autofree uint32_t *stamp = g_new0(uint32_t, (size_t)n + 1);
    Builder builder = {program, g_array_new(FALSE, FALSE, sizeof(DependencyEdge)),
                       g_array_new(FALSE, FALSE, sizeof(uint32_t)), slot, stamp};

    graph->first_edge = g_new0(uint32_t, (size_t)n + 1);
    graph->parent = g_new(Id, (size_t)n + 1);
    for (Id m = 0; m < n; m++) {
        uint32_t first = builder.edges->len;
        graph->first_edge[m] = first;
        graph->parent[m] = program->modules[m].parent;
        for (uint32_t k = first_import[m]; k < first_import[m + 1]; k++) {
            const Import *import = &program->imports[order[k]];
            if (import->target_module != ID_NONE && import->kind != IMPORT_PARENT)
                add_import(&builder, import);
        }
        finish_importer(&builder, first);
    }
    graph->first_edge[n] = builder.edges->len;
    graph->n_edges = builder.edges->len;
    graph->edges = (DependencyEdge *)(void *)g_array_free(builder.edges, FALSE);
    g_array_free(builder.first_load, TRUE);
}

static void build_load_targets(DependencyGraph *graph)
{
    uint32_t n = 0;

    graph->load_first = g_new(uint32_t, (size_t)graph->n_modules + 1);
    graph->load_to = g_new(Id, (size_t)graph->n_edges + 1);
    for (Id m = 0; m < graph->n_modules; m++) {
        graph->load_first[m] = n;
        for (uint32_t i = graph->first_edge[m]; i < graph->first_edge[m + 1]; i++)
            if (graph->edges[i].kinds & EDGE_LOAD)
                graph->load_to[n++] = graph->edges[i].to;
    }
    graph->load_first[graph->n_modules] = n;
}

/* Every import is a vote; one that only type checkers run is worth half. Where an edge stands for
 * nothing written (a parent) or for a string, it is none. */
static bool build_ranks(const Program *program, DependencyGraph *graph, GError **error)
{
    g_autofree uint32_t *from = g_new(uint32_t, (size_t)graph->n_edges + 1);
    g_autofree uint32_t *to = g_new(uint32_t, (size_t)graph->n_edges + 1);
    g_autofree double *weight = g_new(double, (size_t)graph->n_edges + 1);
    g_autofree double *vote = g_new(double, (size_t)graph->n_modules + 1);
    Arcs arcs = {graph->n_modules, 0, from, to};

    for (uint32_t i = 0; i < graph->n_edges; i++) {
        const DependencyEdge *edge = &graph->edges[i];
        if (edge->count == 0 || edge->from == edge->to ||
            !(edge->kinds & (EDGE_LOAD | EDGE_LAZY | EDGE_TYPING)))
            continue;
        from[arcs.n_arcs] = edge->from;
        to[arcs.n_arcs] = edge->to;
        weight[arcs.n_arcs++] = edge->kinds & (EDGE_LOAD | EDGE_LAZY) ? 1.0 : 0.5;
    }
    for (Id m = 0; m < graph->n_modules; m++) {
        const File *file = program_module_file(program, m);
        vote[m] = file == NULL || file->role == ROLE_PRODUCTION ? 1.0 : 0.25;
    }
    graph->rank = g_new0(double, (size_t)graph->n_modules + 1);
    return algorithm_pagerank(&arcs, weight, vote, graph->rank, error);
}

DependencyGraph *dependency_graph_new(const Program *program, GError **error)
{
    g_autoptr(DependencyGraph) graph = g_new0(DependencyGraph, 1);

    graph->n_modules = program->n_modules;
    build_edges(program, graph);
    build_load_targets(graph);
    if (!cycle_find_all(program, graph, error) || !loading_judge(program, graph, error) ||
        !build_ranks(program, graph, error))
        return NULL;
    graph->reach = reachability_new(graph->n_modules, graph->load_first, graph->load_to, graph->component,
                                    graph->n_components);
    return g_steal_pointer(&graph);
}

void dependency_graph_free(DependencyGraph *graph)
{
    if (graph == NULL)
        return;
    for (uint32_t i = 0; i < graph->n_cycles; i++) {
        g_free(graph->cycles[i].modules);
        g_free(graph->cycles[i].shortest);
    }
    g_free(graph->cycles);
    g_free(graph->edges);
    g_free(graph->first_edge);
    g_free(graph->parent);
    g_free(graph->load_first);
    g_free(graph->load_to);
    g_free(graph->component);
    g_free(graph->reach);
    g_free(graph->rank);
    g_free(graph);
}

const char *cycle_class_name(CycleClass class)
{
    static const char *const names[] = {"benign", "order-dependent", "fatal"};

    return names[class];
}

uint32_t dependency_graph_find_edge(const DependencyGraph *graph, Id from, Id to)
{
    uint32_t low = graph->first_edge[from], high = graph->first_edge[from + 1];

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (graph->edges[middle].to < to)
            low = middle + 1;
        else
            high = middle;
    }
    return low < graph->first_edge[from + 1] && graph->edges[low].to == to ? low : UINT32_MAX;
}

static bool package_of_importer(const DependencyGraph *graph, Id package, Id importer)
{
    for (Id m = importer; m != ID_NONE; m = graph->parent[m])
        if (m == package)
            return true;
    return false;
}

/* Search — over what may lead to `goal`. Modules that cannot are left out, which changes neither
 * the order of the others nor the way found. */
typedef struct Search {
    const DependencyGraph *graph;
    Id goal;
    Id *queue;
    uint32_t n_queue;
    uint8_t *seen; /* a bit a module */
    Id *came;      /* by module, where seen: reached from; itself where the search starts */
} Search;

static const ReachabilityLabel *label_of(const DependencyGraph *graph, Id module)
{
    return &graph->reach[graph->component[module]];
}

static void visit(Search *search, Id module, Id by)
{
    if ((search->seen[module / 8] & (1 << module % 8)) ||
        !reachability_may(label_of(search->graph, module), label_of(search->graph, search->goal)))
        return;
    search->seen[module / 8] |= (uint8_t)(1 << module % 8);
    search->came[module] = by;
    search->queue[search->n_queue++] = module;
}

/* Depth first: is there any way at all? */
static bool search_any(Search *search)
{
    const DependencyGraph *graph = search->graph;
    const ReachabilityLabel *goal = label_of(graph, search->goal);

    while (search->n_queue > 0) {
        Id module = search->queue[--search->n_queue];
        if (reachability_must(label_of(graph, module), goal))
            return true;
        for (uint32_t i = graph->load_first[module]; i < graph->load_first[module + 1]; i++)
            visit(search, graph->load_to[i], module);
    }
    return false;
}

/* Breadth first: the shortest way. */
static bool search_shortest(Search *search)
{
    const DependencyGraph *graph = search->graph;

    for (uint32_t head = 0; head < search->n_queue; head++) {
        Id module = search->queue[head];
        for (uint32_t i = graph->load_first[module]; i < graph->load_first[module + 1]; i++) {
            visit(search, graph->load_to[i], module);
            if (graph->load_to[i] == search->goal)
                return true;
        }
    }
    return false;
}

static Id *path_back(const Id *came, Id last, uint32_t *n_path)
{
    uint32_t n = 1;

    for (Id m = last; came[m] != m; m = came[m])
        n++;
    Id *path = g_new(Id, n);
    *n_path = n;
    for (Id m = last; n > 0; m = came[m])
        path[--n] = m;
    return path;
}

/* Where the search starts: `to` and the packages that are imported with it, unless an import of them
 * is there now or shares a cycle with `from`: such a one closes nothing new. */
static bool starts_search(const DependencyGraph *graph, Id from, Id to, Id start)
{
    if (graph->component[start] == graph->component[from] ||
        !reachability_may(label_of(graph, start), label_of(graph, from)) ||
        (start != to && package_of_importer(graph, start, from)))
        return false;
    uint32_t edge = dependency_graph_find_edge(graph, from, start);
    return edge == UINT32_MAX || !(graph->edges[edge].kinds & EDGE_LOAD);
}

bool dependency_graph_would_cycle(const DependencyGraph *graph, Id from, Id to, Id **path, uint32_t *n_path)
{
    bool any = false;

    if (path != NULL)
        *path = NULL;
    if (from == to || graph->component[from] == graph->component[to])
        return false;
    for (Id m = to; m != ID_NONE && !any; m = graph->parent[m])
        any = starts_search(graph, from, to, m);
    if (!any)
        return false;
    g_autofree Id *queue = g_new(Id, graph->n_modules), *came = g_new(Id, graph->n_modules);
    g_autofree uint8_t *seen = g_new0(uint8_t, graph->n_modules / 8 + 1);
    Search search = {graph, from, queue, 0, seen, came};
    for (Id m = to; m != ID_NONE; m = graph->parent[m])
        if (starts_search(graph, from, to, m))
            visit(&search, m, m);
    bool found = path == NULL ? search_any(&search) : search_shortest(&search);
    if (found && path != NULL)
        *path = path_back(came, from, n_path);
    return found;
}
