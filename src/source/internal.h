/* internal.h — what the kinds of Source share: the vtable, and the listing under construction. */
#ifndef ONEDEF_SOURCE_INTERNAL_H
#define ONEDEF_SOURCE_INTERNAL_H

#include "base/arena.h"
#include "source/source.h"

#define SOURCE_MAX_FILE ((uint64_t)1 << 30)

/* SourceClass — one kind of source. `list` fills the builder, once; the rest as in source.h. */
typedef struct ListingBuilder ListingBuilder;
typedef struct SourceClass {
    bool (*list)(Source *source, ListingBuilder *builder, GError **error);
    GBytes *(*read)(Source *source, const char *path, GError **error);
    bool (*has)(Source *source, const char *path);
    void (*free)(Source *source);
} SourceClass;

/* ListingBuilder — entries in any order; strings are copied into the arena. */
struct ListingBuilder {
    Arena arena;
    GArray *entries;          /* SourceEntry */
    const char *const *excludes;
    bool *exclude_used;       /* one for each pattern */
    GPtrArray *unmatched;     /* after listing_finish */
    uint32_t n_ignored;
};

struct Source {
    const SourceClass *class;
    char *root, *label;
    ListingBuilder builder;
    SourceListing listing;
    bool listed;
};

/* Fills the common part of a zeroed source; takes `root` and `label`. */
void source_init(Source *source, const SourceClass *class, char *root, char *label,
                 const char *const *excludes);

SourceEntry *listing_add(ListingBuilder *builder, const char *path, SourceEntryKind kind, bool selected);
/* Adds an entry that could not be entered or opened. `reason` is copied. */
void listing_add_unreadable(ListingBuilder *builder, const char *path, bool selected, const char *reason);
/* Does an exclude pattern match the path (of a file or a folder)? Marks the pattern as used. */
bool listing_excluded(ListingBuilder *builder, const char *path);

/* The kind that a file's name gives it; false when the name is none of ours. */
bool source_kind_of(const char *name, SourceEntryKind *kind);
/* Folders that are never entered on the way: hidden ones, caches, installed packages of others. */
bool source_folder_left_out(const char *name);
/* Relative, no "", "." or ".." part, no NUL: safe to join to a root. */
bool source_path_is_safe(const char *path);
/* Is `path` equal to `prefix` or below it? "" is above everything. */
bool source_is_below(const char *path, const char *prefix);
/* "a" + "b" → "a/b"; an empty folder gives the name alone. Caller frees. */
char *source_join(const char *folder, const char *name);

#endif
