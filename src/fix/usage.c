/* Reading uses. The scopes of the file say which tokens stand for the variable that the import binds;
 * the tokens around each say how it is used there. Cost: linear in the tokens of the file. */
#include "fix/usage.h"

#include <string.h>

enum { MAX_CALLS = 256, MAX_ATTRIBUTES = 256 };

void usage_init(Usage *usage)
{
    *usage = (Usage){.calls = g_array_new(FALSE, FALSE, sizeof(UsageCall)),
                     .keywords = g_ptr_array_new_with_free_func(g_free),
                     .attributes = g_ptr_array_new_with_free_func(g_free)};
}

void usage_clear(Usage *usage)
{
    g_array_free(usage->calls, TRUE);
    g_ptr_array_free(usage->keywords, TRUE);
    g_ptr_array_free(usage->attributes, TRUE);
}

/* Reader — one name of one file. */
typedef struct Reader {
    const Lexed *lexed;
    Usage *usage;
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

/* The arguments of the call whose parenthesis is token `open`. */
static void read_call(const Reader *reader, uint32_t open)
{
    UsageCall call = {.line = token_at(reader, open)->line, .first_keyword = reader->usage->keywords->len};
    uint32_t depth = 0;
    bool starts = true;

    if (reader->usage->calls->len == MAX_CALLS)
        return;
    for (uint32_t i = next_token(reader, open); token_at(reader, i)->kind != TOKEN_END;
         i = next_token(reader, i)) {
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
}

static void add_attribute(const Reader *reader, uint32_t index)
{
    GPtrArray *attributes = reader->usage->attributes;
    g_autofree char *name = token_text(reader, token_at(reader, index));

    if (attributes->len == MAX_ATTRIBUTES ||
        g_ptr_array_find_with_equal_func(attributes, name, g_str_equal, NULL))
        return;
    g_ptr_array_add(attributes, g_steal_pointer(&name));
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

static void read_use(const Reader *reader, uint32_t index)
{
    uint32_t next = next_token(reader, index);
    const Token *token = token_at(reader, next);

    reader->usage->n_uses++;
    if (is_operator(token, OPERATOR_DOT)) {
        next = next_token(reader, next);
        if (token_at(reader, next)->kind == TOKEN_NAME)
            add_attribute(reader, next);
        return;
    }
    if (is_operator(token, OPERATOR_LPAREN))
        read_call(reader, next);
    read_statement(reader, index);
}

void usage_collect(const Lexed *lexed, const Scopes *scopes, uint32_t bound, Usage *usage)
{
    Reader reader = {lexed, usage};
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
        read_use(&reader, i);
    }
}
