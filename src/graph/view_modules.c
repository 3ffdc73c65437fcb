/* Modules and packages: which boxes, which arrows, what is folded together.
 *
 *  1. Select modules (view_select.c) and lay them into the tree of folders (hierarchy.c).
 *  2. Cut the tree: everything where it fits, else the heaviest folders opened first until the
 *     budget of nodes is used; the number of dotted parts where --collapse says so.
 *  3. Sum the imports between the modules of two boxes into one arrow with their number.
 *  4. Boxes that import one another: a few become one box with their names in it. Many (a tangle,
 *     as packages often are although their modules form no cycle) stay apart; a cheap set of
 *     arrows that closes all the cycles is drawn apart from the others, so that the layers show.
 *  5. Take out arrows that a longer way implies.
 *  6. Too many arrows still: again from 2 with a smaller budget; and where that does not help, the
 *     boxes of highest rank and the thickest arrows are kept.
 * Whatever is left out is said in a note, with the option that shows it. */
#include "graph/hierarchy.h"
#include "graph/view_internal.h"

#include "base/error.h"

#include <stdlib.h>
#include <string.h>

enum { SMALL_CYCLE = 8, NAMES_IN_BOX = 8, LEAST_NODES = 12 };

/* Draft — boxes and arrows of one attempt, before they become a view. */
typedef struct Draft {
    const Program *program;
    const DependencyGraph *graph;
    const ViewOptions *options;
    Hierarchy *tree;
    const bool *in;
    uint32_t *box;   /* by tree node: node of the view, or UINT32_MAX */
    GArray *drawn;   /* uint32_t: tree node by node of the view */
    uint32_t hidden; /* boxes left out for want of room */
} Draft;

/* --- boxes --- */

static bool all_tests(const Draft *draft, uint32_t index)
{
    const HierarchyNode *node = hierarchy_node(draft->tree, index);
    const File *file = node->module != ID_NONE ? program_module_file(draft->program, node->module) : NULL;

    return file != NULL && file->role == ROLE_TEST;
}

static int by_rank(const void *a, const void *b, void *context)
{
    const Hierarchy *tree = context;
    const HierarchyNode *x = hierarchy_node(tree, *(const uint32_t *)a);
    const HierarchyNode *y = hierarchy_node(tree, *(const uint32_t *)b);

    if (x->rank != y->rank)
        return x->rank > y->rank ? -1 : 1;
    int order = strcmp(x->path, y->path);
    return order != 0 ? order : strcmp(x->name, y->name);
}

static void list_drawn(Draft *draft)
{
    const Hierarchy *tree = draft->tree;

    draft->drawn = g_array_new(FALSE, FALSE, sizeof(uint32_t));
    for (uint32_t i = 0; i < tree->nodes->len; i++)
        if (hierarchy_is_drawn(tree, i))
            g_array_append_val(draft->drawn, i);
}

/* Of too many boxes the highest ranks stay. */
static void keep_ranked(Draft *draft, uint32_t budget)
{
    draft->hidden = 0;
    if (draft->options->full || draft->drawn->len <= budget)
        return;
    g_qsort_with_data(draft->drawn->data, (gint)draft->drawn->len, sizeof(uint32_t), by_rank, draft->tree);
    draft->hidden = draft->drawn->len - budget;
    g_array_set_size(draft->drawn, budget);
}

/* Open folders with more than one box become frames, but not the one around everything, nor one
 * whose only content is another frame. Parents have smaller numbers, so one pass is enough. */
static void add_frames(const Draft *draft, View *view, const uint32_t *below, uint32_t *frame,
                       uint32_t *cluster)
{
    const Hierarchy *tree = draft->tree;
    g_autofree bool *doubled = g_new0(bool, tree->nodes->len);

    for (uint32_t i = 1; i < tree->nodes->len; i++) {
        const HierarchyNode *node = hierarchy_node(tree, i);
        if (node->kind == HIERARCHY_FOLDER && below[i] == below[node->parent])
            doubled[node->parent] = true;
    }
    frame[0] = UINT32_MAX;
    for (uint32_t i = 1; i < tree->nodes->len; i++) {
        const HierarchyNode *node = hierarchy_node(tree, i);
        frame[i] = frame[node->parent];
        if (node->kind != HIERARCHY_FOLDER || !node->open || below[i] < 2 || below[i] == draft->drawn->len ||
            doubled[i])
            continue;
        cluster[i] =
            view_add_cluster(view, node->name, frame[i] != UINT32_MAX ? cluster[frame[i]] : UINT32_MAX);
        frame[i] = i;
    }
}

