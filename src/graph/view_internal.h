/* view_internal.h — what the views of graph/ share among themselves. */
#ifndef ONEDEF_GRAPH_VIEW_INTERNAL_H
#define ONEDEF_GRAPH_VIEW_INTERNAL_H

#include "graph/view.h"

/* What a person can take in, and dot lays out in a second or two. */
enum { VIEW_NODES = 60, VIEW_EDGES = 200 };

View *view_modules(Program *program, const DependencyGraph *graph, const ViewOptions *options, GError **error);
View *view_cycles(Program *program, const DependencyGraph *graph, const ViewOptions *options, GError **error);
View *view_paths(Program *program, const DependencyGraph *graph, const ViewOptions *options, GError **error);

/* Which modules the options ask for, by module id: role, include, exclude, then the focus and its
 * neighbourhood. NULL with an error where nothing is left. Notes what was left out to `view`. */
bool *view_select(const Program *program, const DependencyGraph *graph, const ViewOptions *options, View *view,
                  GError **error);
/* The edge kinds that the options draw: load always, lazy and typing on request. */
uint32_t view_edge_kinds(const ViewOptions *options);

/* Drops the nodes that are not marked, with their edges. */
void view_keep_nodes(View *view, const bool *keep);
/* Drops the edges that are not marked. */
void view_keep_edges(View *view, const bool *keep);
/* Styles a cheap set of edges whose removal leaves no cycle of "load" edges; returns how many. */
uint32_t view_mark_cut(View *view, const char *style, GError **error);
/* Strongly connected components over "load" edges, by node. UINT32_MAX with an error. */
uint32_t view_components(const View *view, uint32_t *component, GError **error);

#endif
