/* One commit's tree, read from the object database: nothing is checked out. Objects that are not
 * there (a partial or shallow clone) are listed as unreadable; they are never fetched. Symbolic links are
 * blobs that hold a path; links to files are followed within the tree, links to folders are walked
 * under the same bounds as on disk. */
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "source/git.h"
#include "source/internal.h"
#include "source/project.h"

#define MAX_LINKS_CROSSED  4
#define MAX_LINKED_FOLDERS 4096
#define MAX_LINK_LENGTH    4096

typedef struct RevisionSource {
    Source base;
    git_repository *repository;
    git_odb *odb;
    git_tree *tree;    /* the project root's */
    GPtrArray *paths;  /* char*: selected paths relative to the project root; empty: all */
    GHashTable *blobs; /* path → git_oid of listed files */
    Arena arena;
    const char *given; /* the repository argument, while opening */
    bool only_paths;
} RevisionSource;

typedef struct Folder {
    const char *path, *real;
    git_oid tree;
    const char *origins[MAX_LINKS_CROSSED]; /* real folders in which links were crossed */
    uint32_t n_origins;
} Folder;

typedef struct Listing {
    RevisionSource *revision;
    ListingBuilder *builder;
    GArray *stack; /* Folder */
    uint32_t linked_folders;
} Listing;

static const char *join(RevisionSource *revision, const char *folder, const char *name)
{
    g_autofree char *path = source_join(folder, name);

    return arena_strndup(&revision->arena, path, strlen(path));
}

static bool is_selected(const RevisionSource *revision, const char *path)
{
    for (uint32_t i = 0; i < revision->paths->len; i++)
        if (source_is_below(path, revision->paths->pdata[i]))
            return true;
    return revision->paths->len == 0;
}

/* Could the folder hold something that was asked for? */
static bool leads_to_selected(const RevisionSource *revision, const char *folder)
{
    for (uint32_t i = 0; i < revision->paths->len; i++)
        if (source_is_below(revision->paths->pdata[i], folder))
            return true;
    return is_selected(revision, folder);
}

static void refuse(Listing *listing, const char *path, const char *reason)
{
    listing_add_unreadable(listing->builder, path, is_selected(listing->revision, path), reason);
}

/* "a/b" + "../c" → "a/c"; NULL when it leaves the tree. */
static char *resolve_link(const char *folder, const char *target)
{
    g_autoptr(GPtrArray) parts = g_ptr_array_new();
    g_auto(GStrv) outer = g_strsplit(folder, "/", -1);
    g_auto(GStrv) inner = g_strsplit(target, "/", -1);

    if (target[0] == '/' || target[0] == '\0')
        return NULL;
    for (uint32_t i = 0; outer[i] != NULL; i++)
        if (outer[i][0] != '\0')
            g_ptr_array_add(parts, outer[i]);
    for (uint32_t i = 0; inner[i] != NULL; i++) {
        if (inner[i][0] == '\0' || strcmp(inner[i], ".") == 0)
            continue;
        if (strcmp(inner[i], "..") != 0) {
            g_ptr_array_add(parts, inner[i]);
            continue;
        }
        if (parts->len == 0)
            return NULL;
        g_ptr_array_set_size(parts, (int)parts->len - 1);
    }
    g_ptr_array_add(parts, NULL);
    return g_strjoinv("/", (char **)parts->pdata);
}

static char *read_blob_text(RevisionSource *revision, const git_oid *oid)
{
    git_odb_object *object = NULL;
    char *text = NULL;

    if (git_odb_read(&object, revision->odb, oid) != 0)
        return NULL;
    if (git_odb_object_size(object) <= MAX_LINK_LENGTH)
        text = g_strndup(git_odb_object_data(object), git_odb_object_size(object));
    git_odb_object_free(object);
    return text;
}

