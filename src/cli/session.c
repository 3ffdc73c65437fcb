#include "cli/session.h"

#include "base/error.h"
#include "cli/command.h"
#include "cli/output.h"
#include "source/revisions.h"

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
        .jobs = options->jobs,
    };
    if (options->revision == NULL)
        return source_open_disk(&source_options, error);
    static char here[] = ".", *const whole[] = {here, NULL};
    g_autoptr(GPtrArray) absolute = g_ptr_array_new_with_free_func(g_free);
    char *const *given = paths != NULL && paths[0] != NULL ? paths : whole;
    for (uint32_t i = 0; given[i] != NULL; i++)
        g_ptr_array_add(absolute, revision_path(given[i]));
    g_ptr_array_add(absolute, NULL);
    source_options.paths = (const char *const *)absolute->pdata;
    g_autofree char *repository = revision_repository(given[0]);
    return source_open_revision(repository, options->revision, &source_options, error);
}

/* The configuration lies in a source (`yardstick`, or else the one that is read) and says what to leave out
 * of it: then the source is opened again. */
bool session_open(Session *session, const Options *options, char **paths, Source *yardstick, GError **error)
{
    memset(session, 0, sizeof *session);
    session->source = open_source(options, paths, NULL, error);
    if (session->source == NULL)
        return false;
    session->config = config_load(yardstick != NULL ? yardstick : session->source, options->config, error);
    if (session->config == NULL)
        return false;
    if (session->config->excludes != NULL && session->config->excludes->len > 0) {
        source_free(session->source);
        session->source = open_source(options, paths, session->config->excludes, error);
    }
    if (session->source == NULL)
        return false;
    g_auto(GStrv) kinds = split_commas(options->kinds);
    override(&session->config->roots, options->roots);
    override(&session->config->kinds, kinds);
    override_text(&session->config->python_version, options->python_version);
    override_text(&session->config->platform, options->platform);
    return true;
}

/* Up to the point where it is known what every file holds. */
static bool begin(Session *session, const Options *options, GError **error)
{
    progress_begin(&session->progress, options->quiet);
    EngineOptions engine = {
        .jobs = options->jobs,
        .full_parse = options->full_parse,
        .cache_dir = options->cache_dir,
        .no_cache = options->no_cache,
        .progress = progress_update,
        .progress_context = &session->progress,
    };
    session->run = engine_begin(session->source, session->config, &engine, error);
    if (session->run == NULL) {
        progress_end(&session->progress);
        return false;
    }
    const SourceListing *listing = source_list(session->source, NULL);
    session->scope.root = source_root(session->source);
    session->scope.label = source_label(session->source);
    session->scope.n_ignored = listing != NULL ? listing->n_ignored : 0;
    session->scope.only = (const char *const *)options->only;
    return true;
}

static bool finish(Session *session, EngineLevel level, GError **error)
{
    session->analysis = engine_finish(session->run, level, error);
    progress_end(&session->progress);
    return session->analysis != NULL;
}

bool session_analyse(Session *session, const Options *options, EngineLevel level, GError **error)
{
    return begin(session, options, error) && finish(session, level, error);
}

static void say_unmatched(const Session *session, const Options *options)
{
    const SourceListing *listing = source_list(session->source, NULL);
    for (uint32_t i = 0; listing != NULL && !options->quiet && i < listing->n_unmatched_ignores; i++)
        trouble("note: exclude '%s' matches no file", listing->unmatched_ignores[i]);
}

int session_start(Session *session, const Options *options, char **paths, EngineLevel level)
{
    GError *error = NULL;
    if (!session_open(session, options, paths, NULL, &error) ||
        !session_analyse(session, options, level, &error))
        return trouble_error(error);
    say_unmatched(session, options);
    return EXIT_CLEAN;
}

void session_end(Session *session)
{
    engine_end(session->run);
    /* The process ends: the system takes a few hundred megabytes back faster than free does, piece by piece.
     */
#ifdef __SANITIZE_ADDRESS__
    analysis_free(session->analysis);
#endif
    config_free(session->config);
    source_free(session->source);
    memset(session, 0, sizeof *session);
}

/* The last thing that the process does: the system takes a few hundred megabytes back faster than
 * free does, piece by piece. */
static void end_process_soon(Session *session)
{
#ifndef __SANITIZE_ADDRESS__
    session->analysis = NULL;
#endif
    session_end(session);
}

/* --- answers: "exit code, number of notes, notes each with a NUL, output" --- */

static Digest *make_question(const Options *options, const Output *out)
{
    Digest *question = digest_new();
    digest_number(question, options->question[0]);
    digest_number(question, options->question[1]);
    digest_number(question, out->colour);
    digest_number(question, out->width);
    return question;
}

