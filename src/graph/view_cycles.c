/* Only the load cycles: each in a frame of its own, with the imports inside it.
 *
 * In each, a cheap set of imports whose removal leaves no cycle is drawn as the cut; what is left
 * has an order, and its implied arrows go as in the other views. Of a cycle that is larger than
 * the budget the modules at the cut stay, then those with the most imports inside. Worst first:
 * fatal, order-dependent, benign; then the largest. */
#include "graph/view_internal.h"

#include "base/error.h"

#include <stdlib.h>
#include <string.h>

/* Picture — what has been drawn so far, and how much room is left. */
typedef struct Picture {
    const Program *program;
    const DependencyGraph *graph;
    const ViewOptions *options;
    View *view;
    uint32_t room;
    uint32_t drawn, skipped, trimmed, removed;
    uint32_t cuts;
} Picture;

static const char *module_id(const Program *program, Id module)
{
    return program_text(program, program->modules[module].id);
}

/* Length of the dotted prefix, with its dot, that all modules of the cycle share. */
static size_t common_prefix(const Program *program, const Cycle *cycle)
{
    const char *first = module_id(program, cycle->modules[0]);
    size_t length = strlen(first);

    for (uint32_t i = 1; i < cycle->n_modules; i++) {
        const char *other = module_id(program, cycle->modules[i]);
        size_t same = 0;
        while (same < length && other[same] == first[same])
            same++;
        length = same;
    }
    while (length > 0 && first[length - 1] != '.')
        length--;
    return length;
}

static char *cycle_label(const Picture *picture, const Cycle *cycle, size_t prefix)
{
    const CycleFailure *failure = &cycle->failure;
    const char *first = module_id(picture->program, cycle->modules[0]);
    g_autoptr(GString) label = g_string_new(NULL);

    g_string_append_printf(label, "%u module%s, %s", cycle->n_modules, cycle->n_modules == 1 ? "" : "s",
                           cycle_class_name(cycle->severity));
    if (cycle->severity == CYCLE_ORDER_DEPENDENT && failure->n_failing > 0)
        g_string_append_printf(label, " (%u fail when imported first)", failure->n_failing);
    if (prefix > 1)
        g_string_append_printf(label, " — %.*s", (int)prefix - 1, first);
    if (failure->importer != ID_NONE)
        g_string_append_printf(label, "\n%s first: %s line %u asks %s for %s too early",
                               module_id(picture->program, failure->entry) + prefix,
                               module_id(picture->program, failure->importer) + prefix, failure->line,
                               module_id(picture->program, failure->target) + prefix,
                               program_text(picture->program, failure->name));
    return g_strdup(label->str);
}

/* The cycle alone as a view: nodes in the order of cycle->modules, every load edge inside. */
static View *inside(const Picture *picture, const Cycle *cycle, const uint32_t *index)
{
    const DependencyGraph *graph = picture->graph;
    View *view = view_new_empty(VIEW_CYCLES, NULL);

    for (uint32_t i = 0; i < cycle->n_modules; i++)
        view_add_node(view, module_id(picture->program, cycle->modules[i]), "", NODE_MODULE, "");
    for (uint32_t i = 0; i < cycle->n_modules; i++) {
        Id m = cycle->modules[i];
        for (uint32_t k = graph->first_edge[m]; k < graph->first_edge[m + 1]; k++) {
            const DependencyEdge *edge = &graph->edges[k];
            bool itself = edge->to == m && cycle->n_modules > 1;
            if (!(edge->kinds & EDGE_LOAD) || graph->component[edge->to] != graph->component[m] || itself)
                continue;
            view_add_edge(view, i, index[edge->to], edge->count, NULL, "load");
            view_edge(view, view->edges->len - 1)->tooltip =
                g_strdup_printf("%s imports %s (line %u)", module_id(picture->program, m),
                                module_id(picture->program, edge->to), edge->line);
        }
    }
    return view;
}

typedef struct Weight {
    uint32_t node, weight;
} Weight;

static int compare_weights(const void *a, const void *b)
{
    const Weight *x = a, *y = b;

    if (x->weight != y->weight)
        return x->weight > y->weight ? -1 : 1;
    return x->node < y->node ? -1 : x->node > y->node;
}

