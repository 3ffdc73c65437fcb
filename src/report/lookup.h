/* lookup.h — what a NAME on the command line may mean.
 *
 * NAME is a simple name (`Manager`), a dotted path (`a.b.Manager`; the module may be cut in front:
 * `b.Manager`), an id (`a.b:Outer.Inner`), a file and a name (`a/b.py:Manager`), or a glob over
 * dotted paths and simple names. Matches come in program order. */
#ifndef ONEDEF_REPORT_LOOKUP_H
#define ONEDEF_REPORT_LOOKUP_H

#include "report/report.h"

/* Match — one thing that the name may mean: a name bound in a module, a definition, or a module. */
typedef struct Match {
    Id module;     /* where the name stands */
    Sym name;      /* the name there; 0 for a module */
    Id binding;    /* in program->bindings: the likeliest candidate; ID_NONE for nested definitions and modules */
    Id definition; /* where it leads; ID_NONE where that is no definition */
} Match;

/* Element type Match; empty when nothing is called so. Caller frees. O(definitions + modules). */
GArray *lookup_name(const Program *program, const char *text);
/* "a.b.X" or "X" closest to a text that matched nothing; NULL when nothing is close. Caller frees. */
char *lookup_suggest(const Program *program, const char *text);

/* The candidates of a match's binding: first and *count. */
const Binding *lookup_candidates(const Program *program, const Match *match, uint32_t *count);
/* How a binding's statement reads: "from .types import Mode", "Mode = Other", "class Mode"; caller frees. */
char *lookup_statement(const Program *program, const Binding *binding);
/* The binding that a hop stands on, or NULL. */
const Binding *lookup_hop(const Program *program, const Hop *hop);
/* "from a.b import X" (for a nested one: of its outermost class), as the project should write it. Caller frees. */
char *lookup_import_line(const Analysis *analysis, Id definition);
/* The fragmentation of a definition, or NULL. */
const Fragmentation *lookup_fragmentation(const Analysis *analysis, Id definition);
const Group *lookup_group(const Analysis *analysis, Id definition);

#endif
