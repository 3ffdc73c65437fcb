/* fix.h — steps of the plan carried out: chosen, written as edits, proved, and only then handed out.
 *
 * Nothing here writes to disk (write.h does). The phases run one after the other, each on what the one
 * before left: 2A replaces definitions, 2B takes imports from the canonical path, 2C removes what
 * nobody needs any more. A phase finds its moves, leaves out what cannot be shown to be harmless,
 * edits the rest in memory, has the edited program analysed again and compares the two programs;
 * moves to which a difference can be traced are left out, until nothing differs but what was meant to. */
#ifndef ONEDEF_FIX_FIX_H
#define ONEDEF_FIX_FIX_H

#include "base/arena.h"
#include "graph/dependency.h"
#include "plan/plan.h"
#include "source/source.h"

/* FixView — one analysed state of the project. */
typedef struct FixView {
    Program *program;
    const DependencyGraph *graph;
    const Detection *detection; /* NULL until `complete` */
    const Plan *plan;           /* likewise */
    void *owner; /* the analyser's */
} FixView;

/* Analyses `source` (an overlay) up to its graph; false with an error when that fails. */
typedef bool (*FixAnalyse)(void *context, Source *source, FixView *view, GError **error);
/* Adds detection and plan to a view that FixAnalyse made of `source`; false with an error when that fails. */
typedef bool (*FixComplete)(void *context, Source *source, FixView *view, GError **error);
typedef void (*FixRelease)(void *context, FixView *view);

typedef enum FixKind {
    FIX_IMPORT,     /* an imported name is taken from elsewhere */
    FIX_REPAIR,     /* the same, where the name led nowhere: `target` is what was meant */
    FIX_CHAIN,      /* `a.b.X` of `import a.b` is reached by another path */
    FIX_DEFINITION, /* a definition gives way to an import of the one that stays */
    FIX_EXPORT,     /* a name is no longer passed on, or only with a warning */
    FIX_MODULE,     /* a file goes */
} FixKind;

struct FixChain; /* chain.h */

/* What is left where a definition was, for those who still look there. */
typedef enum FixShim { FIX_SHIM_REEXPORT, FIX_SHIM_NONE, FIX_SHIM_DEPRECATE } FixShim;

/* FixMove — the least that is carried out or left alone: one change of one file. Ids and symbols are
 * of the state in which the phase found it; `before`, `after` and `reason` are for people and last. */
typedef struct FixMove {
    uint8_t kind;    /* FixKind */
    bool held;       /* a suspect: set aside while the others are proved */
    bool proved;     /* took part in a round without differences */
    bool chosen;     /* FIX_DEFINITION: the user named the one that stays */
    uint32_t step;   /* index of its step in the plan it was found in + 1; 0: none */
    uint32_t import; /* FIX_IMPORT, FIX_REPAIR, FIX_CHAIN: program->imports; else ID_NONE */
    Id module, home; /* edited module; where to import from, or ID_NONE */
    Id definition;   /* FIX_DEFINITION: what goes */
    Target target;   /* FIX_REPAIR */
    Id survivor;     /* FIX_DEFINITION, FIX_EXPORT: the definition that the name means then; or ID_NONE */
    uint32_t statement, start, line; /* facts: bytes of the statement and of the item */
    const char *text;                /* module as written, interned */
    Sym name;                        /* what to import there */
    Sym bound;                       /* the name that the edited module binds */
    Sym *drops;
    uint32_t n_drops; /* names that the edited module binds no more; owned */
    Sym *adds;
    uint32_t n_adds;            /* names that it binds, or imports within a function, in addition; owned */
    const char *before, *after; /* statements */
    const char **paths;         /* dotted, from which something moves: see FixHazards */
    uint32_t n_paths;
    struct FixChain *chain; /* FIX_CHAIN, FIX_REPAIR of `import a.b`; owned */
    const char *note;           /* what a reader should know though it is carried out, or NULL; static */
    char *reason;               /* why it is left out; NULL: carried out. Owned */
} FixMove;

/* FixFile — one file with moves of one phase. */
typedef struct FixFile {
    Id file;
    const char *path;
    uint8_t phase; /* Phase */
    uint32_t pass;     /* of those that were made: one may be made several times */
    uint32_t batch;
    const char *title; /* of its step */
    FixMove *moves;    /* in source order; owned */
    uint32_t n_moves;
    bool deleted;
    GBytes *before,
        *after; /* of this phase. after: NULL when nothing of it is carried out; empty when deleted */
} FixFile;

/* FixHazard — one string that names a path, or something below it. */
typedef struct FixHazard {
    const char *file;
    uint32_t line;
    const char *text; /* of the string */
    bool patch;       /* the argument of patch(), setattr() … */
} FixHazard;

/* FixHazards — the strings that name one path of FixMove.paths, whether its moves are carried out or not. */
typedef struct FixHazards {
    const char *path;
    FixHazard *places; /* by file and line; the Fix's */
    uint32_t n_places;
} FixHazards;

typedef struct Fix {
    FixFile *files; /* by phase, batch, path: a file stands here once for each phase that touches it */
    uint32_t n_files;
    uint32_t n_edited;       /* different files */
    uint32_t n_done, n_left; /* moves */
    FixHazards *hazards;     /* by path: those with strings */
    uint32_t n_hazards;
    uint32_t n_rounds;       /* how often an edited program was analysed */
    Arena texts;
} Fix;

typedef struct FixOptions {
    const char *const *only; /* path globs of files that may be edited; NULL: all */
    const GPtrArray *refused; /* paths (char *) of files that may not; NULL: none */
    uint32_t phases;         /* bits 1 << PHASE_…; 0: 2B, or with `repair` none */
    bool repair;             /* imports of what does not exist, before the phases */
    Config *config;          /* pins; may be NULL */
    uint32_t batch_files;    /* files to a batch of repairs */
    uint32_t jobs;           /* threads; 0: one a processor */
    bool allow_unloaded;     /* also where a module with code of its own is no longer loaded */
    uint8_t shim;            /* FixShim */
    const char
        *removal; /* FIX_SHIM_DEPRECATE: the version that drops the old path; NULL: "a later version" */
    const char *const
        *survivors;   /* globs on definition ids or dotted paths: they stay, whatever drifted; NULL: none */
    const char *name; /* the glob that the user gave on definitions; NULL: all */
    FixAnalyse analyse;
    FixComplete complete;
    FixRelease release;
    void *context;
} FixOptions;

Fix *fix_make(Source *source, const FixView *view, const FixOptions *options, GError **error);
void fix_free(Fix *fix);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Fix, fix_free)

/* The chains that phase 2B rewrites, for PlanOptions: PlanChain, by file and place. view->plan is not read; of
 * the options only `name` and `config` are. Caller unrefs. */
GArray *fix_chains(Source *source, const FixView *view, const FixOptions *options);

/* Says of every step of `plan`, which is view->plan, whether fix would carry it out: what is checked before
 * anything is edited, asked of the very code that checks it. Phase 2C is judged as if what phase 2B can
 * move had moved. The proof on the edited program may still leave something out. */
void fix_judge(Source *source, const FixView *view, const FixOptions *options, Plan *plan);

/* FixChange — all that happens to one file over all phases. `after` is NULL when it is deleted. */
typedef struct FixChange {
    const char *path;
    GBytes *before, *after; /* the Fix's */
} FixChange;

/* Sorted by path; the caller frees. */
FixChange *fix_changes(const Fix *fix, uint32_t *n_changes);

#endif
