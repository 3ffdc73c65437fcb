/* Built from the sorted list of modules: every path's folders are looked up in a table by their
 * text, so the cost is linear in the bytes of all paths. */
#include "graph/hierarchy.h"

#include <stdlib.h>
#include <string.h>

enum { NO_NODE = UINT32_MAX };

typedef struct Builder {
    const Program *program;
    const double *rank;
    Hierarchy *hierarchy;
    GHashTable *folders; /* path → node + 1; keys belong to the nodes */
    GArray *bundle;      /* by folder node: its bundle, or NO_NODE */
} Builder;

static void clear_node(void *data)
{
    HierarchyNode *node = data;

    g_free(node->path);
    g_free(node->name);
}

static uint32_t add_node(Hierarchy *hierarchy, uint32_t parent, HierarchyKind kind, char *path)
{
    HierarchyNode node = {.parent = parent, .kind = kind, .module = ID_NONE, .path = path};

    g_array_append_val(hierarchy->nodes, node);
    return hierarchy->nodes->len - 1;
}

/* The node of a folder; the folders above it come into being first, outermost first. */
static uint32_t folder_of(Builder *builder, const char *path, size_t length)
{
    uint32_t parent = 0;

    for (size_t i = 1; i <= length; i++) {
        if (i < length && path[i] != '/')
            continue;
        g_autofree char *part = g_strndup(path, i);
        uint32_t known = GPOINTER_TO_UINT(g_hash_table_lookup(builder->folders, part));
        if (known == 0) {
            char *own = g_steal_pointer(&part);
            known = add_node(builder->hierarchy, parent, HIERARCHY_FOLDER, own) + 1;
            g_hash_table_insert(builder->folders, own, GUINT_TO_POINTER(known));
        }
        parent = known - 1;
    }
    return parent;
}

static uint32_t bundle_of(Builder *builder, uint32_t folder)
{
    uint32_t none = NO_NODE;

    while (builder->bundle->len <= folder)
        g_array_append_val(builder->bundle, none);
    uint32_t *bundle = &g_array_index(builder->bundle, uint32_t, folder);
    if (*bundle == NO_NODE)
        *bundle = add_node(builder->hierarchy, folder, HIERARCHY_BUNDLE,
                           g_strdup(hierarchy_node(builder->hierarchy, folder)->path));
    return *bundle;
}

static uint32_t count_parts(const char *name)
{
    uint32_t parts = 1;

    for (; *name != '\0'; name++)
        parts += *name == '.';
    return parts;
}

static void add_module(Builder *builder, Id m)
{
    const Program *program = builder->program;
    const Module *module = &program->modules[m];
    const char *path = program_module_path(program, m), *slash = strrchr(path, '/');
    uint32_t folder = folder_of(builder, path, slash != NULL ? (size_t)(slash - path) : 0);
    uint32_t bundle = bundle_of(builder, folder);
    uint32_t leaf = add_node(builder->hierarchy, bundle, HIERARCHY_MODULE, g_strdup(path));
    HierarchyNode *node = hierarchy_node(builder->hierarchy, leaf);

    node->module = m;
    node->name = g_strdup(program_text(program, module->id));
    node->depth = count_parts(program_text(program, module->name));
    builder->hierarchy->leaf[m] = leaf;
    for (uint32_t up = leaf; up != NO_NODE; up = hierarchy_node(builder->hierarchy, up)->parent) {
        hierarchy_node(builder->hierarchy, up)->weight++;
        hierarchy_node(builder->hierarchy, up)->rank += builder->rank[m];
    }
    HierarchyNode *in = hierarchy_node(builder->hierarchy, folder);
    Id package = module->flags & MODULE_PACKAGE ? m : module->parent;
    /* The name of a folder is the package it is, said by any module in it that belongs to one. */
    if (package != ID_NONE && in->name == NULL) {
        in->module = package;
        in->name = g_strdup(program_text(program, program->modules[package].id));
        in->depth = count_parts(program_text(program, program->modules[package].name));
    }
}

static void name_folders(Hierarchy *hierarchy)
{
    for (uint32_t i = 0; i < hierarchy->nodes->len; i++) {
        HierarchyNode *node = hierarchy_node(hierarchy, i);
        if (node->kind == HIERARCHY_BUNDLE) {
            const HierarchyNode *folder = hierarchy_node(hierarchy, node->parent);
            node->module = folder->module;
            node->depth = folder->depth + 1;
            node->name = g_strdup(folder->name);
        } else if (node->name == NULL) {
            node->name = g_strconcat(node->path, "/", NULL);
        }
    }
}