/* The entry that a chain of links leads to; NULL with a reason. `*path` becomes its real path. */
static git_tree_entry *follow(RevisionSource *revision, const char *folder, const git_oid *link, char **path,
                              const char **reason)
{
    g_autofree char *from = g_strdup(folder);
    git_oid oid = *link;

    for (uint32_t hops = 0; hops < 40; hops++) {
        git_tree_entry *entry = NULL;
        g_autofree char *target = read_blob_text(revision, &oid);
        g_autofree char *resolved = target != NULL ? resolve_link(from, target) : NULL;
        if (resolved == NULL) {
            *reason = target == NULL ? "symbolic link that cannot be read"
                                     : "symbolic link that leads out of the project";
            return NULL;
        }
        if (resolved[0] == '\0' || git_tree_entry_bypath(&entry, revision->tree, resolved) != 0) {
            *reason =
                resolved[0] == '\0' ? "symbolic link to a folder that holds it" : "symbolic link to nothing";
            return NULL;
        }
        if (git_tree_entry_filemode(entry) != GIT_FILEMODE_LINK) {
            *path = g_steal_pointer(&resolved);
            return entry;
        }
        oid = *git_tree_entry_id(entry);
        git_tree_entry_free(entry);
        g_free(from);
        from = g_path_get_dirname(resolved);
        if (strcmp(from, ".") == 0)
            from[0] = '\0';
    }
    *reason = "symbolic link to itself";
    return NULL;
}

static void add_blob(Listing *listing, const char *path, const char *real, SourceEntryKind kind,
                     const git_oid *oid)
{
    RevisionSource *revision = listing->revision;

    if (!git_odb_exists(revision->odb, oid)) {
        refuse(listing, path, "object is not in the repository");
        return;
    }
    SourceEntry *entry = listing_add(listing->builder, path, kind, is_selected(revision, path));
    memcpy(entry->identity.blob, oid->id, sizeof entry->identity.blob);
    if (strcmp(path, real) != 0)
        entry->real_path = arena_strndup(&listing->builder->arena, real, strlen(real));
    git_oid *copy = arena_new(&revision->arena, git_oid);
    *copy = *oid;
    g_hash_table_insert(revision->blobs, (void *)entry->path, copy);
}

static bool is_loop(const Folder *folder, const char *target)
{
    bool loop = source_is_below(folder->real, target);

    for (uint32_t i = 0; i < folder->n_origins; i++)
        loop = loop || source_is_below(folder->origins[i], target);
    return loop;
}

static void push_linked(Listing *listing, const Folder *folder, const char *path, const char *target,
                        const git_oid *tree)
{
    if (is_loop(folder, target)) {
        refuse(listing, path, "symbolic link to a folder that holds it");
        return;
    }
    if (folder->n_origins == MAX_LINKS_CROSSED || listing->linked_folders >= MAX_LINKED_FOLDERS) {
        refuse(listing, path, "symbolic link behind too many others");
        return;
    }
    Folder next = *folder;
    next.path = path;
    next.real = arena_strndup(&listing->revision->arena, target, strlen(target));
    next.tree = *tree;
    next.origins[next.n_origins++] = folder->real;
    g_array_append_val(listing->stack, next);
}

static void visit_link(Listing *listing, const Folder *folder, const char *name, const char *path,
                       const git_oid *oid)
{
    SourceEntryKind kind;
    const char *reason = NULL;
    g_autofree char *target = NULL;
    bool ours = source_kind_of(name, &kind);
    git_tree_entry *entry = follow(listing->revision, folder->real, oid, &target, &reason);

    if (entry == NULL) {
        if (ours)
            refuse(listing, path, reason);
        return;
    }
    if (git_tree_entry_type(entry) == GIT_OBJECT_TREE) {
        if (!source_folder_left_out(name))
            push_linked(listing, folder, path, target, git_tree_entry_id(entry));
    } else if (ours && git_tree_entry_type(entry) == GIT_OBJECT_BLOB) {
        add_blob(listing, path, target, kind, git_tree_entry_id(entry));
    }
    git_tree_entry_free(entry);
}

