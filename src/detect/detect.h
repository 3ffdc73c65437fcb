/* detect.h — groups with verdicts, and findings. */
#ifndef ONEDEF_DETECT_DETECT_H
#define ONEDEF_DETECT_DETECT_H

#include "base/arena.h"
#include "config/config.h"
#include "detect/group.h"
#include "detect/rule.h"
#include "detect/statement.h"

/* Evidence — one place that shows why. */
typedef struct Evidence {
    Sym path;
    uint32_t line;
    Sym text;
} Evidence;

typedef struct Finding {
    Sym id;           /* 16 hex digits: hash of rule, sorted subject ids and a discriminator without line numbers */
    uint8_t rule, severity;
    bool suppressed;
    Sym suppress_reason;
    Sym path;         /* where to look first */
    uint32_t line;
    Sym message;      /* one line */
    Sym *subjects; uint32_t n_subjects; /* definition, module or binding ids, sorted */
    Evidence *evidence; uint32_t n_evidence;
    Id group;         /* index in groups, or ID_NONE */
    Id definition;    /* the definition it is about, or ID_NONE */
    double weight;    /* for "worst first": imports affected etc. */
} Finding;

/* ImportPath — one way in which a definition is imported: "module:name" with counts. */
typedef struct ImportPath {
    Id module;   /* the module named in the import */
    Sym name;    /* the name imported there */
    uint32_t count, n_production; /* import statements, of them in production files */
    uint32_t first_import;        /* in Detection.path_imports: indices into program->imports */
    bool canonical;
} ImportPath;

/* Fragmentation — all import paths of one definition that has more than one (or one that is not its home). */
typedef struct Fragmentation {
    Id definition;
    ImportPath *paths; uint32_t n_paths; /* most used first, then by id */
    uint32_t total;
    Id canonical_module; /* where imports should go: home; a public path where the home is private; or public root by configuration */
    Sym canonical_name;  /* the name to import there: the definition's own, or its public alias */
    bool pinned;         /* by the configuration: absolute, no other path is in order */
} Fragmentation;

typedef struct Shim {
    Id module;
    uint32_t n_names;    /* names it passes on */
    uint32_t n_users;    /* imports of the module that remain */
    bool deprecated;
} Shim;

/* Detection — everything found. What hangs below its arrays (members, rows, paths, evidence, and the
 * signals that plan/canonical.c adds) lives in `arena`. */
typedef struct Detection {
    Group *groups; uint32_t n_groups;       /* sorted by verdict order, weight, name, id */
    Finding *findings; uint32_t n_findings; /* sorted by path, line, rule, id */
    Fragmentation *fragmentations; uint32_t n_fragmentations; /* by definition id text */
    Shim *shims; uint32_t n_shims;
    uint32_t *path_imports; uint32_t n_path_imports;
    uint32_t *group_of; /* by definition: index of its group or ID_NONE */
    Arena arena;
} Detection;

/* What can be found out of a program that is joined and not yet resolved: more than half of the work. May run
 * while resolve_program works on the same program: reads nothing that resolution writes, interns nothing.
 * `statements` may be counted before that (statement_names_init, which needs model_open only), and are taken
 * over; NULL: they were not. */
typedef struct Preparation Preparation;
Preparation *detect_prepare(const Program *program, const Config *config, StatementNames *statements,
                            uint32_t workers);
/* False where the configuration asks for kinds that only resolution can tell: then nothing is to be prepared. */
bool detect_can_prepare(const Config *config);
void preparation_free(Preparation *preparation);

/* Detector — a detection on its way, in three steps. */
typedef struct Detector Detector;
/* Tells who leaves the contest for its place in the code. Takes over `preparation`; NULL: there is none, and the
 * result is the same. */
Detector *detect_begin(Program *program, Config *config, Preparation *preparation, uint32_t workers);
/* Tells which definitions hang together by content. May run while the graph of the same program is built: interns
 * nothing into the program's interner. */
void detect_compare(Detector *detector);
/* Finds everything; frees the detector. Interns texts into the program's interner. Suppressions (configuration
 * and `# onedef: ignore[rule] reason`) are applied here. */
Detection *detect_end(Detector *detector, const DependencyGraph *graph, GError **error);
/* Frees a detector that is not wanted any more, or NULL. */
void detect_abandon(Detector *detector);
void detection_free(Detection *detection);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Detection, detection_free)

const char *verdict_name(Verdict verdict);
const char *verdict_action(Verdict verdict); /* "consolidate", "merge, then consolidate", "none" … */
bool verdict_is_work(Verdict verdict);       /* duplicate, renamed, diverged, hollow */
const char *member_role_name(MemberRole role);

#endif
