#include "cli/command.h"

#include <string.h>

#include "cli/session.h"

static const CommandSpec spec = {
    .name = "export",
    .arguments = "[PATH]...",
    .summary = "the whole index, as JSON lines or a SQLite database",
    .description = "Writes every module, definition, binding, import, group and finding, for other\n"
                   "programs to read. The keys are documented in docs/export.md and only ever added to.\n"
                   "A SQLite database is a file: it needs --output.",
    .examples = "onedef export src > index.jsonl\tone JSON object a line\n"
                "onedef export -f sqlite -o index.db\tthen: sqlite3 index.db \"select * from ...\"",
    .formats = "jsonl, sqlite",
};

static int write_sqlite(const Options *options)
{
    GError *error = NULL;
    Session session;
    int exit_code = session_start(&session, options, options->arguments, ENGINE_DETECTION);

    if (exit_code == EXIT_CLEAN && !export_sqlite(options->output, session.analysis, &error))
        exit_code = trouble_error(error);
    session_end(&session);
    return exit_code;
}

static bool write_jsonl(Session *session, const Output *out, void *context, Reply *reply, GError **error)
{
    (void)context, (void)reply;
    return export_jsonl(out, session->analysis, error);
}

int cmd_export(int argc, char **argv)
{
    Options options = {0};
    int exit_code;

    if (!options_parse(&spec, &options, argc, argv, &exit_code))
        return exit_code;
    if (strcmp(options.format, "sqlite") != 0)
        exit_code = session_answer(&options, options.arguments, ENGINE_DETECTION, write_jsonl, NULL);
    else if (options.output == NULL || strcmp(options.output, "-") == 0)
        exit_code = trouble("cannot write a SQLite database to standard output: name a file with --output");
    else
        exit_code = write_sqlite(&options);
    options_clear(&options);
    return exit_code;
}