static int compare_children(const void *a, const void *b, void *context)
{
    const Hierarchy *hierarchy = context;
    const HierarchyNode *x = hierarchy_node(hierarchy, *(const uint32_t *)a);
    const HierarchyNode *y = hierarchy_node(hierarchy, *(const uint32_t *)b);
    int order = strcmp(x->path, y->path);

    if (order != 0)
        return order;
    return x->kind != y->kind ? (x->kind == HIERARCHY_BUNDLE ? -1 : 1) : strcmp(x->name, y->name);
}

static void link_children(Hierarchy *hierarchy)
{
    uint32_t n = hierarchy->nodes->len, next = 0;

    g_array_set_size(hierarchy->children, n);
    for (uint32_t i = 1; i < n; i++)
        hierarchy_node(hierarchy, hierarchy_node(hierarchy, i)->parent)->n_children++;
    for (uint32_t i = 0; i < n; i++) {
        HierarchyNode *node = hierarchy_node(hierarchy, i);
        node->first_child = next;
        next += node->n_children;
        node->n_children = 0;
    }
    for (uint32_t i = 1; i < n; i++) {
        HierarchyNode *parent = hierarchy_node(hierarchy, hierarchy_node(hierarchy, i)->parent);
        g_array_index(hierarchy->children, uint32_t, parent->first_child + parent->n_children++) = i;
    }
    for (uint32_t i = 0; i < n; i++) {
        const HierarchyNode *node = hierarchy_node(hierarchy, i);
        if (node->n_children > 1)
            g_qsort_with_data(&g_array_index(hierarchy->children, uint32_t, node->first_child),
                              (gint)node->n_children, sizeof(uint32_t), compare_children, hierarchy);
    }
}

Hierarchy *hierarchy_new(const Program *program, const bool *selected, const double *rank)
{
    Hierarchy *hierarchy = g_new0(Hierarchy, 1);

    hierarchy->nodes = g_array_new(FALSE, TRUE, sizeof(HierarchyNode));
    g_array_set_clear_func(hierarchy->nodes, clear_node);
    hierarchy->children = g_array_new(FALSE, TRUE, sizeof(uint32_t));
    hierarchy->n_modules = program->n_modules;
    hierarchy->leaf = g_new(uint32_t, (size_t)program->n_modules + 1);
    memset(hierarchy->leaf, 0xff, sizeof(uint32_t) * ((size_t)program->n_modules + 1));
    Builder builder = {program, rank, hierarchy, g_hash_table_new(g_str_hash, g_str_equal),
                       g_array_new(FALSE, FALSE, sizeof(uint32_t))};
    add_node(hierarchy, NO_NODE, HIERARCHY_FOLDER, g_strdup(""));
    for (Id m = 0; m < program->n_modules; m++)
        if (selected[m])
            add_module(&builder, m);
    g_hash_table_destroy(builder.folders);
    g_array_free(builder.bundle, TRUE);
    name_folders(hierarchy);
    link_children(hierarchy);
    return hierarchy;
}

void hierarchy_free(Hierarchy *hierarchy)
{
    if (hierarchy == NULL)
        return;
    g_array_free(hierarchy->nodes, TRUE);
    g_array_free(hierarchy->children, TRUE);
    g_free(hierarchy->leaf);
    g_free(hierarchy);
}

static void close_all(Hierarchy *hierarchy)
{
    for (uint32_t i = 0; i < hierarchy->nodes->len; i++) {
        HierarchyNode *node = hierarchy_node(hierarchy, i);
        node->open = node->rest = false;
        node->n_rest = node->rest_weight = 0;
    }
}

static uint32_t child(const Hierarchy *hierarchy, const HierarchyNode *node, uint32_t k)
{
    return g_array_index(hierarchy->children, uint32_t, node->first_child + k);
}

/* How much a node matters: its share of all modules and its share of the rank. */
static double importance(const Hierarchy *hierarchy, uint32_t index)
{
    const HierarchyNode *node = hierarchy_node(hierarchy, index), *root = hierarchy_node(hierarchy, 0);

    return (double)node->weight / MAX(root->weight, 1) + (root->rank > 0 ? node->rank / root->rank : 0);
}

static int compare_importance(const void *a, const void *b, void *context)
{
    const Hierarchy *hierarchy = context;
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    double p = importance(hierarchy, x), q = importance(hierarchy, y);

    if (p != q)
        return p > q ? -1 : 1;
    return compare_children(a, b, context);
}

/* Opening state: what is closed and could be opened, what is open in part, and how much is drawn. */
typedef struct Opening {
    Hierarchy *hierarchy;
    GArray *closed; /* uint32_t */
    GArray *partly; /* uint32_t: rest children of open nodes */
    uint32_t drawn, budget, most;
    bool modules;
} Opening;

static uint32_t room_left(const Opening *opening)
{
    return opening->budget - MIN(opening->budget, opening->drawn) + 1;
}

