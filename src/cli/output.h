/* output.h — stdout or a file that is replaced as a whole.
 *
 * A file is written beside its destination and renamed over it when everything is on disk, so a
 * failed run leaves the old one; what is no regular file (/dev/null, a pipe) is written in place.
 * Whoever stops reading stdout (`| head`) ends the program quietly; any other failure is exit 2. */
#ifndef ONEDEF_CLI_OUTPUT_H
#define ONEDEF_CLI_OUTPUT_H

#include "cli/options.h"
#include "report/report.h"

typedef struct OutputFile {
    Output output;   /* what the writers get */
    char *path;      /* destination; NULL = stdout */
    char *temporary; /* written now; NULL when written in place */
    struct Tee *tee; /* where a copy is made, else NULL */
    int reason;      /* errno of a failed write, or 0 */
} OutputFile;

/* Decides colour and width from --color, NO_COLOR, TERM and the terminal. False after a message. */
bool output_style(Output *output, const Options *options);
/* The same, and opens the file. False after a message. */
bool output_open(OutputFile *file, const Options *options);
/* Flushes, checks, renames. `written`: the writer's own success; its error, if any, is reported.
 * Returns `exit_code`, or EXIT_TROUBLE after a message. Clears the file. */
int output_close(OutputFile *file, bool written, GError *error, int exit_code);
/* From here on keeps a copy of what is written, unless it grows beyond `limit` bytes. */
void output_copy(OutputFile *file, size_t limit);
/* Ends that. The copy, the caller's; NULL when it was too large or there was none. Before output_close. */
GString *output_take_copy(OutputFile *file);
/* In place of output_close: nothing was written, the destination stays as it was. */
void output_discard(OutputFile *file);
/* Flushes stdout and checks it: for help and version. */
int output_finish_stdout(int exit_code);

#endif
