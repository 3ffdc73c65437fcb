/* options.h — the options that commands share, their parsing, and --help.
 *
 * Arguments are bytes (GOption's FILENAME kinds: the STRING kinds refuse non-ASCII in the C locale).
 * A command describes itself with a CommandSpec; --help is written from it, so help, parsing and
 * the table of commands cannot disagree. */
#ifndef ONEDEF_CLI_OPTIONS_H
#define ONEDEF_CLI_OPTIONS_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

/* Options — shared by all commands that analyse a tree. */
typedef struct Options {
    char **arguments; /* PATHs or NAMEs; NULL when there are none */
    char *format, *output, *directory, *config, *cache_dir, *revision, *python_version, *platform, *colour;
    char **roots, **excludes, **only, **kinds;
    uint32_t jobs, verbose;
    gboolean no_cache, no_ignore, full_parse, quiet;
    uint64_t question[2]; /* digest of the command, its arguments and every option that its output may depend on */
} Options;

/* CommandSpec — what a command says of itself. */
typedef struct CommandSpec {
    const char *name;        /* "scan" */
    const char *arguments;   /* "[PATH]..." */
    const char *summary;     /* one line */
    const char *description; /* paragraphs, wrapped by hand at 78 columns */
    const char *examples;    /* lines "onedef scan src\tfindings of one folder" */
    const char *formats;     /* "text, json": the first is the default; NULL: no -f */
    const GOptionEntry *entries; /* its own options, or NULL */
    bool plain;              /* takes no shared options (version, help) */
} CommandSpec;

/* Parses and, for --help, answers. True: go on. False: return *exit_code. Applies -C DIR. */
bool options_parse(const CommandSpec *spec, Options *options, int argc, char **argv, int *exit_code);
void options_clear(Options *options);
/* Adds to options->question what a command concluded from the options. */
void options_ask(Options *options, const char *text);

/* "onedef: …" on stderr, one line, foreign control characters escaped. Returns EXIT_TROUBLE. */
int trouble(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* The same for a GError, which is freed. */
int trouble_error(GError *error);
/* A whole number in [0, limit]; false and a message otherwise. */
bool parse_number(const char *option, const char *text, uint32_t limit, uint32_t *number);
/* Index of `word` in a NULL-terminated list; -1 and a message with a suggestion otherwise. */
int parse_choice(const char *option, const char *word, const char *const *choices);

#endif
