/* DOT and pictures: onedef-draw does them, a program of its own (see DESIGN of src/draw).
 *
 * It reads the view from, and writes the picture to, unnamed temporary files: no pipe that could
 * fill up, no signal when it dies. How long a layout takes is bounded by its own budgets; the
 * deadline here is for the case that nobody thought of. Where a layout fails (Graphviz has crashed
 * on unlucky nests of frames) a second attempt leaves the frames out. */
#include "report/view_formats.h"

#include "base/error.h"
#include "report/formats.h"

#include <errno.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { DEADLINE_SECONDS = 120 };

#ifndef ONEDEF_LIBEXECDIR
#define ONEDEF_LIBEXECDIR "/usr/local/libexec/onedef"
#endif

extern char **environ;

static bool is_program(const char *path)
{
    struct stat info;

    return stat(path, &info) == 0 && S_ISREG(info.st_mode) && access(path, X_OK) == 0;
}

static char *beside_ourselves(const char *relative)
{
    g_autofree char *self = g_file_read_link("/proc/self/exe", NULL);

    if (self == NULL)
        return NULL;
    g_autofree char *folder = g_path_get_dirname(self);
    return g_build_filename(folder, relative, "onedef-draw", NULL);
}

/* $ONEDEF_DRAW, beside the running program, in its libexec folder, in the PATH. */
static char *find_program(GError **error)
{
    const char *asked = g_getenv("ONEDEF_DRAW");

    if (asked != NULL && asked[0] != '\0')
        return g_strdup(asked);
    char *candidates[] = {beside_ourselves("."), beside_ourselves("../libexec/onedef"),
                          g_strdup(ONEDEF_LIBEXECDIR "/onedef-draw"), g_find_program_in_path("onedef-draw")};
    char *found = NULL;
    for (size_t i = 0; i < G_N_ELEMENTS(candidates); i++) {
        if (found == NULL && candidates[i] != NULL && is_program(candidates[i]))
            found = g_steal_pointer(&candidates[i]);
        g_free(candidates[i]);
    }
    if (found == NULL)
        g_set_error(error, ONEDEF_ERROR, ONEDEF_ERROR_TOOL,
                    "cannot find onedef-draw beside onedef, in %s or in the PATH (ONEDEF_DRAW names it); "
                    "graphml, mermaid and json need no other program",
                    ONEDEF_LIBEXECDIR);
    return found;
}

/* Channel — the three files of one run. */
typedef struct Channel {
    FILE *in, *out, *err;
} Channel;

static void channel_close(Channel *channel)
{
    FILE *files[] = {channel->in, channel->out, channel->err};

    for (size_t i = 0; i < G_N_ELEMENTS(files); i++)
        if (files[i] != NULL)
            fclose(files[i]);
}

static bool channel_open(Channel *channel, const View *view, bool frames, GError **error)
{
    *channel = (Channel){tmpfile(), tmpfile(), tmpfile()};
    json_t *json = view_to_json(view);
    if (!frames) {
        size_t i;
        json_t *node;
        json_object_set_new(json, "clusters", json_array());
        json_array_foreach(json_object_get(json, "nodes"), i, node)
            json_object_set_new(node, "cluster", json_null());
    }
    bool ok = channel->in != NULL && channel->out != NULL && channel->err != NULL &&
              json_dumpf(json, channel->in, JSON_COMPACT) == 0 && fflush(channel->in) == 0 &&
              fseek(channel->in, 0, SEEK_SET) == 0;
    json_decref(json);
    if (!ok)
        g_set_error(error, ONEDEF_ERROR, ONEDEF_ERROR_IO, "cannot write a temporary file: %s",
                    g_strerror(errno));
    return ok;
}

/* Waits until the child ends, or kills it at the deadline. Returns its status, or -1. */
static int wait_for(pid_t child, bool *late)
{
    struct timespec pause = {0, 2000000};
    gint64 deadline = g_get_monotonic_time() + (gint64)DEADLINE_SECONDS * G_USEC_PER_SEC;
    int status = -1;

    *late = false;
    for (;;) {
        pid_t done = waitpid(child, &status, *late ? 0 : WNOHANG);
        if (done == child)
            return status;
        if (done < 0 && errno != EINTR)
            return -1;
        if (!*late && g_get_monotonic_time() > deadline) {
            *late = true;
            kill(child, SIGKILL);
        } else if (!*late) {
            nanosleep(&pause, NULL);
            pause.tv_nsec = MIN(pause.tv_nsec * 2, 50000000);
        }
    }
}

