/* An explicit stack of folders, each opened relative to the root: no depth of the tree can exhaust
 * ours. d_type spares a stat for everything that is no Python file.
 *
 * Symbolic links. Python follows them, and a file reached through two names is two modules, so a
 * link to a file or folder inside the project is listed under its own path, with `real_path` saying
 * what it leads to (that is read once). A link to a folder is refused when it leads to a folder
 * that encloses the way by which it was reached: the chain of folders in which links were crossed is
 * kept for that. Trees of links that are no loops can still double with every level; the number
 * of links crossed on one way and of linked folders entered at all are bounded.
 *
 * Plain files are asked for their size and times when all are listed, on all cores: of a tree that did not
 * change that is most of the work. */
#include "source/walk.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/pool.h"
#include "source/ignore.h"

#define MAX_LINKS_CROSSED  4
#define MAX_LINKED_FOLDERS 4096

/* Link — one symbolic link crossed on the way to a folder: the real folder in which it stood. */
typedef struct Link {
    const struct Link *outer;
    const char *origin;
    uint32_t depth;
} Link;

typedef struct Folder {
    const char *path; /* as reached, relative; "" is the root */
    const char *real; /* real path, relative; same text unless a link was crossed */
    const Link *link;
    Ignore *ignore; /* NULL: nothing is ignored */
} Folder;

typedef struct Walk {
    ListingBuilder *builder;
    Project *project;
    int root_fd;
    bool no_ignore;
    GArray *stack;      /* Folder */
    GPtrArray *ignores; /* Ignore*, all that were opened */
    uint32_t linked_folders;
    GArray *plain; /* uint32_t: entries that readdir calls regular files, to be looked at */
    Arena arena;
} Walk;

void walk_identity(SourceIdentity *identity, const struct stat *status)
{
    identity->size = (uint64_t)status->st_size;
    identity->mtime_ns = (int64_t)status->st_mtim.tv_sec * 1000000000 + status->st_mtim.tv_nsec;
    identity->ctime_ns = (int64_t)status->st_ctim.tv_sec * 1000000000 + status->st_ctim.tv_nsec;
    identity->inode = (uint64_t)status->st_ino;
    identity->device = (uint64_t)status->st_dev;
}

static const char *join(Walk *walk, const char *folder, const char *name)
{
    size_t a = strlen(folder), b = strlen(name);
    char *path = arena_alloc(&walk->arena, a + b + 2);

    if (a > 0) {
        memcpy(path, folder, a);
        path[a++] = '/';
    }
    memcpy(path + a, name, b);
    return path;
}

static const char *absolute(Walk *walk, const char *relative)
{
    const char *root = walk->project->root;

    if (relative[0] == '\0')
        return root;
    size_t a = strcmp(root, "/") == 0 ? 0 : strlen(root), b = strlen(relative);
    char *path = arena_alloc(&walk->arena, a + b + 2);
    memcpy(path, root, a);
    path[a] = '/';
    memcpy(path + a + 1, relative, b);
    return path;
}

static bool is_selected(const Walk *walk, const char *path)
{
    const GArray *paths = walk->project->paths;

    for (uint32_t i = 0; i < paths->len; i++) {
        const ProjectPath *selected = &g_array_index(paths, ProjectPath, i);
        if (selected->folder ? source_is_below(path, selected->path) : strcmp(path, selected->path) == 0)
            return true;
    }
    return false;
}

static void mark_seen(Walk *walk, const char *path)
{
    for (uint32_t i = 0; i < walk->project->paths->len; i++) {
        ProjectPath *selected = &g_array_index(walk->project->paths, ProjectPath, i);
        if (selected->folder && strcmp(path, selected->path) == 0)
            selected->seen = true;
    }
}

static void refuse(Walk *walk, const char *path, const char *reason)
{
    listing_add_unreadable(walk->builder, path, is_selected(walk, path), reason);
}

static void push(Walk *walk, const char *path, const char *real, const Link *link, Ignore *ignore)
{
    Folder folder = {.path = path, .real = real, .link = link, .ignore = ignore};

    g_array_append_val(walk->stack, folder);
}

