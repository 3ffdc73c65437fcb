/* Labels are HTML-like: the name in the text colour, small print below it in a smaller, quieter
 * one. Title and legend are the label of the graph, a table above the picture, so that they take
 * no part in the layout. */
#include "draw/drawing.h"

#include "draw/style.h"
#include "draw/text.h"

#include <math.h>
#include <string.h>

enum { NAME_LENGTH = 52, SMALL_LENGTH = 84, REASON_LENGTH = 220, CLUSTER_LENGTH = 110, LEGEND_WIDTH = 120 };

/* cgraph takes its texts without const. */
static char none[] = "", graph_name[] = "onedef";

static void set(void *object, const char *name, const char *value)
{
    agsafeset(object, (char *)name, (char *)value, none);
}

static void set_html(Agraph_t *graph, void *object, const char *name, const char *html)
{
    char *string = agstrdup_html(graph, (char *)html);

    agsafeset(object, (char *)name, string, none);
    agstrfree(graph, string);
}

static void set_number(void *object, const char *name, double value)
{
    char text[G_ASCII_DTOSTR_BUF_SIZE];

    set(object, name, g_ascii_formatd(text, sizeof text, "%.3g", value));
}

/* First line at `size` points, the others smaller. */
static char *label_html(const char *label, const char *colour, const char *quiet, int size, bool bold,
                        glong limit, const char *align)
{
    g_autoptr(GString) html = g_string_new(NULL);
    size_t length = strcspn(label, "\n");

    /* The built-in metrics know no bold face, which is wider: some room on both sides. */
    uint32_t room = bold ? (uint32_t)(MIN(length, (size_t)limit) / 18 + 1) : 0;
    g_string_append_printf(html, "<FONT POINT-SIZE=\"%d\" COLOR=\"%s\">%s", size, colour, bold ? "<B>" : "");
    for (uint32_t i = 0; i < room && align[0] == '\0'; i++)
        g_string_append(html, "&nbsp;");
    text_append_html(html, label, (gssize)length, limit);
    for (uint32_t i = 0; i < room * (align[0] == '\0' ? 1 : 2); i++)
        g_string_append(html, "&nbsp;");
    g_string_append_printf(html, "%s</FONT>", bold ? "</B>" : "");
    while (label[length] == '\n') {
        label += length + 1;
        length = strcspn(label, "\n");
        g_string_append_printf(html, "<BR%s/><FONT POINT-SIZE=\"%d\" COLOR=\"%s\">", align, size - 3, quiet);
        text_append_html(html, label, (gssize)length, bold ? REASON_LENGTH : SMALL_LENGTH);
        g_string_append(html, "</FONT>");
    }
    if (align[0] != '\0')
        g_string_append_printf(html, "<BR%s/>", align);
    return g_strdup(html->str);
}

/* --- title and legend --- */

/* A square in the colour of a box's border (empty where that is dashed), an arrow in that of an arrow. */
static void append_swatch(GString *html, const PictureLegend *item)
{
    const char *colour, *sign;

    if (g_str_has_prefix(item->style, "edge:")) {
        const EdgeStyle *style = style_edge(item->style + strlen("edge:"));
        bool dashed = strcmp(style->dash, "dashed") == 0, solid = strcmp(style->dash, "solid") == 0;
        colour = style->line;
        sign = style->plain ? "—" : solid ? "→&nbsp;" : dashed ? "- →&nbsp;" : "·· →&nbsp;";
    } else {
        const NodeStyle *style = style_node(item->style, item->style);
        colour = style->line;
        sign = style->dashed ? "□" : "■";
    }
    g_string_append_printf(html,
                           "<FONT POINT-SIZE=\"12\" COLOR=\"%s\">%s</FONT>"
                           "<FONT POINT-SIZE=\"10\" COLOR=\"%s\">&nbsp;",
                           colour, sign, style_quiet);
    text_append_html(html, item->text, -1, SMALL_LENGTH);
    g_string_append(html, "&nbsp;&nbsp;&nbsp;&nbsp;</FONT>");
}