/* Which modules of the cycle to draw when there is room for `budget`: ends of cuts count most. */
static bool *choose(const View *cycle, uint32_t budget)
{
    uint32_t n = cycle->nodes->len;
    bool *chosen = g_new0(bool, (size_t)n + 1);
    g_autofree Weight *weights = g_new0(Weight, (size_t)n + 1);

    for (uint32_t i = 0; i < n; i++)
        weights[i].node = i;
    for (uint32_t i = 0; i < cycle->edges->len; i++) {
        const ViewEdge *edge = view_edge(cycle, i);
        uint32_t weight = strcmp(edge->style, "cut") == 0 ? 1000 : 1;
        weights[edge->from].weight += weight;
        weights[edge->to].weight += weight;
    }
    qsort(weights, n, sizeof *weights, compare_weights);
    for (uint32_t i = 0; i < MIN(n, budget); i++)
        chosen[weights[i].node] = true;
    return chosen;
}

/* "manager", and its package below: long chains of modules make wide pictures. */
static char *module_label(const char *name)
{
    const char *dot = strrchr(name, '.');

    return dot != NULL ? g_strdup_printf("%s\n%.*s", dot + 1, (int)(dot - name), name) : g_strdup(name);
}

static void copy_into(Picture *picture, const Cycle *cycle, const View *from, const bool *chosen)
{
    View *view = picture->view;
    const Program *program = picture->program;
    size_t prefix = common_prefix(program, cycle);
    g_autofree char *label = cycle_label(picture, cycle, prefix);
    uint32_t cluster = view_add_cluster(view, label, UINT32_MAX);
    g_autofree uint32_t *number = g_new(uint32_t, (size_t)cycle->n_modules + 1);

    g_free(view_cluster(view, cluster)->style);
    view_cluster(view, cluster)->style = g_strdup(cycle_class_name(cycle->severity));
    for (uint32_t i = 0; i < cycle->n_modules; i++) {
        const char *id = module_id(program, cycle->modules[i]);
        number[i] = UINT32_MAX;
        if (!chosen[i])
            continue;
        g_autofree char *text = module_label(id + prefix);
        number[i] = view_add_node(view, id, text, NODE_MODULE, "");
        view_node(view, number[i])->cluster = cluster;
        view_node(view, number[i])->tooltip =
            g_strdup_printf("%s — %s", id, program_module_path(program, cycle->modules[i]));
    }
    for (uint32_t i = 0; i < from->edges->len; i++) {
        const ViewEdge *edge = view_edge(from, i);
        if (number[edge->from] == UINT32_MAX || number[edge->to] == UINT32_MAX)
            continue;
        view_add_edge(view, number[edge->from], number[edge->to], edge->count,
                      edge->count == 0 ? "package" : NULL, edge->style);
        view_edge(view, view->edges->len - 1)->tooltip = g_strdup(edge->tooltip);
    }
}

static bool draw_cycle(Picture *picture, const Cycle *cycle, uint32_t *index, GError **error)
{
    for (uint32_t i = 0; i < cycle->n_modules; i++)
        index[cycle->modules[i]] = i;
    g_autoptr(View) alone = inside(picture, cycle, index);
    uint32_t cuts = view_mark_cut(alone, "cut", error);
    if (cuts == UINT32_MAX)
        return false;
    uint32_t room =
        cycle->n_modules <= picture->room ? picture->room : MAX(picture->room / 2, MIN(picture->room, 8));
    g_autofree bool *chosen = choose(alone, picture->options->full ? UINT32_MAX : room);
    uint32_t before = picture->view->nodes->len;
    copy_into(picture, cycle, alone, chosen);
    uint32_t nodes = picture->view->nodes->len - before;
    picture->trimmed += cycle->n_modules - nodes;
    picture->room -= MIN(picture->room, nodes);
    picture->cuts += cuts;
    picture->drawn++;
    return true;
}

static int compare_worst(const void *a, const void *b, void *context)
{
    const DependencyGraph *graph = context;
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

    if (graph->cycles[x].severity != graph->cycles[y].severity)
        return graph->cycles[x].severity > graph->cycles[y].severity ? -1 : 1;
    return x < y ? -1 : x > y; /* the largest come first already */
}

