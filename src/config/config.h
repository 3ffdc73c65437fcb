/* config.h — what the user asked for, from onedef.toml or pyproject.toml [tool.onedef].
 *
 * Every option has a default here; unknown keys and values of the wrong type are errors that name
 * file, key and reason. Command-line options override what files say (cli/ does that on the struct). */
#ifndef ONEDEF_CONFIG_CONFIG_H
#define ONEDEF_CONFIG_CONFIG_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/digest.h"
#include "source/source.h"

/* ConfigPin — [tool.onedef.canonical] "Name" = "a.b:Name": the SSOT registry; absolute. */
typedef struct ConfigPin {
    char *name;   /* simple name or definition id or glob */
    char *target; /* "a.b:Name" or module "a.b" */
    bool used;
} ConfigPin;

/* ConfigRule — [tool.onedef.rules] slug = "error" | "warning" | "info" | "off". */
typedef struct ConfigRule {
    char *slug;
    int severity; /* Severity of detect/rule.h, -1 = off */
} ConfigRule;

/* ConfigSuppression — [[tool.onedef.ignore]] rule, path / name globs, reason. */
typedef struct ConfigSuppression {
    char *rule;   /* slug, code or "*" */
    char *path;   /* glob or NULL */
    char *name;   /* glob on subject ids or NULL */
    char *reason; /* required */
    bool used;
} ConfigSuppression;

typedef struct Config {
    char *origin;           /* path of the file that was read, or NULL */
    GPtrArray *roots;       /* char*: source roots relative to the project root, in order; empty = find them */
    GPtrArray *excludes;    /* char*: globs of files not to index */
    GPtrArray *boundaries;  /* char*: path prefixes or dotted packages that are deployed apart; empty = units */
    GPtrArray *critical, *high, *medium; /* char*: path globs of plan priorities */
    GPtrArray *pins;        /* ConfigPin* */
    GPtrArray *rules;       /* ConfigRule* */
    GPtrArray *suppressions;/* ConfigSuppression* */
    GPtrArray *role_globs[8]; /* char*: by Role: globs that force a role ([tool.onedef.roles] test = [...]) */
    GPtrArray *kinds;       /* char*: "class", "function" … for grouping; default: classes */
    char *python_version;   /* "3.11": folds sys.version_info tests; NULL = keep all branches */
    char *platform;         /* "linux": folds sys.platform; NULL = keep all */
    bool public_root_imports; /* outside its package, a definition's canonical import is the public root */
    uint32_t batch_files;   /* files a 2B batch holds; default 5 */
    uint32_t graph_nodes, graph_edges; /* budgets of a picture; default 60 / 200 */
} Config;

Config *config_new(void); /* the defaults */
void config_free(Config *config);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Config, config_free)

/* Reads `explicit_path` (on disk; NULL: onedef.toml, else pyproject.toml at the source's root, where
 * present) over the defaults. Errors: unreadable, malformed, unknown key, wrong type. */
Config *config_load(Source *source, const char *explicit_path, GError **error);

/* Takes everything that the configuration says: two that give the same digest ask for the same. */
void config_digest(const Config *config, Digest *digest);

/* Glob on '/'-separated paths: `*` within a part, `**` across parts, `?`, `[a-z]`; a pattern without
 * '/' matches any part; one that ends in '/' matches everything below. */
bool config_glob(const char *pattern, const char *path);

#endif