/* Where a link leads, relative to the root; NULL with a reason when it leads nowhere of ours. */
static const char *link_target(Walk *walk, const char *path, const char **reason)
{
    const char *root = walk->project->root;
    char *real = realpath(absolute(walk, path), NULL);

    if (real == NULL) {
        *reason = errno == ELOOP ? "symbolic link to itself" : "symbolic link to nothing";
        return NULL;
    }
    const char *result = NULL;
    if (strcmp(root, "/") == 0 || source_is_below(real, root)) {
        size_t length = strcmp(root, "/") == 0 ? 0 : strlen(root);
        const char *relative = real[length] == '/' ? real + length + 1 : real + length;
        result = arena_strndup(&walk->arena, relative, strlen(relative));
    } else {
        *reason = "symbolic link that leads out of the project";
    }
    free(real);
    return result;
}

static bool left_out_somewhere(const char *path)
{
    g_auto(GStrv) parts = g_strsplit(path, "/", -1);

    for (uint32_t i = 0; parts[i] != NULL; i++)
        if (source_folder_left_out(parts[i]))
            return true;
    return false;
}

static void follow_folder(Walk *walk, const Folder *folder, const char *path, const char *target)
{
    if (left_out_somewhere(target))
        return;
    if (folder->link != NULL && folder->link->depth >= MAX_LINKS_CROSSED) {
        refuse(walk, path, "symbolic link behind too many others");
        return;
    }
    bool loop = source_is_below(folder->real, target);
    for (const Link *link = folder->link; link != NULL && !loop; link = link->outer)
        loop = source_is_below(link->origin, target);
    if (loop) {
        refuse(walk, path, "symbolic link to a folder that holds it");
        return;
    }
    if (walk->linked_folders >= MAX_LINKED_FOLDERS) {
        refuse(walk, path, "more linked folders than are followed");
        return;
    }
    Link *link = arena_new(&walk->arena, Link);
    *link = (Link){.outer = folder->link,
                   .origin = folder->real,
                   .depth = folder->link != NULL ? folder->link->depth + 1 : 1};
    push(walk, path, target, link, folder->ignore);
}

/* A file that is what its folder says it is: looked at later. */
static void add_plain_file(Walk *walk, const char *path, SourceEntryKind kind)
{
    uint32_t index = walk->builder->entries->len;

    listing_add(walk->builder, path, kind, is_selected(walk, path));
    g_array_append_val(walk->plain, index);
}

enum { LOOK_SHARE = 128 };

/* Look — at plain files, by many threads. */
typedef struct Look {
    const Walk *walk;
    int *errors; /* by position in walk->plain: errno, or -1 for what is no regular file */
} Look;

static void look_share(void *context, uint32_t share, uint32_t worker)
{
    const Look *look = context;
    const GArray *plain = look->walk->plain;
    uint32_t end = MIN((share + 1) * LOOK_SHARE, plain->len);

    (void)worker;
    for (uint32_t i = share * LOOK_SHARE; i < end; i++) {
        SourceEntry *entry =
            &g_array_index(look->walk->builder->entries, SourceEntry, g_array_index(plain, uint32_t, i));
        struct stat status;
        if (fstatat(look->walk->root_fd, entry->path, &status, AT_SYMLINK_NOFOLLOW) != 0)
            look->errors[i] = errno;
        else if (!S_ISREG(status.st_mode))
            look->errors[i] = -1;
        else
            walk_identity(&entry->identity, &status);
    }
}

static void look_at_plain_files(Walk *walk, uint32_t workers)
{
    uint32_t n = walk->plain->len;
    g_autofree int *errors = g_new0(int, MAX(n, 1));
    Look look = {.walk = walk, .errors = errors};

    pool_run(n >= 4 * LOOK_SHARE ? workers : 1, (n + LOOK_SHARE - 1) / LOOK_SHARE, look_share, &look);
    for (uint32_t i = 0; i < n; i++) {
        if (errors[i] == 0)
            continue;
        const char *reason = errors[i] > 0 ? g_strerror(errors[i]) : "not a regular file";
        SourceEntry *entry =
            &g_array_index(walk->builder->entries, SourceEntry, g_array_index(walk->plain, uint32_t, i));
        entry->kind = SOURCE_UNREADABLE;
        entry->reason = arena_strndup(&walk->builder->arena, reason, strlen(reason));
    }
}

