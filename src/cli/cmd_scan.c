#include "cli/command.h"

#include <string.h>

#include "cli/filter.h"
#include "cli/session.h"

static Filter filter;
static char *fail_on;
static gboolean exit_code_asked;

static const GOptionEntry entries[] = {
    {"rule", 'r', 0, G_OPTION_ARG_FILENAME_ARRAY, &filter.rules,
     "only this rule, by slug or code (repeatable)", "RULE"},
    {"min-severity", 0, 0, G_OPTION_ARG_FILENAME, &filter.min_severity,
     "info, warning or error: report from there on", "SEVERITY"},
    {"role", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &filter.roles,
     "only files of this role: production, test, ...", "ROLE"},
    {"name", 'n', 0, G_OPTION_ARG_FILENAME, &filter.name, "only definitions with this name or id", "GLOB"},
    {"fail-on", 0, 0, G_OPTION_ARG_FILENAME, &fail_on, "info, warning or error: exit 1 from there on",
     "SEVERITY"},
    {"exit-code", 0, 0, G_OPTION_ARG_NONE, &exit_code_asked, "exit 1 when anything is reported", NULL},
    {0},
};

static const CommandSpec spec = {
    .name = "scan",
    .arguments = "[PATH]...",
    .summary = "find what is defined more than once, and what else splits the truth",
    .description = "Indexes the project around each PATH (default: the current directory) and reports\n"
                   "what lies below them: groups of definitions with a verdict, names that mean\n"
                   "different classes by path, import paths, broken imports, shims and load cycles.\n"
                   "Exits 0 whatever is found, unless --exit-code or --fail-on asks for a gate.",
    .examples = "onedef src\tthe report for people\n"
                "onedef scan -v --name '*Manager'\tone corner, with the differences\n"
                "onedef scan --role production --fail-on error -q\ta gate for CI\n"
                "onedef scan -f json -o findings.json\tfor programs\n"
                "onedef scan --rev v1.2 -r broken-import\twhat an old revision had",
    .formats = "text, json, markdown, jsonl",
    .entries = entries,
};

static ScanWriter find_writer(const char *format)
{
    for (const ScanFormat *row = scan_formats; row->name != NULL; row++)
        if (strcmp(row->name, format) == 0)
            return row->write;
    return NULL;
}

/* Report — what is asked for besides the shared options. */
typedef struct Report {
    const Options *options;
    ReportScope asked;
    int gate; /* severity from which on the exit code says that something was found; -1: never */
} Report;

static bool write_report(Session *session, const Output *out, void *context, Reply *reply, GError **error)
{
    const Report *report = context;
    ReportScope *scope = &session->scope;
    filter_apply(&report->asked, scope);
    if (report->gate >= 0 && scope_count_findings(scope, session->analysis, report->gate) > 0)
        reply->exit_code = EXIT_FINDINGS;
    return find_writer(report->options->format)(out, session->analysis, session->config, error);
}

int cmd_scan(int argc, char **argv)
{
    Options options = {0};
    Report wanted = {.options = &options, .gate = -1};
    int exit_code;
    if (!options_parse(&spec, &options, argc, argv, &exit_code))
        return exit_code;
    if (exit_code_asked)
        wanted.gate = SEVERITY_INFO;
    if (filter_read(&filter, &wanted.asked) &&
        (fail_on == NULL || filter_severity("--fail-on", fail_on, &wanted.gate)))
        exit_code = session_answer(&options, options.arguments, ENGINE_DETECTION, write_report, &wanted);
    else
        exit_code = EXIT_TROUBLE;
    options_clear(&options);
    return exit_code;
}
