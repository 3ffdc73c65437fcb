#include "report/view_formats.h"

#include "report/formats.h"
#include "report/json_text.h"

#include <string.h>

static json_t *text_or_empty(const char *text)
{
    return json_text(text != NULL ? text : "");
}

static json_t *index_or_null(uint32_t index)
{
    return index != UINT32_MAX ? json_integer(index) : json_null();
}

static json_t *nodes_to_json(const View *view)
{
    json_t *list = json_array();

    for (uint32_t i = 0; i < view->nodes->len; i++) {
        const ViewNode *node = view_node(view, i);
        json_t *item = json_object();
        json_object_set_new(item, "id", json_text(node->id));
        json_object_set_new(item, "label", json_text(node->label));
        json_object_set_new(item, "tooltip", text_or_empty(node->tooltip));
        json_object_set_new(item, "kind", json_string(view_node_kind_name(node->kind)));
        json_object_set_new(item, "style", json_text(node->style));
        json_object_set_new(item, "weight", json_integer(node->weight));
        json_object_set_new(item, "cluster", index_or_null(node->cluster));
        json_array_append_new(list, item);
    }
    return list;
}

static json_t *edges_to_json(const View *view)
{
    json_t *list = json_array();

    for (uint32_t i = 0; i < view->edges->len; i++) {
        const ViewEdge *edge = view_edge(view, i);
        json_t *item = json_object();
        json_object_set_new(item, "from", json_integer(edge->from));
        json_object_set_new(item, "to", json_integer(edge->to));
        json_object_set_new(item, "count", json_integer(edge->count));
        json_object_set_new(item, "label", text_or_empty(edge->label));
        json_object_set_new(item, "style", json_text(edge->style));
        json_object_set_new(item, "tooltip", text_or_empty(edge->tooltip));
        json_array_append_new(list, item);
    }
    return list;
}

static json_t *clusters_to_json(const View *view)
{
    json_t *list = json_array();

    for (uint32_t i = 0; i < view->clusters->len; i++) {
        const ViewCluster *cluster = view_cluster(view, i);
        json_t *item = json_object();
        json_object_set_new(item, "label", json_text(cluster->label));
        json_object_set_new(item, "parent", index_or_null(cluster->parent));
        json_object_set_new(item, "style", json_text(cluster->style));
        json_array_append_new(list, item);
    }
    return list;
}

static json_t *legend_to_json(const View *view)
{
    json_t *list = json_array();

    for (uint32_t i = 0; i < view->legend->len; i++) {
        const char *line = view->legend->pdata[i], *tab = strchr(line, '\t');
        g_autofree char *style = tab != NULL ? g_strndup(line, (size_t)(tab - line)) : g_strdup("");
        json_t *item = json_object();
        json_object_set_new(item, "style", json_text(style));
        json_object_set_new(item, "text", json_text(tab != NULL ? tab + 1 : line));
        json_array_append_new(list, item);
    }
    return list;
}

json_t *view_to_json(const View *view)
{
    json_t *json = json_object(), *notes = json_array();

    for (uint32_t i = 0; i < view->notes->len; i++)
        json_array_append_new(notes, json_text(view->notes->pdata[i]));
    json_object_set_new(json, "schema", json_integer(1));
    json_object_set_new(json, "kind", json_string(view_kind_name(view->kind)));
    json_object_set_new(json, "title", text_or_empty(view->title));
    json_object_set_new(json, "nodes", nodes_to_json(view));
    json_object_set_new(json, "edges", edges_to_json(view));
    json_object_set_new(json, "clusters", clusters_to_json(view));
    json_object_set_new(json, "legend", legend_to_json(view));
    json_object_set_new(json, "notes", notes);
    return json;
}

bool view_write_json(const Output *out, const View *view, GError **error)
{
    json_t *json = view_to_json(view);

    json_dumpf(json, out->file, JSON_INDENT(1));
    putc('\n', out->file);
    json_decref(json);
    return report_finish(out, error);
}
