/* scopes_internal.h — the walker's state, shared by scopes.c and scopes_statement.c. */
#ifndef ONEDEF_PARSE_SCOPES_INTERNAL_H
#define ONEDEF_PARSE_SCOPES_INTERNAL_H

#include "parse/scopes.h"

typedef enum ScopeKind {
    SCOPE_KIND_MODULE,
    SCOPE_KIND_FUNCTION,
    SCOPE_KIND_CLASS,
    SCOPE_KIND_COMPREHENSION
} ScopeKind;

typedef struct Scope {
    uint32_t parent, depth; /* depth: number of scopes around it */
    uint32_t variables;     /* list */
    uint8_t kind;
} Scope;

/* An entry says in which scope names now are, and how it ends. */
typedef enum EntryKind {
    ENTRY_MODULE,
    ENTRY_BLOCK,         /* a class or function body: ends with the DEDENT below `level` */
    ENTRY_INLINE,        /* a body on its header's line: ends with the line */
    ENTRY_TYPES,         /* type parameters of the def or class entry above it, or of a `type` statement */
    ENTRY_LAMBDA_HEADER, /* names are in the scope around; parameters go into `inner` */
    ENTRY_LAMBDA,
    ENTRY_COMPREHENSION,
    ENTRY_ITERABLE, /* a comprehension's first iterable: in the scope around */
} EntryKind;

typedef struct Entry {
    uint32_t scope, inner, depth, level;
    uint8_t kind;
    bool targets, seen_for; /* of a comprehension: between `for` and `in`; a `for` was seen */
    bool closes;            /* `scope` ends with it */
} Entry;

typedef enum StatementKind {
    STATEMENT_OTHER,
    STATEMENT_EXPRESSION, /* an assignment up to target_end */
    STATEMENT_COMPOUND,
    STATEMENT_FOR,
    STATEMENT_WITH,
    STATEMENT_EXCEPT,
    STATEMENT_DELETE,
    STATEMENT_DEF,
    STATEMENT_CLASS,
    STATEMENT_CASE,
    STATEMENT_TYPE,
} StatementKind;

struct ScopeWalk {
    Scopes *scopes;
    const Lexed *lexed;
    const Token *tokens;

    Scope *all;
    uint32_t n_all, all_capacity;
    Entry *entries;
    uint32_t n_entries, entries_capacity;
    char *brackets; /* kinds of the open ones */
    uint32_t depth, brackets_capacity;
    uint32_t *comprehension; /* bits by token: a bracket that holds a comprehension */
    uint32_t comprehension_capacity;
    uint32_t *name_table; /* open addressing: name + 1, 0 is free */
    uint32_t name_table_capacity;
    uint32_t *match_levels; /* levels of the blocks that hold cases */
    uint32_t n_match_levels, match_levels_capacity;

    uint32_t level;    /* INDENTs open */
    uint32_t previous; /* token before the current one, comments apart; SCOPES_NONE at first */
    bool at_start;     /* the next token starts a statement */

    StatementKind statement;
    uint32_t target_end; /* STATEMENT_EXPRESSION: tokens before it are targets */
    bool annotated;
    bool in_targets;       /* STATEMENT_FOR, _CASE: before `in`, before a guard */
    bool as_target;        /* STATEMENT_WITH: behind `as` … */
    uint32_t as_depth;     /* … which stands at this depth */
    uint32_t read_depth;   /* within targets: a subscript or call at this depth, 0 = none */
    uint32_t header_scope; /* STATEMENT_DEF: scope of the parameters, SCOPES_NONE before them */
    uint32_t header_depth; /* STATEMENT_DEF, _CLASS, _TYPE: depth of the open bracket of (type) parameters, 0
                              = none */
    bool header_types;     /* that bracket holds type parameters */
    bool header_done;      /* the parameters were seen */

    bool owned;         /* within an owner */
    bool owner_started; /* its keyword was seen */
};

uint32_t walk_scope(const ScopeWalk *walk);
Entry *walk_top(const ScopeWalk *walk);
uint32_t walk_open_scope(ScopeWalk *walk, ScopeKind kind, uint32_t parent);
Entry *walk_push(ScopeWalk *walk, EntryKind kind, uint32_t scope, bool closes);
/* The variable of the token's name in an open scope. */
uint32_t walk_variable(ScopeWalk *walk, uint32_t scope, uint32_t name);
void walk_bind(ScopeWalk *walk, uint32_t token, uint32_t scope, uint32_t flags);
void walk_read(ScopeWalk *walk, uint32_t token);
/* Next token that is no comment. */
uint32_t walk_next(const ScopeWalk *walk, uint32_t token);
bool walk_is(const ScopeWalk *walk, uint32_t token, const char *text, size_t length);

static inline bool walk_operator(const ScopeWalk *walk, uint32_t token, Operator operator)
{
    return token != SCOPES_NONE && walk->tokens[token].kind == TOKEN_OPERATOR &&
           walk->tokens[token].detail == operator;
}

static inline bool walk_keyword(const ScopeWalk *walk, uint32_t token, Keyword keyword)
{
    return token != SCOPES_NONE && walk->tokens[token].kind == TOKEN_NAME &&
           walk->tokens[token].detail == keyword;
}

static inline bool walk_plain_name(const ScopeWalk *walk, uint32_t token)
{
    return walk_keyword(walk, token, KEYWORD_NONE);
}

/* Reads the start of the statement at `token`; returns the token to go on from. */
uint32_t walk_statement(ScopeWalk *walk, uint32_t token);
/* What a name means where it stands. */
void walk_name(ScopeWalk *walk, uint32_t token);

#endif
