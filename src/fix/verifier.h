/* verifier.h — between the parts of the proof: which thing after is which thing before, and whom to doubt. */
#ifndef ONEDEF_FIX_VERIFIER_H
#define ONEDEF_FIX_VERIFIER_H

#include "fix/internal.h"

typedef struct Verifier {
    const Fix *stage;
    const Program *a, *b; /* before, after */
    const FixView *before, *after;
    uint32_t *file_of;      /* by module of `a`: index of the edited FixFile + 1, or 0 */
    Id *module_in_b;        /* by module of `a`; ID_NONE: gone */
    Id *definition_in_b;    /* by definition of `a`; a definition that gave way: the one that stays */
    bool lazy;              /* a move may write a __getattr__ */
    bool *removed;          /* by definition of `a` */
    GHashTable *attributes; /* strings: names read as attributes of imported modules, anywhere in `b` */
    GArray *doubts;         /* Doubt, the result */
    GPtrArray *suspects;    /* FixMove*, of the doubt in the making */
    bool repairs;           /* names that led nowhere may lead somewhere */
    GHashTable *meant; /* outside symbol (of `a`) that active repairs take for one of ours → their Target */
    GHashTable *meant_modules; /* the same of whole modules: dotted path → id in `a` + 1 */
} Verifier;

static inline const char *text_a(const Verifier *verifier, Sym sym) { return program_text(verifier->a, sym); }
static inline const char *text_b(const Verifier *verifier, Sym sym) { return program_text(verifier->b, sym); }

/* --- same.c --- */

/* Pairs modules and definitions of the two programs. False: one is there that should not be, or the
 * other way round; `*odd` is the module of `a` in which, or ID_NONE. */
bool same_things(Verifier *verifier, Id *odd);
bool same_target(const Verifier *verifier, const Target *a, const Target *b);
/* Fills `meant`. */
void verifier_read_meant(Verifier *verifier);
/* What active repairs take the outside symbol `target` of program `a` for, to the end; else `target`. */
Target target_meant(const Verifier *verifier, Target target);

/* --- chain_verify.c --- */

/* The definitions that the code of an edited module reaches by its global names and chains. */
void check_chains(Verifier *verifier, Id module);

/* --- doubt.c --- */

/* A difference in module `module` of `a` (ID_NONE: nowhere in particular), about the name `name` (NULL:
 * none in particular), which led to `target` (may be NULL). Doubts, in this order, as far as
 * there are any: the active moves of that module that are about that name; those of that module; those that lead
 * from or to something at or below the module or the target; all. */
void doubt_name(Verifier *verifier, Id module, const char *name, const Target *target, const char *what);
/* All active moves of one file. */
void doubt_file(Verifier *verifier, const FixFile *file, const char *what);
/* The active moves of these modules whose home is among them, too; those of these modules; all. */
void doubt_modules(Verifier *verifier, const Id *modules, uint32_t n_modules, const char *what);
/* One move. */
void doubt_move(Verifier *verifier, FixMove *move, const char *what, const char *where);

/* May this module lose, or gain, this name? */
bool verifier_is_meant(const Verifier *verifier, Id module, const char *name, bool gone);
/* Fills file_of. */
void verifier_mark_edited(Verifier *verifier);
bool verifier_has_repairs(const Fix *stage);

#endif
