#include "cli/command.h"

#include <string.h>

#include "cli/output.h"
#include "cli/session.h"

static char *min_severity, *fail_on, *name;
static char **rules, **roles;
static gboolean exit_code_asked;

static const GOptionEntry entries[] = {
    {"rule", 'r', 0, G_OPTION_ARG_FILENAME_ARRAY, &rules, "only this rule, by slug or code (repeatable)",
     "RULE"},
    {"min-severity", 0, 0, G_OPTION_ARG_FILENAME, &min_severity,
     "info, warning or error: report from there on", "SEVERITY"},
    {"role", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &roles, "only files of this role: production, test, ...",
     "ROLE"},
    {"name", 'n', 0, G_OPTION_ARG_FILENAME, &name, "only definitions with this name or id", "GLOB"},
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

static const char *const severities[] = {"info", "warning", "error", NULL};

static bool choose_rules(ReportScope *scope)
{
    for (uint32_t i = 0; rules != NULL && rules[i] != NULL; i++) {
        int rule = rule_find(rules[i]);
        if (rule < 0) {
            const char *slugs[RULE_COUNT + 1] = {0};
            for (uint32_t r = 0; r < RULE_COUNT; r++)
                slugs[r] = rule_get(r)->slug;
            parse_choice("--rule", rules[i], slugs);
            return false;
        }
        scope->rules[rule] = true;
    }
    return true;
}

static bool choose_roles(ReportScope *scope)
{
    const char *names[ROLE_COUNT + 1] = {0};
    for (uint32_t role = 0; role < ROLE_COUNT; role++)
        names[role] = role_name(role);
    for (uint32_t i = 0; roles != NULL && roles[i] != NULL; i++) {
        int role = parse_choice("--role", roles[i], names);
        if (role < 0)
            return false;
        scope->roles[role] = true;
    }
    return true;
}

static bool choose_severity(const char *option, const char *word, int *severity)
{
    if (word != NULL)
        *severity = parse_choice(option, word, severities);
    return *severity >= 0;
}

static ScanWriter find_writer(const char *format)
{
    for (const ScanFormat *row = scan_formats; row->name != NULL; row++)
        if (strcmp(row->name, format) == 0)
            return row->write;
    return NULL;
}

static int report(Session *session, const Options *options, int gate)
{
    OutputFile file;
    GError *error = NULL;
    if (!output_open(&file, options))
        return EXIT_TROUBLE;
    file.output.scope = &session->scope;
    bool written = find_writer(options->format)(&file.output, session->analysis, session->config, &error);
    bool failed = gate >= 0 && scope_count_findings(&session->scope, session->analysis, gate) > 0;
    return output_close(&file, written, error, failed ? EXIT_FINDINGS : EXIT_CLEAN);
}

int cmd_scan(int argc, char **argv)
{
    Options options = {0};
    Session session;
    ReportScope asked = {0};
    int exit_code, gate = -1;
    if (!options_parse(&spec, &options, argc, argv, &exit_code))
        return exit_code;
    if (exit_code_asked)
        gate = SEVERITY_INFO;
    if (!choose_rules(&asked) || !choose_roles(&asked) ||
        !choose_severity("--min-severity", min_severity, &asked.min_severity) ||
        (fail_on != NULL && !choose_severity("--fail-on", fail_on, &gate))) {
        options_clear(&options);
        return EXIT_TROUBLE;
    }
    exit_code = session_start(&session, &options, options.arguments, ENGINE_DETECTION);
    if (exit_code == EXIT_CLEAN) {
        memcpy(session.scope.rules, asked.rules, sizeof asked.rules);
        memcpy(session.scope.roles, asked.roles, sizeof asked.roles);
        session.scope.min_severity = asked.min_severity;
        session.scope.name = name;
        exit_code = report(&session, &options, gate);
    }
    session_end(&session);
    options_clear(&options);
    return exit_code;
}
