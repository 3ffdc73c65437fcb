#include "graph/view.h"

#include "base/error.h"
#include "graph/view_internal.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

static void clear_node(void *data)
{
    ViewNode *node = data;

    g_free(node->id);
    g_free(node->label);
    g_free(node->tooltip);
    g_free(node->style);
}

static void clear_edge(void *data)
{
    ViewEdge *edge = data;

    g_free(edge->label);
    g_free(edge->style);
    g_free(edge->tooltip);
}

static void clear_cluster(void *data)
{
    ViewCluster *cluster = data;

    g_free(cluster->label);
    g_free(cluster->style);
}

View *view_new_empty(ViewKind kind, const char *title)
{
    View *view = g_new0(View, 1);

    view->kind = kind;
    view->title = g_strdup(title);
    view->nodes = g_array_new(FALSE, TRUE, sizeof(ViewNode));
    view->edges = g_array_new(FALSE, TRUE, sizeof(ViewEdge));
    view->clusters = g_array_new(FALSE, TRUE, sizeof(ViewCluster));
    view->legend = g_ptr_array_new_with_free_func(g_free);
    view->notes = g_ptr_array_new_with_free_func(g_free);
    g_array_set_clear_func(view->nodes, clear_node);
    g_array_set_clear_func(view->edges, clear_edge);
    g_array_set_clear_func(view->clusters, clear_cluster);
    return view;
}

void view_free(View *view)
{
    if (view == NULL)
        return;
    g_free(view->title);
    g_array_free(view->nodes, TRUE);
    g_array_free(view->edges, TRUE);
    g_array_free(view->clusters, TRUE);
    g_ptr_array_free(view->legend, TRUE);
    g_ptr_array_free(view->notes, TRUE);
    g_free(view);
}

uint32_t view_add_node(View *view, const char *id, const char *label, ViewNodeKind kind, const char *style)
{
    ViewNode node = {.id = g_strdup(id),
                     .label = g_strdup(label),
                     .kind = kind,
                     .weight = 1,
                     .cluster = UINT32_MAX,
                     .style = g_strdup(style != NULL ? style : "")};

    g_array_append_val(view->nodes, node);
    return view->nodes->len - 1;
}

void view_add_edge(View *view, uint32_t from, uint32_t to, uint32_t count, const char *label,
                   const char *style)
{
    ViewEdge edge = {.from = from,
                     .to = to,
                     .count = count,
                     .label = g_strdup(label),
                     .style = g_strdup(style != NULL ? style : "")};

    g_array_append_val(view->edges, edge);
}

uint32_t view_add_cluster(View *view, const char *label, uint32_t parent)
{
    ViewCluster cluster = {.label = g_strdup(label), .parent = parent, .style = g_strdup("")};

    g_array_append_val(view->clusters, cluster);
    return view->clusters->len - 1;
}

void view_add_legend(View *view, const char *style, const char *text)
{
    g_ptr_array_add(view->legend, g_strdup_printf("%s\t%s", style, text));
}

void view_add_note(View *view, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    g_ptr_array_add(view->notes, g_strdup_vprintf(format, arguments));
    va_end(arguments);
}

const char *view_kind_name(ViewKind kind)
{
    static const char *const names[] = {"modules", "packages", "duplicates", "cycles", "paths"};

    return names[kind];
}

const char *view_node_kind_name(ViewNodeKind kind)
{
    static const char *const names[] = {"module",   "package",  "cycle", "definition",
                                        "reexport", "importer", "group", "external"};

    return names[kind];
}

/* Iterative, so that no pattern costs more than pattern times text. */
static bool glob_matches(const char *pattern, const char *text, size_t length)
{
    const char *end = text + length, *star = NULL, *resume = NULL;

    while (text < end) {
        if (*pattern == '*') {
            star = pattern++;
            resume = text;
        } else if (*pattern != '\0' && (*pattern == '?' || *pattern == *text)) {
            pattern++;
            text++;
        } else if (star != NULL) {
            pattern = star + 1;
            text = ++resume;
        } else {
            return false;
        }
    }
    while (*pattern == '*')
        pattern++;
    return *pattern == '\0';
}

static bool matches_or_below(const char *pattern, const char *text, char separator)
{
    size_t length = strlen(text);

    if (glob_matches(pattern, text, length))
        return true;
    for (size_t i = length; i > 0; i--)
        if (text[i - 1] == separator && glob_matches(pattern, text, i - 1))
            return true;
    return false;
}

bool view_glob(const char *pattern, const char *name, const char *path)
{
    if (strchr(pattern, '/') == NULL)
        return matches_or_below(pattern, name, '.');
    size_t length = strlen(pattern);
    if (pattern[length - 1] != '/')
        return matches_or_below(pattern, path, '/');
    g_autofree char *folder = g_strndup(pattern, length - 1);
    return matches_or_below(folder, path, '/');
}

