#include "cli/command.h"

#include "cli/options.h"
#include "cli/output.h"

#include <stdio.h>

static const CommandSpec spec = {
    .name = "version",
    .arguments = "",
    .summary = "the version of onedef",
    .plain = true,
};

int cmd_version(int argc, char **argv)
{
    Options options = {0};
    int exit_code;
    if (!options_parse(&spec, &options, argc, argv, &exit_code))
        return exit_code;
    if (options.arguments != NULL) {
        exit_code = trouble("version: unexpected argument '%s'", options.arguments[0]);
        options_clear(&options);
        return exit_code;
    }
    options_clear(&options);
    fputs("onedef " ONEDEF_VERSION "\n", stdout);
    return output_finish_stdout(EXIT_CLEAN);
}
