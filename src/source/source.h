/* source.h — where bytes come from.
 *
 * A Source lists the Python files of a project and reads any file of it. Three kinds share the
 * interface: a tree on disk, one revision of a git repository read from its object database, and an
 * overlay that replaces or adds files in memory over another source (used by `fix` to prove edits).
 *
 * Paths are relative to the project root, '/'-separated, raw bytes as the file system has them,
 * never NULL, never absolute, without "." or ".." parts. A listing is sorted by path bytes and
 * does not depend on the order in which directories are read. */
#ifndef ONEDEF_SOURCE_SOURCE_H
#define ONEDEF_SOURCE_SOURCE_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

typedef struct Source Source;

typedef enum SourceEntryKind {
    SOURCE_PYTHON,     /* *.py, *.pyw */
    SOURCE_STUB,       /* *.pyi */
    SOURCE_EXTENSION,  /* *.so, *.pyd: an extension module, listed by name only */
    SOURCE_PACKAGING,  /* pyproject.toml, setup.cfg, setup.py is SOURCE_PYTHON, onedef.toml */
    SOURCE_UNREADABLE, /* could not be listed or opened: `reason` says why; still listed */
} SourceEntryKind;

/* SourceIdentity — what tells an unchanged file without reading it; all zero where unknown. */
typedef struct SourceIdentity {
    uint64_t size;     /* bytes */
    int64_t mtime_ns;  /* since the epoch */
    int64_t ctime_ns;
    uint64_t inode, device;
    uint8_t blob[20];  /* git object id; all zero for files on disk */
} SourceIdentity;

typedef struct SourceEntry {
    const char *path;
    SourceEntryKind kind;
    bool selected;          /* below one of the PATH arguments (what is indexed is the project) */
    const char *real_path;  /* for a symbolic link into the project: the path it leads to; else NULL */
    const char *reason;     /* for SOURCE_UNREADABLE; else NULL */
    SourceIdentity identity;
} SourceEntry;

/* SourceListing — owned by the Source, valid until source_free (an overlay's until the next
 * source_overlay_set). `n_ignored` counts files left out by ignore rules and excludes; what is below a folder
 * that was left out is not counted. What could not be entered is an entry: SOURCE_UNREADABLE. */
typedef struct SourceListing {
    const SourceEntry *entries;
    uint32_t n_entries;
    uint32_t n_ignored;
    const char *const *unmatched_ignores; /* configured exclude patterns that matched nothing */
    uint32_t n_unmatched_ignores;
} SourceListing;

typedef struct SourceOptions {
    const char *const *paths;    /* PATH arguments as given; NULL-terminated; NULL means "." */
    const char *project_root;    /* absolute directory, or NULL to find it */
    bool no_ignore;              /* do not honour .gitignore */
    bool only_paths;             /* index only below `paths`, not the enclosing project */
    const char *const *excludes; /* glob patterns relative to the root; NULL-terminated or NULL */
    uint32_t jobs;               /* threads for listing; 0: one a processor */
} SourceOptions;

/* A tree on disk. The project root is: options->project_root; else the nearest directory above all
 * paths with an onedef.toml or [tool.onedef]; else the git work tree that tracks them; else the nearest directory
 * with a packaging file; else their common directory, above their package, and then only the
 * paths' own packages are listed. Errors: a path that does not exist or cannot be opened. */
Source *source_open_disk(const SourceOptions *options, GError **error);
/* One revision ("HEAD~3", a tag, an object id) of the git repository at `repository` (a path inside
 * a work tree, or a git directory); relative paths in `options` start there. The project root is
 * options->project_root; else what it is on disk for absolute `options->paths`, where that lies in the work
 * tree and in the revision; else the work tree. Absent objects are listed as SOURCE_UNREADABLE. */
Source *source_open_revision(const char *repository, const char *revision, const SourceOptions *options,
                             GError **error);
/* Files added, replaced (bytes non-NULL) or removed (bytes NULL) over `base`, which stays the
 * caller's and must outlive the overlay. */
Source *source_overlay_new(Source *base);
void source_overlay_set(Source *overlay, const char *path, GBytes *bytes);
/* Are the bytes at `path` not those of the base? */
bool source_overlay_replaces(const Source *overlay, const char *path);
void source_free(Source *source);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Source, source_free)

/* Absolute directory for disk sources; the repository for revisions. Owned by the source. */
const char *source_root(const Source *source);
/* "disk", or the full object id of the revision. */
const char *source_label(const Source *source);
const SourceListing *source_list(Source *source, GError **error);
/* The bytes of one file (any path, not only listed ones). Thread-safe after source_list. Caller
 * frees with g_bytes_unref. Files over 1 GiB are refused with ONEDEF_ERROR_LIMIT. */
GBytes *source_read(Source *source, const char *path, GError **error);
/* Does the project hold a file at this path? (packaging files, py.typed …) */
bool source_has(Source *source, const char *path);

#endif