/* Inside its package's frame a module goes by its last name. */
static char *box_label(const Draft *draft, uint32_t index, uint32_t frame)
{
    const HierarchyNode *node = hierarchy_node(draft->tree, index);
    const HierarchyNode *in = frame != UINT32_MAX ? hierarchy_node(draft->tree, frame) : NULL;
    const char *name = node->name;
    size_t length = in != NULL ? strlen(in->name) : 0;

    if (node->open)
        return g_strdup_printf("… %u more\n%u modules", node->n_rest, node->rest_weight);
    if (in != NULL && strncmp(name, in->name, length) == 0 && name[length] == '.')
        name += length + 1;
    else if (in != NULL && strcmp(name, in->name) == 0)
        name = node->kind == HIERARCHY_BUNDLE && node->weight > 1 ? "(modules)" : "__init__";
    else if (in != NULL && in->module == ID_NONE && g_str_has_prefix(name, in->name))
        name += length;
    if (node->kind == HIERARCHY_MODULE)
        return g_strdup(name);
    return g_strdup_printf("%s\n%u module%s", name, node->weight, node->weight == 1 ? "" : "s");
}

static void add_box(Draft *draft, View *view, uint32_t index, uint32_t frame, uint32_t cluster)
{
    const HierarchyNode *node = hierarchy_node(draft->tree, index);
    bool module = node->kind == HIERARCHY_MODULE, rest = node->open;
    g_autofree char *label = box_label(draft, index, frame);
    g_autofree char *id =
        g_strconcat(node->name, node->kind == HIERARCHY_BUNDLE ? ".*" : "", rest ? ".…" : "", NULL);
    const char *style = rest ? "rest" : all_tests(draft, index) ? "test" : "";

    draft->box[index] = view_add_node(view, id, label, module ? NODE_MODULE : NODE_PACKAGE, style);
    ViewNode *box = view_node(view, draft->box[index]);
    box->weight = rest ? node->rest_weight : node->weight;
    box->cluster = cluster;
    box->tooltip = module ? g_strdup_printf("%s — %s", node->name, node->path)
                          : g_strdup_printf("%s — %u modules in %s/", node->name, box->weight, node->path);
}

static void add_boxes(Draft *draft, View *view)
{
    Hierarchy *tree = draft->tree;
    size_t n = tree->nodes->len;
    g_autofree uint32_t *below = g_new0(uint32_t, n), *cluster = g_new(uint32_t, n),
                        *frame = g_new(uint32_t, n);

    memset(cluster, 0xff, sizeof(uint32_t) * n);
    memset(draft->box, 0xff, sizeof(uint32_t) * n);
    for (uint32_t i = 0; i < draft->drawn->len; i++)
        below[g_array_index(draft->drawn, uint32_t, i)]++;
    for (size_t i = n; i-- > 1;)
        below[hierarchy_node(tree, (uint32_t)i)->parent] += below[i];
    add_frames(draft, view, below, frame, cluster);
    for (uint32_t i = 0; i < draft->drawn->len; i++) {
        uint32_t index = g_array_index(draft->drawn, uint32_t, i);
        add_box(draft, view, index, frame[index],
                frame[index] != UINT32_MAX ? cluster[frame[index]] : UINT32_MAX);
    }
}

/* --- arrows --- */

/* What is in a rest has no arrows: they would tie everything to everything. */
static uint32_t box_of(const Draft *draft, const uint32_t *drawn_of, Id module)
{
    return draft->in[module] && !hierarchy_node(draft->tree, drawn_of[module])->open
               ? draft->box[drawn_of[module]]
               : UINT32_MAX;
}

