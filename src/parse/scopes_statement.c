/* scopes_statement.c — what kind of statement starts at a token, and what its names mean.
 *
 * Whether a name is bound or read depends on the statement (targets of assignments, for, with, del),
 * on what stands right before and behind it (attributes, keyword arguments, walrus), and on the entry
 * on top of the walker's stack (parameters of lambdas, targets of comprehensions). */
#include "parse/scopes_internal.h"

#include <glib.h>

static bool is_open(const ScopeWalk *walk, uint32_t token)
{
    return walk_operator(walk, token, OPERATOR_LPAREN) || walk_operator(walk, token, OPERATOR_LBRACKET) ||
           walk_operator(walk, token, OPERATOR_LBRACE);
}

static bool is_close(const ScopeWalk *walk, uint32_t token)
{
    return walk_operator(walk, token, OPERATOR_RPAREN) || walk_operator(walk, token, OPERATOR_RBRACKET) ||
           walk_operator(walk, token, OPERATOR_RBRACE);
}

static bool ends_statement(const ScopeWalk *walk, uint32_t token)
{
    return walk->tokens[token].kind == TOKEN_NEWLINE || walk->tokens[token].kind == TOKEN_END ||
           walk_operator(walk, token, OPERATOR_SEMICOLON);
}

/* Binds what an import statement binds; returns the token that ends it. */
static uint32_t import_statement(ScopeWalk *walk, uint32_t token)
{
    bool from = walk_keyword(walk, token, KEYWORD_FROM), first = !from;
    uint32_t bound = SCOPES_NONE, scope = walk_scope(walk);

    for (;; token = walk_next(walk, token)) {
        bool ends = ends_statement(walk, token);
        if (ends || walk_operator(walk, token, OPERATOR_COMMA)) {
            if (bound != SCOPES_NONE && !from) {
                walk_bind(walk, bound, scope, VARIABLE_IMPORTED);
                walk->scopes->names[walk->scopes->ids[bound]].imported = true;
            }
            if (ends)
                return token;
            bound = SCOPES_NONE;
            first = true;
        } else if (walk_keyword(walk, token, KEYWORD_IMPORT)) {
            from = false;
            first = true;
            bound = SCOPES_NONE;
        } else if (walk_keyword(walk, token, KEYWORD_AS)) {
            first = true;
        } else if (walk_plain_name(walk, token) && first) {
            bound = token;
            first = false;
        }
    }
}

/* Names of a `global` or `nonlocal` statement. */
static uint32_t declaration(ScopeWalk *walk, uint32_t token)
{
    uint32_t flag = walk_keyword(walk, token, KEYWORD_GLOBAL) ? VARIABLE_GLOBAL : VARIABLE_NONLOCAL;

    for (; !ends_statement(walk, token); token = walk_next(walk, token))
        if (walk_plain_name(walk, token) && walk_scope(walk) != 0) {
            uint32_t variable = walk_variable(walk, walk_scope(walk), walk->scopes->ids[token]);
            walk->scopes->variables[variable].flags |= flag;
        }
    return token;
}

/* Finds the last `=`, the augmented assignment, or the annotation's colon of a statement. */
static void find_targets(ScopeWalk *walk, uint32_t token)
{
    uint32_t depth = 0;

    walk->target_end = token;
    walk->annotated = false;
    for (;; token++) {
        const Token *t = &walk->tokens[token];
        if (t->kind == TOKEN_NEWLINE || t->kind == TOKEN_END)
            return;
        if (t->kind == TOKEN_NAME && (t->detail == KEYWORD_LAMBDA || t->detail == KEYWORD_YIELD) &&
            depth == 0)
            return;
        if (t->kind != TOKEN_OPERATOR)
            continue;
        if (is_open(walk, token)) {
            depth++;
        } else if (is_close(walk, token)) {
            depth -= depth > 0;
        } else if (depth == 0 && t->detail == OPERATOR_EQUAL) {
            walk->target_end = token;
        } else if (depth == 0 && t->detail == OPERATOR_SEMICOLON) {
            return;
        } else if (depth == 0 && (t->detail == OPERATOR_AUGMENTED || t->detail == OPERATOR_COLON)) {
            walk->annotated = t->detail == OPERATOR_COLON;
            walk->target_end = token;
            return;
        }
    }
}

