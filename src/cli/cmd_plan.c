#include "cli/command.h"

#include <string.h>

#include "cli/session.h"
#include "report/plan_split.h"

static char *name, *batch_text, *split;

static const GOptionEntry entries[] = {
    {"name", 'n', 0, G_OPTION_ARG_FILENAME, &name, "plan only for definitions with this name or id", "GLOB"},
    {"batch-files", 0, 0, G_OPTION_ARG_FILENAME, &batch_text,
     "files a batch of import changes holds (default 5)", "N"},
    {"split", 0, 0, G_OPTION_ARG_FILENAME, &split, "one Markdown file a step into DIR, and an index", "DIR"},
    {0},
};

static const CommandSpec spec = {
    .name = "plan",
    .arguments = "[PATH]...",
    .summary = "the worklist that leads back to one definition each",
    .description = "Phase 2A consolidates definitions, 2B standardises import paths in small batches,\n"
                   "2C removes what is left. The text is a summary; markdown is the whole worklist with\n"
                   "check boxes; json and csv are for programs and spreadsheets. Each step says whether\n"
                   "fix can carry it out, and why not; docs/plan.md explains the order and the effort.",
    .examples = "onedef plan\tthe numbers and the first steps\n"
                "onedef plan -f markdown -o PLAN.md\tthe whole worklist\n"
                "onedef plan --split plan\tone file a step, to make an issue of each\n"
                "onedef plan --name WebSocketManager -f markdown\tone name from end to end",
    .formats = "text, markdown, json, csv",
    .entries = entries,
};

static PlanWriter find_writer(const char *format)
{
    for (const PlanFormat *row = plan_formats; row->name != NULL; row++)
        if (strcmp(row->name, format) == 0)
            return row->write;
    return NULL;
}

/* Wish — what is asked for besides the shared options. */
typedef struct Wish {
    const Options *options;
    uint32_t batch_files; /* 0: as configured */
} Wish;

static Plan *make_plan(Session *session, const Wish *wish, GError **error)
{
    Analysis *analysis = session->analysis;
    /* --only and --role narrow what the paths have selected. */
    for (uint32_t i = 0; i < analysis->program->n_files; i++)
        analysis->program->files[i].selected =
            scope_has_file(&session->scope, analysis->program, &analysis->program->files[i]);
    EnginePlan how = {
        .name = name, .batch_files = wish->batch_files, .jobs = wish->options->jobs, .judged = true};
    return engine_plan(session->source, analysis, session->config, &how, error);
}

static bool write_plan(Session *session, const Output *out, void *context, Reply *reply, GError **error)
{
    const Wish *wish = context;
    (void)reply;
    g_autoptr(Plan) plan = make_plan(session, wish, error);
    return plan != NULL &&
           find_writer(wish->options->format)(out, session->analysis, plan, session->config, error);
}

/* --split writes a folder, not an output that could be kept. */
static int split_plan(const Wish *wish)
{
    GError *error = NULL;
    Session session;
    int exit_code = session_start(&session, wish->options, wish->options->arguments, ENGINE_DETECTION);
    g_autoptr(Plan) plan = exit_code == EXIT_CLEAN ? make_plan(&session, wish, &error) : NULL;
    if (exit_code == EXIT_CLEAN && (plan == NULL || !plan_split(split, session.analysis, plan, &error)))
        exit_code = trouble_error(error);
    session_end(&session);
    return exit_code;
}

int cmd_plan(int argc, char **argv)
{
    Options options = {0};
    Wish wish = {.options = &options};
    int exit_code;
    if (!options_parse(&spec, &options, argc, argv, &exit_code))
        return exit_code;
    if (batch_text != NULL && !parse_number("--batch-files", batch_text, 10000, &wish.batch_files))
        exit_code = EXIT_TROUBLE;
    else if (split != NULL && options.output != NULL)
        exit_code = trouble("--split: not together with --output");
    else if (split != NULL)
        exit_code = split_plan(&wish);
    else
        exit_code = session_answer(&options, options.arguments, ENGINE_DETECTION, write_plan, &wish);
    options_clear(&options);
    return exit_code;
}
