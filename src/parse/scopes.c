/* scopes.c — one walk over the tokens with a stack of scopes.
 *
 * Every spelling has the list of its variables in the scopes that are open, innermost first, so the
 * variable of a name in the current scope is found without hashing. Reading a name makes a variable
 * in the scope of the reading; when that scope closes and nothing in it bound the name, the variable
 * points to the one of the scope around (classes are skipped), where a binding may still follow; at
 * module level it is a global. Chains of such pointers are resolved at the end.
 *
 * Scopes nest at most MAX_SCOPES deep: what lies deeper counts as part of the innermost one, which
 * bounds the cost by tokens times that constant for any input. */
#include "parse/scopes.h"

#include <glib.h>
#include <string.h>
#define XXH_INLINE_ALL /* most names are a few bytes: the call costs more than the hash */
#include <xxhash.h>

#include "parse/scopes_internal.h"

#define MAX_SCOPES 100

uint32_t walk_next(const ScopeWalk *walk, uint32_t token)
{
    do
        token++;
    while (walk->tokens[token].kind == TOKEN_COMMENT);
    return token;
}

bool walk_is(const ScopeWalk *walk, uint32_t token, const char *text, size_t length)
{
    const Token *t = &walk->tokens[token];

    return t->kind == TOKEN_NAME && t->end - t->start == length &&
           memcmp(walk->lexed->bytes + t->start, text, length) == 0;
}

Entry *walk_top(const ScopeWalk *walk)
{
    return &walk->entries[walk->n_entries - 1];
}

uint32_t walk_scope(const ScopeWalk *walk)
{
    return walk_top(walk)->scope;
}

uint32_t walk_open_scope(ScopeWalk *walk, ScopeKind kind, uint32_t parent)
{
    uint32_t depth = parent == SCOPES_NONE ? 0 : walk->all[parent].depth + 1;

    if (depth > MAX_SCOPES)
        return parent;
    if (walk->n_all == walk->all_capacity) {
        walk->all_capacity = MAX(64, walk->all_capacity * 2);
        walk->all = g_renew(Scope, walk->all, walk->all_capacity);
    }
    walk->all[walk->n_all] = (Scope){parent, depth, SCOPES_NONE, (uint8_t)kind};
    return walk->n_all++;
}

Entry *walk_push(ScopeWalk *walk, EntryKind kind, uint32_t scope, bool closes)
{
    if (walk->n_entries == walk->entries_capacity) {
        walk->entries_capacity = MAX(64, walk->entries_capacity * 2);
        walk->entries = g_renew(Entry, walk->entries, walk->entries_capacity);
    }
    Entry *entry = &walk->entries[walk->n_entries++];
    *entry = (Entry){
        .scope = scope, .depth = walk->depth, .level = walk->level, .kind = (uint8_t)kind, .closes = closes};
    return entry;
}

uint32_t walk_variable(ScopeWalk *walk, uint32_t scope, uint32_t name)
{
    Scopes *scopes = walk->scopes;
    uint32_t *link = &scopes->names[name].top;

    while (*link != SCOPES_NONE && walk->all[scopes->variables[*link].scope].depth > walk->all[scope].depth)
        link = &scopes->variables[*link].outer;
    if (*link != SCOPES_NONE && scopes->variables[*link].scope == scope)
        return *link;

    uint32_t index = scopes->n_variables++, outer = *link;
    *link = index;
    if (index == scopes->variables_capacity) {
        scopes->variables_capacity = MAX(1024, scopes->variables_capacity * 2);
        scopes->variables = g_renew(ScopeVariable, scopes->variables, scopes->variables_capacity);
    }
    scopes->variables[index] = (ScopeVariable){
        .name = name, .scope = scope, .target = index, .outer = outer, .next = walk->all[scope].variables};
    walk->all[scope].variables = index;
    return index;
}

void walk_bind(ScopeWalk *walk, uint32_t token, uint32_t scope, uint32_t flags)
{
    uint32_t variable = walk_variable(walk, scope, walk->scopes->ids[token]);

    walk->scopes->variables[variable].flags |= VARIABLE_BOUND | flags;
    walk->scopes->uses[token] = variable | SCOPES_BINDS;
}