static void add_arrows(const Draft *draft, View *view)
{
    const DependencyGraph *graph = draft->graph;
    uint32_t kinds = view_edge_kinds(draft->options);
    g_autofree uint32_t *drawn_of = g_new(uint32_t, (size_t)graph->n_modules + 1);

    for (Id m = 0; m < graph->n_modules; m++)
        drawn_of[m] = draft->in[m] ? hierarchy_drawn(draft->tree, m) : UINT32_MAX;
    for (uint32_t i = 0; i < graph->n_edges; i++) {
        const DependencyEdge *edge = &graph->edges[i];
        if (!(edge->kinds & kinds) || edge->count == 0)
            continue;
        uint32_t from = box_of(draft, drawn_of, edge->from), to = box_of(draft, drawn_of, edge->to);
        if (from == UINT32_MAX || to == UINT32_MAX || from == to)
            continue;
        const char *style = edge->kinds & EDGE_LOAD ? "load" : edge->kinds & EDGE_LAZY ? "lazy" : "typing";
        view_add_edge(view, from, to, edge->count, NULL, style);
    }
}

/* One arrow a pair: what is there at load time covers the lazy and typing ones beside it. */
static void merge_styles(View *view)
{
    g_autofree bool *keep = g_new(bool, (size_t)view->edges->len + 1);
    uint32_t last = 0;

    for (uint32_t i = 0; i < view->edges->len; i++) {
        ViewEdge *edge = view_edge(view, i), *before = i > 0 ? view_edge(view, last) : NULL;
        keep[i] = before == NULL || before->from != edge->from || before->to != edge->to;
        if (keep[i]) {
            last = i;
            continue;
        }
        before->count += edge->count;
        /* Sorted: "lazy" before "load" before "typing"; load wins. */
        if (strcmp(edge->style, "load") == 0) {
            g_free(before->style);
            before->style = g_strdup("load");
        }
    }
    view_keep_edges(view, keep);
}

/* --- cycles --- */

static void mark_inner_edges(View *view, const uint32_t *component, const char *style)
{
    for (uint32_t i = 0; i < view->edges->len; i++) {
        ViewEdge *edge = view_edge(view, i);
        if (component[edge->from] == component[edge->to] && strcmp(edge->style, "load") == 0) {
            g_free(edge->style);
            edge->style = g_strdup(style);
        }
    }
}

static uint32_t common_cluster(const View *view, uint32_t a, uint32_t b)
{
    while (a != b) {
        /* Parents have smaller numbers, so the larger one is not an ancestor of the other. */
        if (a == UINT32_MAX || b == UINT32_MAX)
            return UINT32_MAX;
        if (a > b)
            a = view_cluster(view, a)->parent;
        else
            b = view_cluster(view, b)->parent;
    }
    return a;
}

/* Fold — how boxes become one: those of one group, where a group has 2 … `most` of them. */
typedef struct Fold {
    uint32_t *group; /* by node */
    uint32_t *size;  /* by group */
    uint32_t n_groups, most;
    bool cycle;
} Fold;

/* The names in a folded box; where its members come from several frames, their ids. */
static void describe(const View *view, const GArray *members, uint32_t cluster, bool cycle, GString *label,
                     GString *tooltip)
{
    bool modules = view_node(view, g_array_index(members, uint32_t, 0))->kind == NODE_MODULE;
    uint32_t shown = members->len <= NAMES_IN_BOX ? members->len : NAMES_IN_BOX - 1;

    /* Between packages it takes no import cycle for each to need the other. */
    if (cycle && modules)
        g_string_printf(label, "cycle of %u modules", members->len);
    else if (cycle)
        g_string_printf(label, "%u import one another", members->len);
    else
        g_string_printf(label, "%u without arrows", members->len);
    g_string_assign(tooltip, cycle ? "import one another:" : "no import to or from what is drawn:");
    for (uint32_t i = 0; i < members->len; i++) {
        const ViewNode *node = view_node(view, g_array_index(members, uint32_t, i));
        const char *name = node->cluster == cluster ? node->label : node->id;
        g_string_append_printf(tooltip, "%s %s", i > 0 ? "," : "", node->id);
        if (i < shown)
            g_string_append_printf(label, "\n%.*s", (int)strcspn(name, "\n"), name);
    }
    if (shown < members->len)
        g_string_append_printf(label, "\n… and %u more", members->len - shown);
}

