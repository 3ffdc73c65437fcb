/* style.h — words of a view to colours. */
#ifndef ONEDEF_DRAW_STYLE_H
#define ONEDEF_DRAW_STYLE_H

#include <stdbool.h>

typedef struct NodeStyle {
    const char *word; /* a style, or a kind */
    const char *fill, *line, *text;
    bool dashed, strong;
} NodeStyle;

typedef struct EdgeStyle {
    const char *word;
    const char *line, *text; /* colours */
    const char *dash;        /* "solid", "dashed", "dotted" */
    double width;
    bool against; /* runs against the order of the layout */
    bool light;   /* may be long */
    bool plain; /* no arrow head */
} EdgeStyle;

typedef struct ClusterStyle {
    const char *word;
    const char *fill, *line, *text;
} ClusterStyle;

extern const char style_font[], style_text[], style_quiet[];

/* By style, else by kind, else the plain one. Never NULL. */
const NodeStyle *style_node(const char *style, const char *kind);
const EdgeStyle *style_edge(const char *style);
const ClusterStyle *style_cluster(const char *style, unsigned depth);

#endif
