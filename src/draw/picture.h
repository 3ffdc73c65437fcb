/* picture.h — what onedef-draw reads on stdin: the view as plain arrays.
 *
 * The protocol is the JSON that `onedef graph -f json` writes, one object:
 *
 *   {"schema": 1, "kind": "modules", "title": "…",
 *    "nodes":    [{"id": "a.b", "label": "b\n12 modules", "tooltip": "…", "kind": "package", "style": "",
 *                  "weight": 12, "cluster": 0}, …],
 *    "edges":    [{"from": 0, "to": 1, "count": 3, "label": "…", "style": "load", "tooltip": "…"}, …],
 *    "clusters": [{"label": "a", "parent": null, "style": ""}, …],
 *    "legend":   [{"style": "edge:load", "text": "imports"}, …]}
 *
 * `from`, `to`, `cluster` and `parent` are indices; parents stand before their children. Absent
 * texts are empty. Unknown keys and words of style are ignored. */
#ifndef ONEDEF_DRAW_PICTURE_H
#define ONEDEF_DRAW_PICTURE_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#define PICTURE_NONE UINT32_MAX

typedef struct PictureNode {
    const char *label, *tooltip, *kind, *style;
    uint32_t weight, cluster;
} PictureNode;

typedef struct PictureEdge {
    const char *label, *tooltip, *style;
    uint32_t from, to, count;
} PictureEdge;

typedef struct PictureCluster {
    const char *label, *style;
    uint32_t parent, n_nodes; /* nodes inside, at any depth */
} PictureCluster;

typedef struct PictureLegend {
    const char *style, *text;
} PictureLegend;

typedef struct Picture {
    const char *title, *kind;
    PictureNode *nodes;
    PictureEdge *edges;
    PictureCluster *clusters;
    PictureLegend *legend;
    uint32_t n_nodes, n_edges, n_clusters, n_legend;
    void *json; /* owns every text */
} Picture;

/* Reads all of `file`. Returns NULL with a one-line reason in *why (static or owned by the caller's
 * `reason` buffer) when it is no picture. */
Picture *picture_read(FILE *file, char *reason, size_t size);
void picture_free(Picture *picture);

#endif