/* --- normalising --- */

static int compare_ids(const void *a, const void *b, void *context)
{
    const View *view = context;
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    int order = strcmp(view_node(view, x)->id, view_node(view, y)->id);

    return order != 0 ? order : x < y ? -1 : x > y;
}

static int compare_edges(const void *a, const void *b)
{
    const ViewEdge *x = a, *y = b;

    if (x->from != y->from)
        return x->from < y->from ? -1 : 1;
    if (x->to != y->to)
        return x->to < y->to ? -1 : 1;
    int order = strcmp(x->style, y->style);
    return order != 0 ? order : g_strcmp0(x->label, y->label);
}

static void sum_equal_edges(View *view)
{
    uint32_t kept = 0;

    for (uint32_t i = 0; i < view->edges->len; i++) {
        ViewEdge *edge = view_edge(view, i), *last = kept > 0 ? view_edge(view, kept - 1) : NULL;
        if (last != NULL && compare_edges(last, edge) == 0) {
            last->count += edge->count;
            clear_edge(edge);
        } else {
            *view_edge(view, kept++) = *edge;
        }
    }
    /* What lies behind is moved or freed already: shorten without the clear function. */
    g_array_set_clear_func(view->edges, NULL);
    g_array_set_size(view->edges, kept);
    g_array_set_clear_func(view->edges, clear_edge);
}

void view_normalise(View *view)
{
    uint32_t n = view->nodes->len;
    g_autofree uint32_t *order = g_new(uint32_t, (size_t)n + 1);
    g_autofree uint32_t *number = g_new(uint32_t, (size_t)n + 1);
    g_autofree ViewNode *nodes = g_memdup2(view->nodes->data, sizeof(ViewNode) * n);

    for (uint32_t i = 0; i < n; i++)
        order[i] = i;
    g_qsort_with_data(order, (gint)n, sizeof *order, compare_ids, view);
    for (uint32_t i = 0; i < n; i++) {
        number[order[i]] = i;
        *view_node(view, i) = nodes[order[i]];
    }
    for (uint32_t i = 0; i < view->edges->len; i++) {
        ViewEdge *edge = view_edge(view, i);
        edge->from = number[edge->from];
        edge->to = number[edge->to];
    }
    if (view->edges->len > 0)
        qsort(view->edges->data, view->edges->len, sizeof(ViewEdge), compare_edges);
    sum_equal_edges(view);
}

void view_keep_edges(View *view, const bool *keep)
{
    uint32_t kept = 0;

    for (uint32_t i = 0; i < view->edges->len; i++) {
        if (keep[i])
            *view_edge(view, kept++) = *view_edge(view, i);
        else
            clear_edge(view_edge(view, i));
    }
    g_array_set_clear_func(view->edges, NULL);
    g_array_set_size(view->edges, kept);
    g_array_set_clear_func(view->edges, clear_edge);
}

void view_keep_nodes(View *view, const bool *keep)
{
    g_autofree uint32_t *number = g_new(uint32_t, (size_t)view->nodes->len + 1);
    g_autofree bool *edges = g_new(bool, (size_t)view->edges->len + 1);
    uint32_t kept = 0;

    for (uint32_t i = 0; i < view->edges->len; i++)
        edges[i] = keep[view_edge(view, i)->from] && keep[view_edge(view, i)->to];
    view_keep_edges(view, edges);
    for (uint32_t i = 0; i < view->nodes->len; i++) {
        number[i] = kept;
        if (keep[i])
            *view_node(view, kept++) = *view_node(view, i);
        else
            clear_node(view_node(view, i));
    }
    g_array_set_clear_func(view->nodes, NULL);
    g_array_set_size(view->nodes, kept);
    g_array_set_clear_func(view->nodes, clear_node);
    for (uint32_t i = 0; i < view->edges->len; i++) {
        view_edge(view, i)->from = number[view_edge(view, i)->from];
        view_edge(view, i)->to = number[view_edge(view, i)->to];
    }
}

View *view_new(Program *program, const DependencyGraph *graph, const ViewOptions *asked, GError **error)
{
    ViewOptions options = *asked;

    if (options.max_nodes == 0)
        options.max_nodes = VIEW_NODES;
    if (options.max_edges == 0)
        options.max_edges = VIEW_EDGES;
    switch (options.kind) {
    case VIEW_MODULES:
    case VIEW_PACKAGES:
        return view_modules(program, graph, &options, error);
    case VIEW_CYCLES:
        return view_cycles(program, graph, &options, error);
    case VIEW_PATHS:
        return view_paths(program, graph, &options, error);
    case VIEW_DUPLICATES:
        break;
    }
    g_set_error(error, ONEDEF_ERROR, ONEDEF_ERROR_USAGE, "a view of duplicates is made from groups");
    return NULL;
}
