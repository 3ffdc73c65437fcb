/* Transitive reduction, on the condensation (Aho, Garey and Ullman 1972).
 *
 * Components come numbered by their smallest node, so they are first put in topological order
 * (Kahn). Going backwards through that order, each component looks at its successors, the nearest
 * in the order first: one that is reachable already over a kept edge is redundant. Reachability is
 * a bitset per component: n²/8 bytes and n·m/64 steps, which is why nothing is reduced above
 * MAX_NODES. Edges inside a component stay: there is no unique reduction of a cycle. */
#include "graph/view_internal.h"

#include "graph/algorithm.h"

#include <stdlib.h>
#include <string.h>

enum { MAX_NODES = 8192 };

static bool is_load(const ViewEdge *edge)
{
    return edge->style[0] == '\0' || strcmp(edge->style, "load") == 0;
}

/* The load edges of a view as arcs; `edge_of` maps an arc to its edge. */
typedef struct LoadArcs {
    uint32_t *from, *to, *edge_of;
    double *weight;
    Arcs arcs;
} LoadArcs;

static void load_arcs_init(LoadArcs *load, const View *view)
{
    size_t m = (size_t)view->edges->len + 1;
    uint32_t n = 0;

    load->from = g_new(uint32_t, m);
    load->to = g_new(uint32_t, m);
    load->edge_of = g_new(uint32_t, m);
    load->weight = g_new(double, m);
    for (uint32_t i = 0; i < view->edges->len; i++) {
        const ViewEdge *edge = view_edge(view, i);
        if (!is_load(edge))
            continue;
        load->from[n] = edge->from;
        load->to[n] = edge->to;
        /* What is not written anywhere (a parent's import) can hardly be taken out. */
        load->weight[n] = edge->count > 0 ? edge->count : 1e6;
        load->edge_of[n++] = i;
    }
    load->arcs = (Arcs){view->nodes->len, n, load->from, load->to};
}

static void load_arcs_clear(LoadArcs *load)
{
    g_free(load->from);
    g_free(load->to);
    g_free(load->edge_of);
    g_free(load->weight);
}

uint32_t view_components(const View *view, uint32_t *component, GError **error)
{
    LoadArcs load;

    load_arcs_init(&load, view);
    uint32_t n = algorithm_components(&load.arcs, component, error);
    load_arcs_clear(&load);
    return n;
}

uint32_t view_mark_cut(View *view, const char *style, GError **error)
{
    LoadArcs load;
    uint32_t n = 0;

    load_arcs_init(&load, view);
    g_autofree bool *cut = g_new0(bool, (size_t)load.arcs.n_arcs + 1);
    if (!algorithm_feedback_arcs(&load.arcs, load.weight, cut, error))
        n = UINT32_MAX;
    for (uint32_t i = 0; n != UINT32_MAX && i < load.arcs.n_arcs; i++)
        if (cut[i]) {
            ViewEdge *edge = view_edge(view, load.edge_of[i]);
            g_free(edge->style);
            edge->style = g_strdup(style);
            n++;
        }
    load_arcs_clear(&load);
    return n;
}

/* Reduction — the condensation: arcs by source component, and each component's place in the order. */
typedef struct Reduction {
    const LoadArcs *load;
    const uint32_t *component;
    uint32_t n;
    uint32_t *first, *arcs; /* arcs between components by source component */
    uint32_t *order, *place;
    uint64_t *reach;
    size_t words;
} Reduction;

static void group_arcs(Reduction *r)
{
    g_autofree uint32_t *fill = g_new(uint32_t, (size_t)r->n + 1);

    for (uint32_t i = 0; i < r->load->arcs.n_arcs; i++)
        if (r->component[r->load->from[i]] != r->component[r->load->to[i]])
            r->first[r->component[r->load->from[i]] + 1]++;
    for (uint32_t c = 0; c < r->n; c++)
        r->first[c + 1] += r->first[c];
    memcpy(fill, r->first, sizeof(uint32_t) * ((size_t)r->n + 1));
    for (uint32_t i = 0; i < r->load->arcs.n_arcs; i++)
        if (r->component[r->load->from[i]] != r->component[r->load->to[i]])
            r->arcs[fill[r->component[r->load->from[i]]]++] = i;
}

