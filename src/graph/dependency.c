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
    if (!cycle_find_all(program, graph, error) || !loading_judge(program, graph, error) ||
        !build_ranks(program, graph, error))
        return NULL;
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
    g_free(graph->component);
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

static Id *path_back(const uint32_t *came, Id last, uint32_t *n_path)
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

bool dependency_graph_would_cycle(const DependencyGraph *graph, Id from, Id to, Id **path, uint32_t *n_path)
{
    uint32_t head = 0, tail = 0;

    if (path != NULL)
        *path = NULL;
    if (from == to || graph->component[from] == graph->component[to])
        return false;
    g_autofree Id *queue = g_new(Id, graph->n_modules);
    g_autofree uint32_t *came = g_new(uint32_t, graph->n_modules);
    memset(came, 0xff, sizeof(uint32_t) * graph->n_modules);
    for (Id m = to; m != ID_NONE; m = graph->parent[m])
        if (came[m] == UINT32_MAX && (m == to || !package_of_importer(graph, m, from))) {
            uint32_t edge = dependency_graph_find_edge(graph, from, m);
            /* What is imported now closes nothing new, nor does what shares a cycle with it. */
            if (graph->component[m] == graph->component[from] ||
                (edge != UINT32_MAX && (graph->edges[edge].kinds & EDGE_LOAD)))
                continue;
            came[m] = m;
            queue[tail++] = m;
        }
    while (head < tail) {
        Id m = queue[head++];
        for (uint32_t i = graph->first_edge[m]; i < graph->first_edge[m + 1]; i++) {
            const DependencyEdge *edge = &graph->edges[i];
            if (!(edge->kinds & EDGE_LOAD) || came[edge->to] != UINT32_MAX)
                continue;
            came[edge->to] = m;
            if (edge->to == from) {
                if (path != NULL)
                    *path = path_back(came, from, n_path);
                return true;
            }
            queue[tail++] = edge->to;
        }
    }
    return false;
}
