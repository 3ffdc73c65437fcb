#include "cli/options.h"

#include "base/digest.h"
#include "cli/command.h"
#include "cli/help.h"
#include "report/escape.h"
#include "report/suggest.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int trouble(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    g_autofree char *text = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    g_autofree char *clean = escape_terminal(text);
    fprintf(stderr, "onedef: %s\n", clean);
    return EXIT_TROUBLE;
}

int trouble_error(GError *error)
{
    int code = trouble("%s", error != NULL ? error->message : "failed without a reason: please report this");
    g_clear_error(&error);
    return code;
}

bool parse_number(const char *option, const char *text, uint32_t limit, uint32_t *number)
{
    char *end;
    errno = 0;
    unsigned long value = strtoul(text, &end, 10);
    if (!g_ascii_isdigit(*text) || *end != 0 || errno != 0 || value > limit) {
        trouble("%s: expected a number from 0 to %u, not '%s'", option, limit, text);
        return false;
    }
    *number = (uint32_t)value;
    return true;
}

int parse_choice(const char *option, const char *word, const char *const *choices)
{
    for (int i = 0; choices[i] != NULL; i++)
        if (g_ascii_strcasecmp(choices[i], word) == 0)
            return i;
    const char *close = suggest_closest(word, choices);
    if (close != NULL) {
        trouble("%s: unknown value '%s' (did you mean '%s'?)", option, word, close);
    } else {
        g_autofree char *all = g_strjoinv(", ", (char **)choices);
        trouble("%s: unknown value '%s' (one of %s)", option, word, all);
    }
    return -1;
}

static Options shared; /* what the entries below fill: GOption wants the addresses early */
static char *jobs_text;
static gboolean help_asked;

static gboolean count_verbose(const char *name, const char *value, gpointer data, GError **error)
{
    (void)name, (void)value, (void)data, (void)error;
    shared.verbose++;
    return TRUE;
}

static char *format_text;

static const GOptionEntry format_entries[] = {
    {"format", 'f', 0, G_OPTION_ARG_FILENAME, &format_text, "output format", "FORMAT"},
    {0},
};

static const GOptionEntry shared_entries[] = {
    {"output", 'o', 0, G_OPTION_ARG_FILENAME, &shared.output,
     "write to FILE (replaced as a whole), - for stdout", "FILE"},
    {"directory", 'C', 0, G_OPTION_ARG_FILENAME, &shared.directory, "run as if started in DIR", "DIR"},
    {"rev", 0, 0, G_OPTION_ARG_FILENAME, &shared.revision, "read a git revision instead of the disk", "REV"},
    {"root", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &shared.roots,
     "a source root, relative to the project (repeatable)", "DIR"},
    {"exclude", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &shared.excludes,
     "leave these files out of the index (repeatable)", "GLOB"},
    {"only", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &shared.only,
     "report only what lies in these files (repeatable)", "GLOB"},
    {"no-ignore", 0, 0, G_OPTION_ARG_NONE, &shared.no_ignore, "do not honour .gitignore", NULL},
    {"kinds", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &shared.kinds,
     "kinds to group: class, function, ... (repeatable)", "KIND"},
    {"python-version", 0, 0, G_OPTION_ARG_FILENAME, &shared.python_version,
     "decide sys.version_info tests for this version", "X.Y"},
    {"platform", 0, 0, G_OPTION_ARG_FILENAME, &shared.platform, "decide sys.platform tests for this platform",
     "NAME"},
    {"config", 0, 0, G_OPTION_ARG_FILENAME, &shared.config, "read this configuration file", "FILE"},
    {"jobs", 'j', 0, G_OPTION_ARG_FILENAME, &jobs_text, "threads; 0 is one a processor", "N"},
    {"cache-dir", 0, 0, G_OPTION_ARG_FILENAME, &shared.cache_dir, "where facts of unchanged files are kept",
     "DIR"},
    {"no-cache", 0, 0, G_OPTION_ARG_NONE, &shared.no_cache, "neither read nor write the cache", NULL},
    {"full-parse", 0, 0, G_OPTION_ARG_NONE, &shared.full_parse,
     "parse function bodies too (slower, same facts)", NULL},
    {"color", 0, 0, G_OPTION_ARG_FILENAME, &shared.colour, "auto, always or never", "WHEN"},
    {"quiet", 'q', 0, G_OPTION_ARG_NONE, &shared.quiet, "no progress and no notes on stderr", NULL},
    {"verbose", 'v', G_OPTION_FLAG_NO_ARG, G_OPTION_ARG_CALLBACK, count_verbose,
     "more detail; twice for all of it", NULL},
    {0},
};

