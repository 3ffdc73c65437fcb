#include "source/revisions.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/error.h"
#include "source/git.h"

/* --- where a path lies --- */

/* The nearest existing file or folder at or above `absolute`, real; *rest is what follows it. */
static char *existing_part(const char *absolute, const char **rest)
{
    g_autofree char *part = g_strdup(absolute);

    for (;;) {
        char *real = realpath(part, NULL);
        if (real != NULL) {
            char *copy = g_strdup(real);
            free(real);
            *rest = absolute + strlen(part);
            return copy;
        }
        char *slash = strrchr(part, '/');
        if (slash == NULL || slash == part) {
            *rest = absolute;
            return g_strdup("/");
        }
        *slash = '\0';
    }
}

char *revision_path(const char *path)
{
    g_autofree char *absolute = g_canonicalize_filename(path, NULL);
    const char *rest;
    g_autofree char *real = existing_part(absolute, &rest);

    return g_strconcat(strcmp(real, "/") == 0 && *rest == '/' ? "" : real, rest, NULL);
}

char *revision_repository(const char *path)
{
    g_autofree char *absolute = g_canonicalize_filename(path, NULL);
    const char *rest;
    char *real = existing_part(absolute, &rest);
    struct stat status;

    if (stat(real, &status) == 0 && !S_ISDIR(status.st_mode)) {
        char *folder = g_path_get_dirname(real);
        g_free(real);
        real = folder;
    }
    return real;
}

/* --- the line --- */

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

/* Takes `commit`. Newest first. */
static GArray *walk_line(git_commit *commit, bool *cut)
{
    GArray *line = g_array_new(FALSE, FALSE, sizeof(git_oid));

    *cut = false;
    while (commit != NULL) {
        git_commit *parent = NULL;
        g_array_append_val(line, *git_commit_id(commit));
        *cut = git_commit_parentcount(commit) > 0 && git_commit_parent(&parent, commit, 0) != 0;
        git_commit_free(commit);
        commit = *cut ? NULL : parent;
    }
    return line;
}

/* Does `since` hold the commit in its history? Missing objects count as "no". */
static bool holds(git_repository *repository, const git_oid *since, const git_oid *commit)
{
    return git_oid_equal(since, commit) || git_graph_descendant_of(repository, since, commit) == 1;
}

/* Cuts the line behind the newest commit that `since` holds: along the line, once held means held for all
 * that is older, so a binary search asks few questions. */
static void cut_line(git_repository *repository, GArray *line, const git_oid *since, bool *cut)
{
    uint32_t low = 0, high = line->len;

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (holds(repository, since, &g_array_index(line, git_oid, middle)))
            high = middle;
        else
            low = middle + 1;
    }
    if (low < line->len) {
        g_array_set_size(line, low + 1);
        *cut = false;
    }
}

static void add_revision(git_repository *repository, const git_oid *id, RevisionList *list)
{
    Revision *revision = &list->revisions[list->n_revisions++];
    git_commit *commit = NULL;

    git_oid_tostr(revision->id, sizeof revision->id, id);
    if (git_commit_lookup(&commit, repository, id) == 0) {
        const char *subject = git_commit_summary(commit);
        revision->time = git_commit_time(commit);
        revision->subject = g_strdup(subject != NULL ? subject : "");
        git_commit_free(commit);
    } else {
        revision->subject = g_strdup("");
    }
}

static RevisionList *thin_out(git_repository *repository, const GArray *line, uint32_t every, uint32_t wanted,
                              bool cut)
{
    RevisionList *list = g_new0(RevisionList, 1);

    list->n_line = line->len;
    list->cut = cut;
    list->every = every > 0 ? every : MAX((line->len + wanted - 1) / MAX(wanted, 1), 1);
    list->revisions = g_new0(Revision, line->len / list->every + 2);
    uint32_t oldest = line->len - 1, last = oldest / list->every * list->every;
    if (last != oldest)
        add_revision(repository, &g_array_index(line, git_oid, oldest), list);
    for (uint32_t i = last / list->every + 1; i-- > 0;)
        add_revision(repository, &g_array_index(line, git_oid, i * list->every), list);
    return list;
}

RevisionList *revisions_list(const char *repository, const char *tip, const char *since, uint32_t every,
                             uint32_t wanted, GError **error)
{
    git_repository *git = git_open(repository, true);
    bool cut = false;

    if (git == NULL) {
        g_set_error(error, ONEDEF_ERROR, ONEDEF_ERROR_INPUT, "cannot open the git repository of '%s': %s",
                    repository, git_reason());
        return NULL;
    }
    git_commit *from = since != NULL ? find_commit(git, since, error) : NULL;
    git_commit *commit = since == NULL || from != NULL ? find_commit(git, tip, error) : NULL;
    RevisionList *list = NULL;
    if (commit != NULL) {
        GArray *line = walk_line(commit, &cut);
        if (from != NULL)
            cut_line(git, line, git_commit_id(from), &cut);
        list = thin_out(git, line, every, wanted, cut);
        g_array_free(line, TRUE);
    }
    git_commit_free(from);
    git_repository_free(git);
    return list;
}

void revisions_free(RevisionList *list)
{
    if (list == NULL)
        return;
    for (uint32_t i = 0; i < list->n_revisions; i++)
        g_free(list->revisions[i].subject);
    g_free(list->revisions);
    g_free(list);
}
