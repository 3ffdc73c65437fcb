/* view.h — a picture's worth of graph: what is drawn, after selecting, collapsing and reducing.
 *
 * A View is plain data for the writers (DOT through onedef-draw, GraphML, Mermaid, JSON). It is
 * readable by default: budgets on nodes and edges decide the level of detail, deterministically. */
#ifndef ONEDEF_GRAPH_VIEW_H
#define ONEDEF_GRAPH_VIEW_H

#include "graph/dependency.h"

typedef enum ViewKind { VIEW_MODULES, VIEW_PACKAGES, VIEW_DUPLICATES, VIEW_CYCLES, VIEW_PATHS } ViewKind;

typedef enum ViewNodeKind { NODE_MODULE, NODE_PACKAGE, NODE_CYCLE, NODE_DEFINITION, NODE_REEXPORT, NODE_IMPORTER, NODE_GROUP, NODE_EXTERNAL } ViewNodeKind;

typedef struct ViewNode {
    char *id;      /* stable: module or definition id, "cycle:…" */
    char *label;
    char *tooltip; /* may be NULL */
    uint32_t kind; /* ViewNodeKind */
    uint32_t weight; /* modules or definitions inside */
    uint32_t cluster; /* index in clusters, UINT32_MAX for none */
    char *style;   /* word for colour classes: "canonical", "duplicate", "diverged", "test", "external", "shim", "" */
} ViewNode;

typedef struct ViewEdge {
    uint32_t from, to, count;
    char *label; /* NULL: count if > 1 */
    char *style; /* "load", "lazy", "typing", "cycle", "alias", "" */
} ViewEdge;

typedef struct ViewCluster {
    char *label;
    uint32_t parent; /* UINT32_MAX */
} ViewCluster;

typedef struct View {
    ViewKind kind;
    char *title;
    GArray *nodes;    /* ViewNode */
    GArray *edges;    /* ViewEdge, sorted by (from, to) */
    GArray *clusters; /* ViewCluster */
    GPtrArray *legend; /* char* lines "style\ttext" */
    GPtrArray *notes;  /* char*: what was hidden, each with the option that shows it */
} View;

typedef struct ViewOptions {
    ViewKind kind;
    const char *name;          /* VIEW_PATHS: the definition or name */
    const char *const *focus;  /* module globs; neighbourhood up to depth */
    uint32_t depth;            /* with focus: hops; 0 = 1 */
    uint32_t collapse;         /* keep that many dotted parts; 0 = automatic */
    const char *const *include, *const *exclude; /* module globs */
    bool full;                 /* no budget, no reduction */
    bool typing, lazy;         /* draw these edges too */
    bool tests;                /* tests too (default: production roles only) */
    uint32_t max_nodes, max_edges;
} ViewOptions;

struct Detection;

/* `detection` may be NULL for kinds that need no groups. Errors: nothing matches, unknown name. */
View *view_new(Program *program, const DependencyGraph *graph, const ViewOptions *options, GError **error);
void view_free(View *view);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(View, view_free)

/* Building blocks, used by detect-level views (VIEW_DUPLICATES is assembled in report/, which sees groups). */
View *view_new_empty(ViewKind kind, const char *title);
uint32_t view_add_node(View *view, const char *id, const char *label, ViewNodeKind kind, const char *style);
void view_add_edge(View *view, uint32_t from, uint32_t to, uint32_t count, const char *label, const char *style);
uint32_t view_add_cluster(View *view, const char *label, uint32_t parent);
/* Transitive reduction of the acyclic part: an edge a→c goes when a path a→…→c remains; its count is added nowhere (counts stay those of direct imports). Returns edges removed. */
uint32_t view_reduce(View *view);
/* Sorts nodes by id, edges by endpoints, renumbers. */
void view_normalise(View *view);

#endif