static const GOptionEntry help_entries[] = {
    {"help", 'h', 0, G_OPTION_ARG_NONE, &help_asked, "show this help", NULL},
    {0},
};

static const GOptionEntry rest_entries[] = {
    {G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &shared.arguments, NULL, NULL},
    {0},
};

/* GOption knows no "-j8": split a cluster after its first letter that takes a value. */
static bool takes_value(const GOptionEntry *const *tables, char letter)
{
    for (uint32_t t = 0; tables[t] != NULL; t++)
        for (const GOptionEntry *entry = tables[t]; entry->long_name != NULL; entry++)
            if (entry->short_name == letter)
                return entry->arg != G_OPTION_ARG_NONE && !(entry->flags & G_OPTION_FLAG_NO_ARG);
    return false;
}

static char **split_clusters(const GOptionEntry *const *tables, int argc, char **argv)
{
    GPtrArray *out = g_ptr_array_new();
    bool options = true;
    for (int i = 0; i < argc; i++) {
        const char *word = argv[i];
        size_t cut = 0;
        options = options && strcmp(word, "--") != 0;
        if (options && i > 0 && word[0] == '-' && word[1] != '-')
            for (size_t at = 1; word[at] != 0 && cut == 0; at++)
                if (takes_value(tables, word[at]))
                    cut = at + 1;
        if (cut > 0 && word[cut] != 0) {
            g_ptr_array_add(out, g_strndup(word, cut));
            g_ptr_array_add(out, g_strdup(word + cut));
        } else {
            g_ptr_array_add(out, g_strdup(word));
            if (cut > 0 && i + 1 < argc) /* its value is the next word, whatever that looks like */
                g_ptr_array_add(out, g_strdup(argv[++i]));
        }
    }
    g_ptr_array_add(out, NULL);
    return (char **)g_ptr_array_free(out, FALSE);
}

static int usage_trouble(const CommandSpec *spec, const GOptionEntry *const *tables, GError *error)
{
    g_autoptr(GError) owned = error;
    if (g_error_matches(error, G_OPTION_ERROR, G_OPTION_ERROR_UNKNOWN_OPTION)) {
        const char *word = strrchr(error->message, ' ');
        const char *given = word != NULL ? word + 1 : error->message;
        g_autoptr(GPtrArray) names = g_ptr_array_new();
        for (uint32_t t = 0; tables[t] != NULL; t++)
            for (const GOptionEntry *entry = tables[t]; entry->long_name != NULL; entry++)
                if (entry->long_name[0] != 0)
                    g_ptr_array_add(names, (gpointer)entry->long_name);
        g_ptr_array_add(names, NULL);
        const char *close = g_str_has_prefix(given, "--")
                                ? suggest_closest(given + 2, (const char *const *)names->pdata)
                                : NULL;
        if (close != NULL)
            return trouble("%s: unknown option '%s' (did you mean '--%s'?)", spec->name, given, close);
        return trouble("%s: unknown option '%s' (see 'onedef %s --help')", spec->name, given, spec->name);
    }
    g_autofree char *message = g_strdup(error->message);
    *message = g_ascii_tolower(*message);
    return trouble("%s: %s", spec->name, message);
}

static bool finish(const CommandSpec *spec, Options *options, int *exit_code)
{
    *exit_code = EXIT_TROUBLE;
    options->format = format_text;
    if (jobs_text != NULL && !parse_number("--jobs", jobs_text, 256, &options->jobs))
        return false;
    if (options->directory != NULL && chdir(options->directory) != 0) {
        trouble("cannot enter '%s': %s", options->directory, g_strerror(errno));
        return false;
    }
    if (spec->formats != NULL) {
        g_auto(GStrv) formats = g_strsplit(spec->formats, ", ", -1);
        int choice = options->format == NULL
                         ? 0
                         : parse_choice("--format", options->format, (const char *const *)formats);
        if (choice < 0)
            return false;
        g_free(options->format);
        options->format = g_strdup(formats[choice]);
    }
    return true;
}