void walk_read(ScopeWalk *walk, uint32_t token)
{
    walk->scopes->uses[token] = walk_variable(walk, walk_scope(walk), walk->scopes->ids[token]);
}

/* Where a name that scope does not bind is looked for next. */
static uint32_t enclosing(const ScopeWalk *walk, uint32_t scope)
{
    do
        scope = walk->all[scope].parent;
    while (walk->all[scope].kind == SCOPE_KIND_CLASS);
    return scope;
}

static bool is_class_cell(const ScopeWalk *walk, const ScopeVariable *variable)
{
    return walk->all[walk->all[variable->scope].parent].kind == SCOPE_KIND_CLASS &&
           walk_is(walk, walk->scopes->names[variable->name].token, "__class__", 9);
}

static void close_variable(ScopeWalk *walk, uint32_t index)
{
    Scopes *scopes = walk->scopes;
    ScopeVariable *variable = &scopes->variables[index];

    scopes->names[variable->name].top = variable->outer;
    if (walk->all[variable->scope].kind == SCOPE_KIND_CLASS)
        variable->flags |= VARIABLE_MEMBER;
    if ((variable->flags & VARIABLE_GLOBAL) != 0) {
        variable->target = SCOPES_NONE;
        return;
    }
    if ((variable->flags & (VARIABLE_BOUND | VARIABLE_NONLOCAL)) == VARIABLE_BOUND ||
        is_class_cell(walk, variable))
        return;
    uint32_t around = enclosing(walk, variable->scope);
    uint32_t target = around == 0 ? SCOPES_NONE : walk_variable(walk, around, variable->name);
    scopes->variables[index].target = target;
}

static void close_scope(ScopeWalk *walk, uint32_t scope)
{
    for (uint32_t i = walk->all[scope].variables; i != SCOPES_NONE;) {
        uint32_t next = walk->scopes->variables[i].next;
        close_variable(walk, i);
        i = next;
    }
}

static void pop(ScopeWalk *walk)
{
    Entry entry = walk->entries[--walk->n_entries];

    if (entry.kind == ENTRY_LAMBDA_HEADER && entry.inner != entry.scope)
        close_scope(walk, entry.inner);
    else if (entry.closes)
        close_scope(walk, entry.scope);
    if ((entry.kind == ENTRY_BLOCK || entry.kind == ENTRY_INLINE) && walk_top(walk)->kind == ENTRY_TYPES)
        pop(walk);
    if (walk->n_entries == 1 && (entry.kind == ENTRY_BLOCK || entry.kind == ENTRY_INLINE) && walk->owned)
        walk->owned = walk->owner_started = false;
}

/* Ends lambdas and comprehensions in brackets that are closed. */
static void pop_deeper(ScopeWalk *walk)
{
    while (walk_top(walk)->kind >= ENTRY_LAMBDA_HEADER && walk_top(walk)->depth > walk->depth)
        pop(walk);
}

/* Ends the lambdas whose body stands directly in the current bracket. */
static void pop_lambdas(ScopeWalk *walk)
{
    while (walk_top(walk)->kind == ENTRY_LAMBDA && walk_top(walk)->depth == walk->depth)
        pop(walk);
}

static void pop_expressions(ScopeWalk *walk)
{
    while (walk_top(walk)->kind >= ENTRY_LAMBDA_HEADER)
        pop(walk);
}

static void end_owner(ScopeWalk *walk, uint32_t token)
{
    walk->scopes->owners[walk->scopes->n_owners - 1].last = token;
}

static void end_line(ScopeWalk *walk, uint32_t token)
{
    bool header = walk->statement == STATEMENT_DEF || walk->statement == STATEMENT_CLASS;

    pop_expressions(walk);
    /* A def without a body. */
    if (header && walk->header_scope != SCOPES_NONE && walk->header_scope != walk_scope(walk))
        close_scope(walk, walk->header_scope);
    walk->header_scope = SCOPES_NONE;
    while (walk_top(walk)->kind == ENTRY_INLINE || walk_top(walk)->kind == ENTRY_TYPES)
        pop(walk);
    if (walk->n_entries == 1 && walk->owner_started)
        walk->owned = walk->owner_started = false;
    if (walk->scopes->n_owners > 0 && !walk->owned &&
        walk->scopes->owners[walk->scopes->n_owners - 1].last == SCOPES_NONE)
        end_owner(walk, token + 1);
    walk->depth = 0;
    walk->at_start = true;
    walk->statement = STATEMENT_OTHER;
}