static void visit_entry(Listing *listing, const Folder *folder, const git_tree_entry *entry)
{
    RevisionSource *revision = listing->revision;
    const char *name = git_tree_entry_name(entry);
    git_filemode_t mode = git_tree_entry_filemode(entry);
    SourceEntryKind kind;
    bool ours = source_kind_of(name, &kind);

    if (mode == GIT_FILEMODE_COMMIT || (!ours && mode != GIT_FILEMODE_TREE && mode != GIT_FILEMODE_LINK))
        return;
    const char *path = join(revision, folder->path, name);
    if (listing_excluded(listing->builder, path)) {
        listing->builder->n_ignored += ours && mode != GIT_FILEMODE_TREE;
        return;
    }
    if (mode == GIT_FILEMODE_LINK) {
        if (!revision->only_paths || leads_to_selected(revision, path))
            visit_link(listing, folder, name, path, git_tree_entry_id(entry));
    } else if (mode == GIT_FILEMODE_TREE) {
        bool wanted = revision->only_paths ? leads_to_selected(revision, path) : true;
        if (!wanted || (source_folder_left_out(name) &&
                        !(revision->paths->len > 0 && leads_to_selected(revision, path))))
            return;
        Folder next = *folder;
        next.path = path;
        next.real = folder->n_origins > 0 ? join(revision, folder->real, name) : path;
        next.tree = *git_tree_entry_id(entry);
        g_array_append_val(listing->stack, next);
    } else if (!revision->only_paths || is_selected(revision, path)) {
        const char *real = folder->n_origins > 0 ? join(revision, folder->real, name) : path;
        add_blob(listing, path, real, kind, git_tree_entry_id(entry));
    }
}

static bool revision_list(Source *source, ListingBuilder *builder, GError **error)
{
    RevisionSource *revision = (RevisionSource *)source;
    Listing listing = {.revision = revision, .builder = builder};
    Folder top = {.path = "", .real = "", .tree = *git_tree_id(revision->tree)};

    (void)error;
    listing.stack = g_array_new(false, false, sizeof(Folder));
    g_array_append_val(listing.stack, top);
    while (listing.stack->len > 0) {
        Folder folder = g_array_index(listing.stack, Folder, listing.stack->len - 1);
        git_tree *tree = NULL;
        g_array_set_size(listing.stack, listing.stack->len - 1);
        if (git_tree_lookup(&tree, revision->repository, &folder.tree) != 0) {
            refuse(&listing, folder.path[0] != '\0' ? folder.path : ".", "object is not in the repository");
            continue;
        }
        listing.linked_folders += folder.n_origins > 0;
        if (folder.path[0] == '\0' || git_tree_entry_byname(tree, "pyvenv.cfg") == NULL)
            for (size_t i = 0; i < git_tree_entrycount(tree); i++)
                visit_entry(&listing, &folder, git_tree_entry_byindex(tree, i));
        git_tree_free(tree);
    }
    g_array_unref(listing.stack);
    return true;
}

static GBytes *fail(const char *path, OnedefError code, const char *reason, GError **error)
{
    g_set_error(error, ONEDEF_ERROR, code, "cannot read '%s': %s", path, reason);
    return NULL;
}

static void free_object(void *object)
{
    git_odb_object_free(object);
}