/* What output never depends on; --format and --color are taken as they were understood. Whatever is not
 * named here counts, so that a new option cannot be forgotten. */
static bool is_indifferent(const char *name)
{
    static const char *const names[] = {"jobs",      "cache-dir", "no-cache", "color", "quiet",
                                        "directory", "format",    "output",   "help"};

    for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
        if (strcmp(names[i], name) == 0)
            return true;
    return false;
}

static void take_entry(Digest *question, const GOptionEntry *entry)
{
    digest_text(question, entry->long_name);
    switch (entry->arg) {
    case G_OPTION_ARG_NONE:
        digest_number(question, (uint64_t) * (const gboolean *)entry->arg_data);
        break;
    case G_OPTION_ARG_FILENAME:
        digest_text(question, *(char *const *)entry->arg_data);
        break;
    case G_OPTION_ARG_FILENAME_ARRAY:
        digest_texts(question, *(const char *const *const *)entry->arg_data);
        break;
    case G_OPTION_ARG_CALLBACK: /* --verbose is the only one */
        digest_number(question, shared.verbose);
        break;
    default:
        g_assert_not_reached();
    }
}

/* While the values still lie where the tables say. */
static void make_question(const CommandSpec *spec, const GOptionEntry *const *tables, uint64_t *question)
{
    g_autoptr(Digest) digest = digest_new();

    digest_text(digest, spec->name);
    for (uint32_t t = 0; tables[t] != NULL; t++)
        for (const GOptionEntry *entry = tables[t]; entry->long_name != NULL; entry++)
            if (!is_indifferent(entry->long_name))
                take_entry(digest, entry);
    digest_texts(digest, (const char *const *)shared.arguments);
    digest_result(digest, &question[0], &question[1]);
}

void options_ask(Options *options, const char *text)
{
    g_autoptr(Digest) digest = digest_new();

    digest_number(digest, options->question[0]);
    digest_number(digest, options->question[1]);
    digest_text(digest, text);
    digest_result(digest, &options->question[0], &options->question[1]);
}

bool options_parse(const CommandSpec *spec, Options *options, int argc, char **argv, int *exit_code)
{
    const GOptionEntry *tables[6] = {0};
    uint32_t n = 0;
    if (spec->entries != NULL)
        tables[n++] = spec->entries;
    if (spec->formats != NULL)
        tables[n++] = format_entries;
    if (!spec->plain)
        tables[n++] = shared_entries;
    tables[n++] = help_entries;
    g_autoptr(GOptionContext) context = g_option_context_new(NULL);
    g_option_context_set_help_enabled(context, FALSE);
    for (uint32_t t = 0; t < n; t++)
        g_option_context_add_main_entries(context, tables[t], NULL);
    g_option_context_add_main_entries(context, rest_entries, NULL);
    g_auto(GStrv) words = split_clusters(tables, argc, argv);
    int count = (int)g_strv_length(words);
    /* GOption removes what it has read from the array it gets: the words stay owned here. */
    g_autofree char **view = g_memdup2(words, ((size_t)count + 1) * sizeof *words);
    GError *error = NULL;
    if (!g_option_context_parse(context, &count, &view, &error)) {
        *exit_code = usage_trouble(spec, tables, error);
        return false;
    }
    if (help_asked) {
        *exit_code = help_command(spec, tables);
        return false;
    }
    uint64_t question[2];
    make_question(spec, tables, question);
    *options = shared;
    memcpy(options->question, question, sizeof question);
    memset(&shared, 0, sizeof shared);
    if (finish(spec, options, exit_code)) {
        options_ask(options, options->format); /* as it was understood: none is the first one */
        return true;
    }
    options_clear(options);
    return false;
}

void options_clear(Options *options)
{
    g_strfreev(options->arguments);
    g_strfreev(options->roots);
    g_strfreev(options->excludes);
    g_strfreev(options->only);
    g_strfreev(options->kinds);
    g_free(options->format);
    g_free(options->output);
    g_free(options->directory);
    g_free(options->config);
    g_free(options->cache_dir);
    g_free(options->revision);
    g_free(options->python_version);
    g_free(options->platform);
    g_free(options->colour);
    memset(options, 0, sizeof *options);
}