static void dedent(ScopeWalk *walk, uint32_t token)
{
    if (walk->level > 0)
        walk->level--;
    while (walk_top(walk)->kind == ENTRY_BLOCK && walk_top(walk)->level > walk->level)
        pop(walk);
    if (walk->scopes->n_owners > 0 && !walk->owned &&
        walk->scopes->owners[walk->scopes->n_owners - 1].last == SCOPES_NONE)
        end_owner(walk, token);
    while (walk->n_match_levels > 0 && walk->match_levels[walk->n_match_levels - 1] > walk->level)
        walk->n_match_levels--;
}

/* The colon that ends a compound statement's header: the body follows. */
static void open_body(ScopeWalk *walk, uint32_t colon)
{
    uint32_t next = walk_next(walk, colon);
    bool block = walk->tokens[next].kind == TOKEN_NEWLINE;
    bool scoped = walk->statement == STATEMENT_DEF || walk->statement == STATEMENT_CLASS;

    if (block && walk->tokens[walk_next(walk, next)].kind != TOKEN_INDENT)
        return;
    if (scoped) {
        uint32_t scope = walk->header_scope;
        if (scope == SCOPES_NONE)
            scope = walk_open_scope(
                walk, walk->statement == STATEMENT_CLASS ? SCOPE_KIND_CLASS : SCOPE_KIND_FUNCTION,
                walk_scope(walk));
        bool closes = scope != walk_scope(walk);
        Entry *entry = walk_push(walk, block ? ENTRY_BLOCK : ENTRY_INLINE, scope, closes);
        entry->level = walk->level + 1;
        walk->header_scope = SCOPES_NONE;
    }
    walk->statement = STATEMENT_OTHER;
    walk->at_start = !block;
}

static void colon(ScopeWalk *walk, uint32_t token)
{
    Entry *top;

    pop_lambdas(walk);
    top = walk_top(walk);
    if (top->kind == ENTRY_LAMBDA_HEADER && top->depth == walk->depth) {
        top->kind = ENTRY_LAMBDA;
        top->closes = top->inner != top->scope;
        top->scope = top->inner;
    } else if (walk->depth == 0 && walk->statement >= STATEMENT_COMPOUND &&
               walk->statement != STATEMENT_DELETE && walk->statement != STATEMENT_TYPE) {
        open_body(walk, token);
    }
}

static void open_bracket(ScopeWalk *walk, uint32_t token)
{
    const Token *t = &walk->tokens[token];
    uint32_t before = walk->previous;
    bool operand =
        before != SCOPES_NONE &&
        (walk_plain_name(walk, before) || walk->tokens[before].kind == TOKEN_STRING ||
         walk_operator(walk, before, OPERATOR_RPAREN) || walk_operator(walk, before, OPERATOR_RBRACKET));

    if (walk->depth == walk->brackets_capacity) {
        walk->brackets_capacity = MAX(256, walk->brackets_capacity * 2);
        walk->brackets = g_renew(char, walk->brackets, walk->brackets_capacity);
    }
    walk->brackets[walk->depth++] = walk->lexed->bytes[t->start];
    if (operand && walk->read_depth == 0)
        walk->read_depth = walk->depth;
    bool header = walk->statement == STATEMENT_DEF || walk->statement == STATEMENT_CLASS ||
                  walk->statement == STATEMENT_TYPE;
    if (header && walk->depth == 1 && !walk->header_done) {
        walk->header_types = t->detail == OPERATOR_LBRACKET;
        walk->header_depth = 1;
        walk->header_done = !walk->header_types;
        if (walk->header_types) {
            uint32_t scope = walk_open_scope(walk, SCOPE_KIND_FUNCTION, walk_scope(walk));
            walk_push(walk, ENTRY_TYPES, scope, scope != walk_scope(walk));
        } else if (walk->statement == STATEMENT_DEF) {
            walk->header_scope = walk_open_scope(walk, SCOPE_KIND_FUNCTION, walk_scope(walk));
        }
    }
    if ((walk->comprehension[token / 32] >> token % 32 & 1) != 0) {
        uint32_t around = walk_scope(walk), scope = walk_open_scope(walk, SCOPE_KIND_COMPREHENSION, around);
        walk_push(walk, ENTRY_COMPREHENSION, scope, scope != around)->inner = around;
    }
}

