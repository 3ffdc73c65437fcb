/* GraphML 1.0, written by hand: igraph's writer fails on control characters. Nodes go by their ids;
 * where two views' nodes share one (hostile names made safe), the later gets a "#2". */
#include "report/view_formats.h"

#include "report/formats.h"

static void write_escaped(FILE *file, const char *text)
{
    g_autofree char *safe = view_text(text, false);

    for (const char *p = safe; *p != '\0'; p++) {
        switch (*p) {
        case '&':
            fputs("&amp;", file);
            break;
        case '<':
            fputs("&lt;", file);
            break;
        case '>':
            fputs("&gt;", file);
            break;
        case '"':
            fputs("&quot;", file);
            break;
        default:
            putc(*p, file);
        }
    }
}

static void write_data(FILE *file, const char *key, const char *text)
{
    fprintf(file, "      <data key=\"%s\">", key);
    write_escaped(file, text);
    fputs("</data>\n", file);
}

static void write_keys(FILE *file)
{
    static const char *const keys[][4] = {
        {"label", "node", "label", "string"},     {"kind", "node", "kind", "string"},
        {"nstyle", "node", "style", "string"},    {"weight", "node", "weight", "int"},
        {"cluster", "node", "cluster", "string"}, {"count", "edge", "count", "int"},
        {"estyle", "edge", "style", "string"},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(keys); i++)
        fprintf(file, "  <key id=\"%s\" for=\"%s\" attr.name=\"%s\" attr.type=\"%s\"/>\n", keys[i][0],
                keys[i][1], keys[i][2], keys[i][3]);
}

/* The texts of all ids, made unique; index by node. */
static GPtrArray *unique_ids(const View *view)
{
    GPtrArray *ids = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);

    for (uint32_t i = 0; i < view->nodes->len; i++) {
        char *id = view_text(view_node(view, i)->id, false);
        for (uint32_t k = 2; g_hash_table_contains(seen, id); k++) {
            g_free(id);
            g_autofree char *plain = view_text(view_node(view, i)->id, false);
            id = g_strdup_printf("%s#%u", plain, k);
        }
        g_hash_table_add(seen, id);
        g_ptr_array_add(ids, id);
    }
    return ids;
}

static void write_node(FILE *file, const View *view, uint32_t index, const char *id)
{
    const ViewNode *node = view_node(view, index);

    fputs("    <node id=\"", file);
    write_escaped(file, id);
    fputs("\">\n", file);
    write_data(file, "label", node->label);
    write_data(file, "kind", view_node_kind_name(node->kind));
    write_data(file, "nstyle", node->style);
    fprintf(file, "      <data key=\"weight\">%u</data>\n", node->weight);
    if (node->cluster != UINT32_MAX)
        write_data(file, "cluster", view_cluster(view, node->cluster)->label);
    fputs("    </node>\n", file);
}

bool view_write_graphml(const Output *out, const View *view, GError **error)
{
    FILE *file = out->file;
    g_autoptr(GPtrArray) ids = unique_ids(view);

    fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
          "<graphml xmlns=\"http://graphml.graphdrawing.org/xmlns\" "
          "xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" "
          "xsi:schemaLocation=\"http://graphml.graphdrawing.org/xmlns "
          "http://graphml.graphdrawing.org/xmlns/1.0/graphml.xsd\">\n",
          file);
    write_keys(file);
    fprintf(file, "  <graph id=\"%s\" edgedefault=\"directed\">\n", view_kind_name(view->kind));
    for (uint32_t i = 0; i < view->nodes->len; i++)
        write_node(file, view, i, ids->pdata[i]);
    for (uint32_t i = 0; i < view->edges->len; i++) {
        const ViewEdge *edge = view_edge(view, i);
        fprintf(file, "    <edge id=\"e%u\" source=\"", i);
        write_escaped(file, ids->pdata[edge->from]);
        fputs("\" target=\"", file);
        write_escaped(file, ids->pdata[edge->to]);
        fprintf(file, "\">\n      <data key=\"count\">%u</data>\n", edge->count);
        write_data(file, "estyle", edge->style);
        fputs("    </edge>\n", file);
    }
    fputs("  </graph>\n</graphml>\n", file);
    return report_finish(out, error);
}
