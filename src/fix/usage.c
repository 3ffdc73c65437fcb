/* Reading uses. The scopes of the file say which tokens stand for the variable that the import binds;
 * the tokens around each say how it is used there. Cost: linear in the tokens of the file. */
#include "fix/usage.h"

#include <string.h>

enum { MAX_CALLS = 256, MAX_ATTRIBUTES = 256, MAX_OBJECTS = 32 };

void usage_init(Usage *usage)
{
    *usage = (Usage){.calls = g_array_new(FALSE, FALSE, sizeof(UsageCall)),
                     .keywords = g_ptr_array_new_with_free_func(g_free),
                     .attributes = g_ptr_array_new_with_free_func(g_free),
                     .methods = g_ptr_array_new_with_free_func(g_free)};
}

void usage_clear(Usage *usage)
{
    g_array_free(usage->calls, TRUE);
    g_ptr_array_free(usage->keywords, TRUE);
    g_ptr_array_free(usage->attributes, TRUE);
    g_ptr_array_free(usage->methods, TRUE);
}

/* Reader — one name of one file. */
typedef struct Reader {
    const Lexed *lexed;
    const Scopes *scopes;
    Usage *usage;
    uint32_t n_objects; /* variables that hold an object, read so far */
} Reader;

static const Token *token_at(const Reader *reader, uint32_t index)
{
    return &reader->lexed->tokens[MIN(index, reader->lexed->n_tokens - 1)];
}

static bool is_operator(const Token *token, uint32_t detail)
{
    return token->kind == TOKEN_OPERATOR && token->detail == detail;
}

static uint32_t next_token(const Reader *reader, uint32_t index)
{
    do
        index++;
    while (token_at(reader, index)->kind == TOKEN_COMMENT);
    return index;
}

static bool opens(const Token *token)
{
    return is_operator(token, OPERATOR_LPAREN) || is_operator(token, OPERATOR_LBRACKET) ||
           is_operator(token, OPERATOR_LBRACE);
}

static bool closes(const Token *token)
{
    return is_operator(token, OPERATOR_RPAREN) || is_operator(token, OPERATOR_RBRACKET) ||
           is_operator(token, OPERATOR_RBRACE);
}

static char *token_text(const Reader *reader, const Token *token)
{
    return g_strndup(reader->lexed->bytes + token->start, token->end - token->start);
}

/* One argument that starts at `index`. A lone generator counts as a positional argument. */
static void read_argument(const Reader *reader, uint32_t index, UsageCall *call)
{
    const Token *token = token_at(reader, index);

    if (is_operator(token, OPERATOR_STAR)) {
        call->starred = true;
    } else if (is_operator(token, OPERATOR_DOUBLE_STAR)) {
        call->double_starred = true;
    } else if (token->kind == TOKEN_NAME &&
               is_operator(token_at(reader, next_token(reader, index)), OPERATOR_EQUAL)) {
        g_ptr_array_add(reader->usage->keywords, token_text(reader, token));
        call->n_keywords++;
    } else {
        call->n_positional++;
    }
}

/* The arguments of the call whose parenthesis is token `open`; where it closes. */
static uint32_t read_call(const Reader *reader, uint32_t open)
{
    UsageCall call = {.line = token_at(reader, open)->line, .first_keyword = reader->usage->keywords->len};
    uint32_t depth = 0;
    uint32_t i = next_token(reader, open);
    bool starts = true;

    if (reader->usage->calls->len == MAX_CALLS)
        return open;
    for (; token_at(reader, i)->kind != TOKEN_END; i = next_token(reader, i)) {
        const Token *token = token_at(reader, i);
        if (depth == 0 && is_operator(token, OPERATOR_RPAREN))
            break;
        if (starts && token->kind != TOKEN_NEWLINE) {
            read_argument(reader, i, &call);
            starts = false;
        }
        if (opens(token))
            depth++;
        else if (closes(token))
            depth -= depth > 0;
        else if (depth == 0 && is_operator(token, OPERATOR_COMMA))
            starts = true;
    }
    g_array_append_val(reader->usage->calls, call);
    return i;
}

static void add_name(const Reader *reader, GPtrArray *names, uint32_t index)
{
    g_autofree char *name = token_text(reader, token_at(reader, index));

    if (names->len < MAX_ATTRIBUTES && !g_ptr_array_find_with_equal_func(names, name, g_str_equal, NULL))
        g_ptr_array_add(names, g_steal_pointer(&name));
}

/* The first token of the logical line that holds token `index`. */
static uint32_t line_start(const Reader *reader, uint32_t index)
{
    while (index > 0) {
        uint8_t kind = token_at(reader, index - 1)->kind;
        if (kind == TOKEN_NEWLINE || kind == TOKEN_INDENT || kind == TOKEN_DEDENT)
            break;
        index--;
    }
    while (token_at(reader, index)->kind == TOKEN_COMMENT)
        index++;
    return index;
}

static void read_statement(const Reader *reader, uint32_t index)
{
    const Token *token = token_at(reader, index);
    const Token *first = token_at(reader, line_start(reader, index));
    const Token *before = token_at(reader, index > 0 ? index - 1 : 0);

    if (first->kind == TOKEN_NAME && first->detail == KEYWORD_CLASS && token->depth == 1 &&
        !is_operator(before, OPERATOR_EQUAL) &&
        (is_operator(before, OPERATOR_LPAREN) || is_operator(before, OPERATOR_COMMA)))
        reader->usage->subclassed = true;
    if (first->kind == TOKEN_NAME && first->detail == KEYWORD_EXCEPT)
        reader->usage->excepted = true;
    if (first->kind == TOKEN_NAME && first->detail == KEYWORD_RAISE && before == first)
        reader->usage->excepted = true;
    if (is_operator(before, OPERATOR_AT) && before == first)
        reader->usage->decorates = true;
}

