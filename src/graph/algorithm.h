/* algorithm.h — what igraph computes, on plain arrays.
 *
 * The only file pair that knows igraph. Debian's build of it is not thread-safe: one thread at a
 * time. An error inside igraph comes back as a GError (its default would abort the process) and
 * its stack of temporaries is freed. Vertices are 0 … n-1. */
#ifndef ONEDEF_GRAPH_ALGORITHM_H
#define ONEDEF_GRAPH_ALGORITHM_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

/* Arcs — a directed graph as the caller's arrays: arc i leads from[i] → to[i]. */
typedef struct Arcs {
    uint32_t n_vertices, n_arcs;
    const uint32_t *from, *to;
} Arcs;

/* Strongly connected components: component[v] for every vertex, numbered by their smallest vertex.
 * Returns their number, or UINT32_MAX with an error. O(n + m). */
uint32_t algorithm_components(const Arcs *arcs, uint32_t *component, GError **error);

/* PageRank (PRPACK, damping 0.85): `weight` by arc, `vote` by vertex says how often the random
 * reader starts there. `rank` sums to 1; rounded to nine digits, so that the last bits of another
 * processor's arithmetic decide nothing. */
bool algorithm_pagerank(const Arcs *arcs, const double *weight, const double *vote, double *rank, GError **error);

/* A cheap set of arcs whose removal leaves no cycle (Eades, Lin and Smyth 1993), then made minimal:
 * no arc of it can be put back. cut[i] says whether arc i is in it. Self loops always are. */
bool algorithm_feedback_arcs(const Arcs *arcs, const double *weight, bool *cut, GError **error);

#endif
