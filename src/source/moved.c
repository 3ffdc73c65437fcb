/* One walk for all questions. The difference of two trees costs as much as they differ, blobs are read
 * only in commits that touch a path in question, and there only those that the commit touched. */
#include "source/moved.h"

#include <string.h>

#include "source/git.h"

enum { MAX_DELTAS = 4000, MAX_BLOB = 4 << 20 };

typedef struct Walk {
    git_repository *repository;
    const char *prefix; /* of the project within the repository: "" or "a/b/" */
    MovedQuery *queries;
    uint32_t n_queries, n_open;
    GHashTable *by_path; /* path in the repository → GArray of query indices */
} Walk;

static void free_indices(void *array)
{
    g_array_free(array, TRUE);
}

static void index_queries(Walk *walk)
{
    walk->by_path = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, free_indices);
    for (uint32_t i = 0; i < walk->n_queries; i++) {
        char *path = g_strconcat(walk->prefix, walk->queries[i].path, NULL);
        GArray *list = g_hash_table_lookup(walk->by_path, path);
        if (list == NULL) {
            list = g_array_new(FALSE, FALSE, sizeof(uint32_t));
            g_hash_table_insert(walk->by_path, path, list);
        } else {
            g_free(path);
        }
        g_array_append_val(list, i);
    }
    walk->n_open = walk->n_queries;
}

/* --- texts --- */

/* The bytes of a blob as a string; NULL when it is absent, too large or no blob. */
static char *blob_text(const Walk *walk, const git_oid *id)
{
    git_blob *blob = NULL;
    char *text = NULL;

    if (git_oid_is_zero(id) || git_blob_lookup(&blob, walk->repository, id) != 0)
        return NULL;
    if (git_blob_rawsize(blob) <= MAX_BLOB)
        text = g_strndup(git_blob_rawcontent(blob), git_blob_rawsize(blob));
    git_blob_free(blob);
    return text;
}

static bool is_word(char c)
{
    return g_ascii_isalnum(c) || c == '_' || (c & 0x80) != 0;
}

static const char *skip_word(const char *line, const char *word)
{
    size_t length = strlen(word);

    return strncmp(line, word, length) == 0 && line[length] == ' '
               ? line + length + strspn(line + length, " ")
               : NULL;
}

/* The name that a line at column 0 defines, and with which keyword; NULL: none. */
static const char *defined_name(const char *line, const char **keyword)
{
    const char *name = skip_word(line, "async");
    const char *from = name != NULL ? name : line;

    *keyword = "class";
    if ((name = skip_word(from, "class")) != NULL)
        return name;
    *keyword = "def";
    if ((name = skip_word(from, "def")) != NULL)
        return name;
    *keyword = "=";
    const char *end = line;
    while (is_word(*end))
        end++;
    const char *after = end + strspn(end, " ");
    return end > line && (*after == '=' || *after == ':') && after[1] != '=' ? line : NULL;
}

static size_t word_length(const char *word)
{
    size_t length = 0;

    while (is_word(word[length]))
        length++;
    return length;
}

static const char *next_line(const char *line)
{
    const char *end = strchr(line, '\n');

    return end != NULL ? end + 1 : NULL;
}

/* The keyword with which `text` defines `name` at top level; NULL: it does not. */
static const char *defines(const char *text, const char *name)
{
    size_t length = strlen(name);
    const char *keyword;

    for (const char *line = text; line != NULL; line = next_line(line)) {
        const char *found = defined_name(line, &keyword);
        if (found != NULL && word_length(found) == length && memcmp(found, name, length) == 0)
            return keyword;
    }
    return NULL;
}