static uint32_t add_folded(View *view, const View *old, const Fold *fold, uint32_t first)
{
    g_autoptr(GArray) members = g_array_new(FALSE, FALSE, sizeof(uint32_t));
    g_autoptr(GString) label = g_string_new(NULL), tooltip = g_string_new(NULL);
    uint32_t cluster = view_node(old, first)->cluster, weight = 0;

    for (uint32_t i = first; i < old->nodes->len; i++)
        if (fold->group[i] == fold->group[first]) {
            g_array_append_val(members, i);
            weight += view_node(old, i)->weight;
            cluster = common_cluster(old, cluster, view_node(old, i)->cluster);
        }
    describe(old, members, cluster, fold->cycle, label, tooltip);
    g_autofree char *id = g_strconcat(fold->cycle ? "cycle:" : "apart:", view_node(old, first)->id, NULL);
    uint32_t node = view_add_node(view, id, label->str, fold->cycle ? NODE_CYCLE : NODE_GROUP,
                                  fold->cycle ? "cycle" : "rest");
    view_node(view, node)->weight = weight;
    view_node(view, node)->cluster = cluster;
    view_node(view, node)->tooltip = g_strdup(tooltip->str);
    return node;
}

static uint32_t copy_node(View *view, const ViewNode *node)
{
    uint32_t copy = view_add_node(view, node->id, node->label, node->kind, node->style);

    view_node(view, copy)->weight = node->weight;
    view_node(view, copy)->cluster = node->cluster;
    view_node(view, copy)->tooltip = g_strdup(node->tooltip);
    return copy;
}

/* Takes the view, returns it with groups folded. */
static View *fold_groups(View *old, const Fold *fold)
{
    View *view = view_new_empty(old->kind, old->title);
    g_autofree uint32_t *number = g_new(uint32_t, (size_t)old->nodes->len + 1),
                        *of = g_new(uint32_t, (size_t)fold->n_groups + 1);

    memset(of, 0xff, sizeof(uint32_t) * ((size_t)fold->n_groups + 1));
    for (uint32_t i = 0; i < old->clusters->len; i++)
        view_add_cluster(view, view_cluster(old, i)->label, view_cluster(old, i)->parent);
    for (uint32_t i = 0; i < old->nodes->len; i++) {
        uint32_t group = fold->group[i];
        if (fold->size[group] == 1 || fold->size[group] > fold->most) {
            number[i] = copy_node(view, view_node(old, i));
            continue;
        }
        if (of[group] == UINT32_MAX)
            of[group] = add_folded(view, old, fold, i);
        number[i] = of[group];
    }
    for (uint32_t i = 0; i < old->edges->len; i++) {
        const ViewEdge *edge = view_edge(old, i);
        if (number[edge->from] != number[edge->to])
            view_add_edge(view, number[edge->from], number[edge->to], edge->count, edge->label, edge->style);
    }
    view_free(old);
    view_normalise(view);
    merge_styles(view);
    return view;
}

/* Three or more boxes of one frame that have no arrows say less than their names in one box. */
static View *fold_isolated(View *view)
{
    uint32_t n = view->nodes->len, n_frames = view->clusters->len + 1;
    g_autofree bool *tied = g_new0(bool, (size_t)n + 1);
    g_autofree uint32_t *group = g_new(uint32_t, (size_t)n + 1),
                        *size = g_new0(uint32_t, (size_t)n_frames + n + 1);
    Fold fold = {group, size, n_frames + n, UINT32_MAX - 1, false};

    for (uint32_t i = 0; i < view->edges->len; i++)
        tied[view_edge(view, i)->from] = tied[view_edge(view, i)->to] = true;
    for (uint32_t i = 0; i < n; i++) {
        const ViewNode *node = view_node(view, i);
        bool apart = !tied[i] && strcmp(node->style, "rest") != 0;
        group[i] = !apart ? n_frames + i : node->cluster == UINT32_MAX ? n_frames - 1 : node->cluster;
        size[group[i]]++;
    }
    bool any = false;
    for (uint32_t i = 0; i < n; i++) {
        if (group[i] < n_frames && size[group[i]] < 3)
            group[i] = n_frames + i;
        any = any || group[i] < n_frames;
        size[n_frames + i] = 1;
    }
    return any ? fold_groups(view, &fold) : view;
}