static bool may_open(const Hierarchy *hierarchy, uint32_t index, bool modules)
{
    const HierarchyNode *node = hierarchy_node(hierarchy, index);

    if (node->n_children == 0 || (node->kind == HIERARCHY_BUNDLE && !modules))
        return false;
    /* Among packages, a folder that holds nothing but its own modules is a leaf. */
    return modules || node->n_children != 1 ||
           hierarchy_node(hierarchy, child(hierarchy, node, 0))->kind != HIERARCHY_BUNDLE;
}

static void show(Opening *opening, uint32_t index)
{
    HierarchyNode *node = hierarchy_node(opening->hierarchy, index);

    if (node->rest) {
        HierarchyNode *parent = hierarchy_node(opening->hierarchy, node->parent);
        node->rest = false;
        parent->n_rest--;
        parent->rest_weight -= node->weight;
    }
    if (may_open(opening->hierarchy, index, opening->modules))
        g_array_append_val(opening->closed, index);
}

static void hide(Opening *opening, uint32_t index)
{
    HierarchyNode *node = hierarchy_node(opening->hierarchy, index);
    HierarchyNode *parent = hierarchy_node(opening->hierarchy, node->parent);

    node->rest = true;
    parent->n_rest++;
    parent->rest_weight += node->weight;
    g_array_append_val(opening->partly, index);
}

/* Opens a node, and below it whatever has but one child: that costs nothing. */
static void open_node(Opening *opening, uint32_t index)
{
    Hierarchy *hierarchy = opening->hierarchy;
    HierarchyNode *node = hierarchy_node(hierarchy, index);

    node->open = true;
    while (node->n_children == 1 && may_open(hierarchy, child(hierarchy, node, 0), opening->modules)) {
        node = hierarchy_node(hierarchy, child(hierarchy, node, 0));
        node->open = true;
    }
    uint32_t n = node->n_children, most = MAX(MIN(opening->most, room_left(opening)), 1),
             shown = n <= most ? n : most - 1;
    g_autofree uint32_t *order = g_new(uint32_t, (size_t)n + 1);
    for (uint32_t k = 0; k < n; k++)
        order[k] = child(hierarchy, node, k);
    if (shown < n)
        g_qsort_with_data(order, (gint)n, sizeof *order, compare_importance, hierarchy);
    for (uint32_t k = 0; k < n; k++) {
        if (k < shown)
            show(opening, order[k]);
        else
            hide(opening, order[k]);
    }
    opening->drawn += shown + (shown < n) - 1;
}

static uint32_t take_best(const Hierarchy *hierarchy, GArray *list)
{
    uint32_t best = 0;

    for (uint32_t i = 1; i < list->len; i++)
        if (compare_importance(&g_array_index(list, uint32_t, i), &g_array_index(list, uint32_t, best),
                               (void *)hierarchy) < 0)
            best = i;
    uint32_t index = g_array_index(list, uint32_t, best);
    g_array_remove_index(list, best);
    return index;
}

/* Does it hold modules and no further folders? */
static bool is_bundle(const Hierarchy *hierarchy, uint32_t index)
{
    const HierarchyNode *node = hierarchy_node(hierarchy, index);

    while (node->kind == HIERARCHY_FOLDER && node->n_children == 1)
        node = hierarchy_node(hierarchy, child(hierarchy, node, 0));
    return node->kind == HIERARCHY_BUNDLE;
}

/* Modules that opening shows: of the bundle at the end of a chain of folders. */
static uint32_t n_shown(const Hierarchy *hierarchy, uint32_t index)
{
    const HierarchyNode *node = hierarchy_node(hierarchy, index);

    while (node->n_children == 1)
        node = hierarchy_node(hierarchy, child(hierarchy, node, 0));
    return MAX(node->n_children, 1);
}

/* Folders first: whole, or in part when there is room for a few of their children. */
static void open_folders(Opening *opening)
{
    g_autoptr(GArray) bundles = g_array_new(FALSE, FALSE, sizeof(uint32_t));

    while (opening->closed->len > 0 && opening->drawn < opening->budget) {
        uint32_t index = take_best(opening->hierarchy, opening->closed);
        const HierarchyNode *node = hierarchy_node(opening->hierarchy, index);
        if (opening->modules && is_bundle(opening->hierarchy, index))
            g_array_append_val(bundles, index);
        else if (node->n_children <= room_left(opening) || room_left(opening) >= 4)
            open_node(opening, index);
    }
    g_array_append_vals(opening->closed, bundles->data, bundles->len);
}

static double density(const Hierarchy *hierarchy, uint32_t index)
{
    return hierarchy_node(hierarchy, index)->rank / MAX(hierarchy_node(hierarchy, index)->weight, 1);
}