static void start_owner(ScopeWalk *walk, uint32_t token, bool keyword)
{
    Scopes *scopes = walk->scopes;

    if (!walk->owned) {
        if (scopes->n_owners == scopes->owners_capacity) {
            scopes->owners_capacity = MAX(64, scopes->owners_capacity * 2);
            scopes->owners = g_renew(ScopeOwner, scopes->owners, scopes->owners_capacity);
        }
        if (scopes->n_owners > 0 && scopes->owners[scopes->n_owners - 1].last == SCOPES_NONE)
            scopes->owners[scopes->n_owners - 1].last = token;
        scopes->owners[scopes->n_owners++] = (ScopeOwner){token, SCOPES_NONE, walk->tokens[token].start};
        walk->owned = true;
    }
    if (keyword) {
        scopes->owners[scopes->n_owners - 1].start = walk->tokens[token].start;
        walk->owner_started = true;
    }
}

/* A decorator without a definition: what follows is module code again. */
static void drop_owner(ScopeWalk *walk, uint32_t token)
{
    walk->scopes->owners[walk->scopes->n_owners - 1].last = token;
    walk->owned = false;
}

static StatementKind keyword_statement(Keyword keyword)
{
    switch (keyword) {
    case KEYWORD_IF:
    case KEYWORD_ELIF:
    case KEYWORD_ELSE:
    case KEYWORD_WHILE:
    case KEYWORD_TRY:
    case KEYWORD_FINALLY:
        return STATEMENT_COMPOUND;
    case KEYWORD_FOR:
        return STATEMENT_FOR;
    case KEYWORD_WITH:
        return STATEMENT_WITH;
    case KEYWORD_EXCEPT:
        return STATEMENT_EXCEPT;
    case KEYWORD_DEL:
        return STATEMENT_DELETE;
    case KEYWORD_DEF:
        return STATEMENT_DEF;
    case KEYWORD_CLASS:
        return STATEMENT_CLASS;
    default:
        return STATEMENT_OTHER;
    }
}

/* `match …:` is a statement when a block of cases follows. */
static bool is_match(const ScopeWalk *walk, uint32_t token)
{
    uint32_t last = token;

    if (!walk_is(walk, token, "match", 5) || walk_operator(walk, walk_next(walk, token), OPERATOR_DOT))
        return false;
    while (walk->tokens[token].kind != TOKEN_NEWLINE && walk->tokens[token].kind != TOKEN_END) {
        last = token;
        token = walk_next(walk, token);
    }
    if (!walk_operator(walk, last, OPERATOR_COLON) || walk->tokens[token].kind == TOKEN_END)
        return false;
    token = walk_next(walk, token);
    return walk->tokens[token].kind == TOKEN_INDENT && walk_is(walk, walk_next(walk, token), "case", 4);
}

static void add_match_level(ScopeWalk *walk)
{
    if (walk->n_match_levels == walk->match_levels_capacity) {
        walk->match_levels_capacity = MAX(16, walk->match_levels_capacity * 2);
        walk->match_levels = g_renew(uint32_t, walk->match_levels, walk->match_levels_capacity);
    }
    walk->match_levels[walk->n_match_levels++] = walk->level + 1;
}

/* A statement that starts with a plain name: assignment, expression, or one with a soft keyword.
 * Returns the token to go on from. */