/* Folds small cycles into boxes, marks what closes the large ones. Takes and returns the view. */
static View *fold_cycles(View *view, uint32_t *largest, GError **error)
{
    uint32_t n_nodes = view->nodes->len;
    g_autofree uint32_t *component = g_new0(uint32_t, (size_t)n_nodes + 1);
    uint32_t n = view_components(view, component, error);

    *largest = 0;
    if (n == UINT32_MAX) {
        view_free(view);
        return NULL;
    }
    g_autofree uint32_t *size = g_new0(uint32_t, (size_t)n + 1);
    for (uint32_t i = 0; i < n_nodes; i++)
        size[component[i]]++;
    for (uint32_t c = 0; c < n; c++)
        *largest = MAX(*largest, size[c]);
    if (*largest <= 1)
        return view;
    Fold fold = {component, size, n, SMALL_CYCLE, true};
    View *folded = fold_groups(view, &fold);
    if (*largest > SMALL_CYCLE && view_mark_cut(folded, "cycle", error) == UINT32_MAX) {
        view_free(folded);
        return NULL;
    }
    return folded;
}

/* --- budgets, title, notes --- */

static int thicker(const void *a, const void *b, void *context)
{
    const View *view = context;
    const ViewEdge *x = view_edge(view, *(const uint32_t *)a), *y = view_edge(view, *(const uint32_t *)b);

    if (x->count != y->count)
        return x->count > y->count ? -1 : 1;
    return x->from != y->from ? (x->from < y->from ? -1 : 1) : x->to < y->to ? -1 : x->to > y->to;
}

/* Keeps the `budget` thickest of the edges of one style (NULL: of all); returns how many went. */
static uint32_t keep_thickest(View *view, const char *style, uint32_t budget)
{
    g_autofree uint32_t *order = g_new(uint32_t, (size_t)view->edges->len + 1);
    g_autofree bool *keep = g_new(bool, (size_t)view->edges->len + 1);
    uint32_t n = 0;

    for (uint32_t i = 0; i < view->edges->len; i++) {
        keep[i] = true;
        if (style == NULL || strcmp(view_edge(view, i)->style, style) == 0)
            order[n++] = i;
    }
    if (n <= budget)
        return 0;
    g_qsort_with_data(order, (gint)n, sizeof *order, thicker, view);
    for (uint32_t i = budget; i < n; i++)
        keep[order[i]] = false;
    view_keep_edges(view, keep);
    return n - budget;
}

static View *attempt(Draft *draft, uint32_t budget, uint32_t *largest, GError **error)
{
    const ViewOptions *options = draft->options;
    View *view = view_new_empty(options->kind, NULL);

    if (options->collapse > 0)
        hierarchy_open_parts(draft->tree, options->collapse);
    else if (options->full)
        hierarchy_open_all(draft->tree, options->kind == VIEW_MODULES);
    else
        hierarchy_open_to(draft->tree, budget, options->kind == VIEW_MODULES);
    g_clear_pointer(&draft->drawn, g_array_unref);
    list_drawn(draft);
    keep_ranked(draft, budget);
    add_boxes(draft, view);
    add_arrows(draft, view);
    view_normalise(view);
    merge_styles(view);
    *largest = 0;
    if (!options->full) {
        view = fold_cycles(view, largest, error);
        return view != NULL ? fold_isolated(view) : NULL;
    }
    g_autofree uint32_t *component = g_new0(uint32_t, (size_t)view->nodes->len + 1);
    if (view_components(view, component, error) == UINT32_MAX) {
        view_free(view);
        return NULL;
    }
    mark_inner_edges(view, component, "cycle");
    return view;
}

static bool has_style(const View *view, const char *style, bool edges)
{
    for (uint32_t i = 0; i < (edges ? view->edges->len : view->nodes->len); i++)
        if (strcmp(edges ? view_edge(view, i)->style : view_node(view, i)->style, style) == 0)
            return true;
    return false;
}

static void add_legend(View *view, bool reduced)
{
    bool package = false, module = false;

    for (uint32_t i = 0; i < view->nodes->len; i++) {
        package =
            package || (view_node(view, i)->kind == NODE_PACKAGE && view_node(view, i)->style[0] == '\0');
        module = module || view_node(view, i)->kind == NODE_MODULE;
    }
    if (module)
        view_add_legend(view, "module", "module");
    if (package)
        view_add_legend(view, "package", "package, folded");
    if (has_style(view, "cycle", false))
        view_add_legend(view, "cycle", "import one another, folded");
    if (has_style(view, "test", false))
        view_add_legend(view, "test", "tests");
    if (has_style(view, "rest", false))
        view_add_legend(view, "rest", "the rest, without its arrows");
    view_add_legend(view, "edge:load",
                    reduced ? "imports (number of names); implied arrows left out"
                            : "imports (number of names)");
    if (has_style(view, "cycle", true))
        view_add_legend(view, "edge:cycle", "against the order of the others");
    if (has_style(view, "lazy", true))
        view_add_legend(view, "edge:lazy", "inside functions only");
    if (has_style(view, "typing", true))
        view_add_legend(view, "edge:typing", "for type checkers only");
}