static void add_file(Walk *walk, const Folder *folder, int fd, const char *name, const char *path,
                     bool explicit)
{
    SourceEntryKind kind = SOURCE_PYTHON;
    struct stat status;
    const char *real = NULL, *reason = NULL;

    if (!source_kind_of(name, &kind) && !explicit)
        return;
    if (fstatat(fd, name, &status, AT_SYMLINK_NOFOLLOW) != 0) {
        refuse(walk, path, g_strerror(errno));
        return;
    }
    if (S_ISLNK(status.st_mode)) {
        real = link_target(walk, path, &reason);
        if (real != NULL && fstatat(fd, name, &status, 0) != 0)
            reason = g_strerror(errno);
    } else if (folder->link != NULL) {
        real = join(walk, folder->real, name);
    }
    if (reason == NULL && !S_ISREG(status.st_mode))
        reason = "not a regular file";
    if (reason != NULL) {
        refuse(walk, path, reason);
        return;
    }
    SourceEntry *entry = listing_add(walk->builder, path, kind, is_selected(walk, path));
    walk_identity(&entry->identity, &status);
    if (real != NULL)
        entry->real_path = arena_strndup(&walk->builder->arena, real, strlen(real));
}

/* Rules of a repository nested in the project replace those of the outer one below it. */
static Ignore *rules_below(Walk *walk, const char *path, Ignore *outer)
{
    if (walk->no_ignore)
        return NULL;
    Ignore *inner = ignore_open(absolute(walk, path), false);
    if (inner == NULL)
        return outer;
    g_ptr_array_add(walk->ignores, inner);
    return inner;
}

static void visit_folder(Walk *walk, const Folder *folder, const char *name, const char *path)
{
    const char *real = folder->link != NULL ? join(walk, folder->real, name) : path;

    if (source_folder_left_out(name) || listing_excluded(walk->builder, path))
        return;
    if (folder->ignore != NULL && ignore_folder(folder->ignore, absolute(walk, real)))
        return;
    push(walk, path, real, folder->link, folder->ignore);
}

static void visit_link(Walk *walk, const Folder *folder, int fd, const char *name, const char *path)
{
    struct stat status;
    const char *reason = NULL;
    SourceEntryKind kind;
    bool ours = source_kind_of(name, &kind);

    if (fstatat(fd, name, &status, 0) == 0 && S_ISDIR(status.st_mode)) {
        if (source_folder_left_out(name) || listing_excluded(walk->builder, path) ||
            (folder->ignore != NULL && folder->link == NULL &&
             ignore_file(folder->ignore, absolute(walk, path))))
            return;
        const char *target = link_target(walk, path, &reason);
        if (target != NULL)
            follow_folder(walk, folder, path, target);
        else
            refuse(walk, path, reason);
    } else if (ours) {
        add_file(walk, folder, fd, name, path, false);
    }
}

static void visit_entry(Walk *walk, const Folder *folder, int fd, const struct dirent *item)
{
    const char *name = item->d_name;
    unsigned char type = item->d_type;
    SourceEntryKind kind;

    if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
        return;
    if (type == DT_UNKNOWN) {
        struct stat status;
        if (fstatat(fd, name, &status, AT_SYMLINK_NOFOLLOW) == 0)
            type = S_ISDIR(status.st_mode) ? DT_DIR : S_ISLNK(status.st_mode) ? DT_LNK : DT_REG;
    }
    if (type == DT_DIR) {
        visit_folder(walk, folder, name, join(walk, folder->path, name));
        return;
    }
    bool ours = source_kind_of(name, &kind);
    if (!ours && type != DT_LNK)
        return;
    const char *path = join(walk, folder->path, name);
    if (ours) {
        const char *real = folder->link != NULL ? join(walk, folder->real, name) : path;
        if (listing_excluded(walk->builder, path) ||
            (folder->ignore != NULL && ignore_file(folder->ignore, absolute(walk, real)))) {
            walk->builder->n_ignored++;
            return;
        }
    }
    if (type == DT_LNK)
        visit_link(walk, folder, fd, name, path);
    else if (type == DT_REG && folder->link == NULL)
        add_plain_file(walk, path, kind);
    else
        add_file(walk, folder, fd, name, path, false);
}

