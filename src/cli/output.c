#include "cli/output.h"

#include "cli/command.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *const colour_words[] = {"auto", "always", "never", NULL};

static uint32_t terminal_width(int descriptor)
{
    struct winsize size;
    if (isatty(descriptor) && ioctl(descriptor, TIOCGWINSZ, &size) == 0 && size.ws_col >= 40)
        return MIN(size.ws_col, 120);
    return 80;
}

static bool decide_colour(const char *when, bool to_terminal, bool *colour)
{
    int choice = when == NULL ? 0 : parse_choice("--color", when, colour_words);
    const char *no_colour = getenv("NO_COLOR"), *terminal = getenv("TERM");
    bool plain = (no_colour != NULL && *no_colour != 0) || terminal == NULL || strcmp(terminal, "dumb") == 0;
    *colour = choice == 1 || (choice == 0 && to_terminal && !plain);
    return choice >= 0;
}

static bool open_destination(OutputFile *file, const char *path)
{
    struct stat status;
    bool exists = stat(path, &status) == 0;
    file->path = g_strdup(path);
    if (exists && S_ISDIR(status.st_mode)) {
        trouble("cannot write '%s': it is a directory", path);
        return false;
    }
    if (exists && !S_ISREG(status.st_mode)) {
        file->output.file = fopen(path, "we");
    } else {
        /* Through a link, replace what it leads to. */
        char *real = exists ? realpath(path, NULL) : NULL;
        if (real != NULL) {
            g_free(file->path);
            file->path = g_strdup(real);
            free(real);
        }
        file->temporary = g_strdup_printf("%s.XXXXXX", file->path);
        int descriptor = mkostemp(file->temporary, O_CLOEXEC);
        mode_t mask = umask(0);
        umask(mask);
        if (descriptor >= 0)
            fchmod(descriptor, exists ? status.st_mode & 07777 : 0666 & ~mask);
        file->output.file = descriptor >= 0 ? fdopen(descriptor, "w") : NULL;
    }
    if (file->output.file == NULL)
        trouble("cannot write '%s': %s", path, g_strerror(errno));
    return file->output.file != NULL;
}

static bool goes_to_stdout(const Options *options)
{
    return options->output == NULL || strcmp(options->output, "-") == 0;
}

bool output_style(Output *output, const Options *options)
{
    bool to_stdout = goes_to_stdout(options);
    memset(output, 0, sizeof *output);
    output->width = to_stdout ? terminal_width(STDOUT_FILENO) : 80;
    output->verbose = options->verbose;
    return decide_colour(options->colour, to_stdout && isatty(STDOUT_FILENO), &output->colour);
}

bool output_open(OutputFile *file, const Options *options)
{
    memset(file, 0, sizeof *file);
    bool opened = true;
    if (!output_style(&file->output, options))
        return false;
    if (goes_to_stdout(options))
        file->output.file = stdout;
    else
        opened = open_destination(file, options->output);
    if (!opened) {
        g_free(file->path);
        g_free(file->temporary);
    }
    return opened;
}

/* --- a copy of what is written --- */

typedef struct Tee {
    FILE *through, *file; /* what the writers get; where the bytes go on to */
    GString *copy;        /* NULL once it was too large */
    size_t limit;
    int reason; /* errno of the first write that failed */
} Tee;

static ssize_t tee_write(void *cookie, const char *bytes, size_t size)
{
    Tee *tee = cookie;
    if (tee->copy != NULL && size <= tee->limit - tee->copy->len) {
        g_string_append_len(tee->copy, bytes, (gssize)size);
    } else if (tee->copy != NULL) {
        g_string_free(tee->copy, TRUE);
        tee->copy = NULL;
    }
    size_t written = fwrite(bytes, 1, size, tee->file);
    if (written < size && tee->reason == 0)
        tee->reason = errno;
    return (ssize_t)written;
}

void output_copy(OutputFile *file, size_t limit)
{
    Tee *tee = g_new0(Tee, 1);
    *tee = (Tee){.file = file->output.file, .copy = g_string_new(NULL), .limit = limit};
    tee->through = fopencookie(tee, "w", (cookie_io_functions_t){.write = tee_write});
    if (tee->through == NULL) {
        g_string_free(tee->copy, TRUE);
        g_free(tee);
        return;
    }
    file->tee = tee;
    file->output.file = tee->through;
}

GString *output_take_copy(OutputFile *file)
{
    if (file->tee == NULL)
        return NULL;
    Tee *tee = g_steal_pointer(&file->tee);
    bool whole = fclose(tee->through) == 0; /* what failed shows in the flags of the file below, too */
    GString *copy = tee->copy;
    file->output.file = tee->file;
    file->reason = tee->reason;
    g_free(tee);
    if (whole || copy == NULL)
        return copy;
    g_string_free(copy, TRUE);
    return NULL;
}

/* The reader went away: end as the shell expects, without a word. */
static void end_on_broken_pipe(int reason)
{
    if (reason != EPIPE)
        return;
    signal(SIGPIPE, SIG_DFL);
    raise(SIGPIPE);
    _exit(128 + SIGPIPE);
}

/* `reason`: errno of a write that failed earlier, or 0. */
static int finish_stdout(int exit_code, int reason)
{
    errno = 0;
    bool failed = ferror(stdout) != 0;
    if (fflush(stdout) != 0 || failed) {
        reason = reason != 0 ? reason : errno;
        end_on_broken_pipe(reason);
        return trouble("cannot write standard output: %s", reason != 0 ? g_strerror(reason) : "write error");
    }
    return exit_code;
}

int output_finish_stdout(int exit_code)
{
    return finish_stdout(exit_code, 0);
}

static int finish_file(OutputFile *file, bool written)
{
    errno = 0;
    bool failed = ferror(file->output.file) != 0;
    failed |= fflush(file->output.file) != 0;
    if (!failed && written && file->temporary != NULL)
        failed |= fsync(fileno(file->output.file)) != 0;
    int reason = file->reason != 0 ? file->reason : errno;
    failed |= fclose(file->output.file) != 0;
    reason = reason != 0 ? reason : errno;
    if (!failed && written && file->temporary != NULL && rename(file->temporary, file->path) != 0) {
        failed = true;
        reason = errno;
    }
    if (file->temporary != NULL && (failed || !written))
        unlink(file->temporary);
    if (failed && written)
        return trouble("cannot write '%s': %s", file->path, reason != 0 ? g_strerror(reason) : "write error");
    return EXIT_CLEAN;
}

void output_discard(OutputFile *file)
{
    if (file->path != NULL)
        finish_file(file, false);
    g_free(file->path);
    g_free(file->temporary);
}

int output_close(OutputFile *file, bool written, GError *error, int exit_code)
{
    int trouble_code = EXIT_CLEAN;
    if (file->path != NULL)
        trouble_code = finish_file(file, written);
    else if (written)
        trouble_code = finish_stdout(EXIT_CLEAN, file->reason);
    else
        end_on_broken_pipe(ferror(stdout) && (file->reason == EPIPE || errno == EPIPE) ? EPIPE : 0);
    if (!written)
        trouble_code = trouble_error(error);
    g_free(file->path);
    g_free(file->temporary);
    return trouble_code != EXIT_CLEAN ? trouble_code : exit_code;
}
