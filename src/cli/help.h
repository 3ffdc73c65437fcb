/* help.h — --help of the program and of each command, written from their tables at 80 columns. */
#ifndef ONEDEF_CLI_HELP_H
#define ONEDEF_CLI_HELP_H

#include <stdio.h>

#include "cli/options.h"

/* Writes a command's help to stdout; returns the exit code. `tables`: NULL-terminated, own options first. */
int help_command(const CommandSpec *spec, const GOptionEntry *const *tables);
/* Writes the program's help: what it is, its commands. */
void help_program(FILE *file);

#endif
