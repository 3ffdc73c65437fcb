/* libgit2 refuses a repository whose `extensions.*` it does not know. Most of them concern writers
 * or remotes ("partialclone", "worktreeconfig", "preciousobjects"); those that change what bytes
 * mean (another hash, another kind of refs) are the exception. So an unknown extension is accepted
 * and the opening tried again, unless it is one of these. */
#include "source/git.h"

#include <glib.h>
#include <pthread.h>
#include <string.h>

#define MAX_EXTENSIONS 32
#define CACHE_SIZE     (16 << 20)
#define WINDOW_SIZE    (4 << 20)
#define MAPPED_LIMIT   (48 << 20)

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static char *accepted[MAX_EXTENSIONS];
static size_t n_accepted;

static void accept_extension(const char *name)
{
    if (n_accepted == MAX_EXTENSIONS)
        return;
    accepted[n_accepted++] = g_strdup(name);
    git_libgit2_opts(GIT_OPT_SET_EXTENSIONS, (const char **)accepted, n_accepted);
}

static void initialise(void)
{
    static const char *const known[] = {"partialclone", "worktreeconfig", "preciousobjects",
                                        "relativeworktrees", "compatobjectformat"};
    static bool done;

    if (done)
        return;
    done = true;
    git_libgit2_init();
    git_libgit2_opts(GIT_OPT_SET_OWNER_VALIDATION, 0);
    /* Every object is read once, or rarely again: what was read need not be kept, nor packs mapped whole. */
    git_libgit2_opts(GIT_OPT_SET_CACHE_MAX_SIZE, (ssize_t)CACHE_SIZE);
    git_libgit2_opts(GIT_OPT_SET_MWINDOW_SIZE, (size_t)WINDOW_SIZE);
    git_libgit2_opts(GIT_OPT_SET_MWINDOW_MAPPED_LIMIT, (size_t)MAPPED_LIMIT);
    for (size_t i = 0; i < G_N_ELEMENTS(known); i++)
        accept_extension(known[i]);
}

/* "unsupported extension name extensions.foo" → accept "foo"; false when that would not help. */
static bool accept_from_message(const char *message)
{
    static const char marker[] = "extension name extensions.";
    static const char *const refused[] = {"objectformat", "refstorage"};
    const char *name = strstr(message, marker);

    if (name == NULL)
        return false;
    name += sizeof marker - 1;
    for (size_t i = 0; i < G_N_ELEMENTS(refused); i++)
        if (g_ascii_strcasecmp(name, refused[i]) == 0)
            return false;
    for (size_t i = 0; i < n_accepted; i++)
        if (strcmp(accepted[i], name) == 0)
            return false;
    size_t before = n_accepted;
    accept_extension(name);
    return n_accepted > before;
}

git_repository *git_open(const char *path, bool search)
{
    git_repository *repository = NULL;
    unsigned flags = search ? 0 : GIT_REPOSITORY_OPEN_NO_SEARCH;

    pthread_mutex_lock(&lock);
    initialise();
    while (git_repository_open_ext(&repository, path, flags, NULL) != 0) {
        repository = NULL;
        if (!accept_from_message(git_reason()))
            break;
    }
    pthread_mutex_unlock(&lock);
    return repository;
}

const char *git_reason(void)
{
    const git_error *error = git_error_last();

    return error != NULL && error->message != NULL ? error->message : "unknown reason";
}