static void visit(Walk *walk, Folder folder, bool start)
{
    int fd = openat(walk->root_fd, folder.path[0] != '\0' ? folder.path : ".",
                    O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NONBLOCK);
    DIR *stream = fd >= 0 ? fdopendir(fd) : NULL;

    if (stream == NULL) {
        refuse(walk, folder.path[0] != '\0' ? folder.path : ".", g_strerror(errno));
        if (fd >= 0)
            close(fd);
        return;
    }
    mark_seen(walk, folder.path);
    if (!start && faccessat(fd, "pyvenv.cfg", F_OK, 0) == 0) {
        closedir(stream);
        return;
    }
    if (!start && folder.link == NULL && faccessat(fd, ".git", F_OK, 0) == 0)
        folder.ignore = rules_below(walk, folder.path, folder.ignore);
    if (folder.link != NULL)
        walk->linked_folders++;
    errno = 0;
    for (const struct dirent *item; (item = readdir(stream)) != NULL; errno = 0)
        visit_entry(walk, &folder, fd, item);
    if (errno != 0)
        refuse(walk, folder.path[0] != '\0' ? folder.path : ".", g_strerror(errno));
    closedir(stream);
}

static void walk_from(Walk *walk, const char *start)
{
    const char *path = arena_strndup(&walk->arena, start, strlen(start));
    Ignore *ignore = NULL;

    if (!walk->no_ignore) {
        ignore = ignore_open(absolute(walk, path), true);
        if (ignore != NULL)
            g_ptr_array_add(walk->ignores, ignore);
        /* What was named is wanted, whatever the rules say about it. */
        if (ignore != NULL && !ignore_tracks(ignore, absolute(walk, path)) &&
            ignore_folder(ignore, absolute(walk, path)))
            ignore = NULL;
    }
    visit(walk, (Folder){.path = path, .real = path, .ignore = ignore}, true);
    while (walk->stack->len > 0) {
        Folder folder = g_array_index(walk->stack, Folder, walk->stack->len - 1);
        g_array_set_size(walk->stack, walk->stack->len - 1);
        visit(walk, folder, false);
    }
}

static void add_named_files(Walk *walk)
{
    g_autoptr(GHashTable) listed = g_hash_table_new(g_str_hash, g_str_equal);
    const Folder top = {.path = "", .real = ""};

    for (uint32_t i = 0; i < walk->builder->entries->len; i++)
        g_hash_table_add(listed, (void *)g_array_index(walk->builder->entries, SourceEntry, i).path);
    for (uint32_t i = 0; i < walk->project->paths->len; i++) {
        const ProjectPath *path = &g_array_index(walk->project->paths, ProjectPath, i);
        if (!path->folder && !g_hash_table_contains(listed, path->path))
            add_file(walk, &top, walk->root_fd, path->path, path->path, true);
    }
}

void walk_project(ListingBuilder *builder, Project *project, int root_fd, bool no_ignore, uint32_t workers)
{
    Walk walk = {.builder = builder, .project = project, .root_fd = root_fd, .no_ignore = no_ignore};

    arena_init(&walk.arena);
    walk.stack = g_array_new(false, false, sizeof(Folder));
    walk.ignores = g_ptr_array_new_with_free_func((GDestroyNotify)ignore_free);
    walk.plain = g_array_new(false, false, sizeof(uint32_t));
    for (uint32_t i = 0; i < project->starts->len; i++)
        walk_from(&walk, project->starts->pdata[i]);
    for (uint32_t i = 0; i < project->paths->len; i++) {
        const ProjectPath *path = &g_array_index(project->paths, ProjectPath, i);
        if (path->folder && !path->seen)
            walk_from(&walk, path->path);
    }
    add_named_files(&walk);
    look_at_plain_files(&walk, workers);
    g_array_unref(walk.plain);
    g_ptr_array_unref(walk.ignores);
    g_array_unref(walk.stack);
    arena_clear(&walk.arena);
}
