/* reachability.h — "is there a way from this module to that one?", mostly answered without walking it.
 *
 * Every strongly connected component gets, from each of a few depth-first traversals of the
 * condensed graph, two intervals of post-order ranks. The wide one spans all that can be reached from it:
 * where the other's lies outside, there is no way (GRAIL: Yildirim, Chaoji and Zaki, PVLDB 3, 2010). The
 * narrow one holds exactly what lies below it in the traversal's tree: where the other's rank lies inside,
 * there is one. In between a search has to look, and uses both tests to leave out what cannot lead
 * to its goal and to stop early. */
#ifndef ONEDEF_GRAPH_REACHABILITY_H
#define ONEDEF_GRAPH_REACHABILITY_H

#include <glib.h>
#include <stdint.h>

enum { REACHABILITY_ROUNDS = 4 };

/* ReachabilityLabel — by traversal: low … rank is the wide interval, tree … rank the narrow one. */
typedef struct ReachabilityLabel {
    uint32_t low[REACHABILITY_ROUNDS], tree[REACHABILITY_ROUNDS], rank[REACHABILITY_ROUNDS];
} ReachabilityLabel;

/* Labels by component, for vertices whose arcs lie sorted by origin: those of vertex v are
 * to[first[v]] … to[first[v + 1]). `component` numbers the strongly connected components of just these arcs,
 * from 0 to n_components - 1. O(rounds * (vertices + arcs)) time; the caller frees. The same input
 * gives the same labels. */
ReachabilityLabel *reachability_new(uint32_t n_vertices, const uint32_t *first, const uint32_t *to,
                                    const uint32_t *component, uint32_t n_components);

/* False: no way leads from a vertex with label `from` to one with label `to`. True: there may be one. */
static inline gboolean reachability_may(const ReachabilityLabel *from, const ReachabilityLabel *to)
{
    gboolean inside = TRUE;

    for (uint32_t i = 0; i < REACHABILITY_ROUNDS; i++)
        inside &= from->low[i] <= to->low[i] && to->rank[i] <= from->rank[i];
    return inside;
}

/* True: a way leads from a vertex with label `from` to one with label `to`, or they share a component. */
static inline gboolean reachability_must(const ReachabilityLabel *from, const ReachabilityLabel *to)
{
    gboolean below = FALSE;

    for (uint32_t i = 0; i < REACHABILITY_ROUNDS; i++)
        below |= from->tree[i] <= to->rank[i] && to->rank[i] <= from->rank[i];
    return below;
}

#endif
