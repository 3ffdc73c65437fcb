/* One quiet palette: white and pale blue for what is in order, one green for what should stay,
 * warm colours for what needs work, grey for what is aside. Every pair of text and fill has a
 * contrast of at least 4.5:1, and no meaning rests on colour alone (legend, dashes, labels). */
#include "draw/style.h"

#include <string.h>

const char style_font[] = "Helvetica,Arial,sans-serif";
const char style_text[] = "#1f2933";
const char style_quiet[] = "#5f6c7b";

/* clang-format off */
static const NodeStyle node_styles[] = {
    /*  word          fill       line       text      dashed strong */
    {"canonical",  "#e3f5ea", "#2f9e5b", "#14532d", false, true},
    {"duplicate",  "#fdeceb", "#dd5a4f", "#7f1d1d", false, false},
    {"diverged",   "#fff2e2", "#e08a1e", "#7a3e00", false, false},
    {"renamed",    "#fdf8dc", "#c2a30a", "#5c4a00", false, false},
    {"hollow",     "#f4effc", "#9a7bd0", "#45297a", false, false},
    {"cycle",      "#fff2e2", "#e08a1e", "#7a3e00", false, false},
    {"alias",      "#f4effc", "#9a7bd0", "#45297a", false, false},
    {"shim",       "#eef4fb", "#7ba3cf", "#1f2933", true,  false},
    {"unused",     "#fafbfc", "#b6c0ca", "#5f6c7b", true,  false},
    {"rest",       "#fafbfc", "#c3ccd5", "#5f6c7b", true,  false},
    {"test",       "#f3f5f7", "#bcc6d0", "#4a5663", false, false},
    {"external",   "#ffffff", "#bcc6d0", "#5f6c7b", true,  false},
    {"package",    "#e8f1fb", "#8fb4dc", "#12395f", false, false},
    {"module",     "#ffffff", "#a3b3c3", "#1f2933", false, false},
    {"reexport",   "#eef4fb", "#7ba3cf", "#12395f", false, false},
    {"importer",   "#ffffff", "#c3cdd7", "#3a4653", false, false},
    {"definition", "#ffffff", "#a3b3c3", "#1f2933", false, false},
    {"",           "#ffffff", "#a3b3c3", "#1f2933", false, false},
};
/* clang-format on */

static const EdgeStyle edge_styles[] = {
    /*                  line       text       dash      width against light  plain */
    {"load", "#8795a5", "#5f6c7b", "solid", 1.0, false, false, false},
    {"cycle", "#d9622b", "#a63f0f", "solid", 1.3, true, false, false},
    {"cut", "#d43a2f", "#a8201a", "solid", 2.0, true, false, false},
    {"lazy", "#9aa7b5", "#5f6c7b", "dashed", 1.0, false, true, false},
    {"typing", "#b3bdc8", "#5f6c7b", "dotted", 1.0, false, true, false},
    {"alias", "#8a68c4", "#5d3fa0", "solid", 1.4, false, false, false},
    {"reexport", "#3f7fbf", "#2b5f94", "solid", 1.4, false, false, false},
    {"star", "#3f7fbf", "#2b5f94", "dashed", 1.4, false, false, false},
    {"similar", "#c3a9a4", "#7b5a54", "solid", 1.2, false, false, true},
    {"", "#8795a5", "#5f6c7b", "solid", 1.0, false, false, false},
};

static const ClusterStyle cluster_styles[] = {
    {"fatal", "#fdf3f2", "#eab5b0", "#8f1d16"},    {"order-dependent", "#fff8ee", "#efcf9f", "#7a3e00"},
    {"benign", "#f7f9fb", "#dbe2e9", "#4a5663"},   {"duplicate", "#fef6f5", "#f0c4bf", "#7f1d1d"},
    {"diverged", "#fff9f0", "#f0d3a6", "#7a3e00"}, {"renamed", "#fefbea", "#e3d58b", "#5c4a00"},
    {"hollow", "#faf7fe", "#d9cbef", "#45297a"},   {"", "#f6f8fa", "#dbe2e9", "#4a5663"},
};
static const ClusterStyle nested = {"", "#eef2f6", "#d3dce5", "#4a5663"};

static const NodeStyle *find_node_style(const char *word)
{
    const NodeStyle *style = node_styles;

    while (style->word[0] != '\0' && strcmp(style->word, word) != 0)
        style++;
    return style;
}

const NodeStyle *style_node(const char *style, const char *kind)
{
    const NodeStyle *found = find_node_style(style);

    return found->word[0] != '\0' ? found : find_node_style(kind);
}

const EdgeStyle *style_edge(const char *word)
{
    const EdgeStyle *style = edge_styles;

    while (style->word[0] != '\0' && strcmp(style->word, word) != 0)
        style++;
    return style;
}

const ClusterStyle *style_cluster(const char *word, unsigned depth)
{
    const ClusterStyle *style = cluster_styles;

    while (style->word[0] != '\0' && strcmp(style->word, word) != 0)
        style++;
    return style->word[0] == '\0' && depth % 2 == 1 ? &nested : style;
}