static void close_bracket(ScopeWalk *walk)
{
    if (walk->depth > 0)
        walk->depth--;
    pop_deeper(walk);
    if (walk->depth < walk->read_depth)
        walk->read_depth = 0;
    if (walk->depth < walk->header_depth)
        walk->header_depth = 0;
    if (walk->depth < walk->as_depth)
        walk->as_target = false;
}

static void walk_op(ScopeWalk *walk, uint32_t token)
{
    switch (walk->tokens[token].detail) {
    case OPERATOR_LPAREN:
    case OPERATOR_LBRACKET:
    case OPERATOR_LBRACE:
        open_bracket(walk, token);
        break;
    case OPERATOR_RPAREN:
    case OPERATOR_RBRACKET:
    case OPERATOR_RBRACE:
        close_bracket(walk);
        break;
    case OPERATOR_COLON:
        colon(walk, token);
        break;
    case OPERATOR_COMMA:
        pop_lambdas(walk);
        walk->as_target = walk->as_target && walk->depth > walk->as_depth;
        break;
    case OPERATOR_SEMICOLON:
        if (walk->depth == 0) {
            pop_expressions(walk);
            walk->at_start = true;
        }
        break;
    default:
        break;
    }
}

/* `for`, `async`, `if` or `in` where a comprehension may stand. */
static void comprehension_keyword(ScopeWalk *walk, Keyword keyword)
{
    if (keyword == KEYWORD_IN) {
        Entry *top = walk_top(walk);
        if (top->kind != ENTRY_COMPREHENSION || top->depth != walk->depth || !top->targets)
            return;
        top->targets = false;
        if (!top->seen_for) {
            top->seen_for = true;
            walk_push(walk, ENTRY_ITERABLE, top->inner, false);
        }
        return;
    }
    if (keyword != KEYWORD_IF)
        pop_lambdas(walk);
    if (walk_top(walk)->kind == ENTRY_ITERABLE && walk_top(walk)->depth == walk->depth)
        pop(walk);
    Entry *top = walk_top(walk);
    if (keyword == KEYWORD_FOR && top->kind == ENTRY_COMPREHENSION && top->depth == walk->depth)
        top->targets = true;
}

static void walk_keyword_token(ScopeWalk *walk, Keyword keyword)
{
    switch (keyword) {
    case KEYWORD_LAMBDA: {
        uint32_t around = walk_scope(walk), inner = walk_open_scope(walk, SCOPE_KIND_FUNCTION, around);
        walk_push(walk, ENTRY_LAMBDA_HEADER, around, false)->inner = inner;
        break;
    }
    case KEYWORD_FOR:
    case KEYWORD_ASYNC:
    case KEYWORD_IF:
    case KEYWORD_IN:
        if (walk->depth > 0)
            comprehension_keyword(walk, keyword);
        else if (keyword == KEYWORD_IN || keyword == KEYWORD_IF)
            walk->in_targets = false;
        break;
    case KEYWORD_AS:
        pop_lambdas(walk);
        walk->as_target = true;
        walk->as_depth = walk->depth;
        break;
    default:
        break;
    }
}

