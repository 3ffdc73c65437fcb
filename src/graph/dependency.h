/* dependency.h — modules and their imports as a graph, and what igraph says of it.
 *
 * igraph is not thread-safe in Debian's build: everything here runs on one thread. Its error
 * handler is installed once and turns failures into GError. igraph's header stays in graph/. */
#ifndef ONEDEF_GRAPH_DEPENDENCY_H
#define ONEDEF_GRAPH_DEPENDENCY_H

#include <glib.h>

#include "model/program.h"

enum { EDGE_LOAD = 1 << 0, EDGE_LAZY = 1 << 1, EDGE_TYPING = 1 << 2, EDGE_PARENT = 1 << 3, EDGE_STRING = 1 << 4 };

/* DependencyEdge — module `from` imports module `to`; one edge a pair, kinds or-ed, `count` import
 * names behind it, `line` of the first. A parent edge counts as load unless its target is an
 * ancestor of the importer. */
typedef struct DependencyEdge {
    Id from, to;
    uint32_t kinds, count, line;
} DependencyEdge;

/* Cycle — one strongly connected component of size > 1 (or self loop) on load edges. */
typedef enum CycleClass { CYCLE_BENIGN, CYCLE_ORDER_DEPENDENT, CYCLE_FATAL } CycleClass;
typedef struct Cycle {
    Id *modules; /* sorted by name */
    uint32_t n_modules;
    Id *shortest; /* one shortest cycle through it, in order: what to show */
    uint32_t n_shortest;
    uint8_t severity; /* CycleClass */
    uint32_t breaking_edge; /* index of the edge with the fewest imports on the shortest cycle: the cheapest cut */
} Cycle;

typedef struct DependencyGraph {
    uint32_t n_modules; /* = program->n_modules: vertex ids are module ids */
    DependencyEdge *edges; /* sorted by (from, to) */
    uint32_t n_edges;
    Cycle *cycles; /* sorted by size descending, then first module */
    uint32_t n_cycles;
    uint32_t *component; /* by module: strongly connected component number on load edges */
    double *rank;        /* by module: PageRank, importers vote; production importers count 1, others 0.25 */
} DependencyGraph;

DependencyGraph *dependency_graph_new(const Program *program, GError **error);
void dependency_graph_free(DependencyGraph *graph);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(DependencyGraph, dependency_graph_free)

/* Would adding load edges from → to[0..n) (and dropping `dropped` edges, indices) close a cycle
 * that is not there now? On yes writes the path to → … → from. Caller frees *path. */
bool dependency_graph_would_cycle(const DependencyGraph *graph, Id from, Id to, Id **path, uint32_t *n_path);

#endif