static uint32_t name_statement(ScopeWalk *walk, uint32_t token)
{
    uint32_t next = walk_next(walk, token);

    if ((walk_keyword(walk, next, KEYWORD_IMPORT) || walk_keyword(walk, next, KEYWORD_FROM)) &&
        walk_is(walk, token, "lazy", 4))
        return import_statement(walk, next);
    if (is_match(walk, token)) {
        add_match_level(walk);
        walk->statement = STATEMENT_COMPOUND;
        walk->previous = token;
        return next;
    }
    if (walk->n_match_levels > 0 && walk->match_levels[walk->n_match_levels - 1] == walk->level &&
        walk_is(walk, token, "case", 4)) {
        walk->statement = STATEMENT_CASE;
        walk->in_targets = true;
        walk->previous = token;
        return next;
    }
    if (walk_plain_name(walk, next) && walk_is(walk, token, "type", 4)) {
        walk->statement = STATEMENT_TYPE;
        walk_bind(walk, next, walk_scope(walk), 0);
        walk->previous = next;
        return walk_next(walk, next);
    }
    walk->statement = STATEMENT_EXPRESSION;
    find_targets(walk, token);
    return token;
}

uint32_t walk_statement(ScopeWalk *walk, uint32_t token)
{
    bool outer = walk->n_entries == 1;
    uint32_t start = token;

    walk->at_start = false;
    walk->as_target = walk->in_targets = walk->header_done = walk->header_types = false;
    walk->read_depth = walk->header_depth = walk->as_depth = 0;
    walk->header_scope = SCOPES_NONE;
    walk->statement = STATEMENT_OTHER;
    if (outer && walk_operator(walk, token, OPERATOR_AT)) {
        start_owner(walk, token, false);
        return token;
    }
    if (walk_keyword(walk, token, KEYWORD_ASYNC))
        token = walk_next(walk, token);
    if (walk->tokens[token].kind == TOKEN_NAME && walk->tokens[token].detail != KEYWORD_NONE)
        walk->statement = keyword_statement(walk->tokens[token].detail);
    bool defines = walk->statement == STATEMENT_DEF || walk->statement == STATEMENT_CLASS;
    if (outer && defines)
        start_owner(walk, start, true);
    else if (outer && walk->owned && !walk->owner_started)
        drop_owner(walk, start);
    walk->in_targets = walk->statement == STATEMENT_FOR;

    if (walk_keyword(walk, token, KEYWORD_IMPORT) || walk_keyword(walk, token, KEYWORD_FROM))
        return import_statement(walk, token);
    if (walk_keyword(walk, token, KEYWORD_GLOBAL) || walk_keyword(walk, token, KEYWORD_NONLOCAL))
        return declaration(walk, token);
    if (walk_plain_name(walk, token))
        return name_statement(walk, token);
    if (walk->tokens[token].kind == TOKEN_OPERATOR) {
        walk->statement = STATEMENT_EXPRESSION;
        find_targets(walk, token);
    }
    return token;
}

/* Whether a name within targets that stand at `depth` is bound itself, and not read for an attribute, item or
 * call. */
static bool is_store(const ScopeWalk *walk, uint32_t next, uint32_t depth)
{
    return walk->read_depth <= depth && !walk_operator(walk, next, OPERATOR_DOT) &&
           !walk_operator(walk, next, OPERATOR_LPAREN) && !walk_operator(walk, next, OPERATOR_LBRACKET);
}

/* Whether a name begins a parameter: right behind the opening bracket, `lambda`, a comma, or the stars behind
 * those. */
static bool begins_parameter(const ScopeWalk *walk, uint32_t token)
{
    uint32_t before = walk->previous;

    if (walk_operator(walk, before, OPERATOR_STAR) || walk_operator(walk, before, OPERATOR_DOUBLE_STAR)) {
        do
            before--;
        while (before < token && walk->tokens[before].kind == TOKEN_COMMENT);
    }
    return walk_operator(walk, before, OPERATOR_COMMA) || walk_operator(walk, before, OPERATOR_LPAREN) ||
           walk_operator(walk, before, OPERATOR_LBRACKET) || walk_keyword(walk, before, KEYWORD_LAMBDA);
}

