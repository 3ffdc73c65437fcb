#include "cli/command.h"

#include <string.h>

#include "cli/filter.h"
#include "cli/output.h"
#include "cli/session.h"
#include "report/comparison.h"

static Filter filter;
static char **paths;
static char *fail_on;

static const GOptionEntry entries[] = {
    {"path", 'p', 0, G_OPTION_ARG_FILENAME_ARRAY, &paths, "compare what lies below this path (repeatable)",
     "PATH"},
    {"rule", 'r', 0, G_OPTION_ARG_FILENAME_ARRAY, &filter.rules,
     "only this rule, by slug or code (repeatable)", "RULE"},
    {"min-severity", 0, 0, G_OPTION_ARG_FILENAME, &filter.min_severity,
     "info, warning or error: compare from there on", "SEVERITY"},
    {"role", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &filter.roles,
     "only files of this role: production, test, ...", "ROLE"},
    {"name", 'n', 0, G_OPTION_ARG_FILENAME, &filter.name, "only definitions with this name or id", "GLOB"},
    {"fail-on", 0, 0, G_OPTION_ARG_FILENAME, &fail_on, "new or more: when to exit 1", "WHAT"},
    {0},
};

static const CommandSpec spec = {
    .name = "diff",
    .arguments = "REV [REV]",
    .summary = "findings gone, new and unchanged between two revisions",
    .description = "Compares the findings of two revisions, or of one with the working tree. Revisions are\n"
                   "read from the object database: nothing is checked out, and files that are the same\n"
                   "in both are parsed once. Findings are matched by ids that survive edits elsewhere;\n"
                   "what moved to another path with the same contents is told apart. Both sides are\n"
                   "judged by the configuration of the second. Exits 0 unless --fail-on asks for a gate:\n"
                   "'new' when a finding is new or has grown, 'more' when there are more than before.",
    .examples = "onedef diff main\twhat the working tree changes\n"
                "onedef diff v1.0 v1.1 -f markdown\tfor release notes\n"
                "onedef diff origin/main HEAD --fail-on new -q\ta gate for pull requests",
    .formats = "text, markdown, json, csv",
    .entries = entries,
};

static const char *const gates[] = {"new", "more", NULL};
enum { GATE_NONE = -1, GATE_NEW, GATE_MORE };

static ComparisonWriter find_writer(const char *format)
{
    for (const ComparisonFormat *row = comparison_formats; row->name != NULL; row++)
        if (strcmp(row->name, format) == 0)
            return row->write;
    return NULL;
}

/* One side. `session` stays open: the other side may be judged by its configuration. */
static Snapshot *read_side(Session *session, const Options *shared, char *revision, Source *yardstick,
                           const ReportScope *asked, GError **error)
{
    Options options = *shared;

    options.revision = revision;
    if (!session_open(session, &options, paths, yardstick, error) ||
        !session_analyse(session, &options, ENGINE_DETECTION, error))
        return NULL;
    filter_apply(asked, &session->scope);
    return snapshot_new(session->analysis, &session->scope);
}

static bool fails(const Comparison *comparison, int gate)
{
    const ChangeTotal *all = &comparison->all;

    return gate == GATE_NEW    ? all->counts[CHANGE_NEW] + all->counts[CHANGE_GROWN] > 0
           : gate == GATE_MORE ? all->after > all->before
                               : false;
}

static int report(const Options *options, const Comparison *comparison, int gate)
{
    OutputFile file;
    GError *error = NULL;

    if (!output_open(&file, options))
        return EXIT_TROUBLE;
    bool written = find_writer(options->format)(&file.output, comparison, &error);
    return output_close(&file, written, error, fails(comparison, gate) ? EXIT_FINDINGS : EXIT_CLEAN);
}

static int compare(const Options *options, const ReportScope *asked, int gate)
{
    Session newer = {0}, older = {0};
    GError *error = NULL;
    int exit_code = EXIT_TROUBLE;
    g_autoptr(Snapshot) before = NULL;
    g_autoptr(Snapshot) after = read_side(&newer, options, options->arguments[1], NULL, asked, &error);

    if (after != NULL) {
        analysis_free(g_steal_pointer(&newer.analysis)); /* two at once would double the memory */
        before = read_side(&older, options, options->arguments[0], newer.source, asked, &error);
    }
    if (before != NULL) {
        g_autoptr(Comparison) comparison = comparison_new(before, after);
        exit_code = report(options, comparison, gate);
    } else {
        trouble_error(error);
    }
    session_end(&older);
    session_end(&newer);
    return exit_code;
}

static bool is_consistent(const Options *options)
{
    uint32_t count = options->arguments != NULL ? g_strv_length(options->arguments) : 0;

    if (count == 0)
        trouble("diff: which revision? (see 'onedef diff --help')");
    else if (count > 2)
        trouble("diff: at most two revisions, not '%s' too", options->arguments[2]);
    else if (options->revision != NULL)
        trouble("diff: not together with --rev: name the revisions as arguments");
    return count > 0 && count <= 2 && options->revision == NULL;
}

int cmd_diff(int argc, char **argv)
{
    Options options = {0};
    ReportScope asked = {0};
    int exit_code, gate = GATE_NONE;

    if (!options_parse(&spec, &options, argc, argv, &exit_code))
        return exit_code;
    exit_code = EXIT_TROUBLE;
    if (fail_on != NULL)
        gate = parse_choice("--fail-on", fail_on, gates);
    if ((fail_on == NULL || gate >= 0) && filter_read(&filter, &asked) && is_consistent(&options))
        exit_code = compare(&options, &asked, gate);
    options_clear(&options);
    return exit_code;
}
