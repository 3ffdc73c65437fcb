#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/command.h"
#include "cli/help.h"
#include "cli/options.h"
#include "cli/output.h"
#include "report/suggest.h"

/* A file opened later must never become stdout because the caller closed it: fill the gaps with
 * descriptors that refuse the wrong direction, so that writing to a closed stdout is an error. */
static void fill_standard_descriptors(void)
{
    for (int descriptor = 0; descriptor <= 2; descriptor++)
        if (fcntl(descriptor, F_GETFD) == -1)
            (void)!open("/dev/null", descriptor == 0 ? O_WRONLY : O_RDONLY);
}

static const Command *find_command(const char *word)
{
    for (const Command *command = commands; command->name != NULL; command++)
        if (strcmp(word, command->name) == 0)
            return command;
    return NULL;
}

static const char *closest_command(const char *word)
{
    const char *names[64] = {0};
    for (unsigned i = 0; commands[i].name != NULL && i < 63; i++)
        names[i] = commands[i].name;
    return suggest_closest(word, names);
}

static int run_help(int argc, char **argv)
{
    if (argc > 1 && argv[1][0] != '-') {
        const Command *command = find_command(argv[1]);
        if (command == NULL)
            return trouble("help: no command '%s'", argv[1]);
        return command->run(2, (char *[]){argv[1], (char *)"--help", NULL});
    }
    help_program(stdout);
    return output_finish_stdout(EXIT_CLEAN);
}

/* `onedef PATH…` and `onedef -o FILE PATH…` scan. */
static int run_scan(int argc, char **argv)
{
    const char *word = argv[1];
    if (word[0] != '-' && access(word, F_OK) != 0) {
        const char *close = closest_command(word);
        if (close != NULL)
            return trouble("'%s' is neither a command nor a path (did you mean '%s'?)", word, close);
        return trouble("'%s' is neither a command nor a path (see 'onedef --help')", word);
    }
    static char name[] = "scan";
    argv[0] = name;
    return cmd_scan(argc, argv);
}

int main(int argc, char **argv)
{
    fill_standard_descriptors();
    /* A helper program that dies must not take us along; output.c ends quietly for stdout. */
    signal(SIGPIPE, SIG_IGN);
    if (argc < 2) {
        help_program(stderr);
        return EXIT_TROUBLE;
    }
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 || strcmp(argv[1], "help") == 0)
        return run_help(argc - 1, argv + 1);
    if (strcmp(argv[1], "--version") == 0 || strcmp(argv[1], "-V") == 0)
        return cmd_version(1, argv + 1);
    const Command *command = find_command(argv[1]);
    return command != NULL ? command->run(argc - 1, argv + 1) : run_scan(argc, argv);
}