/* The one name that `after` defines with this keyword and `before` does not. Caller frees. */
static char *only_new_name(const char *before, const char *after, const char *wanted)
{
    char *only = NULL;
    const char *keyword;

    for (const char *line = after; line != NULL; line = next_line(line)) {
        const char *found = defined_name(line, &keyword);
        if (found == NULL || strcmp(keyword, wanted) != 0)
            continue;
        g_autofree char *name = g_strndup(found, word_length(found));
        if (defines(before, name) != NULL || (only != NULL && strcmp(only, name) == 0))
            continue;
        if (only != NULL) {
            g_free(only);
            return NULL;
        }
        only = g_steal_pointer(&name);
    }
    return only;
}

/* --- one commit --- */

static char *below_prefix(const Walk *walk, const char *path)
{
    return g_str_has_prefix(path, walk->prefix) ? g_strdup(path + strlen(walk->prefix)) : NULL;
}

/* The only other file of this commit that gained the name. */
static char *find_gainer(const Walk *walk, git_diff *diff, const char *name)
{
    size_t n = MIN(git_diff_num_deltas(diff), (size_t)MAX_DELTAS);
    char *found = NULL;

    for (size_t i = 0; i < n; i++) {
        const git_diff_delta *delta = git_diff_get_delta(diff, i);
        if (delta->status == GIT_DELTA_DELETED || !g_str_has_suffix(delta->new_file.path, ".py"))
            continue;
        g_autofree char *after = blob_text(walk, &delta->new_file.id);
        if (after == NULL || defines(after, name) == NULL)
            continue;
        g_autofree char *before =
            delta->status == GIT_DELTA_ADDED ? NULL : blob_text(walk, &delta->old_file.id);
        if (before != NULL && defines(before, name) != NULL)
            continue;
        if (found != NULL) {
            g_free(found);
            return NULL;
        }
        found = below_prefix(walk, delta->new_file.path);
    }
    return found;
}

static void close_query(Walk *walk, MovedQuery *query, git_commit *commit)
{
    query->seen = true;
    git_oid_tostr(query->commit, 11, git_commit_id(commit));
    walk->n_open--;
}

/* A name that the commit took out of the file. */
static void answer_name(Walk *walk, MovedQuery *query, git_commit *commit, git_diff *diff,
                        const git_diff_delta *delta)
{
    g_autofree char *before = blob_text(walk, &delta->old_file.id);
    g_autofree char *after = delta->status == GIT_DELTA_DELETED ? NULL : blob_text(walk, &delta->new_file.id);
    const char *keyword = before != NULL ? defines(before, query->name) : NULL;

    if (keyword == NULL || (after != NULL && defines(after, query->name) != NULL))
        return;
    close_query(walk, query, commit);
    query->to_path = find_gainer(walk, diff, query->name);
    if (query->to_path != NULL || after == NULL)
        return;
    query->to_name = only_new_name(before, after, keyword);
    if (query->to_name != NULL)
        query->to_path = g_strdup(query->path);
}

/* Where a deleted file went: libgit2's own measure of likeness. */
static void answer_file(Walk *walk, MovedQuery *query, git_commit *commit, git_tree *parent, git_tree *tree)
{
    git_diff_find_options find = {.version = GIT_DIFF_FIND_OPTIONS_VERSION};
    g_autofree char *path = g_strconcat(walk->prefix, query->path, NULL);
    git_diff *diff = NULL;

    close_query(walk, query, commit);
    find.flags = GIT_DIFF_FIND_RENAMES;
    find.rename_limit = 400;
    if (git_diff_tree_to_tree(&diff, walk->repository, parent, tree, NULL) != 0)
        return;
    if (git_diff_find_similar(diff, &find) == 0)
        for (size_t i = 0; i < git_diff_num_deltas(diff) && query->to_path == NULL; i++) {
            const git_diff_delta *delta = git_diff_get_delta(diff, i);
            if (delta->status == GIT_DELTA_RENAMED && strcmp(delta->old_file.path, path) == 0)
                query->to_path = below_prefix(walk, delta->new_file.path);
        }
    git_diff_free(diff);
}