/* Hash of a spelling: XXH3, also the token's part of every fingerprint. */
static uint32_t name_id(Scopes *scopes, const Lexed *lexed, uint32_t token)
{
    ScopeWalk *walk = scopes->walk;
    const Token *t = &lexed->tokens[token];
    const char *text = lexed->bytes + t->start;
    uint32_t length = t->end - t->start, mask = walk->name_table_capacity - 1;
    uint64_t hash = XXH3_64bits(text, length);

    for (uint32_t i = (uint32_t)hash & mask;; i = (i + 1) & mask) {
        uint32_t slot = walk->name_table[i];
        if (slot == 0) {
            walk->name_table[i] = scopes->n_names + 1;
            break;
        }
        const ScopeName *name = &scopes->names[slot - 1];
        const Token *first = &lexed->tokens[name->token];
        if (name->hash == hash && first->end - first->start == length &&
            memcmp(lexed->bytes + first->start, text, length) == 0)
            return slot - 1;
    }
    if (scopes->n_names == scopes->names_capacity) {
        scopes->names_capacity = MAX(512, scopes->names_capacity * 2);
        scopes->names = g_renew(ScopeName, scopes->names, scopes->names_capacity);
    }
    scopes->names[scopes->n_names] = (ScopeName){hash, token, SCOPES_NONE, false};
    return scopes->n_names++;
}

static void grow_name_table(Scopes *scopes)
{
    ScopeWalk *walk = scopes->walk;

    walk->name_table_capacity *= 2;
    walk->name_table = g_renew(uint32_t, walk->name_table, walk->name_table_capacity);
    memset(walk->name_table, 0, walk->name_table_capacity * sizeof *walk->name_table);
    for (uint32_t n = 0; n < scopes->n_names; n++) {
        uint32_t mask = walk->name_table_capacity - 1, i = (uint32_t)scopes->names[n].hash & mask;
        while (walk->name_table[i] != 0)
            i = (i + 1) & mask;
        walk->name_table[i] = n + 1;
    }
}

/* Numbers the names and marks the brackets that hold a comprehension. */
static void number_names(Scopes *scopes, const Lexed *lexed)
{
    ScopeWalk *walk = scopes->walk;
    uint32_t depth = 0, *open = NULL, capacity = 0;
    uint32_t local[256];

    open = local;
    capacity = G_N_ELEMENTS(local);
    g_autofree uint32_t *large = NULL;
    for (uint32_t i = 0; i < lexed->n_tokens; i++) {
        const Token *t = &lexed->tokens[i];
        scopes->uses[i] = SCOPES_NONE;
        if (t->kind == TOKEN_NAME) {
            if (t->detail == KEYWORD_FOR && depth > 0)
                walk->comprehension[open[depth - 1] / 32] |= UINT32_C(1) << open[depth - 1] % 32;
            if (t->detail != KEYWORD_NONE)
                continue;
            scopes->ids[i] = name_id(scopes, lexed, i);
            if (scopes->n_names * 2 > walk->name_table_capacity)
                grow_name_table(scopes);
        } else if (t->kind == TOKEN_OPERATOR) {
            if (t->detail == OPERATOR_LPAREN || t->detail == OPERATOR_LBRACKET ||
                t->detail == OPERATOR_LBRACE) {
                if (depth == capacity) {
                    capacity *= 2;
                    uint32_t *bigger = g_new(uint32_t, capacity);
                    memcpy(bigger, open, depth * sizeof *open);
                    g_free(large);
                    open = large = bigger;
                }
                open[depth++] = i;
            } else if (depth > 0 && (t->detail == OPERATOR_RPAREN || t->detail == OPERATOR_RBRACKET ||
                                     t->detail == OPERATOR_RBRACE)) {
                depth--;
            }
        } else if (t->kind == TOKEN_NEWLINE) {
            depth = 0;
        }
    }
}

