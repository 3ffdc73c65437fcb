/* hierarchy.h — folders and modules as a tree, and how far down a picture opens it.
 *
 * The tree follows paths, so that packages, source roots, scripts and the parts of a monorepo all
 * have a place. Inner nodes are folders; the modules that lie in a folder hang below it in a
 * bundle; leaves are modules. A cut through the tree (every module below exactly one node of it)
 * is what gets drawn. */
#ifndef ONEDEF_GRAPH_HIERARCHY_H
#define ONEDEF_GRAPH_HIERARCHY_H

#include "model/program.h"

typedef enum HierarchyKind { HIERARCHY_FOLDER, HIERARCHY_BUNDLE, HIERARCHY_MODULE } HierarchyKind;

/* HierarchyNode — children are contiguous in `order`; parents have smaller numbers than children. */
typedef struct HierarchyNode {
    uint32_t parent; /* UINT32_MAX for the root, node 0 */
    uint8_t kind;
    bool open;       /* its children are drawn instead of it */
    bool rest;       /* one of the children that its open parent draws as one box, "… n more" */
    uint32_t n_rest, rest_weight; /* of an open node: children in that box, and modules in them */
    uint32_t weight; /* modules below */
    double rank;     /* sum of their ranks */
    Id module;       /* HIERARCHY_MODULE; else the package's __init__ module, or ID_NONE */
    char *path;      /* folder, without a slash at the end; "" for the root */
    char *name;      /* dotted name of the package or module, else the folder's path with a '/' */
    uint32_t depth;  /* parts of the dotted name that the node stands for */
    uint32_t first_child, n_children;
} HierarchyNode;

typedef struct Hierarchy {
    GArray *nodes;    /* HierarchyNode */
    GArray *children; /* uint32_t, grouped by parent, in order of paths */
    uint32_t *leaf;   /* by module: its leaf, or UINT32_MAX when it is not selected */
    uint32_t n_modules;
} Hierarchy;

Hierarchy *hierarchy_new(const Program *program, const bool *selected, const double *rank);
void hierarchy_free(Hierarchy *hierarchy);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Hierarchy, hierarchy_free)

static inline HierarchyNode *hierarchy_node(const Hierarchy *hierarchy, uint32_t index)
{
    return &g_array_index(hierarchy->nodes, HierarchyNode, index);
}

/* Draws at most `budget` nodes: everything where it fits. Otherwise the folders that matter most (by
 * modules and by rank) open first, each showing at most a third of the budget; what does not fit
 * of a folder becomes one box beside the children that do. Bundles open only when `modules`. */
uint32_t hierarchy_open_to(Hierarchy *hierarchy, uint32_t budget, bool modules);
/* Opens everything above `depth` parts of a dotted name. Returns the nodes drawn. */
uint32_t hierarchy_open_parts(Hierarchy *hierarchy, uint32_t depth);
/* Opens everything, bundles only when `modules`. */
uint32_t hierarchy_open_all(Hierarchy *hierarchy, bool modules);
/* The drawn node that a module is in; an open one when the module is in its rest. */
/* Is a box drawn for this node: a closed one below an open one, or the rest of an open one? */
bool hierarchy_is_drawn(const Hierarchy *hierarchy, uint32_t index);
uint32_t hierarchy_drawn(const Hierarchy *hierarchy, Id module);

#endif