/* As many items to a row as go above a picture of usual width. Cells of their own would be stretched. */
static void append_legend(GString *html, const Picture *picture)
{
    size_t width = 0;

    for (uint32_t i = 0; i < picture->n_legend; i++) {
        size_t own = strlen(picture->legend[i].text) + 6;
        bool new_row = i == 0 || width + own > LEGEND_WIDTH;
        if (new_row)
            g_string_append_printf(html, "%s<TR><TD ALIGN=\"LEFT\">", i > 0 ? "</TD></TR>" : "");
        width = new_row ? own : width + own;
        append_swatch(html, &picture->legend[i]);
    }
    if (picture->n_legend > 0)
        g_string_append(html, "</TD></TR>");
}

static char *heading_html(const Picture *picture)
{
    g_autoptr(GString) html =
        g_string_new("<TABLE BORDER=\"0\" CELLBORDER=\"0\" CELLSPACING=\"0\" CELLPADDING=\"2\">");

    g_string_append_printf(html, "<TR><TD ALIGN=\"LEFT\"><FONT POINT-SIZE=\"15\" COLOR=\"%s\"><B>",
                           style_text);
    text_append_html(html, picture->title, -1, CLUSTER_LENGTH);
    g_string_append(html, "</B></FONT></TD></TR>");
    append_legend(html, picture);
    g_string_append(html, "</TABLE>");
    return g_strdup(html->str);
}

static void set_graph(Agraph_t *graph, const Picture *picture)
{
    static const char *const attributes[][2] = {
        {"charset", "UTF-8"},
        {"rankdir", "LR"},
        {"bgcolor", "white"},
        {"pad", "0.3"},
        {"labelloc", "t"},
        {"labeljust", "l"},
        {"nodesep", "0.14"},
        {"ranksep", "0.55"},
        {"fontname", style_font},
        {"fontsize", "11"},
        {"compound", "true"},
        {"tooltip", " "},
        {"outputorder", "edgesfirst"},
        {"newrank", "true"},
    };
    static const char *const nodes[][2] = {
        {"shape", "box"},         {"style", "rounded,filled"}, {"fontname", style_font}, {"fontsize", "11"},
        {"margin", "0.13,0.055"}, {"height", "0.28"},          {"width", "0.4"},         {"penwidth", "1"},
    };
    static const char *const edges[][2] = {
        {"fontname", style_font},
        {"fontsize", "9"},
        {"arrowsize", "0.6"},
        {"arrowhead", "normal"},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(attributes); i++)
        agattr(graph, AGRAPH, (char *)attributes[i][0], (char *)attributes[i][1]);
    for (size_t i = 0; i < G_N_ELEMENTS(nodes); i++)
        agattr(graph, AGNODE, (char *)nodes[i][0], (char *)nodes[i][1]);
    for (size_t i = 0; i < G_N_ELEMENTS(edges); i++)
        agattr(graph, AGEDGE, (char *)edges[i][0], (char *)edges[i][1]);
    g_autofree char *heading = heading_html(picture);
    set_html(graph, graph, "label", heading);
}

/* --- frames, boxes, arrows --- */

static unsigned cluster_depth(const Picture *picture, uint32_t cluster)
{
    unsigned depth = 0;

    for (uint32_t up = picture->clusters[cluster].parent; up != PICTURE_NONE;
         up = picture->clusters[up].parent)
        depth++;
    return depth;
}

