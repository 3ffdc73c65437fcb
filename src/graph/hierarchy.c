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
    for (uint32_t i = 0; i < hierarchy->nodes->len; i++)
        hierarchy_node(hierarchy, i)->open = false;
}

static uint32_t child(const Hierarchy *hierarchy, const HierarchyNode *node, uint32_t k)
{
    return g_array_index(hierarchy->children, uint32_t, node->first_child + k);
}

/* Opens a node, and below it whatever has but one child: opening that costs nothing. What is
 * closed now and can be opened goes to `closed`. Returns the nodes drawn below. */
static uint32_t open_node(Hierarchy *hierarchy, uint32_t index, bool modules, GArray *closed)
{
    for (;;) {
        HierarchyNode *node = hierarchy_node(hierarchy, index);
        node->open = true;
        if (node->n_children != 1)
            break;
        uint32_t only = child(hierarchy, node, 0);
        const HierarchyNode *below = hierarchy_node(hierarchy, only);
        if (below->n_children == 0 || (below->kind == HIERARCHY_BUNDLE && !modules))
            break;
        index = only;
    }
    const HierarchyNode *node = hierarchy_node(hierarchy, index);
    for (uint32_t k = 0; k < node->n_children; k++) {
        uint32_t below = child(hierarchy, node, k);
        if (hierarchy_node(hierarchy, below)->n_children > 0)
            g_array_append_val(closed, below);
    }
    return node->n_children;
}

/* How many nodes opening `index` would draw. */
static uint32_t drawn_when_open(const Hierarchy *hierarchy, uint32_t index, bool modules)
{
    const HierarchyNode *node = hierarchy_node(hierarchy, index);

    while (node->n_children == 1) {
        const HierarchyNode *below = hierarchy_node(hierarchy, child(hierarchy, node, 0));
        if (below->n_children == 0 || (below->kind == HIERARCHY_BUNDLE && !modules))
            break;
        node = below;
    }
    return node->n_children;
}

static bool may_open(const Hierarchy *hierarchy, uint32_t index, bool modules)
{
    const HierarchyNode *node = hierarchy_node(hierarchy, index);

    if (node->kind == HIERARCHY_BUNDLE)
        return modules;
    /* A folder that holds nothing but its own modules is, among packages, already a leaf. */
    return modules || node->n_children != 1 ||
           hierarchy_node(hierarchy, child(hierarchy, node, 0))->kind != HIERARCHY_BUNDLE;
}

static int heavier(const Hierarchy *hierarchy, uint32_t a, uint32_t b)
{
    const HierarchyNode *x = hierarchy_node(hierarchy, a), *y = hierarchy_node(hierarchy, b);

    if (x->weight != y->weight)
        return x->weight > y->weight ? -1 : 1;
    int order = strcmp(x->path, y->path);
    return order != 0 ? order : (int)x->kind - (int)y->kind;
}

/* Top-level modules that most of the code rests on are worth more room than there is. */
static bool is_foundation(const Hierarchy *hierarchy, uint32_t index)
{
    const HierarchyNode *node = hierarchy_node(hierarchy, index);

    return node->kind == HIERARCHY_BUNDLE && node->depth <= 1 &&
           node->rank >= 0.25 * hierarchy_node(hierarchy, 0)->rank;
}

static uint32_t heaviest(const Hierarchy *hierarchy, const GArray *closed)
{
    uint32_t best = 0;

    for (uint32_t i = 1; i < closed->len; i++)
        if (heavier(hierarchy, g_array_index(closed, uint32_t, i), g_array_index(closed, uint32_t, best)) < 0)
            best = i;
    return best;
}

uint32_t hierarchy_open_to(Hierarchy *hierarchy, uint32_t budget, bool modules)
{
    g_autoptr(GArray) closed = g_array_new(FALSE, FALSE, sizeof(uint32_t));

    close_all(hierarchy);
    uint32_t drawn = open_node(hierarchy, 0, modules, closed);
    for (uint32_t i = 0; i < closed->len; i++)
        if (is_foundation(hierarchy, g_array_index(closed, uint32_t, i))) {
            uint32_t index = g_array_index(closed, uint32_t, i);
            g_array_remove_index_fast(closed, i--);
            drawn += open_node(hierarchy, index, modules, closed) - 1;
        }
    while (closed->len > 0 && drawn < budget) {
        uint32_t best = heaviest(hierarchy, closed), index = g_array_index(closed, uint32_t, best);
        g_array_remove_index_fast(closed, best);
        if (may_open(hierarchy, index, modules) &&
            drawn - 1 + drawn_when_open(hierarchy, index, modules) <= budget)
            drawn += open_node(hierarchy, index, modules, closed) - 1;
    }
    return drawn;
}

static uint32_t count_drawn(const Hierarchy *hierarchy)
{
    uint32_t drawn = 0;

    for (uint32_t i = 1; i < hierarchy->nodes->len; i++) {
        const HierarchyNode *node = hierarchy_node(hierarchy, i);
        drawn += !node->open && hierarchy_node(hierarchy, node->parent)->open;
    }
    return drawn;
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

uint32_t hierarchy_open_all(Hierarchy *hierarchy)
{
    for (uint32_t i = 0; i < hierarchy->nodes->len; i++)
        hierarchy_node(hierarchy, i)->open = hierarchy_node(hierarchy, i)->n_children > 0;
    return count_drawn(hierarchy);
}

uint32_t hierarchy_drawn(const Hierarchy *hierarchy, Id module)
{
    uint32_t index = hierarchy->leaf[module], drawn = index;

    for (; index != NO_NODE; index = hierarchy_node(hierarchy, index)->parent)
        if (!hierarchy_node(hierarchy, index)->open)
            drawn = index;
    return drawn;
}
