#include "cli/command.h"

#include <string.h>

#include "cli/output.h"
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

static int write_plan(Session *session, const Options *options, const Plan *plan)
{
    OutputFile file;
    GError *error = NULL;
    if (!output_open(&file, options))
        return EXIT_TROUBLE;
    file.output.scope = &session->scope;
    bool written =
        find_writer(options->format)(&file.output, session->analysis, plan, session->config, &error);
    return output_close(&file, written, error, EXIT_CLEAN);
}

static int make_plan(Session *session, const Options *options, uint32_t batch_files)
{
    GError *error = NULL;
    Analysis *analysis = session->analysis;
    /* --only and --role narrow what the paths have selected. */
    for (uint32_t i = 0; i < analysis->program->n_files; i++)
        analysis->program->files[i].selected =
            scope_has_file(&session->scope, analysis->program, &analysis->program->files[i]);
    PlanOptions plan_options = {.name = name, .batch_files = batch_files};
    g_autoptr(Plan) plan = plan_new(analysis->program, analysis->graph, analysis->detection, session->config,
                                    &plan_options, &error);
    if (plan == NULL)
        return trouble_error(error);
    if (split == NULL)
        return write_plan(session, options, plan);
    return plan_split(split, analysis, plan, &error) ? EXIT_CLEAN : trouble_error(error);
}

int cmd_plan(int argc, char **argv)
{
    Options options = {0};
    Session session;
    int exit_code;
    uint32_t batch_files = 0;
    if (!options_parse(&spec, &options, argc, argv, &exit_code))
        return exit_code;
    if (batch_text != NULL && !parse_number("--batch-files", batch_text, 10000, &batch_files)) {
        options_clear(&options);
        return EXIT_TROUBLE;
    }
    if (split != NULL && options.output != NULL) {
        options_clear(&options);
        return trouble("--split: not together with --output");
    }
    exit_code = session_start(&session, &options, options.arguments, ENGINE_DETECTION);
    if (exit_code == EXIT_CLEAN)
        exit_code =
            make_plan(&session, &options, batch_files > 0 ? batch_files : session.config->batch_files);
    session_end(&session);
    options_clear(&options);
    return exit_code;
}
