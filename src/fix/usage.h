/* usage.h — how a file uses a name that an import binds, from its tokens: called with what, subclassed,
 * which attributes. It tells which of several definitions of that name can have been meant. */
#ifndef ONEDEF_FIX_USAGE_H
#define ONEDEF_FIX_USAGE_H

#include <glib.h>

#include "model/program.h"
#include "parse/lexer.h"
#include "parse/scopes.h"

/* UsageCall — one call of the name. */
typedef struct UsageCall {
    uint32_t line;
    uint32_t n_positional;
    bool starred, double_starred;       /* `*args`, `**options` among the arguments */
    uint32_t first_keyword, n_keywords; /* in Usage.keywords */
} UsageCall;

typedef struct Usage {
    GArray *calls;         /* UsageCall */
    GPtrArray *keywords;   /* char*, owned */
    GPtrArray *attributes; /* char*, owned: distinct, in order of appearance */
    GPtrArray *methods;    /* char*, owned, distinct: what is called on the results of its calls */
    bool subclassed, excepted, decorates;
    uint32_t n_uses; /* the import itself not counted */
} Usage;

void usage_init(Usage *usage);
void usage_clear(Usage *usage);
/* Adds the uses of the variable that the name token at byte `bound` binds; with `path`, of that dotted path,
 * which the variable begins. */
void usage_collect(const Lexed *lexed, const Scopes *scopes, uint32_t bound, const char *path, Usage *usage);
/* The token that ends the dotted path which starts at name token `index`; 0: another one stands there. */
uint32_t usage_path_end(const Lexed *lexed, uint32_t index, const char *path);

/* Why what `target` is cannot be used so: one line, owned by the caller; NULL when nothing speaks
 * against it. *evidence counts the uses that tell: attributes it has, methods of its objects, calls that fit and
 * would fail on most other things. To be called without arguments, subclassed or raised is no evidence. */
char *usage_misfit(const Program *program, const Usage *usage, Target target, uint32_t *evidence);
/* A method called on an object of this class that no class of its hierarchy has, though all are known; or
 * NULL. Objects may hold functions: that is a doubt, no proof. Borrowed from `usage`. */
const char *usage_doubt(const Program *program, const Usage *usage, Target target);

#endif
