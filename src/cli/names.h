/* names.h — what `where` and `explain` share: analyse, check that every NAME means something, write. */
#ifndef ONEDEF_CLI_NAMES_H
#define ONEDEF_CLI_NAMES_H

#include "cli/options.h"
#include "report/names.h"

/* A name that nothing is called is told on stderr, with a suggestion; the others are answered, and
 * the exit code is EXIT_TROUBLE. */
int names_run(const Options *options, char **names, NamesWriter write);

#endif