/* Parameters and type parameters. */
static bool parameter(ScopeWalk *walk, uint32_t token)
{
    const Entry *top = walk_top(walk);

    if (top->kind == ENTRY_LAMBDA_HEADER && top->depth == walk->depth && begins_parameter(walk, token)) {
        walk_bind(walk, token, top->inner, 0);
        return true;
    }
    if (walk->header_depth == 0 || walk->depth != walk->header_depth || top->kind >= ENTRY_LAMBDA_HEADER ||
        (walk->statement != STATEMENT_DEF && !walk->header_types) || !begins_parameter(walk, token))
        return false;
    walk_bind(walk, token, walk->header_types ? top->scope : walk->header_scope, 0);
    return true;
}

/* A name in a case's pattern. */
static void pattern_name(ScopeWalk *walk, uint32_t token, uint32_t next)
{
    bool wildcard = walk->tokens[token].end - walk->tokens[token].start == 1 &&
                    walk->lexed->bytes[walk->tokens[token].start] == '_';

    if (walk_operator(walk, next, OPERATOR_DOT) || walk_operator(walk, next, OPERATOR_LPAREN))
        walk_read(walk, token);
    else if (!wildcard)
        walk_bind(walk, token, walk_scope(walk), 0);
}

/* Whether the statement binds the name at `token`. */
static bool statement_binds(const ScopeWalk *walk, uint32_t token, uint32_t next)
{
    switch (walk->statement) {
    case STATEMENT_EXPRESSION:
        return token < walk->target_end && is_store(walk, next, 0) && (!walk->annotated || walk->depth == 0);
    case STATEMENT_FOR:
        return walk->in_targets && is_store(walk, next, 0);
    case STATEMENT_WITH:
        return walk->as_target && is_store(walk, next, 0);
    case STATEMENT_EXCEPT:
        return walk_keyword(walk, walk->previous, KEYWORD_AS);
    case STATEMENT_DELETE:
        return is_store(walk, next, 0);
    case STATEMENT_DEF:
    case STATEMENT_CLASS:
        return walk_keyword(walk, walk->previous, KEYWORD_DEF) ||
               walk_keyword(walk, walk->previous, KEYWORD_CLASS);
    default:
        return false;
    }
}

/* The scope a walrus binds in: around all comprehensions. */
static uint32_t walrus_scope(const ScopeWalk *walk)
{
    uint32_t scope = walk_scope(walk);

    while (walk->all[scope].kind == SCOPE_KIND_COMPREHENSION)
        scope = walk->all[scope].parent;
    return scope;
}

void walk_name(ScopeWalk *walk, uint32_t token)
{
    uint32_t next = walk_next(walk, token);
    const Entry *top = walk_top(walk);

    if (walk_operator(walk, walk->previous, OPERATOR_DOT) || parameter(walk, token))
        return;
    /* A keyword argument; `a: T = v` of a parameter has a colon before the name. */
    if (walk->depth > 0 && walk->brackets[walk->depth - 1] == '(' &&
        walk_operator(walk, next, OPERATOR_EQUAL) &&
        (walk_operator(walk, walk->previous, OPERATOR_COMMA) ||
         walk_operator(walk, walk->previous, OPERATOR_LPAREN)))
        return;
    if (walk_operator(walk, next, OPERATOR_WALRUS)) {
        walk_bind(walk, token, walrus_scope(walk), 0);
    } else if (top->kind == ENTRY_COMPREHENSION && top->targets && is_store(walk, next, top->depth)) {
        walk_bind(walk, token, top->scope, 0);
    } else if (top->kind >= ENTRY_LAMBDA_HEADER) {
        walk_read(walk, token);
    } else if (walk->statement == STATEMENT_CASE && walk->in_targets) {
        pattern_name(walk, token, next);
    } else if (statement_binds(walk, token, next)) {
        walk_bind(walk, token, walk_scope(walk), 0);
        /* `x += 1` reads as well. */
        if (walk->statement == STATEMENT_EXPRESSION &&
            walk_operator(walk, walk->target_end, OPERATOR_AUGMENTED))
            walk->scopes->uses[token] &= ~SCOPES_BINDS;
    } else {
        walk_read(walk, token);
    }
}
