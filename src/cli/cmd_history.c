#include "cli/command.h"

#include <malloc.h>
#include <string.h>

#include "cli/filter.h"
#include "cli/output.h"
#include "cli/session.h"
#include "report/history.h"
#include "source/revisions.h"

/* Revisions that are read when the user does not say how many. */
#define POINTS_WANTED 24

static Filter filter;
static char *since, *every_text;

static const GOptionEntry entries[] = {
    {"since", 0, 0, G_OPTION_ARG_FILENAME, &since, "start at this revision instead of the first", "REV"},
    {"every", 0, 0, G_OPTION_ARG_FILENAME, &every_text, "every Nth commit (default: about 24 in all)", "N"},
    {"role", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &filter.roles,
     "only files of this role: production, test, ...", "ROLE"},
    {"name", 'n', 0, G_OPTION_ARG_FILENAME, &filter.name, "only definitions with this name or id", "GLOB"},
    {0},
};

static const CommandSpec spec = {
    .name = "history",
    .arguments = "[PATH]...",
    .summary = "what was found over time, as a table or a chart",
    .description = "Walks back from HEAD (or --rev) along first parents, reads every Nth commit from the\n"
                   "object database, and counts duplicates, import paths, broken imports and cycles,\n"
                   "newest last. Files that are the same in several commits are parsed once. All commits\n"
                   "are judged by the configuration of the newest. What the repository does not hold\n"
                   "(shallow or partial clones) is counted and named.",
    .examples = "onedef history\tabout two dozen commits over the whole line\n"
                "onedef history --since v1.0 --every 10 -f svg -o progress.svg\ta chart\n"
                "onedef history src --role production -f csv\tfor a spreadsheet",
    .formats = "text, csv, json, svg",
    .entries = entries,
};

static HistoryWriter find_writer(const char *format)
{
    for (const HistoryFormat *row = history_formats; row->name != NULL; row++)
        if (strcmp(row->name, format) == 0)
            return row->write;
    return NULL;
}

static void read_point(const Options *shared, const ReportScope *asked, Source *yardstick,
                       const Revision *revision, HistoryPoint *point)
{
    Options options = *shared;
    Session session;
    g_autoptr(GError) error = NULL;

    point->id = g_strdup(revision->id);
    point->subject = g_strdup(revision->subject);
    point->time = revision->time;
    options.revision = point->id;
    if (session_open(&session, &options, options.arguments, yardstick, &error) &&
        session_analyse(&session, &options, ENGINE_DETECTION, &error)) {
        filter_apply(asked, &session.scope);
        g_autoptr(Snapshot) snapshot = snapshot_new(session.analysis, &session.scope);
        history_fill(point, snapshot);
    } else {
        point->error = g_strdup(error->message);
    }
    analysis_free(g_steal_pointer(&session.analysis)); /* session_end leaves it to the system */
    session_end(&session);
    malloc_trim(0); /* the next commit is as large again, and may not fit into the holes of this one */
}

/* The newest first, because its configuration judges the others and because it must be readable. */
static bool read_points(const Options *options, const ReportScope *asked, const RevisionList *list,
                        History *history, GError **error)
{
    Options newest = *options;
    Session session;

    newest.revision = list->revisions[list->n_revisions - 1].id;
    bool opened = session_open(&session, &newest, options->arguments, NULL, error);
    history->points = g_new0(HistoryPoint, list->n_revisions + 1);
    for (uint32_t i = 0; opened && i < list->n_revisions; i++)
        read_point(options, asked, session.source, &list->revisions[i],
                   &history->points[history->n_points++]);
    session_end(&session);
    history->n_commits = list->n_line;
    history->every = list->every;
    history->cut = list->cut;
    return opened;
}

static void say_gaps(const Options *options, const History *history)
{
    for (uint32_t i = 0; i < history->n_points && !options->quiet; i++)
        if (history->points[i].error != NULL)
            trouble("note: %.12s: %s", history->points[i].id, history->points[i].error);
    if (history->cut && !options->quiet)
        trouble("note: the repository holds no commits before %.12s (a shallow clone?)",
                history->points[0].id);
}

static int report(const Options *options, const History *history)
{
    OutputFile file;
    GError *error = NULL;

    if (!output_open(&file, options))
        return EXIT_TROUBLE;
    bool written = find_writer(options->format)(&file.output, history, &error);
    return output_close(&file, written, error, EXIT_CLEAN);
}

static int run(const Options *options, const ReportScope *asked, uint32_t every)
{
    const char *path = options->arguments != NULL ? options->arguments[0] : ".";
    const char *tip = options->revision != NULL ? options->revision : "HEAD";
    g_autofree char *repository = revision_repository(path);
    GError *error = NULL;
    g_autoptr(RevisionList) list = revisions_list(repository, tip, since, every, POINTS_WANTED, &error);
    History history = {0};
    int exit_code = EXIT_TROUBLE;

    if (list != NULL && read_points(options, asked, list, &history, &error)) {
        say_gaps(options, &history);
        exit_code = report(options, &history);
    } else {
        trouble_error(error);
    }
    history_clear(&history);
    return exit_code;
}

int cmd_history(int argc, char **argv)
{
    Options options = {0};
    ReportScope asked = {0};
    uint32_t every = 0;
    int exit_code;

    if (!options_parse(&spec, &options, argc, argv, &exit_code))
        return exit_code;
    exit_code = EXIT_TROUBLE;
    if (every_text != NULL && parse_number("--every", every_text, 1000000, &every) && every == 0)
        trouble("--every: expected a number from 1, not '%s'", every_text);
    else if ((every_text == NULL || every > 0) && filter_read(&filter, &asked))
        exit_code = run(&options, &asked, every);
    options_clear(&options);
    return exit_code;
}