static void say_notes(const Options *options, const GPtrArray *notes)
{
    for (uint32_t i = 0; !options->quiet && i < notes->len; i++)
        trouble("%s", (const char *)notes->pdata[i]);
}

static GString *pack_reply(const Reply *reply)
{
    GString *packed = g_string_new(NULL);
    uint32_t head[2] = {(uint32_t)reply->exit_code, reply->notes->len};
    g_string_append_len(packed, (const char *)head, sizeof head);
    for (uint32_t i = 0; i < reply->notes->len; i++)
        g_string_append_len(packed, reply->notes->pdata[i], (gssize)strlen(reply->notes->pdata[i]) + 1);
    return packed;
}

/* Returns where the output begins; NULL when this is no answer. */
static const char *unpack_reply(const char *at, const char *end, Reply *reply)
{
    uint32_t head[2];
    if ((size_t)(end - at) < sizeof head)
        return NULL;
    memcpy(head, at, sizeof head);
    at += sizeof head;
    for (uint32_t i = 0; i < head[1]; i++) {
        const char *zero = memchr(at, 0, (size_t)(end - at));
        if (zero == NULL)
            return NULL;
        g_ptr_array_add(reply->notes, g_strdup(at));
        at = zero + 1;
    }
    reply->exit_code = (int)head[0];
    return at;
}

static bool repeat(const Options *options, GBytes *answer, Reply *reply)
{
    size_t size;
    OutputFile file;
    const char *bytes = g_bytes_get_data(answer, &size), *end = bytes + size;
    const char *output = unpack_reply(bytes, end, reply);
    if (output == NULL) {
        g_ptr_array_set_size(reply->notes, 0);
        return false;
    }
    if (!output_open(&file, options)) {
        reply->exit_code = EXIT_TROUBLE;
        return true;
    }
    fwrite(output, 1, (size_t)(end - output), file.output.file);
    reply->exit_code = output_close(&file, true, NULL, reply->exit_code);
    return true;
}

/* Writes, and keeps a copy of what was written as long as it is small enough to be remembered. */
static void compute(Session *session, const Options *options, SessionWriter write, void *context,
                    Reply *reply, GString **copy)
{
    OutputFile file;
    GError *error = NULL;
    reply->exit_code = EXIT_TROUBLE;
    if (!output_open(&file, options))
        return;
    file.output.scope = &session->scope;
    reply->exit_code = EXIT_CLEAN;
    output_copy(&file, ENGINE_MAX_ANSWER);
    bool written = write(session, &file.output, context, reply, &error);
    *copy = output_take_copy(&file);
    if (!written && error == NULL)
        output_discard(&file);
    else
        reply->exit_code = output_close(&file, written, error, reply->exit_code);
}

static void answer_afresh(Session *session, const Options *options, const Digest *question, EngineLevel level,
                          SessionWriter write, void *context, Reply *reply)
{
    GString *copy = NULL;
    GError *error = NULL;
    if (!finish(session, level, &error)) {
        reply->exit_code = trouble_error(error);
        return;
    }
    compute(session, options, write, context, reply, &copy);
    if (copy != NULL && reply->exit_code != EXIT_TROUBLE && !reply->fleeting) {
        GString *packed = pack_reply(reply);
        g_string_append_len(packed, copy->str, (gssize)copy->len);
        engine_remember(session->run, question, packed->str, packed->len);
        g_string_free(packed, TRUE);
    }
    if (copy != NULL)
        g_string_free(copy, TRUE);
}

int session_answer(const Options *options, char **paths, EngineLevel level, SessionWriter write,
                   void *context)
{
    Session session;
    Output style;
    g_autoptr(GPtrArray) notes = g_ptr_array_new_with_free_func(g_free);
    Reply reply = {.exit_code = EXIT_TROUBLE, .notes = notes};
    GError *error = NULL;
    memset(&session, 0, sizeof session);
    if (output_style(&style, options))
        reply.exit_code =
            session_open(&session, options, paths, NULL, &error) && begin(&session, options, &error)
                ? EXIT_CLEAN
                : trouble_error(error);
    if (reply.exit_code == EXIT_CLEAN) {
        g_autoptr(Digest) question = make_question(options, &style);
        g_autoptr(GBytes) answer = engine_recall(session.run, question);
        if (answer != NULL)
            progress_end(&session.progress);
        if (answer == NULL || !repeat(options, answer, &reply))
            answer_afresh(&session, options, question, level, write, context, &reply);
        if (reply.exit_code != EXIT_TROUBLE) {
            say_unmatched(&session, options);
            say_notes(options, notes);
        }
    }
    end_process_soon(&session);
    return reply.exit_code;
}