static void add_title(const Draft *draft, View *view)
{
    uint32_t modules = hierarchy_node(draft->tree, 0)->weight;
    const ViewOptions *options = draft->options;
    g_autoptr(GString) title = g_string_new(options->kind == VIEW_PACKAGES ? "Packages" : "Modules");

    if (options->focus != NULL && options->focus[0] != NULL)
        g_string_append_printf(title, " around %s", options->focus[0]);
    g_string_append_printf(title, ": %u module%s", modules, modules == 1 ? "" : "s");
    view->title = g_strdup(title->str);
}

static void note_folding(const Draft *draft, View *view, uint32_t largest)
{
    uint32_t folders = 0, inside = 0, rest = 0;

    for (uint32_t i = 0; i < view->nodes->len; i++) {
        const ViewNode *node = view_node(view, i);
        if (node->kind == NODE_PACKAGE && strcmp(node->style, "rest") == 0) {
            rest += node->weight;
        } else if (node->kind == NODE_PACKAGE) {
            folders++;
            inside += node->weight;
        }
    }
    if (folders > 0 && draft->options->kind == VIEW_MODULES && draft->options->collapse == 0)
        view_add_note(
            view,
            "%u modules are folded into %u packages (--focus PACKAGE or --include PACKAGE opens one, "
            "--collapse N sets the level, --max-nodes N or --full shows more)",
            inside, folders);
    if (rest > 0)
        view_add_note(view,
                      "%u modules stand in boxes '… more', without their arrows (--include PACKAGE, "
                      "--max-nodes N or --full draws them)",
                      rest);
    if (draft->hidden > 0)
        view_add_note(
            view, "%u boxes of low rank are left out (--max-nodes N, --include GLOB or --full shows them)",
            draft->hidden);
    if (largest > SMALL_CYCLE)
        view_add_note(view,
                      "%u boxes import one another: they stay apart, with the imports that close cycles in "
                      "orange (--kind cycles shows the cycles of modules)",
                      largest);
}

static View *within_budgets(Draft *draft, GError **error)
{
    const ViewOptions *options = draft->options;
    uint32_t budget = options->max_nodes, largest = 0, removed = 0, thin = 0;
    View *view;

    for (;;) {
        view = attempt(draft, budget, &largest, error);
        if (view == NULL || options->full)
            break;
        thin = keep_thickest(view, "cycle", options->max_edges / 4);
        removed = view_reduce(view);
        if (view->edges->len <= options->max_edges || budget <= LEAST_NODES || options->collapse > 0)
            break;
        budget = MAX(LEAST_NODES, budget - MAX(1, budget / 5));
        view_free(view);
    }
    if (view == NULL)
        return NULL;
    add_title(draft, view);
    if (!options->full)
        thin += keep_thickest(view, NULL, options->max_edges);
    note_folding(draft, view, largest);
    if (removed > 0)
        view_add_note(view, "%u arrows that a longer way implies are left out (--full draws all)", removed);
    if (thin > 0)
        view_add_note(view, "%u thin arrows are left out (--max-edges N or --full draws them)", thin);
    add_legend(view, removed > 0);
    return view;
}

View *view_modules(Program *program, const DependencyGraph *graph, const ViewOptions *options, GError **error)
{
    g_autoptr(View) notes = view_new_empty(options->kind, NULL);
    g_autofree bool *in = view_select(program, graph, options, notes, error);

    if (in == NULL)
        return NULL;
    g_autoptr(Hierarchy) tree = hierarchy_new(program, in, graph->rank);
    g_autofree uint32_t *box = g_new(uint32_t, (size_t)tree->nodes->len + 1);
    Draft draft = {
        .program = program, .graph = graph, .options = options, .tree = tree, .in = in, .box = box};
    View *view = within_budgets(&draft, error);
    g_clear_pointer(&draft.drawn, g_array_unref);
    for (uint32_t i = 0; view != NULL && i < notes->notes->len; i++)
        view_add_note(view, "%s", (char *)notes->notes->pdata[i]);
    return view;
}
