#include <stdio.h>
#include <string.h>

#include "cli/command.h"

int main(int argc, char **argv)
{
    for (const Command *command = commands; command->name != NULL; command++)
        if (argc > 1 && strcmp(argv[1], command->name) == 0)
            return command->run(argc - 1, argv + 1);
    fputs("onedef: no such command\n", stderr);
    return EXIT_TROUBLE;
}
