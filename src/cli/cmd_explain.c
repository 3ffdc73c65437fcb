#include "cli/command.h"

#include <string.h>

#include "cli/names.h"
#include "cli/output.h"

static gboolean list_rules;

static const GOptionEntry entries[] = {
    {"rules", 0, 0, G_OPTION_ARG_NONE, &list_rules, "list all rules", NULL},
    {0},
};

static const CommandSpec spec = {
    .name = "explain",
    .arguments = "NAME|RULE...",
    .summary = "what a name truly is, and why; or what a rule means",
    .description = "For each NAME: definition, import, alias or re-export, the way it takes with file\n"
                   "and line of every hop, and the definition at its end; for several names, how many\n"
                   "definitions stand behind all of them. For one name also its other names, import\n"
                   "paths, the group it belongs to member by member, and the choice of its home with\n"
                   "all signals. NAME is written as for 'onedef where'. A rule is a code (OD103) or a\n"
                   "slug (diverged).",
    .examples = "onedef explain Manager\tall definitions called so, compared\n"
                "onedef explain types.Mode manager.Mode\tare these two the same thing?\n"
                "onedef explain OD103\twhat a rule means and what to do\n"
                "onedef explain --rules\tall rules",
    .formats = "text, json",
    .entries = entries,
};

/* True when every argument is a rule and none looks like a dotted name. */
static bool all_rules(char **arguments)
{
    for (uint32_t i = 0; arguments[i] != NULL; i++)
        if (rule_find(arguments[i]) < 0)
            return false;
    return true;
}

static int explain_rules(const Options *options)
{
    OutputFile file;
    if (!output_open(&file, options))
        return EXIT_TROUBLE;
    if (list_rules)
        explain_all_rules(&file.output);
    for (uint32_t i = 0; !list_rules && options->arguments[i] != NULL; i++) {
        if (i > 0)
            fputc('\n', file.output.file);
        explain_rule(&file.output, (RuleId)rule_find(options->arguments[i]));
    }
    return output_close(&file, true, NULL, EXIT_CLEAN);
}

int cmd_explain(int argc, char **argv)
{
    Options options = {0};
    int exit_code;
    if (!options_parse(&spec, &options, argc, argv, &exit_code))
        return exit_code;
    if (options.arguments == NULL && !list_rules) {
        options_clear(&options);
        return trouble("explain: which NAME or RULE? (see 'onedef explain --help')");
    }
    if (list_rules || all_rules(options.arguments))
        exit_code = explain_rules(&options);
    else
        exit_code = names_run(&options, options.arguments,
                              strcmp(options.format, "json") == 0 ? explain_write_json : explain_write_text);
    options_clear(&options);
    return exit_code;
}
