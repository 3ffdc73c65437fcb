#include "source/source.h"

#include <string.h>

#include "base/error.h"
#include "config/config.h"
#include "source/internal.h"

void source_init(Source *source, const SourceClass *class, char *root, char *label,
                 const char *const *excludes)
{
    source->class = class;
    source->root = root;
    source->label = label;
    arena_init(&source->builder.arena);
    source->builder.entries = g_array_new(false, true, sizeof(SourceEntry));
    source->builder.unmatched = g_ptr_array_new();
    if (excludes != NULL && excludes[0] != NULL) {
        size_t count = g_strv_length((char **)excludes);
        char **copy = arena_array(&source->builder.arena, char *, count + 1);
        for (size_t i = 0; i < count; i++)
            copy[i] = arena_strndup(&source->builder.arena, excludes[i], strlen(excludes[i]));
        source->builder.excludes = (const char *const *)copy;
        source->builder.exclude_used = arena_array(&source->builder.arena, bool, count);
    }
}

void source_free(Source *source)
{
    if (source == NULL)
        return;
    if (source->class->free != NULL)
        source->class->free(source);
    arena_clear(&source->builder.arena);
    g_array_unref(source->builder.entries);
    g_ptr_array_unref(source->builder.unmatched);
    g_free(source->root);
    g_free(source->label);
    g_free(source);
}

const char *source_root(const Source *source)
{
    return source->root;
}

const char *source_label(const Source *source)
{
    return source->label;
}

static int compare_entries(const void *a, const void *b)
{
    return strcmp(((const SourceEntry *)a)->path, ((const SourceEntry *)b)->path);
}

/* Sorts, and keeps one entry for each path (a path named twice is selected when either was). */
static void finish_listing(Source *source)
{
    ListingBuilder *builder = &source->builder;
    GArray *entries = builder->entries;
    uint32_t kept = 0;

    if (entries->len > 1)
        qsort(entries->data, entries->len, sizeof(SourceEntry), compare_entries);
    SourceEntry *all = (SourceEntry *)(void *)entries->data;
    for (uint32_t i = 0; i < entries->len; i++) {
        if (kept > 0 && strcmp(all[kept - 1].path, all[i].path) == 0)
            all[kept - 1].selected = all[kept - 1].selected || all[i].selected;
        else
            all[kept++] = all[i];
    }
    for (uint32_t i = 0; builder->excludes != NULL && builder->excludes[i] != NULL; i++)
        if (!builder->exclude_used[i])
            g_ptr_array_add(builder->unmatched, (void *)builder->excludes[i]);
    source->listing = (SourceListing){
        .entries = all,
        .n_entries = kept,
        .n_ignored = builder->n_ignored,
        .unmatched_ignores = (const char *const *)builder->unmatched->pdata,
        .n_unmatched_ignores = builder->unmatched->len,
    };
    source->listed = true;
}

const SourceListing *source_list(Source *source, GError **error)
{
    if (!source->listed) {
        if (!source->class->list(source, &source->builder, error))
            return NULL;
        finish_listing(source);
    }
    return &source->listing;
}

GBytes *source_read(Source *source, const char *path, GError **error)
{
    if (!source_path_is_safe(path)) {
        g_set_error(error, ONEDEF_ERROR, ONEDEF_ERROR_INPUT,
                    "cannot read '%s': not a path inside the project", path);
        return NULL;
    }
    return source->class->read(source, path, error);
}

bool source_has(Source *source, const char *path)
{
    return source_path_is_safe(path) && source->class->has(source, path);
}

SourceEntry *listing_add(ListingBuilder *builder, const char *path, SourceEntryKind kind, bool selected)
{
    SourceEntry entry = {.kind = kind, .selected = selected};

    entry.path = arena_strndup(&builder->arena, path, strlen(path));
    g_array_append_val(builder->entries, entry);
    return &g_array_index(builder->entries, SourceEntry, builder->entries->len - 1);
}

void listing_add_unreadable(ListingBuilder *builder, const char *path, bool selected, const char *reason)
{
    SourceEntry *entry = listing_add(builder, path, SOURCE_UNREADABLE, selected);

    entry->reason = arena_strndup(&builder->arena, reason, strlen(reason));
}

bool listing_excluded(ListingBuilder *builder, const char *path)
{
    bool excluded = false;

    for (uint32_t i = 0; builder->excludes != NULL && builder->excludes[i] != NULL; i++) {
        if (config_glob(builder->excludes[i], path)) {
            builder->exclude_used[i] = true;
            excluded = true;
        }
    }
    return excluded;
}

bool source_kind_of(const char *name, SourceEntryKind *kind)
{
    static const struct {
        const char *suffix;
        SourceEntryKind kind;
    } suffixes[] = {
        {".py", SOURCE_PYTHON},    {".pyw", SOURCE_PYTHON},    {".pyi", SOURCE_STUB},
        {".so", SOURCE_EXTENSION}, {".pyd", SOURCE_EXTENSION},
    };
    static const char *const packaging[] = {"pyproject.toml", "setup.cfg", "onedef.toml"};
    size_t length = strlen(name);

    /* Apple's resource forks and Emacs' lock links bear the names of the files that they accompany. */
    if (g_str_has_prefix(name, "._") || g_str_has_prefix(name, ".#"))
        return false;
    for (size_t i = 0; i < G_N_ELEMENTS(suffixes); i++) {
        size_t suffix = strlen(suffixes[i].suffix);
        if (length > suffix && memcmp(name + length - suffix, suffixes[i].suffix, suffix) == 0) {
            *kind = suffixes[i].kind;
            return true;
        }
    }
    for (size_t i = 0; i < G_N_ELEMENTS(packaging); i++) {
        if (strcmp(name, packaging[i]) == 0) {
            *kind = SOURCE_PACKAGING;
            return true;
        }
    }
    return false;
}

bool source_folder_left_out(const char *name)
{
    return name[0] == '.' || strcmp(name, "__pycache__") == 0 || strcmp(name, "node_modules") == 0 ||
           strcmp(name, "__pypackages__") == 0;
}

bool source_path_is_safe(const char *path)
{
    if (path == NULL || path[0] == '\0')
        return false;
    for (const char *part = path; part != NULL;) {
        const char *end = strchr(part, '/');
        size_t length = end != NULL ? (size_t)(end - part) : strlen(part);
        if (length == 0 || (length == 1 && part[0] == '.') ||
            (length == 2 && part[0] == '.' && part[1] == '.'))
            return false;
        part = end != NULL ? end + 1 : NULL;
    }
    return true;
}

bool source_is_below(const char *path, const char *prefix)
{
    size_t length = strlen(prefix);

    return length == 0 ||
           (strncmp(path, prefix, length) == 0 && (path[length] == '\0' || path[length] == '/'));
}

char *source_join(const char *folder, const char *name)
{
    return folder[0] == '\0' ? g_strdup(name) : g_strconcat(folder, "/", name, NULL);
}
