/* Each round is a depth-first traversal with a stack of its own (paths can be as long as there
 * are modules). Rounds differ in the order in which roots and arcs are taken: forward, backward, and
 * two that start somewhere in the middle, so that an interval that is too wide by chance in one is
 * narrow in another. A component's vertices are walked as one: the arcs of all of them are its own. */
#include "graph/reachability.h"

#include <string.h>

/* Frame — a component whose arcs are being taken: vertex `vertex` of it, arc `arc` of that. */
typedef struct Frame {
    uint32_t component, vertex, arc;
} Frame;

/* Condensed — vertices by component: members[first_member[c]] … members[first_member[c + 1]). */
typedef struct Condensed {
    uint32_t n_vertices, n_components;
    const uint32_t *first, *to, *component;
    uint32_t *members, *first_member;
} Condensed;

static void gather_members(Condensed *condensed)
{
    uint32_t n = condensed->n_components;
    g_autofree uint32_t *fill = g_new(uint32_t, (size_t)n + 1);

    condensed->first_member = g_new0(uint32_t, (size_t)n + 1);
    condensed->members = g_new(uint32_t, (size_t)condensed->n_vertices + 1);
    for (uint32_t v = 0; v < condensed->n_vertices; v++)
        condensed->first_member[condensed->component[v] + 1]++;
    for (uint32_t c = 0; c < n; c++)
        condensed->first_member[c + 1] += condensed->first_member[c];
    memcpy(fill, condensed->first_member, sizeof(uint32_t) * ((size_t)n + 1));
    for (uint32_t v = 0; v < condensed->n_vertices; v++)
        condensed->members[fill[condensed->component[v]]++] = v;
}

/* The k-th of n things in this round's order. */
static uint32_t in_order(uint32_t round, uint32_t k, uint32_t n)
{
    uint32_t turned = round < 2 ? k : (k + n / 2) % n;

    return round & 1 ? n - 1 - turned : turned;
}

/* The next component that an arc of the frame's leads to, or UINT32_MAX when all are taken. */
static uint32_t next_below(const Condensed *condensed, uint32_t round, Frame *frame)
{
    uint32_t first = condensed->first_member[frame->component];
    uint32_t n = condensed->first_member[frame->component + 1] - first;

    for (; frame->vertex < n; frame->vertex++, frame->arc = 0) {
        uint32_t vertex = condensed->members[first + in_order(round, frame->vertex, n)];
        uint32_t n_arcs = condensed->first[vertex + 1] - condensed->first[vertex];
        if (frame->arc < n_arcs) {
            uint32_t arc = condensed->first[vertex] + in_order(round, frame->arc++, n_arcs);
            return condensed->component[condensed->to[arc]];
        }
    }
    return UINT32_MAX;
}

/* Ranks count from 1. Those given out from here to the component's own are the ranks of its subtree. */
static void enter(ReachabilityLabel *label, uint32_t round, uint32_t rank)
{
    label->low[round] = UINT32_MAX;
    label->tree[round] = rank + 1;
}

static void traverse(const Condensed *condensed, uint32_t round, Frame *stack, ReachabilityLabel *labels)
{
    uint32_t rank = 0;

    for (uint32_t k = 0; k < condensed->n_components; k++) {
        uint32_t root = in_order(round, k, condensed->n_components), depth = 0;
        if (labels[root].low[round] != 0)
            continue;
        enter(&labels[root], round, rank);
        stack[depth++] = (Frame){.component = root};
        while (depth > 0) {
            ReachabilityLabel *own = &labels[stack[depth - 1].component];
            uint32_t below = next_below(condensed, round, &stack[depth - 1]);
            if (below == UINT32_MAX) {
                own->rank[round] = ++rank;
                own->low[round] = MIN(own->low[round], rank);
                depth--;
                if (depth > 0) {
                    ReachabilityLabel *above = &labels[stack[depth - 1].component];
                    above->low[round] = MIN(above->low[round], own->low[round]);
                }
            } else if (labels[below].low[round] == 0) {
                enter(&labels[below], round, rank);
                stack[depth++] = (Frame){.component = below};
            } else if (below != stack[depth - 1].component) { /* done before: there are no cycles here */
                own->low[round] = MIN(own->low[round], labels[below].low[round]);
            }
        }
    }
}

ReachabilityLabel *reachability_new(uint32_t n_vertices, const uint32_t *first, const uint32_t *to,
                                    const uint32_t *component, uint32_t n_components)
{
    Condensed condensed = {n_vertices, n_components, first, to, component, NULL, NULL};
    ReachabilityLabel *labels = g_new0(ReachabilityLabel, (size_t)n_components + 1);
    g_autofree Frame *stack = g_new(Frame, (size_t)n_components + 1);

    gather_members(&condensed);
    for (uint32_t round = 0; round < REACHABILITY_ROUNDS; round++)
        traverse(&condensed, round, stack, labels);
    g_free(condensed.members);
    g_free(condensed.first_member);
    return labels;
}
