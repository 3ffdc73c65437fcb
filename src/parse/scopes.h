/* scopes.h — which variable every name of a file stands for, from tokens alone; internal to parse/.
 *
 * Names are numbered by spelling; variables are (scope, name). Scopes are Python's: module,
 * function, lambda, class, comprehension, and the scope of type parameters. */
#ifndef ONEDEF_PARSE_SCOPES_H
#define ONEDEF_PARSE_SCOPES_H

#include "parse/lexer.h"

#define SCOPES_NONE  UINT32_MAX /* no variable: keyword, attribute, keyword argument, module path … */
#define SCOPES_BINDS (UINT32_C(1) << 31) /* in `uses`: the name is bound here, not read */

/* ScopeName — one spelling. */
typedef struct ScopeName {
    uint64_t hash;
    uint32_t token; /* first token with it */
    uint32_t top;   /* while walking: variable of the innermost open scope that has one */
    bool imported;  /* some import statement binds it */
} ScopeName;

enum {
    VARIABLE_BOUND = 1 << 0,
    VARIABLE_GLOBAL = 1 << 1,   /* declared */
    VARIABLE_NONLOCAL = 1 << 2, /* declared */
    VARIABLE_IMPORTED = 1 << 3, /* bound by an import */
    VARIABLE_MEMBER = 1 << 4,   /* of a class's scope */
};

/* ScopeVariable — one name in one scope. Once its scope is closed `target` is the variable of an
 * outer scope that it stands for, itself, or SCOPES_NONE for a global. */
typedef struct ScopeVariable {
    uint32_t name, scope, flags, target;
    uint32_t outer; /* while walking: variable of the same name in an outer open scope */
    uint32_t next;  /* while walking: next variable of the same scope */
} ScopeVariable;

/* ScopeOwner — one outermost class or function statement, decorators included. */
typedef struct ScopeOwner {
    uint32_t first, last; /* tokens; `last` is the first one behind it */
    uint32_t start;       /* offset of the class or def keyword (`async` of an async one) */
} ScopeOwner;

typedef struct ScopeWalk ScopeWalk;

typedef struct Scopes {
    uint32_t *ids;  /* per token: its name's number, for names that are no keyword */
    uint32_t *uses; /* per token: variable, with SCOPES_BINDS; or SCOPES_NONE */
    uint32_t tokens_capacity;
    ScopeName *names;
    uint32_t n_names, names_capacity;
    ScopeVariable *variables;
    uint32_t n_variables, variables_capacity;
    ScopeOwner *owners;
    uint32_t n_owners, owners_capacity;
    ScopeWalk *walk;
} Scopes;

void scopes_find(Scopes *scopes, const Lexed *lexed);
void scopes_clear(Scopes *scopes);

/* The local variable that an entry of `uses` stands for, or SCOPES_NONE: a global, or no variable. */
static inline uint32_t scopes_local(const Scopes *scopes, uint32_t use)
{
    return use == SCOPES_NONE ? SCOPES_NONE : scopes->variables[use & ~SCOPES_BINDS].target;
}

/* Whether an entry of `uses` stands for a global name. */
static inline bool scopes_is_global(const Scopes *scopes, uint32_t use)
{
    return use != SCOPES_NONE && scopes->variables[use & ~SCOPES_BINDS].target == SCOPES_NONE;
}

#endif