static GBytes *revision_read(Source *source, const char *path, GError **error)
{
    RevisionSource *revision = (RevisionSource *)source;
    const git_oid *known = g_hash_table_lookup(revision->blobs, path);
    git_odb_object *object = NULL;
    git_oid oid;

    if (known != NULL) {
        oid = *known;
    } else {
        git_tree_entry *entry = NULL;
        if (git_tree_entry_bypath(&entry, revision->tree, path) != 0)
            return fail(path, ONEDEF_ERROR_IO, "not in this revision", error);
        bool blob = git_tree_entry_type(entry) == GIT_OBJECT_BLOB;
        oid = *git_tree_entry_id(entry);
        git_tree_entry_free(entry);
        if (!blob)
            return fail(path, ONEDEF_ERROR_IO, "not a regular file", error);
    }
    if (git_odb_read(&object, revision->odb, &oid) != 0)
        return fail(path, ONEDEF_ERROR_IO, git_reason(), error);
    if (git_odb_object_size(object) > SOURCE_MAX_FILE) {
        git_odb_object_free(object);
        return fail(path, ONEDEF_ERROR_LIMIT, "more than 1 GiB", error);
    }
    return g_bytes_new_with_free_func(git_odb_object_data(object), git_odb_object_size(object), free_object,
                                      object);
}

static bool revision_has(Source *source, const char *path)
{
    RevisionSource *revision = (RevisionSource *)source;
    git_tree_entry *entry = NULL;

    if (git_tree_entry_bypath(&entry, revision->tree, path) != 0)
        return false;
    bool blob = git_tree_entry_type(entry) == GIT_OBJECT_BLOB;
    git_tree_entry_free(entry);
    return blob;
}

static void revision_free(Source *source)
{
    RevisionSource *revision = (RevisionSource *)source;

    g_hash_table_unref(revision->blobs);
    g_ptr_array_unref(revision->paths);
    git_tree_free(revision->tree);
    git_odb_free(revision->odb);
    git_repository_free(revision->repository);
    arena_clear(&revision->arena);
}

static const SourceClass revision_class = {revision_list, revision_read, revision_has, revision_free};

/* Where relative path arguments start: the folder that was given, when it lies in the work tree. */
static char *path_base(const char *work_tree, const char *given)
{
    char *real = realpath(given, NULL);
    char *base = g_strdup(real != NULL && source_is_below(real, work_tree) ? real : work_tree);

    free(real);
    return base;
}

/* A path argument relative to the repository's root; it need not exist any more. */
static char *relative_path(const RevisionSource *revision, const char *path)
{
    const char *work_tree = git_repository_workdir(revision->repository);
    g_autofree char *git = g_canonicalize_filename(git_repository_path(revision->repository), NULL);

    if (g_path_is_absolute(path) && source_is_below(path, git)) /* goes on in the tree */
        return g_strdup(path[strlen(git)] == '/' ? path + strlen(git) + 1 : "");
    if (work_tree != NULL) {
        g_autofree char *top = g_canonicalize_filename(work_tree, NULL);
        g_autofree char *base = path_base(top, revision->given);
        g_autofree char *clean = g_canonicalize_filename(path, base);
        if (source_is_below(clean, top))
            return g_strdup(clean[strlen(top)] == '/' ? clean + strlen(top) + 1 : "");
    }
    return g_path_is_absolute(path) ? NULL : resolve_link("", path);
}

/* The folder of the tree that would be the project's root on disk, now: so that a revision and the disk
 * show the same paths. "" where the disk does not say, or the tree had no such folder. Caller frees. */
static char *current_root(const RevisionSource *revision, git_tree *top, const SourceOptions *options)
{
    const char *work_tree = git_repository_workdir(revision->repository);
    g_autofree char *root = NULL;
    git_tree_entry *entry = NULL;
    Project project;

    if (work_tree == NULL || options->paths == NULL)
        return g_strdup("");
    if (project_find(options, &project, NULL) && !project.only_paths)
        root = relative_path(revision, project.root);
    project_clear(&project);
    if (root == NULL || root[0] == '\0' || git_tree_entry_bypath(&entry, top, root) != 0)
        return g_strdup("");
    bool folder = git_tree_entry_type(entry) == GIT_OBJECT_TREE;
    git_tree_entry_free(entry);
    return folder ? g_steal_pointer(&root) : g_strdup("");
}

