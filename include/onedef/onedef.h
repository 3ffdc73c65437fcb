/* onedef.h — the library: index a Python codebase, ask what is defined more than once, write it down.
 *
 *     OnedefOptions options = {.paths = (const char *[]){"src", NULL}};
 *     GError *error = NULL;
 *     Onedef *onedef = onedef_open(&options, &error);
 *     if (onedef != NULL)
 *         onedef_write(onedef, "scan", "json", NULL, stdout, &error);
 *     onedef_close(onedef);
 *
 * Failures are one-line messages in a GError of the domain onedef_error_quark(); problems in the
 * analysed Python are results, never failures. The library never prints and never exits. A handle
 * is used by one thread at a time; two handles are independent, but no two threads may be inside
 * onedef_open at once (igraph keeps global state). It never runs, imports or evaluates the code
 * that it reads, and never touches the network. */
#ifndef ONEDEF_ONEDEF_H
#define ONEDEF_ONEDEF_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

G_BEGIN_DECLS

typedef struct Onedef Onedef;

/* OnedefOptions — zero is the default of everything. Strings are read during onedef_open only. */
typedef struct OnedefOptions {
    const char *const *paths; /* NULL-terminated files and folders; NULL: the current folder */
    const char *const
        *roots;              /* NULL-terminated source roots, relative to the project root; NULL: find them */
    const char *config_path; /* NULL: onedef.toml or pyproject.toml of the project */
    const char *revision;    /* a git revision to read instead of the disk; paths[0] names the repository */
    const char *cache_dir;   /* NULL: the user's cache folder */
    uint32_t jobs;           /* threads; 0: one a processor */
    bool no_ignore;          /* index what .gitignore leaves out, too */
    bool no_cache;
    bool full_parse; /* parse whole files instead of skeletons: slower, the same answer */
} OnedefOptions;

/* OnedefSummary — the numbers of a run. Files listed = parsed + degraded + unreadable + extensions. */
typedef struct OnedefSummary {
    uint32_t files_listed, files_parsed, files_degraded, files_unreadable, extension_modules;
    uint64_t bytes, lines;
    uint32_t modules, definitions, bindings, imports;
    uint32_t groups, groups_of_work, findings;
} OnedefSummary;

/* Where one name leads. `target` is "module:Qualified.Name" for definitions, "module:" for modules;
 * texts are owned by the handle. */
typedef struct OnedefBinding {
    const char *target, *how, *certainty;
    uint32_t line;
} OnedefBinding;

GQuark onedef_error_quark(void);
/* "0.1.0" */
const char *onedef_version(void);

/* Reads, parses, resolves and compares everything. NULL on failure. Caller closes. */
Onedef *onedef_open(const OnedefOptions *options, GError **error);
void onedef_close(Onedef *onedef);

void onedef_summary(const Onedef *onedef, OnedefSummary *summary);
/* Writes the up to `capacity` candidates of a name in a module, the most likely first; returns how
 * many there are (0: not bound there, or no such module). */
uint32_t onedef_lookup(Onedef *onedef, const char *module, const char *name, OnedefBinding *bindings,
                       uint32_t capacity);
/* Writes a document: "scan" (text, json, jsonl, markdown), "plan" (text, markdown, json, csv; `name`
 * is a glob on definitions or NULL), "export" (jsonl). */
bool onedef_write(Onedef *onedef, const char *document, const char *format, const char *name, FILE *file,
                  GError **error);

G_END_DECLS

#endif
