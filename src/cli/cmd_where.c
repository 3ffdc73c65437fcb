#include "cli/command.h"

#include <string.h>

#include "cli/names.h"

static const CommandSpec spec = {
    .name = "where",
    .arguments = "NAME...",
    .summary = "the canonical definition of a name, its import line, all other paths",
    .description = "NAME is a simple name (Manager), a dotted path (pkg.core.Manager; the front may be\n"
                   "left out: core.Manager), an id (pkg.core:Outer.Inner), a file and a name\n"
                   "(pkg/core.py:Manager) or a glob ('*Manager'). The import line to use comes first.",
    .examples = "onedef where Manager\n"
                "onedef where -C ~/project core.types.Mode\tin another project\n"
                "onedef where --rev v1.0 Manager\tas of an old revision",
    .formats = "text, json",
};

int cmd_where(int argc, char **argv)
{
    Options options = {0};
    int exit_code;
    if (!options_parse(&spec, &options, argc, argv, &exit_code))
        return exit_code;
    if (options.arguments == NULL) {
        options_clear(&options);
        return trouble("where: which NAME? (see 'onedef where --help')");
    }
    exit_code = names_run(&options, options.arguments,
                          strcmp(options.format, "json") == 0 ? where_write_json : where_write_text);
    options_clear(&options);
    return exit_code;
}