static Agraph_t **add_clusters(Agraph_t *graph, const Picture *picture)
{
    Agraph_t **made = g_new0(Agraph_t *, picture->n_clusters + 1);

    for (uint32_t i = 0; i < picture->n_clusters; i++) {
        const PictureCluster *cluster = &picture->clusters[i];
        if (cluster->n_nodes == 0)
            continue;
        g_autofree char *name = g_strdup_printf("cluster_%u", i);
        g_autofree char *tooltip = text_tooltip(cluster->label);
        const ClusterStyle *style = style_cluster(cluster->style, cluster_depth(picture, i));
        g_autofree char *label =
            label_html(cluster->label, style->text, style->text, 12, true, CLUSTER_LENGTH, " ALIGN=\"LEFT\"");
        made[i] = agsubg(cluster->parent == PICTURE_NONE ? graph : made[cluster->parent], name, 1);
        set(made[i], "style", "rounded,filled");
        set(made[i], "fillcolor", style->fill);
        set(made[i], "color", style->line);
        set(made[i], "margin", "10");
        set(made[i], "tooltip", tooltip);
        set_html(graph, made[i], "label", label);
    }
    return made;
}

static Agnode_t **add_nodes(Agraph_t *graph, const Picture *picture, Agraph_t **clusters)
{
    Agnode_t **made = g_new0(Agnode_t *, picture->n_nodes + 1);

    for (uint32_t i = 0; i < picture->n_nodes; i++) {
        const PictureNode *node = &picture->nodes[i];
        const NodeStyle *style = style_node(node->style, node->kind);
        g_autofree char *name = g_strdup_printf("n%u", i);
        g_autofree char *tooltip = text_tooltip(node->tooltip[0] != '\0' ? node->tooltip : node->label);
        g_autofree char *label =
            label_html(node->label, style->text, style_quiet, 11, style->strong, NAME_LENGTH, "");
        made[i] = agnode(node->cluster == PICTURE_NONE ? graph : clusters[node->cluster], name, 1);
        set(made[i], "fillcolor", style->fill);
        set(made[i], "color", style->line);
        set(made[i], "tooltip", tooltip);
        if (style->dashed)
            set(made[i], "style", "rounded,filled,dashed");
        if (style->strong)
            set(made[i], "penwidth", "1.8");
        set_html(graph, made[i], "label", label);
    }
    return made;
}

/* "12" for a count above one, unless the view gave a text; small and in the arrow's colour. */
static void set_edge_label(Agraph_t *graph, Agedge_t *made, const PictureEdge *edge, const EdgeStyle *style)
{
    g_autoptr(GString) html = g_string_new(NULL);

    if (edge->label[0] == '\0' && edge->count <= 1)
        return;
    g_string_append_printf(html, "<FONT COLOR=\"%s\">", style->text);
    if (edge->label[0] != '\0')
        text_append_html(html, edge->label, -1, 40);
    else
        g_string_append_printf(html, "%u", edge->count);
    g_string_append(html, "</FONT>");
    set_html(graph, made, "label", html->str);
}

static void add_edges(Agraph_t *graph, const Picture *picture, Agnode_t **nodes)
{
    for (uint32_t i = 0; i < picture->n_edges; i++) {
        const PictureEdge *edge = &picture->edges[i];
        const EdgeStyle *style = style_edge(edge->style);
        g_autofree char *name = g_strdup_printf("e%u", i);
        g_autofree char *tooltip = text_tooltip(edge->tooltip);
        /* What runs against the order is laid out with it and drawn with the head at the other end:
         * dot is known to fail on constraint=false between clusters. */
        uint32_t tail = style->against ? edge->to : edge->from, head = style->against ? edge->from : edge->to;
        Agedge_t *made = agedge(graph, nodes[tail], nodes[head], name, 1);
        set(made, "color", style->line);
        set(made, "tooltip", tooltip);
        set(made, "edgetooltip", tooltip);
        if (strcmp(style->dash, "solid") != 0)
            set(made, "style", style->dash);
        set_number(made, "penwidth",
                   MIN(3.0, style->width + 0.45 * log10(edge->count > 0 ? edge->count : 1)));
        if (style->against)
            set(made, "dir", "back");
        if (style->plain)
            set(made, "dir", "none");
        /* What stays in one frame pulls harder, so that frames stay small. */
        if (style->light)
            set(made, "weight", "0");
        else if (picture->nodes[edge->from].cluster == picture->nodes[edge->to].cluster)
            set(made, "weight", "4");
        set_edge_label(graph, made, edge, style);
    }
}

