/* command.h — the one table of commands. Adding one: cmd_<verb>.c and a line in command.c. */
#ifndef ONEDEF_CLI_COMMAND_H
#define ONEDEF_CLI_COMMAND_H

/* Exit codes: 0 clean, 1 findings (only where a gate was asked for), 2 usage or failure. */
enum { EXIT_CLEAN = 0, EXIT_FINDINGS = 1, EXIT_TROUBLE = 2 };

typedef struct Command {
    const char *name;
    int (*run)(int argc, char **argv); /* argv[0] is the command's name */
    const char *summary;               /* one line */
} Command;

extern const Command commands[]; /* ends with a NULL name */

int cmd_scan(int argc, char **argv);
int cmd_graph(int argc, char **argv);
int cmd_diff(int argc, char **argv);
int cmd_fix(int argc, char **argv);
int cmd_history(int argc, char **argv);
int cmd_plan(int argc, char **argv);
int cmd_export(int argc, char **argv);
int cmd_where(int argc, char **argv);
int cmd_explain(int argc, char **argv);
int cmd_cache(int argc, char **argv);
int cmd_version(int argc, char **argv);

#endif