static void order_components(Reduction *r)
{
    g_autofree uint32_t *waiting = g_new0(uint32_t, (size_t)r->n + 1);
    uint32_t head = 0, tail = 0;

    for (uint32_t k = 0; k < r->first[r->n]; k++)
        waiting[r->component[r->load->to[r->arcs[k]]]]++;
    for (uint32_t c = 0; c < r->n; c++)
        if (waiting[c] == 0)
            r->order[tail++] = c;
    while (head < tail) {
        uint32_t c = r->order[head];
        r->place[c] = head++;
        for (uint32_t k = r->first[c]; k < r->first[c + 1]; k++) {
            uint32_t to = r->component[r->load->to[r->arcs[k]]];
            if (--waiting[to] == 0)
                r->order[tail++] = to;
        }
    }
}

static int compare_places(const void *a, const void *b, void *context)
{
    const Reduction *r = context;
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    uint32_t p = r->place[r->component[r->load->to[x]]], q = r->place[r->component[r->load->to[y]]];

    return p != q ? (p < q ? -1 : 1) : x < y ? -1 : x > y;
}

/* Two edges that lead from one component to another stay or go together. */
static uint32_t drop_redundant(Reduction *r, bool *keep)
{
    uint32_t removed = 0;

    for (uint32_t i = r->n; i > 0; i--) {
        uint32_t c = r->order[i - 1], last_kept = UINT32_MAX;
        uint64_t *own = &r->reach[c * r->words];
        g_qsort_with_data(&r->arcs[r->first[c]], (gint)(r->first[c + 1] - r->first[c]), sizeof(uint32_t),
                          compare_places, r);
        for (uint32_t k = r->first[c]; k < r->first[c + 1]; k++) {
            uint32_t to = r->component[r->load->to[r->arcs[k]]];
            bool known = (own[to / 64] >> (to % 64)) & 1;
            if (known && to != last_kept) {
                keep[r->load->edge_of[r->arcs[k]]] = false;
                removed++;
                continue;
            }
            last_kept = to;
            own[to / 64] |= UINT64_C(1) << (to % 64);
            for (size_t w = 0; w < r->words; w++)
                own[w] |= r->reach[to * r->words + w];
        }
    }
    return removed;
}

uint32_t view_reduce(View *view)
{
    uint32_t n_nodes = view->nodes->len, removed = 0;
    g_autofree uint32_t *component = g_new0(uint32_t, (size_t)n_nodes + 1);
    LoadArcs load;

    if (n_nodes > MAX_NODES)
        return 0;
    load_arcs_init(&load, view);
    uint32_t n = algorithm_components(&load.arcs, component, NULL);
    if (n != UINT32_MAX && n > 0) {
        size_t size = (size_t)n + 1, words = (n + 63) / 64;
        g_autofree uint32_t *first = g_new0(uint32_t, size), *order = g_new(uint32_t, size),
                            *place = g_new(uint32_t, size),
                            *arcs = g_new(uint32_t, (size_t)load.arcs.n_arcs + 1);
        g_autofree uint64_t *reach = g_new0(uint64_t, n * words);
        g_autofree bool *keep = g_new(bool, (size_t)view->edges->len + 1);
        Reduction reduction = {&load, component, n, first, arcs, order, place, reach, words};
        memset(keep, true, view->edges->len);
        group_arcs(&reduction);
        order_components(&reduction);
        removed = drop_redundant(&reduction, keep);
        view_keep_edges(view, keep);
    }
    load_arcs_clear(&load);
    return removed;
}
