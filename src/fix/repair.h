/* repair.h — imports of what does not exist, and what can have been meant; between the parts of fix/. */
#ifndef ONEDEF_FIX_REPAIR_H
#define ONEDEF_FIX_REPAIR_H

#include "fix/internal.h"
#include "fix/lost.h"
#include "fix/usage.h"

/* Candidate — one thing that a broken import may have meant, and how to import it. */
typedef struct Candidate {
    Target target;
    Id module;         /* to import from; for modules their package, ID_NONE at top level */
    Sym name;          /* to import there */
    char *why;         /* what speaks against it, or NULL. Owned */
    uint32_t evidence; /* uses that were checked and tell: few other things of that name take them */
    const char *doubt; /* a method that its objects seem not to have, or NULL; the usage's */
    bool near;         /* where the asked module was, or in a module of that name: distance.h */
    uint8_t tells;     /* Tells: how much its module's name says */
    bool namesake;     /* the two modules' last names are one */
    bool elsewhere;    /* below another top package than the asked module */
    bool pinned, moved, foreign; /* foreign: belongs to tests, examples …, the importer does not */
    char commit[12];             /* moved: says this commit */
    double score;
} Candidate;

/* Broken — one imported name that leads nowhere. */
typedef struct Broken {
    uint32_t import;
    Id file;
    bool unsure;         /* it may be there in a way that cannot be seen: only a pin or history tells */
    bool lost;           /* below a top module that went: lost.h has the only candidate */
    char *steers;        /* the lines of its file that speak of sys.path, or NULL. Owned */
    bool asked_for_skip; /* its file speaks of importorskip and the top name on one line */
    const char *missing; /* lost: why there is none; static */
    Usage usage;
    GArray *candidates; /* Candidate, best first once ranked */
    uint32_t first_query, n_queries;
} Broken;

/* Fills the candidates of all broken imports: by name, by what the uses allow, by the pins. */
void candidates_find(const FixView *view, const FixOptions *options, const Lost *lost, Broken *broken,
                     uint32_t n_broken);
/* Asks git where the names went; adds what it says to the candidates. */
void candidates_ask_history(const FixView *view, Source *source, Broken *broken, uint32_t n_broken);
/* Best first, by score, then by name. */
void candidates_rank(const Program *program, Broken *broken);
/* The one that was meant, or NULL when that cannot be said. */
const Candidate *candidates_choose(const Broken *broken);
/* "2 candidates: a.b:X (…); c.d:X (…)", or why there is none. Caller frees. */
char *candidates_text(Program *program, const Broken *broken);

/* The chains of `import a.b`, which go along with it: fills move->chain, its names that come and go. NULL
 * when they can; else why not. Caller frees. */
char *repair_plain(const FixState *state, const Broken *broken, FixMove *move);

#endif