static int compare_density(const void *a, const void *b, void *context)
{
    double p = density(context, *(const uint32_t *)a), q = density(context, *(const uint32_t *)b);

    return p != q ? (p > q ? -1 : 1) : compare_importance(a, b, context);
}

/* Then bundles, those with the most rank to a module first: a box that mixes what everything rests on with
 * what rests on everything makes cycles that are none. Only top-level modules open in part. */
static void open_bundles(Opening *opening)
{
    Hierarchy *hierarchy = opening->hierarchy;
    uint32_t n = opening->closed->len;
    g_autofree uint32_t *order = g_memdup2(opening->closed->data, sizeof(uint32_t) * n);

    if (n > 0)
        g_qsort_with_data(order, (gint)n, sizeof *order, compare_density, hierarchy);
    for (uint32_t i = 0; i < n; i++) {
        const HierarchyNode *node = hierarchy_node(hierarchy, order[i]);
        bool foundation =
            node->depth <= 1 && importance(hierarchy, order[i]) >= 0.25 && room_left(opening) >= 4;
        if (!is_bundle(hierarchy, order[i]) ||
            (n_shown(hierarchy, order[i]) > room_left(opening) && !foundation))
            continue;
        opening->most = room_left(opening);
        open_node(opening, order[i]);
    }
}

static uint32_t count_drawn(const Hierarchy *hierarchy)
{
    uint32_t drawn = 0;

    for (uint32_t i = 1; i < hierarchy->nodes->len; i++)
        drawn += hierarchy_is_drawn(hierarchy, i);
    return drawn + hierarchy_is_drawn(hierarchy, 0);
}

uint32_t hierarchy_open_to(Hierarchy *hierarchy, uint32_t budget, bool modules)
{
    g_autoptr(GArray) closed = g_array_new(FALSE, FALSE, sizeof(uint32_t));
    g_autoptr(GArray) partly = g_array_new(FALSE, FALSE, sizeof(uint32_t));
    bool all = modules && hierarchy_node(hierarchy, 0)->weight <= budget;
    Opening opening = {hierarchy, closed, partly, 1, budget, all ? budget : MAX(budget / 3, 8), modules};

    close_all(hierarchy);
    open_node(&opening, 0);
    open_folders(&opening);
    if (modules)
        open_bundles(&opening);
    while (partly->len > 0 && opening.drawn < budget) {
        show(&opening, take_best(hierarchy, partly));
        opening.drawn++;
    }
    if (modules)
        open_bundles(&opening);
    /* A rest of one child is that child. */
    for (uint32_t i = 0; i < partly->len; i++) {
        uint32_t index = g_array_index(partly, uint32_t, i);
        if (hierarchy_node(hierarchy, hierarchy_node(hierarchy, index)->parent)->n_rest == 1)
            show(&opening, index);
    }
    return count_drawn(hierarchy);
}

bool hierarchy_is_drawn(const Hierarchy *hierarchy, uint32_t index)
{
    const HierarchyNode *node = hierarchy_node(hierarchy, index);

    if (node->open)
        return node->n_rest > 0;
    return node->parent != NO_NODE && !node->rest && hierarchy_node(hierarchy, node->parent)->open;
}

uint32_t hierarchy_open_parts(Hierarchy *hierarchy, uint32_t depth)
{
    close_all(hierarchy);
    hierarchy_node(hierarchy, 0)->open = true;
    for (uint32_t i = 1; i < hierarchy->nodes->len; i++) {
        HierarchyNode *node = hierarchy_node(hierarchy, i);
        node->open = hierarchy_node(hierarchy, node->parent)->open && node->n_children > 0 &&
                     (node->kind == HIERARCHY_BUNDLE ? node->depth <= depth : node->depth < depth);
    }
    return count_drawn(hierarchy);
}

uint32_t hierarchy_open_all(Hierarchy *hierarchy, bool modules)
{
    close_all(hierarchy);
    hierarchy_node(hierarchy, 0)->open = true;
    for (uint32_t i = 1; i < hierarchy->nodes->len; i++)
        hierarchy_node(hierarchy, i)->open =
            hierarchy_node(hierarchy, hierarchy_node(hierarchy, i)->parent)->open &&
            may_open(hierarchy, i, modules);
    return count_drawn(hierarchy);
}

uint32_t hierarchy_drawn(const Hierarchy *hierarchy, Id module)
{
    uint32_t index = hierarchy->leaf[module], drawn = index;

    for (; index != NO_NODE; index = hierarchy_node(hierarchy, index)->parent) {
        const HierarchyNode *node = hierarchy_node(hierarchy, index);
        if (!node->open)
            drawn = node->rest ? node->parent : index;
    }
    return drawn;
}