/* A box without arrows would stand in the first column and stretch its frame to there: an invisible
 * arrow keeps it beside the first box of its frame that has some. */
static void tie_loose_nodes(Agraph_t *graph, const Picture *picture, Agnode_t **nodes)
{
    g_autofree bool *tied = g_new0(bool, picture->n_nodes + 1);
    g_autofree uint32_t *anchor = g_new(uint32_t, picture->n_clusters + 1);

    memset(anchor, 0xff, sizeof(uint32_t) * (picture->n_clusters + 1));
    for (uint32_t i = 0; i < picture->n_edges; i++)
        tied[picture->edges[i].from] = tied[picture->edges[i].to] = true;
    for (uint32_t i = 0; i < picture->n_nodes; i++) {
        uint32_t cluster = picture->nodes[i].cluster;
        for (; tied[i] && cluster != PICTURE_NONE; cluster = picture->clusters[cluster].parent)
            if (anchor[cluster] == PICTURE_NONE)
                anchor[cluster] = i;
    }
    for (uint32_t i = 0; i < picture->n_nodes; i++) {
        uint32_t cluster = picture->nodes[i].cluster;
        if (tied[i] || cluster == PICTURE_NONE || anchor[cluster] == PICTURE_NONE)
            continue;
        g_autofree char *name = g_strdup_printf("t%u", i);
        Agedge_t *made = agedge(graph, nodes[i], nodes[anchor[cluster]], name, 1);
        set(made, "style", "invis");
    }
}

/* Groups have no arrows between them and would stand in one tall column: invisible arrows put them
 * into up to three. Column by column, in the order of the view. */
static void fill_columns(Agraph_t *graph, const Picture *picture, Agnode_t **nodes)
{
    uint32_t n = picture->n_clusters,
             columns = n >= 18  ? 3
                       : n >= 7 ? 2
                                : 1,
             rows = (n + columns - 1) / columns;
    g_autofree uint32_t *hub = g_new(uint32_t, n + 1), *member = g_new(uint32_t, n + 1);

    if (strcmp(picture->kind, "duplicates") != 0 || columns == 1)
        return;
    memset(hub, 0xff, sizeof(uint32_t) * (n + 1));
    memset(member, 0xff, sizeof(uint32_t) * (n + 1));
    for (uint32_t i = 0; i < picture->n_edges; i++)
        if (picture->nodes[picture->edges[i].to].cluster != PICTURE_NONE) {
            hub[picture->nodes[picture->edges[i].to].cluster] = picture->edges[i].to;
            member[picture->nodes[picture->edges[i].to].cluster] = picture->edges[i].from;
        }
    for (uint32_t i = 0; i + rows < n; i++) {
        if (hub[i] == PICTURE_NONE || member[i + rows] == PICTURE_NONE)
            continue;
        g_autofree char *name = g_strdup_printf("c%u", i);
        Agedge_t *made = agedge(graph, nodes[hub[i]], nodes[member[i + rows]], name, 1);
        set(made, "style", "invis");
        set(made, "weight", "8");
    }
}

Agraph_t *drawing_new(const Picture *picture)
{
    Agraph_t *graph = agopen(graph_name, Agdirected, NULL);

    set_graph(graph, picture);
    Agraph_t **clusters = add_clusters(graph, picture);
    Agnode_t **nodes = add_nodes(graph, picture, clusters);
    add_edges(graph, picture, nodes);
    tie_loose_nodes(graph, picture, nodes);
    fill_columns(graph, picture, nodes);
    g_free(clusters);
    g_free(nodes);
    return graph;
}