static int run(const char *program, const char *format, const Channel *channel, bool *late, GError **error)
{
    posix_spawn_file_actions_t actions;
    char *arguments[] = {(char *)program, (char *)format, NULL};
    pid_t child = 0;

    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, fileno(channel->in), STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&actions, fileno(channel->out), STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&actions, fileno(channel->err), STDERR_FILENO);
    int code = posix_spawn(&child, program, &actions, NULL, arguments, environ);
    posix_spawn_file_actions_destroy(&actions);
    if (code != 0) {
        g_set_error(error, ONEDEF_ERROR, ONEDEF_ERROR_TOOL, "cannot start '%s': %s", program,
                    g_strerror(code));
        return -1;
    }
    return wait_for(child, late);
}

/* The first line that the program wrote about its failure, without its own name. */
static char *first_line(FILE *file)
{
    char line[512] = "";

    rewind(file);
    do {
        if (fgets(line, sizeof line, file) == NULL)
            return g_strdup("onedef-draw gives no reason");
        g_strstrip(line);
    } while (line[0] == '\0');
    return g_strdup(g_str_has_prefix(line, "onedef-draw: ") ? line + strlen("onedef-draw: ") : line);
}

static bool copy(FILE *from, FILE *to, GError **error)
{
    char buffer[65536];
    size_t length;

    rewind(from);
    while ((length = fread(buffer, 1, sizeof buffer, from)) > 0)
        if (fwrite(buffer, 1, length, to) != length)
            break;
    if (ferror(from) || ferror(to)) {
        g_set_error(error, ONEDEF_ERROR, ONEDEF_ERROR_IO, "cannot write the picture: %s", g_strerror(errno));
        return false;
    }
    return true;
}

typedef enum Outcome { OUTCOME_DONE, OUTCOME_CRASHED, OUTCOME_FAILED } Outcome;

static Outcome attempt(const char *program, const char *format, const View *view, bool frames, FILE *to,
                       GError **error)
{
    Channel channel;
    bool late = false;
    Outcome outcome = OUTCOME_FAILED;

    if (channel_open(&channel, view, frames, error)) {
        int status = run(program, format, &channel, &late, error);
        if (status == -1) {
            if (error != NULL && *error == NULL)
                g_set_error(error, ONEDEF_ERROR, ONEDEF_ERROR_TOOL, "cannot wait for '%s'", program);
        } else if (WIFEXITED(status) && WEXITSTATUS(status) == 0) {
            outcome = copy(channel.out, to, error) ? OUTCOME_DONE : OUTCOME_FAILED;
        } else if (late) {
            g_set_error(error, ONEDEF_ERROR, ONEDEF_ERROR_LIMIT, "the layout took more than %d seconds",
                        DEADLINE_SECONDS);
        } else if (WIFSIGNALED(status)) {
            outcome = OUTCOME_CRASHED;
        } else {
            g_autofree char *reason = first_line(channel.err);
            g_set_error(error, ONEDEF_ERROR, ONEDEF_ERROR_TOOL, "cannot draw: %s", reason);
        }
    }
    channel_close(&channel);
    return outcome;
}

static bool draw(const Output *out, const View *view, const char *format, GError **error)
{
    g_autofree char *program = find_program(error);

    if (program == NULL)
        return false;
    Outcome outcome = attempt(program, format, view, true, out->file, error);
    if (outcome == OUTCOME_CRASHED)
        outcome = attempt(program, format, view, false, out->file, error);
    if (outcome == OUTCOME_CRASHED)
        g_set_error(error, ONEDEF_ERROR, ONEDEF_ERROR_TOOL,
                    "cannot draw: Graphviz crashed on this graph; "
                    "graphml, mermaid and json need no layout");
    return outcome == OUTCOME_DONE && report_finish(out, error);
}

bool view_write_dot(const Output *out, const View *view, GError **error)
{
    return draw(out, view, "dot", error);
}

bool view_write_svg(const Output *out, const View *view, GError **error)
{
    return draw(out, view, "svg", error);
}

bool view_write_png(const Output *out, const View *view, GError **error)
{
    return draw(out, view, "png", error);
}

bool view_write_pdf(const Output *out, const View *view, GError **error)
{
    return draw(out, view, "pdf", error);
}