static void prepare(Scopes *scopes, const Lexed *lexed)
{
    if (scopes->walk == NULL) {
        scopes->walk = g_new0(ScopeWalk, 1);
        scopes->walk->name_table_capacity = 512;
        scopes->walk->name_table = g_new(uint32_t, scopes->walk->name_table_capacity);
    }
    ScopeWalk *walk = scopes->walk;
    if (scopes->tokens_capacity < lexed->n_tokens) {
        scopes->tokens_capacity = MAX(4096, lexed->n_tokens * 2);
        scopes->ids = g_renew(uint32_t, scopes->ids, scopes->tokens_capacity);
        scopes->uses = g_renew(uint32_t, scopes->uses, scopes->tokens_capacity);
        walk->comprehension_capacity = scopes->tokens_capacity / 32 + 1;
        walk->comprehension = g_renew(uint32_t, walk->comprehension, walk->comprehension_capacity);
    }
    memset(walk->comprehension, 0, (lexed->n_tokens / 32 + 1) * sizeof *walk->comprehension);
    /* The table follows the file's size: clearing one that a large file left would cost every small one. */
    uint32_t wanted = 512;
    while (wanted < lexed->n_tokens / 8)
        wanted *= 2;
    if (walk->name_table_capacity != wanted) {
        walk->name_table_capacity = wanted;
        walk->name_table = g_renew(uint32_t, walk->name_table, wanted);
    }
    memset(walk->name_table, 0, walk->name_table_capacity * sizeof *walk->name_table);
    scopes->n_names = scopes->n_variables = scopes->n_owners = 0;
    walk->scopes = scopes;
    walk->lexed = lexed;
    walk->tokens = lexed->tokens;
    walk->n_all = walk->n_entries = walk->depth = walk->level = walk->n_match_levels = 0;
    walk->previous = SCOPES_NONE;
    walk->at_start = true;
    walk->owned = walk->owner_started = false;
    walk->statement = STATEMENT_OTHER;
    walk->read_depth = walk->header_depth = 0;
    walk->header_scope = SCOPES_NONE;
    walk_push(walk, ENTRY_MODULE, walk_open_scope(walk, SCOPE_KIND_MODULE, SCOPES_NONE), true);
}

/* Points every variable straight to what it stands for in the end. */
static void resolve(Scopes *scopes)
{
    for (uint32_t i = 0; i < scopes->n_variables; i++) {
        uint32_t end = i;
        while (end != SCOPES_NONE && scopes->variables[end].target != end)
            end = scopes->variables[end].target;
        for (uint32_t at = i; at != end && scopes->variables[at].target != end;) {
            uint32_t next = scopes->variables[at].target;
            scopes->variables[at].target = end;
            at = next;
        }
    }
}

void scopes_find(Scopes *scopes, const Lexed *lexed)
{
    prepare(scopes, lexed);
    number_names(scopes, lexed);
    ScopeWalk *walk = scopes->walk;
    for (uint32_t i = 0; i < lexed->n_tokens; i++) {
        const Token *t = &lexed->tokens[i];
        if (t->kind == TOKEN_COMMENT)
            continue;
        if (walk->at_start && t->kind < TOKEN_NEWLINE) {
            i = walk_statement(walk, i);
            t = &lexed->tokens[i];
        }
        if (t->kind == TOKEN_NAME) {
            if (t->detail == KEYWORD_NONE)
                walk_name(walk, i);
            else
                walk_keyword_token(walk, t->detail);
        } else if (t->kind == TOKEN_OPERATOR) {
            walk_op(walk, i);
        } else if (t->kind == TOKEN_NEWLINE) {
            end_line(walk, i);
        } else if (t->kind == TOKEN_INDENT) {
            walk->level++;
        } else if (t->kind == TOKEN_DEDENT) {
            dedent(walk, i);
        }
        walk->previous = i;
    }
    while (walk->n_entries > 1)
        pop(walk);
    if (scopes->n_owners > 0 && scopes->owners[scopes->n_owners - 1].last == SCOPES_NONE)
        end_owner(walk, lexed->n_tokens);
    for (uint32_t i = walk->all[0].variables; i != SCOPES_NONE; i = scopes->variables[i].next)
        scopes->variables[i].target = SCOPES_NONE;
    resolve(scopes);
}

void scopes_clear(Scopes *scopes)
{
    ScopeWalk *walk = scopes->walk;

    g_free(scopes->ids);
    g_free(scopes->uses);
    g_free(scopes->names);
    g_free(scopes->variables);
    g_free(scopes->owners);
    if (walk == NULL)
        return;
    g_free(walk->all);
    g_free(walk->entries);
    g_free(walk->brackets);
    g_free(walk->comprehension);
    g_free(walk->name_table);
    g_free(walk->match_levels);
    g_free(walk);
}