static GArray *wanted(const DependencyGraph *graph, const bool *in)
{
    GArray *list = g_array_new(FALSE, FALSE, sizeof(uint32_t));

    for (uint32_t i = 0; i < graph->n_cycles; i++)
        for (uint32_t k = 0; k < graph->cycles[i].n_modules; k++)
            if (in[graph->cycles[i].modules[k]]) {
                g_array_append_val(list, i);
                break;
            }
    g_array_sort_with_data(list, compare_worst, (void *)graph);
    return list;
}

/* A cycle that needs more than is left is drawn in part when it is the first (the modules at the cut
 * tell most of it, so half of the room is enough), else left for later. */
static bool draw_all(Picture *picture, const GArray *list, GError **error)
{
    g_autofree uint32_t *index = g_new0(uint32_t, (size_t)picture->graph->n_modules + 1);

    for (uint32_t i = 0; i < list->len; i++) {
        const Cycle *cycle = &picture->graph->cycles[g_array_index(list, uint32_t, i)];
        if (!picture->options->full && picture->drawn > 0 && cycle->n_modules > picture->room) {
            picture->skipped++;
            continue;
        }
        if (!draw_cycle(picture, cycle, index, error))
            return false;
    }
    return true;
}

static void shed_edges(Picture *picture)
{
    View *view = picture->view;
    uint32_t kept = 0, thin = 0;

    if (picture->options->full)
        return;
    picture->removed = view_reduce(view);
    if (view->edges->len <= picture->options->max_edges)
        return;
    g_autofree bool *keep = g_new(bool, (size_t)view->edges->len + 1);
    /* The cut first, then the others in order. */
    for (uint32_t i = 0; i < view->edges->len; i++) {
        keep[i] = strcmp(view_edge(view, i)->style, "cut") == 0 && kept < picture->options->max_edges;
        kept += keep[i];
    }
    for (uint32_t i = 0; i < view->edges->len; i++)
        if (!keep[i] && kept < picture->options->max_edges)
            keep[i] = ++kept > 0;
    thin = view->edges->len - kept;
    view_keep_edges(view, keep);
    view_add_note(view, "%u arrows are left out (--max-edges N or --full draws them)", thin);
}

static void finish(Picture *picture, uint32_t n_cycles)
{
    View *view = picture->view;

    view->title = g_strdup_printf("Import cycles: %u", n_cycles);
    view_add_legend(view, "module", "module");
    view_add_legend(view, "edge:load", "imports while loading (number of names)");
    if (picture->cuts > 0)
        view_add_legend(view, "edge:cut", "cheapest cut: without these there is no cycle");
    if (n_cycles == 0)
        view_add_note(view, "there are no import cycles");
    if (picture->trimmed > 0)
        view_add_note(view, "%u modules of large cycles are left out (--max-nodes N or --full draws them)",
                      picture->trimmed);
    if (picture->skipped > 0)
        view_add_note(view,
                      "%u more cycles are left out (--max-nodes N, --focus MODULE or --full draws them)",
                      picture->skipped);
    if (picture->removed > 0)
        view_add_note(view, "%u arrows that a longer way implies are left out (--full draws all)",
                      picture->removed);
}

View *view_cycles(Program *program, const DependencyGraph *graph, const ViewOptions *options, GError **error)
{
    ViewOptions select = *options;
    g_autoptr(View) view = view_new_empty(VIEW_CYCLES, NULL);

    /* A focus names modules whose cycles are wanted; their neighbours are the cycle. */
    if (options->focus != NULL && options->focus[0] != NULL) {
        select.include = options->focus;
        select.focus = NULL;
    }
    g_autofree bool *in = view_select(program, graph, &select, view, error);
    if (in == NULL)
        return NULL;
    g_autoptr(GArray) list = wanted(graph, in);
    Picture picture = {
        .program = program, .graph = graph, .options = options, .view = view, .room = options->max_nodes};
    if (!draw_all(&picture, list, error))
        return NULL;
    view_normalise(view);
    shed_edges(&picture);
    finish(&picture, list->len);
    return g_steal_pointer(&view);
}