static bool pick_tree(RevisionSource *revision, git_commit *commit, const SourceOptions *options,
                      GError **error)
{
    git_tree *top = NULL;

    if (git_commit_tree(&top, commit) != 0) {
        g_set_error(error, ONEDEF_ERROR, ONEDEF_ERROR_IO, "cannot read revision %s: %s", revision->base.label,
                    git_reason());
        return false;
    }
    g_autofree char *root = options->project_root != NULL ? relative_path(revision, options->project_root)
                                                          : current_root(revision, top, options);
    if (root == NULL || root[0] == '\0') {
        revision->tree = top;
    } else {
        git_tree_entry *entry = NULL;
        if (git_tree_entry_bypath(&entry, top, root) == 0)
            git_tree_lookup(&revision->tree, revision->repository, git_tree_entry_id(entry));
        git_tree_entry_free(entry);
        git_tree_free(top);
    }
    if (root == NULL || revision->tree == NULL) {
        g_set_error(error, ONEDEF_ERROR, ONEDEF_ERROR_INPUT, "revision %s has no folder '%s'",
                    revision->base.label, options->project_root);
        return false;
    }
    for (uint32_t i = 0; options->paths != NULL && options->paths[i] != NULL; i++) {
        char *path = relative_path(revision, options->paths[i]);
        if (path == NULL || !source_is_below(path, root)) {
            g_free(path);
            g_set_error(error, ONEDEF_ERROR, ONEDEF_ERROR_USAGE, "'%s' is outside the project root",
                        options->paths[i]);
            return false;
        }
        g_ptr_array_add(revision->paths,
                        g_strdup(path[strlen(root)] == '/' ? path + strlen(root) + 1 : path + strlen(root)));
        g_free(path);
    }
    return true;
}

static git_commit *find_commit(git_repository *repository, const char *name, GError **error)
{
    git_object *object = NULL, *commit = NULL;

    if (git_revparse_single(&object, repository, name) != 0 ||
        git_object_peel(&commit, object, GIT_OBJECT_COMMIT) != 0)
        g_set_error(error, ONEDEF_ERROR, ONEDEF_ERROR_INPUT, "cannot find revision '%s': %s", name,
                    git_reason());
    git_object_free(object);
    return (git_commit *)commit;
}

Source *source_open_revision(const char *repository, const char *name, const SourceOptions *options,
                             GError **error)
{
    static const SourceOptions defaults;
    git_repository *git = git_open(repository, true);

    if (options == NULL)
        options = &defaults;
    if (git == NULL) {
        g_set_error(error, ONEDEF_ERROR, ONEDEF_ERROR_INPUT, "cannot open the git repository of '%s': %s",
                    repository, git_reason());
        return NULL;
    }
    git_commit *commit = find_commit(git, name, error);
    if (commit == NULL) {
        git_repository_free(git);
        return NULL;
    }
    RevisionSource *revision = g_new0(RevisionSource, 1);
    char id[GIT_OID_HEXSZ + 1];
    git_oid_tostr(id, sizeof id, git_commit_id(commit));
    const char *place =
        git_repository_workdir(git) != NULL ? git_repository_workdir(git) : git_repository_path(git);
    source_init(&revision->base, &revision_class, g_canonicalize_filename(place, NULL), g_strdup(id),
                options->excludes);
    revision->repository = git;
    revision->only_paths = options->only_paths;
    revision->paths = g_ptr_array_new_with_free_func(g_free);
    revision->blobs = g_hash_table_new(g_str_hash, g_str_equal);
    arena_init(&revision->arena);
    revision->given = repository;
    bool opened = pick_tree(revision, commit, options, error);
    revision->given = NULL;
    git_commit_free(commit);
    if (opened && git_repository_odb(&revision->odb, git) != 0) {
        g_set_error(error, ONEDEF_ERROR, ONEDEF_ERROR_IO, "cannot read the objects of '%s': %s", repository,
                    git_reason());
        opened = false;
    }
    if (!opened) {
        source_free(&revision->base);
        return NULL;
    }
    return &revision->base;
}
