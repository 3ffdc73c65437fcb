#include "cli/session.h"

#include "base/error.h"
#include "cli/command.h"
#include "cli/progress.h"

#include <string.h>

static GPtrArray *string_array(char **strings)
{
    GPtrArray *array = g_ptr_array_new_with_free_func(g_free);
    for (uint32_t i = 0; strings != NULL && strings[i] != NULL; i++)
        g_ptr_array_add(array, g_strdup(strings[i]));
    return array;
}

static void override(GPtrArray **target, char **strings)
{
    if (strings == NULL)
        return;
    if (*target != NULL)
        g_ptr_array_unref(*target);
    *target = string_array(strings);
}

static void override_text(char **target, const char *text)
{
    if (text == NULL)
        return;
    g_free(*target);
    *target = g_strdup(text);
}

/* --kinds a,b is the same as --kinds a --kinds b. */
static char **split_commas(char **values)
{
    if (values == NULL)
        return NULL;
    g_autofree char *joined = g_strjoinv(",", values);
    return g_strsplit(joined, ",", -1);
}

static Source *open_source(const Options *options, char **paths, GPtrArray *excludes, GError **error)
{
    g_autoptr(GPtrArray) globs = g_ptr_array_new();
    for (uint32_t i = 0; excludes != NULL && i < excludes->len; i++)
        g_ptr_array_add(globs, excludes->pdata[i]);
    for (uint32_t i = 0; options->excludes != NULL && options->excludes[i] != NULL; i++)
        g_ptr_array_add(globs, options->excludes[i]);
    g_ptr_array_add(globs, NULL);
    SourceOptions source_options = {
        .paths = (const char *const *)paths,
        .no_ignore = options->no_ignore,
        .excludes = (const char *const *)globs->pdata,
    };
    if (options->revision != NULL)
        return source_open_revision(".", options->revision, &source_options, error);
    return source_open_disk(&source_options, error);
}

static bool open_project(Session *session, const Options *options, char **paths, GError **error)
{
    session->source = open_source(options, paths, NULL, error);
    if (session->source == NULL)
        return false;
    session->config = config_load(session->source, options->config, error);
    if (session->config == NULL)
        return false;
    if (session->config->excludes != NULL && session->config->excludes->len > 0) {
        /* The configuration lies in the source and says what to leave out of it: open it again. */
        source_free(session->source);
        session->source = open_source(options, paths, session->config->excludes, error);
    }
    return session->source != NULL;
}

int session_start(Session *session, const Options *options, char **paths, EngineLevel level)
{
    GError *error = NULL;
    memset(session, 0, sizeof *session);
    if (!open_project(session, options, paths, &error))
        return trouble_error(error);
    g_auto(GStrv) kinds = split_commas(options->kinds);
    override(&session->config->roots, options->roots);
    override(&session->config->kinds, kinds);
    override_text(&session->config->python_version, options->python_version);
    override_text(&session->config->platform, options->platform);
    Progress progress;
    progress_begin(&progress, options->quiet);
    EngineOptions engine = {
        .jobs = options->jobs,
        .full_parse = options->full_parse,
        .cache_dir = options->cache_dir,
        .no_cache = options->no_cache,
        .progress = progress_update,
        .progress_context = &progress,
    };
    session->analysis = engine_analyse(session->source, session->config, &engine, level, &error);
    progress_end(&progress);
    if (session->analysis == NULL)
        return trouble_error(error);
    const SourceListing *listing = source_list(session->source, NULL);
    session->scope.root = source_root(session->source);
    session->scope.label = source_label(session->source);
    session->scope.n_ignored = listing != NULL ? listing->n_ignored : 0;
    session->scope.only = (const char *const *)options->only;
    for (uint32_t i = 0; listing != NULL && !options->quiet && i < listing->n_unmatched_ignores; i++)
        trouble("note: exclude '%s' matches no file", listing->unmatched_ignores[i]);
    return EXIT_CLEAN;
}

void session_end(Session *session)
{
    analysis_free(session->analysis);
    config_free(session->config);
    source_free(session->source);
    memset(session, 0, sizeof *session);
}
