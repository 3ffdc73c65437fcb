#include "draw/picture.h"

#include <jansson.h>

static const char *text_of(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));

    return text != NULL ? text : "";
}

static uint32_t number_of(const json_t *object, const char *key, uint32_t otherwise)
{
    const json_t *value = json_object_get(object, key);
    json_int_t number = json_integer_value(value);

    return json_is_integer(value) && number >= 0 && number < UINT32_MAX ? (uint32_t)number : otherwise;
}

static bool read_clusters(Picture *picture, const json_t *list)
{
    picture->n_clusters = (uint32_t)json_array_size(list);
    picture->clusters = g_new0(PictureCluster, picture->n_clusters + 1);
    for (uint32_t i = 0; i < picture->n_clusters; i++) {
        const json_t *item = json_array_get(list, i);
        uint32_t parent = number_of(item, "parent", PICTURE_NONE);
        if (parent != PICTURE_NONE && parent >= i)
            return false;
        picture->clusters[i] = (PictureCluster){text_of(item, "label"), text_of(item, "style"), parent, 0};
    }
    return true;
}

static bool read_nodes(Picture *picture, const json_t *list)
{
    picture->n_nodes = (uint32_t)json_array_size(list);
    picture->nodes = g_new0(PictureNode, picture->n_nodes + 1);
    for (uint32_t i = 0; i < picture->n_nodes; i++) {
        const json_t *item = json_array_get(list, i);
        uint32_t cluster = number_of(item, "cluster", PICTURE_NONE);
        if (cluster != PICTURE_NONE && cluster >= picture->n_clusters)
            return false;
        picture->nodes[i] =
            (PictureNode){text_of(item, "label"), text_of(item, "tooltip"),     text_of(item, "kind"),
                          text_of(item, "style"), number_of(item, "weight", 1), cluster};
        for (; cluster != PICTURE_NONE; cluster = picture->clusters[cluster].parent)
            picture->clusters[cluster].n_nodes++;
    }
    return true;
}

static bool read_edges(Picture *picture, const json_t *list)
{
    picture->n_edges = (uint32_t)json_array_size(list);
    picture->edges = g_new0(PictureEdge, picture->n_edges + 1);
    for (uint32_t i = 0; i < picture->n_edges; i++) {
        const json_t *item = json_array_get(list, i);
        PictureEdge edge = {text_of(item, "label"),
                            text_of(item, "tooltip"),
                            text_of(item, "style"),
                            number_of(item, "from", PICTURE_NONE),
                            number_of(item, "to", PICTURE_NONE),
                            number_of(item, "count", 1)};
        if (edge.from >= picture->n_nodes || edge.to >= picture->n_nodes)
            return false;
        picture->edges[i] = edge;
    }
    return true;
}

static void read_legend(Picture *picture, const json_t *list)
{
    picture->n_legend = (uint32_t)json_array_size(list);
    picture->legend = g_new0(PictureLegend, picture->n_legend + 1);
    for (uint32_t i = 0; i < picture->n_legend; i++) {
        const json_t *item = json_array_get(list, i);
        picture->legend[i] = (PictureLegend){text_of(item, "style"), text_of(item, "text")};
    }
}

Picture *picture_read(FILE *file, char *reason, size_t size)
{
    json_error_t error;
    json_t *json = json_loadf(file, JSON_REJECT_DUPLICATES, &error);

    if (json == NULL) {
        g_snprintf(reason, size, "line %d: %s", error.line, error.text);
        return NULL;
    }
    Picture *picture = g_new0(Picture, 1);
    picture->json = json;
    picture->title = text_of(json, "title");
    picture->kind = text_of(json, "kind");
    read_legend(picture, json_object_get(json, "legend"));
    if (!json_is_object(json) || number_of(json, "schema", 0) != 1)
        g_snprintf(reason, size, "no view of schema 1");
    else if (!read_clusters(picture, json_object_get(json, "clusters")) ||
             !read_nodes(picture, json_object_get(json, "nodes")) ||
             !read_edges(picture, json_object_get(json, "edges")))
        g_snprintf(reason, size, "an index is out of range");
    else
        return picture;
    picture_free(picture);
    return NULL;
}

void picture_free(Picture *picture)
{
    if (picture == NULL)
        return;
    g_free(picture->nodes);
    g_free(picture->edges);
    g_free(picture->clusters);
    g_free(picture->legend);
    json_decref(picture->json);
    g_free(picture);
}