static void read_delta(Walk *walk, git_commit *commit, git_tree *parent, git_tree *tree, git_diff *diff,
                       const git_diff_delta *delta)
{
    const GArray *indices = g_hash_table_lookup(walk->by_path, delta->old_file.path);

    for (uint32_t i = 0; indices != NULL && i < indices->len; i++) {
        MovedQuery *query = &walk->queries[g_array_index(indices, uint32_t, i)];
        if (query->seen)
            continue;
        if (query->name != NULL)
            answer_name(walk, query, commit, diff, delta);
        else if (delta->status == GIT_DELTA_DELETED)
            answer_file(walk, query, commit, parent, tree);
    }
}

static void read_commit(Walk *walk, git_commit *commit)
{
    git_commit *parent = NULL;
    git_tree *before = NULL, *after = NULL;
    git_diff *diff = NULL;

    if (git_commit_parentcount(commit) == 1 && git_commit_parent(&parent, commit, 0) == 0 &&
        git_commit_tree(&before, parent) == 0 && git_commit_tree(&after, commit) == 0 &&
        git_diff_tree_to_tree(&diff, walk->repository, before, after, NULL) == 0)
        for (size_t i = 0; i < git_diff_num_deltas(diff); i++) {
            const git_diff_delta *delta = git_diff_get_delta(diff, i);
            if (delta->status == GIT_DELTA_DELETED || delta->status == GIT_DELTA_MODIFIED)
                read_delta(walk, commit, before, after, diff, delta);
        }
    git_diff_free(diff);
    git_tree_free(after);
    git_tree_free(before);
    git_commit_free(parent);
}

static void walk_commits(Walk *walk, const char *revision, uint32_t limit)
{
    git_revwalk *commits = NULL;
    git_oid id;
    bool started;

    if (git_revwalk_new(&commits, walk->repository) != 0)
        return;
    git_revwalk_sorting(commits, GIT_SORT_TIME);
    started = revision != NULL ? git_oid_fromstr(&id, revision) == 0 && git_revwalk_push(commits, &id) == 0
                               : git_revwalk_push_head(commits) == 0;
    for (uint32_t n = 0; started && n < limit && walk->n_open > 0; n++) {
        git_commit *commit = NULL;
        if (git_revwalk_next(&id, commits) != 0)
            break;
        if (git_commit_lookup(&commit, walk->repository, &id) != 0)
            continue;
        read_commit(walk, commit);
        git_commit_free(commit);
    }
    git_revwalk_free(commits);
}

/* "a/b/" for a root below its work tree, "" at its top or in a bare repository; NULL: elsewhere. */
static char *find_prefix(git_repository *repository, const char *root)
{
    const char *workdir = git_repository_workdir(repository);
    g_autofree char *real = g_canonicalize_filename(root, NULL);
    g_autofree char *with_slash = g_strconcat(real, "/", NULL);

    if (workdir == NULL)
        return g_strdup("");
    return g_str_has_prefix(with_slash, workdir) ? g_strdup(with_slash + strlen(workdir)) : NULL;
}

void moved_answer(const char *root, const char *revision, MovedQuery *queries, uint32_t n_queries,
                  uint32_t limit)
{
    Walk walk = {.queries = queries, .n_queries = n_queries};

    walk.repository = n_queries > 0 ? git_open(root, true) : NULL;
    if (walk.repository == NULL)
        return;
    g_autofree char *prefix = find_prefix(walk.repository, root);
    walk.prefix = prefix;
    if (prefix != NULL) {
        index_queries(&walk);
        walk_commits(&walk, revision, limit);
        g_hash_table_destroy(walk.by_path);
    }
    git_repository_free(walk.repository);
}

void moved_clear(MovedQuery *queries, uint32_t n_queries)
{
    for (uint32_t i = 0; i < n_queries; i++) {
        g_clear_pointer(&queries[i].to_path, g_free);
        g_clear_pointer(&queries[i].to_name, g_free);
    }
}
