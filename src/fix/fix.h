/* fix.h — steps of the plan carried out: chosen, written as edits, proved, and only then handed out.
 *
 * Nothing here writes to disk (write.h does). fix_make takes the moves of phase 2B, leaves out what
 * cannot be shown to be harmless, edits the rest in memory, has the edited program analysed again,
 * compares the two programs and drops the files that differ in anything but the way by which a name
 * comes, until nothing is left to drop. */
#ifndef ONEDEF_FIX_FIX_H
#define ONEDEF_FIX_FIX_H

#include "graph/dependency.h"
#include "plan/plan.h"
#include "source/source.h"

/* FixView — one analysed state of the project. */
typedef struct FixView {
    Program *program;
    const DependencyGraph *graph;
    const Plan *plan; /* of the edited state: may be NULL when there is nothing to compare */
    void *owner;      /* the analyser's */
} FixView;

/* Analyses `source` (an overlay); false with an error when that fails. */
typedef bool (*FixAnalyse)(void *context, Source *source, FixView *view, GError **error);
typedef void (*FixRelease)(void *context, FixView *view);

/* FixMove — one imported name to be taken from elsewhere. */
typedef struct FixMove {
    uint32_t import;      /* program->imports */
    Id module, home;      /* importer; where to import from */
    uint32_t statement, start, line; /* facts: bytes of the statement and of the item */
    const char *text;     /* module as written, interned */
    Sym name;             /* what to import there */
    Sym before, after;    /* statements, for people */
    char *reason;         /* why it is left out; NULL: carried out. Owned */
} FixMove;

/* FixFile — one file with moves. */
typedef struct FixFile {
    Id file;
    const char *path; /* interned */
    uint32_t batch;
    Sym title;        /* of its step */
    FixMove *moves;   /* in source order; owned */
    uint32_t n_moves;
    GBytes *before, *after; /* after: NULL when nothing of it is carried out */
} FixFile;

typedef struct Fix {
    FixFile *files; /* by batch, then path */
    uint32_t n_files;
    uint32_t n_edited, n_done, n_left; /* files; moves */
    uint32_t n_rounds;                 /* how often the edited program was analysed */
} Fix;

typedef struct FixOptions {
    const char *const *only; /* path globs of files that may be edited; NULL: all */
    bool allow_unloaded;     /* also where a module with code of its own is no longer loaded */
    FixAnalyse analyse;
    FixRelease release;
    void *context;
} FixOptions;

Fix *fix_make(Source *source, const FixView *view, const FixOptions *options, GError **error);
void fix_free(Fix *fix);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Fix, fix_free)

#endif
