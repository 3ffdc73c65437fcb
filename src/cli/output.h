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
} OutputFile;

/* False after a message. Decides colour and width from --color, NO_COLOR, TERM and the terminal. */
bool output_open(OutputFile *file, const Options *options);
/* Flushes, checks, renames. `written`: the writer's own success; its error, if any, is reported.
 * Returns `exit_code`, or EXIT_TROUBLE after a message. Clears the file. */
int output_close(OutputFile *file, bool written, GError *error, int exit_code);
/* Flushes stdout and checks it: for help and version. */
int output_finish_stdout(int exit_code);

#endif
