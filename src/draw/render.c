/* How long a layout may take is decided by the number of nodes and arrows alone, so that every
 * machine draws the same. dot's time grows steeply with both: up to the comfortable size it does
 * its best, above it the effort is limited and lines are straight, and beyond the largest size
 * there is an error that names the formats without limit.
 *
 * SVG is laid out with Graphviz's built-in metrics of Helvetica and without any plugin that is
 * installed on the machine: the same bytes everywhere, whatever fonts there are. PNG and PDF need
 * real fonts (pango) and may differ between machines. */
#include "draw/render.h"

#include <graphviz/gvc.h>

#include <stdlib.h>
#include <string.h>

enum { FINE_NODES = 150, FINE_EDGES = 320, MOST_NODES = 600, MOST_EDGES = 1600 };

#ifdef ONEDEF_GRAPHVIZ_BUILTINS
extern gvplugin_library_t gvplugin_core_LTX_library, gvplugin_dot_layout_LTX_library,
    gvplugin_pango_LTX_library;

static GVC_t *context_new(bool fonts)
{
    static lt_symlist_t plain[] = {{"gvplugin_dot_layout_LTX_library", &gvplugin_dot_layout_LTX_library},
                                   {"gvplugin_core_LTX_library", &gvplugin_core_LTX_library},
                                   {NULL, NULL}};
    static lt_symlist_t full[] = {{"gvplugin_dot_layout_LTX_library", &gvplugin_dot_layout_LTX_library},
                                  {"gvplugin_pango_LTX_library", &gvplugin_pango_LTX_library},
                                  {"gvplugin_core_LTX_library", &gvplugin_core_LTX_library},
                                  {NULL, NULL}};

    return gvContextPlugins(fonts ? full : plain, 0);
}
#else
static GVC_t *context_new(bool fonts)
{
    (void)fonts;
    return gvContext();
}
#endif

static void set_graph(Agraph_t *graph, const char *name, const char *value)
{
    static char none[] = "";

    agsafeset(graph, (char *)name, (char *)value, none);
}

/* Settings also go into DOT files, so that `dot` takes no longer than we would. */
static bool limit_effort(Agraph_t *graph, bool layout, char *reason, size_t size)
{
    int nodes = agnnodes(graph), edges = agnedges(graph);

    if (nodes <= FINE_NODES && edges <= FINE_EDGES) {
        set_graph(graph, "nslimit", "20");
        set_graph(graph, "nslimit1", "20");
        return true;
    }
    set_graph(graph, "splines", "line");
    set_graph(graph, "nslimit", "2");
    set_graph(graph, "nslimit1", "2");
    set_graph(graph, "mclimit", "0.25");
    if (!layout || (nodes <= MOST_NODES && edges <= MOST_EDGES))
        return true;
    g_snprintf(reason, size,
               "%d nodes and %d arrows are too many for a layout (at most %d and %d): narrow the view, or "
               "write dot, "
               "graphml or json",
               nodes, edges, MOST_NODES, MOST_EDGES);
    return false;
}

/* cairo writes the time into a PDF; the same picture has to be the same bytes. */
static void blank_creation_date(char *data, size_t length)
{
    static const char key[] = "/CreationDate (D:";

    for (char *at = data; (at = memmem(at, length - (size_t)(at - data), key, strlen(key))) != NULL;) {
        at += strlen(key);
        for (; at < data + length && g_ascii_isdigit(*at); at++)
            *at = '0';
    }
}

static bool write_picture(GVC_t *context, Agraph_t *graph, const char *format, FILE *file)
{
    char *data = NULL;
    unsigned length = 0;
    bool ok = false;

    if (gvLayout(context, graph, "dot") != 0)
        return false;
    if (gvRenderData(context, graph, format, &data, &length) == 0 && data != NULL) {
        if (strcmp(format, "pdf") == 0)
            blank_creation_date(data, length);
        ok = fwrite(data, 1, length, file) == length;
        gvFreeRenderData(data);
    }
    gvFreeLayout(context, graph);
    return ok;
}

bool render(Agraph_t *graph, const char *format, FILE *file, char *reason, size_t size)
{
    bool dot = strcmp(format, "dot") == 0, svg = strcmp(format, "svg") == 0, ok;

    if (!limit_effort(graph, !dot, reason, size))
        return false;
    if (dot) {
        ok = agwrite(graph, file) == 0;
    } else {
        GVC_t *context = context_new(!svg);
        if (strcmp(format, "png") == 0)
            set_graph(graph, "dpi", "144");
        ok = write_picture(context, graph, format, file);
        gvFreeContext(context);
    }
    if (!ok)
        g_snprintf(reason, size, "Graphviz cannot write %s", format);
    return ok && fflush(file) == 0;
}
