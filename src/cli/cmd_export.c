#include "cli/command.h"

#include <string.h>

#include "cli/output.h"
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

static int write_sqlite(const Options *options, const Analysis *analysis)
{
    GError *error = NULL;

    return export_sqlite(options->output, analysis, &error) ? EXIT_CLEAN : trouble_error(error);
}

static int write_jsonl(const Options *options, const Analysis *analysis)
{
    OutputFile file;
    GError *error = NULL;

    if (!output_open(&file, options))
        return EXIT_TROUBLE;
    bool written = export_jsonl(&file.output, analysis, &error);
    return output_close(&file, written, error, EXIT_CLEAN);
}

int cmd_export(int argc, char **argv)
{
    Options options = {0};
    Session session;
    int exit_code;

    if (!options_parse(&spec, &options, argc, argv, &exit_code))
        return exit_code;
    bool sqlite = strcmp(options.format, "sqlite") == 0;
    if (sqlite && (options.output == NULL || strcmp(options.output, "-") == 0)) {
        options_clear(&options);
        return trouble("cannot write a SQLite database to standard output: name a file with --output");
    }
    exit_code = session_start(&session, &options, options.arguments, ENGINE_DETECTION);
    if (exit_code == EXIT_CLEAN)
        exit_code =
            sqlite ? write_sqlite(&options, session.analysis) : write_jsonl(&options, session.analysis);
    session_end(&session);
    options_clear(&options);
    return exit_code;
}
