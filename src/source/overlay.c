/* Files in memory over another source. The listing is that of the base with the changes merged in;
 * it is made anew after every change, so one overlay serves a whole sequence of steps. */
#include <string.h>

#include "base/error.h"
#include "source/internal.h"

typedef struct OverlaySource {
    Source base;
    Source *under;
    GHashTable *files; /* path → GBytes*; NULL value: removed */
} OverlaySource;

static bool is_replaced(const OverlaySource *overlay, const char *path)
{
    return g_hash_table_contains(overlay->files, path);
}

/* The base's entry for a path, or NULL (binary search: listings are sorted). */
static const SourceEntry *find_under(const OverlaySource *overlay, const char *path)
{
    g_autoptr(GError) ignored = NULL;
    const SourceListing *under = source_list(overlay->under, &ignored);
    uint32_t low = 0, high = under != NULL ? under->n_entries : 0;

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        int order = strcmp(under->entries[middle].path, path);
        if (order == 0)
            return &under->entries[middle];
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

/* A link whose target was edited is edited with it, and dangles when that was removed. */
static SourceEntry relink(const OverlaySource *overlay, const SourceEntry *entry)
{
    SourceEntry copy = *entry;

    if (entry->real_path == NULL || !is_replaced(overlay, entry->real_path))
        return copy;
    memset(&copy.identity, 0, sizeof copy.identity);
    if (g_hash_table_lookup(overlay->files, entry->real_path) == NULL) {
        copy.kind = SOURCE_UNREADABLE;
        copy.reason = "symbolic link to nothing";
    }
    return copy;
}

static bool overlay_list(Source *source, ListingBuilder *builder, GError **error)
{
    OverlaySource *overlay = (OverlaySource *)source;
    const SourceListing *under = source_list(overlay->under, error);
    GHashTableIter iter;
    void *path, *bytes;

    if (under == NULL)
        return false;
    for (uint32_t i = 0; i < under->n_entries; i++) {
        if (is_replaced(overlay, under->entries[i].path))
            continue;
        SourceEntry entry = relink(overlay, &under->entries[i]);
        g_array_append_val(builder->entries, entry);
    }
    builder->n_ignored = under->n_ignored;
    g_hash_table_iter_init(&iter, overlay->files); /* any order: the listing is sorted afterwards */
    while (g_hash_table_iter_next(&iter, &path, &bytes)) {
        SourceEntryKind kind;
        g_autofree char *name = g_path_get_basename(path);
        if (bytes == NULL || !source_kind_of(name, &kind))
            continue;
        const SourceEntry *replaced = find_under(overlay, path);
        SourceEntry *entry = listing_add(builder, path, kind, replaced == NULL || replaced->selected);
        entry->identity.size = g_bytes_get_size(bytes);
    }
    return true;
}

static GBytes *overlay_read(Source *source, const char *path, GError **error)
{
    OverlaySource *overlay = (OverlaySource *)source;
    void *bytes = NULL;

    if (!is_replaced(overlay, path)) {
        const SourceEntry *entry = find_under(overlay, path);
        if (entry == NULL || entry->real_path == NULL || !is_replaced(overlay, entry->real_path))
            return source_read(overlay->under, path, error);
        path = entry->real_path;
    }
    bytes = g_hash_table_lookup(overlay->files, path);
    if (bytes == NULL) {
        g_set_error(error, ONEDEF_ERROR, ONEDEF_ERROR_IO, "cannot read '%s': removed", path);
        return NULL;
    }
    return g_bytes_ref(bytes);
}

static bool overlay_has(Source *source, const char *path)
{
    OverlaySource *overlay = (OverlaySource *)source;
    void *bytes = NULL;

    if (g_hash_table_lookup_extended(overlay->files, path, NULL, &bytes))
        return bytes != NULL;
    return source_has(overlay->under, path);
}

static void overlay_free(Source *source)
{
    g_hash_table_unref(((OverlaySource *)source)->files);
}

static const SourceClass overlay_class = {overlay_list, overlay_read, overlay_has, overlay_free};

static void free_bytes(void *bytes)
{
    if (bytes != NULL)
        g_bytes_unref(bytes);
}

Source *source_overlay_new(Source *under)
{
    OverlaySource *overlay = g_new0(OverlaySource, 1);

    source_init(&overlay->base, &overlay_class, g_strdup(source_root(under)),
                g_strconcat(source_label(under), "+edits", NULL), NULL);
    overlay->under = under;
    overlay->files = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, free_bytes);
    return &overlay->base;
}

void source_overlay_set(Source *source, const char *path, GBytes *bytes)
{
    OverlaySource *overlay = (OverlaySource *)source;

    g_assert(source->class == &overlay_class);
    g_return_if_fail(source_path_is_safe(path));
    g_hash_table_insert(overlay->files, g_strdup(path), bytes != NULL ? g_bytes_ref(bytes) : NULL);
    g_array_set_size(source->builder.entries, 0);
    source->listed = false;
}

bool source_overlay_replaces(const Source *source, const char *path)
{
    g_assert(source->class == &overlay_class);
    return is_replaced((const OverlaySource *)source, path);
}
