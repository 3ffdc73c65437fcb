/* dependency.h — modules and their imports as a graph, and what igraph says of it.
 *
 * igraph is not thread-safe in Debian's build: everything here runs on one thread at a time. Its error
 * handler is installed once and turns failures into GError. igraph's header stays in graph/. */
#ifndef ONEDEF_GRAPH_DEPENDENCY_H
#define ONEDEF_GRAPH_DEPENDENCY_H

#include <glib.h>

#include "graph/reachability.h"
#include "model/program.h"

enum {
    EDGE_LOAD = 1 << 0,
    EDGE_LAZY = 1 << 1,
    EDGE_TYPING = 1 << 2,
    EDGE_PARENT = 1 << 3,
    EDGE_STRING = 1 << 4
};

/* DependencyEdge — module `from` imports module `to`; one edge a pair, kinds or-ed, `count` imported
 * names behind it, `line` of the first (of those that run at load time, where there are any).
 * EDGE_LOAD means: runs while `from` loads. Importing `a.b.c` also imports `a` and `a.b`: these
 * edges carry EDGE_PARENT, add nothing to the count (0 when nothing else is behind an edge), and
 * count as load unless their target is an ancestor of the importer. */
typedef struct DependencyEdge {
    Id from, to;
    uint32_t kinds, count, line;
} DependencyEdge;

/* How bad a load cycle is, found by playing the loading through from every module of it (loading.h):
 * benign works whichever of its modules is imported first, fatal fails for every one of them. */
typedef enum CycleClass { CYCLE_BENIGN, CYCLE_ORDER_DEPENDENT, CYCLE_FATAL } CycleClass;

/* CycleFailure — the first failure of that play: when `entry` is imported first, `importer` asks
 * the half-loaded `target` for `name`, on `line`. */
typedef struct CycleFailure {
    Id entry, importer, target; /* ID_NONE when nothing fails */
    Sym name;
    uint32_t line;
    uint32_t n_failing, n_entries; /* entries that fail, of those tried */
} CycleFailure;

/* Cycle — one strongly connected component of more than one module on load edges. (A module that
 * imports itself is one only where that fails.) */
typedef struct Cycle {
    Id *modules; /* sorted by name */
    uint32_t n_modules;
    Id *shortest; /* one shortest cycle through it, in order: what to show */
    uint32_t n_shortest;
    uint8_t severity; /* CycleClass */
    uint32_t
        breaking_edge; /* index of the edge with the fewest imports on the shortest cycle: the cheapest cut */
    CycleFailure failure;
} Cycle;

typedef struct DependencyGraph {
    uint32_t n_modules;    /* = program->n_modules: vertex ids are module ids */
    DependencyEdge *edges; /* sorted by (from, to) */
    uint32_t n_edges;
    uint32_t *first_edge; /* n_modules + 1: edges of module m are first_edge[m] … first_edge[m + 1] */
    Id *parent;           /* by module: its package or ID_NONE */
    Cycle *cycles;        /* sorted by size descending, then first module */
    uint32_t n_cycles;
    uint32_t *load_first; /* n_modules + 1: the targets of module m's load edges are */
    Id *load_to;          /* load_to[load_first[m]] … load_to[load_first[m + 1]) */
    uint32_t *component;  /* by module: strongly connected component number on load edges */
    uint32_t n_components;
    ReachabilityLabel *reach; /* by component */
    double *rank; /* by module: PageRank, importers vote; production importers count 1, others 0.25 */
} DependencyGraph;

DependencyGraph *dependency_graph_new(const Program *program, GError **error);
void dependency_graph_free(DependencyGraph *graph);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(DependencyGraph, dependency_graph_free)

/* "benign", "order-dependent", "fatal". */
const char *cycle_class_name(CycleClass class);
/* The edge from → to, or UINT32_MAX. */
uint32_t dependency_graph_find_edge(const DependencyGraph *graph, Id from, Id to);

/* Would an import of `to` in `from` that runs at load time close a cycle that is not there now? (The
 * packages above `to` are imported with it, those above `from` excepted.) Two modules that are in
 * one cycle already close no new one. On yes writes the way back, to → … → from, the shortest one;
 * the caller frees *path. `path` may be NULL. */
bool dependency_graph_would_cycle(const DependencyGraph *graph, Id from, Id to, Id **path, uint32_t *n_path);

#endif
