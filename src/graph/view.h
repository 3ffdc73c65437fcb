/* view.h — a picture's worth of graph: what is drawn, after selecting, collapsing and reducing.
 *
 * A View is plain data for the writers (DOT through onedef-draw, GraphML, Mermaid, JSON). It is
 * readable by default: budgets on nodes and edges decide the level of detail, deterministically. */
#ifndef ONEDEF_GRAPH_VIEW_H
#define ONEDEF_GRAPH_VIEW_H

#include "graph/dependency.h"

typedef enum ViewKind { VIEW_MODULES, VIEW_PACKAGES, VIEW_DUPLICATES, VIEW_CYCLES, VIEW_PATHS } ViewKind;

typedef enum ViewNodeKind { NODE_MODULE, NODE_PACKAGE, NODE_CYCLE, NODE_DEFINITION, NODE_REEXPORT, NODE_IMPORTER, NODE_GROUP, NODE_EXTERNAL } ViewNodeKind;

/* ViewNode — the first line of `label` is its name, further lines are small print.
 * Words for `style`: "canonical", "duplicate", "diverged", "renamed", "hollow", "cycle", "shim",
 * "alias", "unused", "rest" (folded away, without arrows), "test", "external", "" (plain). */
typedef struct ViewNode {
    char *id;      /* stable: module or definition id, "cycle:…" */
    char *label;
    char *tooltip; /* may be NULL */
    uint32_t kind; /* ViewNodeKind */
    uint32_t weight; /* modules, definitions or imports inside */
    uint32_t cluster; /* index in clusters, UINT32_MAX for none */
    char *style;
} ViewNode;

/* ViewEdge — words for `style`: "load", "lazy", "typing", "cycle" (closes a cycle), "cut" (the cheapest
 * one to take out), "alias", "reexport", "star", "similar", "". */
typedef struct ViewEdge {
    uint32_t from, to, count;
    char *label; /* NULL: count if > 1 */
    char *style;
    char *tooltip; /* may be NULL */
} ViewEdge;

/* ViewCluster — parents come before their children. */
typedef struct ViewCluster {
    char *label;
    uint32_t parent; /* UINT32_MAX */
    char *style;     /* "", or the verdict of a group */
} ViewCluster;

typedef struct View {
    ViewKind kind;
    char *title;
    GArray *nodes;     /* ViewNode */
    GArray *edges;     /* ViewEdge, sorted by (from, to, style) */
    GArray *clusters;  /* ViewCluster */
    GPtrArray *legend; /* char* lines "style\ttext"; the style is that of a node, or "edge:" and that of an edge */
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
    bool tests;                /* tests and the other roles too (default: production only) */
    uint32_t max_nodes, max_edges; /* 0 = 60 and 200 */
} ViewOptions;

/* A glob on dotted names: `*` any run of characters, dots too, and `?` one; a pattern that matches a
 * package matches what is below it. A pattern with a '/' is matched against the module's path. */
bool view_glob(const char *pattern, const char *name, const char *path);

/* Every kind but VIEW_DUPLICATES. Errors: nothing matches, unknown name. */
View *view_new(Program *program, const DependencyGraph *graph, const ViewOptions *options, GError **error);
void view_free(View *view);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(View, view_free)

/* Building blocks, used by detect-level views (VIEW_DUPLICATES is assembled in report/, which sees groups). */
View *view_new_empty(ViewKind kind, const char *title);
uint32_t view_add_node(View *view, const char *id, const char *label, ViewNodeKind kind, const char *style);
void view_add_edge(View *view, uint32_t from, uint32_t to, uint32_t count, const char *label, const char *style);
uint32_t view_add_cluster(View *view, const char *label, uint32_t parent);
/* Who is drawn by a word of the lists above: node or edge style, in a line of the legend. */
void view_add_legend(View *view, const char *style, const char *text);
void view_add_note(View *view, const char *format, ...) G_GNUC_PRINTF(2, 3);
static inline ViewNode *view_node(const View *view, uint32_t index) { return &g_array_index(view->nodes, ViewNode, index); }
static inline ViewEdge *view_edge(const View *view, uint32_t index) { return &g_array_index(view->edges, ViewEdge, index); }
static inline ViewCluster *view_cluster(const View *view, uint32_t index) { return &g_array_index(view->clusters, ViewCluster, index); }
const char *view_kind_name(ViewKind kind);
const char *view_node_kind_name(ViewNodeKind kind);

/* Transitive reduction of the acyclic part of the "load" edges: an edge a→c goes when a path a→…→c remains; its count is added nowhere (counts stay those of direct imports). Returns edges removed. */
uint32_t view_reduce(View *view);
/* Sorts nodes by id, edges by endpoints and style, renumbers; edges of one style and ends are summed. */
void view_normalise(View *view);

#endif
