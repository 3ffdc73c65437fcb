#include "cli/help.h"

#include "cli/command.h"
#include "cli/output.h"
#include "report/text.h"

#include <string.h>

enum { OPTION_COLUMN = 28, HELP_WIDTH = 80 };

static void print_entry(const GOptionEntry *entry, const char *formats)
{
    g_autofree char *value =
        entry->arg_description != NULL ? g_strconcat(" ", entry->arg_description, NULL) : g_strdup("");
    g_autofree char *name = entry->short_name != 0
                                ? g_strdup_printf("  -%c, --%s%s", entry->short_name, entry->long_name, value)
                                : g_strdup_printf("      --%s%s", entry->long_name, value);
    if (strlen(name) + 2 > OPTION_COLUMN)
        printf("%s\n%*s", name, OPTION_COLUMN, "");
    else
        printf("%-*s", OPTION_COLUMN, name);
    if (strcmp(entry->long_name, "format") == 0 && formats != NULL)
        printf("%s\n", formats);
    else
        printf("%s\n", entry->description);
}

static void print_examples(const char *examples)
{
    g_auto(GStrv) lines = g_strsplit(examples, "\n", -1);
    fputs("\nExamples:\n", stdout);
    for (uint32_t i = 0; lines[i] != NULL; i++) {
        g_auto(GStrv) parts = g_strsplit(lines[i], "\t", 2);
        if (parts[0] == NULL)
            continue;
        if (parts[1] != NULL)
            printf("  %s\n      %s\n", parts[0], parts[1]);
        else
            printf("  %s\n", parts[0]);
    }
}

/* Paragraphs are separated by empty lines; line ends within one do not count. */
static void print_wrapped(const char *text)
{
    const Output out = {.file = stdout, .width = HELP_WIDTH};
    g_auto(GStrv) paragraphs = g_strsplit(text, "\n\n", -1);
    for (uint32_t i = 0; paragraphs[i] != NULL; i++) {
        putchar('\n');
        text_wrap(&out, STYLE_PLAIN, g_strdelimit(paragraphs[i], "\n", ' '), 0, 0);
    }
}

int help_command(const CommandSpec *spec, const GOptionEntry *const *tables)
{
    const Output out = {.file = stdout, .width = HELP_WIDTH};
    g_autofree char *title = g_strdup_printf("onedef %s - %s", spec->name, spec->summary);
    text_wrap(&out, STYLE_PLAIN, title, 0, 2);
    printf("\nUsage: onedef %s%s%s%s\n", spec->name, spec->plain ? "" : " [OPTION]...",
           *spec->arguments != 0 ? " " : "", spec->arguments);
    if (spec->description != NULL)
        print_wrapped(spec->description);
    for (uint32_t t = 0; tables[t] != NULL; t++) {
        if (t == 0 || tables[t - 1] == spec->entries)
            fputs(tables[t] == spec->entries ? "\nOptions of this command:\n" : "\nOptions:\n", stdout);
        for (const GOptionEntry *entry = tables[t]; entry->long_name != NULL; entry++)
            if (!(entry->flags & G_OPTION_FLAG_HIDDEN))
                print_entry(entry, spec->formats);
    }
    if (spec->examples != NULL)
        print_examples(spec->examples);
    return output_finish_stdout(EXIT_CLEAN);
}

void help_program(FILE *file)
{
    fputs("onedef - find every class, enum and protocol that a Python codebase defines more\n"
          "than once, say what each one really is, and plan the way back to one\n"
          "\n"
          "Usage: onedef [COMMAND] [OPTION]... [ARGUMENT]...\n"
          "       onedef PATH...            the same as 'onedef scan PATH...'\n"
          "\n"
          "Commands:\n",
          file);
    for (const Command *command = commands; command->name != NULL; command++)
        fprintf(file, "  %-10s %s\n", command->name, command->summary);
    fputs("\n"
          "  onedef COMMAND --help         options and examples of a command\n"
          "  onedef --version              the version\n"
          "\n"
          "Exit status: 0 clean; 1 findings, where a gate was asked for; 2 trouble.\n"
          "onedef never runs or imports the code it reads, and never touches the network.\n",
          file);
}