/* --- objects: `x = Name(…)` with `x.method(…)`, and `Name(…).method(…)` --- */

/* The name of the method that is called behind the expression that ends at `index`, or 0. */
static uint32_t method_behind(const Reader *reader, uint32_t index)
{
    uint32_t dot = next_token(reader, index), name = next_token(reader, dot);

    return is_operator(token_at(reader, dot), OPERATOR_DOT) && token_at(reader, name)->kind == TOKEN_NAME &&
                   is_operator(token_at(reader, next_token(reader, name)), OPERATOR_LPAREN)
               ? name
               : 0;
}

static bool is_same_variable(const Reader *reader, uint32_t a, uint32_t b)
{
    const Scopes *scopes = reader->scopes;

    return token_at(reader, b)->kind == TOKEN_NAME && scopes->uses[b] != SCOPES_NONE &&
           scopes->ids[a] == scopes->ids[b] &&
           scopes_local(scopes, scopes->uses[a]) == scopes_local(scopes, scopes->uses[b]);
}

/* Is the variable bound at `index` and nowhere else, and are its attributes only read? */
static bool is_plain_object(const Reader *reader, uint32_t index)
{
    for (uint32_t i = 0; i < reader->lexed->n_tokens; i++) {
        if (i == index || !is_same_variable(reader, index, i))
            continue;
        if (reader->scopes->uses[i] & SCOPES_BINDS)
            return false;
        uint32_t dot = next_token(reader, i), behind = next_token(reader, next_token(reader, dot));
        if (is_operator(token_at(reader, dot), OPERATOR_DOT) &&
            is_operator(token_at(reader, behind), OPERATOR_EQUAL))
            return false;
    }
    return true;
}

/* `x = Name(…)` in a line of its own: `own` is Name, `close` the parenthesis that ends the call. */
static void read_object(Reader *reader, uint32_t own, uint32_t close)
{
    uint32_t variable = own >= 2 ? own - 2 : 0;

    if (own < 2 || reader->n_objects == MAX_OBJECTS ||
        token_at(reader, next_token(reader, close))->kind != TOKEN_NEWLINE ||
        !is_operator(token_at(reader, own - 1), OPERATOR_EQUAL) || line_start(reader, own) != variable ||
        token_at(reader, variable)->kind != TOKEN_NAME || reader->scopes->uses[variable] == SCOPES_NONE)
        return;
    reader->n_objects++;
    if (!is_plain_object(reader, variable))
        return;
    for (uint32_t i = 0; i < reader->lexed->n_tokens; i++) {
        uint32_t method =
            i != variable && is_same_variable(reader, variable, i) ? method_behind(reader, i) : 0;
        if (method != 0)
            add_name(reader, reader->usage->methods, method);
    }
}

static void read_made(Reader *reader, uint32_t own, uint32_t open)
{
    uint32_t close = read_call(reader, open);
    uint32_t method = close != open ? method_behind(reader, close) : 0;

    if (method != 0)
        add_name(reader, reader->usage->methods, method);
    else if (close != open)
        read_object(reader, own, close);
}

uint32_t usage_path_end(const Lexed *lexed, uint32_t index, const char *path)
{
    for (;; index += 2) {
        size_t length = strcspn(path, ".");
        if (index >= lexed->n_tokens || lexed->tokens[index].kind != TOKEN_NAME ||
            lexed->tokens[index].end - lexed->tokens[index].start != length ||
            memcmp(lexed->bytes + lexed->tokens[index].start, path, length) != 0)
            return 0;
        if (path[length] == '\0')
            return index;
        if (index + 1 >= lexed->n_tokens || !is_operator(&lexed->tokens[index + 1], OPERATOR_DOT))
            return 0;
        path += length + 1;
    }
}

/* One use, from token `index` to token `last`. */
static void read_use(Reader *reader, uint32_t index, uint32_t last)
{
    uint32_t next = next_token(reader, last);
    const Token *token = token_at(reader, next);

    reader->usage->n_uses++;
    if (is_operator(token, OPERATOR_DOT)) {
        next = next_token(reader, next);
        if (token_at(reader, next)->kind == TOKEN_NAME)
            add_name(reader, reader->usage->attributes, next);
        return;
    }
    if (is_operator(token, OPERATOR_LPAREN))
        read_made(reader, index, next);
    read_statement(reader, index);
}

void usage_collect(const Lexed *lexed, const Scopes *scopes, uint32_t bound, const char *path, Usage *usage)
{
    Reader reader = {.lexed = lexed, .scopes = scopes, .usage = usage};
    uint32_t own = lexed_token_at(lexed, bound);

    while (own < lexed->n_tokens && lexed->tokens[own].start == bound &&
           lexed->tokens[own].kind != TOKEN_NAME)
        own++;
    if (own >= lexed->n_tokens || lexed->tokens[own].start != bound || scopes->uses[own] == SCOPES_NONE)
        return;
    uint32_t local = scopes_local(scopes, scopes->uses[own]);
    for (uint32_t i = 0; i < lexed->n_tokens; i++) {
        if (i == own || lexed->tokens[i].kind != TOKEN_NAME || scopes->uses[i] == SCOPES_NONE ||
            scopes->ids[i] != scopes->ids[own] || (scopes->uses[i] & SCOPES_BINDS) != 0 ||
            scopes_local(scopes, scopes->uses[i]) != local)
            continue;
        uint32_t last = path != NULL ? usage_path_end(lexed, i, path) : i;
        if (path == NULL || last != 0)
            read_use(&reader, i, last);
    }
}
