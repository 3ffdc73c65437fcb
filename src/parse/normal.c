/* normal.c — leaves out of a file's tokens what does not change what it says; see normal.h.
 *
 * The pass keeps the block structure back until a token follows it, so that what a range starts or
 * ends with does not count, and an empty block (of nothing but `pass`, say) leaves no trace but the
 * end of its header's line. `elif` opens a block that no token closes; how many are open is counted
 * for each level of indentation, and they end where a statement other than `elif` or `else` stands. */
#include "parse/normal.h"

#include <glib.h>
#include <string.h>

#include "parse/redundant.h"

#define MAX_LEVEL 255

typedef struct Pass {
    const Lexed *lexed;
    NormalTokens *normal;
    uint32_t dedents, level;
    uint32_t lambdas; /* headers of lambdas open outside brackets */
    bool newline, indent;
    bool at_start;                 /* the next token starts a statement */
    bool compound;                 /* in the header of a compound statement */
    bool in_line;                  /* in a body on its header's line */
    uint16_t elifs[MAX_LEVEL + 1]; /* by level: open blocks */
} Pass;

static bool is_operator(const Token *t, Operator operator)
{
    return t->kind == TOKEN_OPERATOR && t->detail == operator;
}

static bool is_structure(const Token *t)
{
    return t->kind == TOKEN_NEWLINE || t->kind == TOKEN_INDENT || t->kind == TOKEN_DEDENT;
}

static bool is_plain_string(const Token *t)
{
    return t->kind == TOKEN_STRING && (t->detail & (STRING_BYTES | STRING_FORMAT | STRING_TEMPLATE)) == 0;
}

uint32_t normal_next_string(const Lexed *lexed, uint32_t token)
{
    const Token *tokens = lexed->tokens;
    uint8_t inside = tokens[token].inside;

    do
        token++;
    while (tokens[token].kind == TOKEN_COMMENT ||
           (tokens[token].inside > inside && tokens[token].kind != TOKEN_END));
    return tokens[token].kind == TOKEN_STRING && tokens[token].inside == inside ? token : 0;
}

/* Token behind a statement that does nothing and starts at `i`, or `i` when it does something. */
static uint32_t pass_idle(const Pass *pass, uint32_t i)
{
    const Token *tokens = pass->lexed->tokens;
    const uint8_t *left_out = pass->normal->left_out;
    uint32_t end = i;

    if ((tokens[i].kind == TOKEN_NAME && tokens[i].detail == KEYWORD_PASS) ||
        is_operator(&tokens[i], OPERATOR_ELLIPSIS))
        end = i + 1;
    else if (is_plain_string(&tokens[i]))
        while (is_plain_string(&tokens[end]) || tokens[end].kind == TOKEN_COMMENT || left_out[end])
            end++;
    while (tokens[end].kind == TOKEN_COMMENT || left_out[end])
        end++;
    return is_structure(&tokens[end]) || tokens[end].kind == TOKEN_END ||
                   is_operator(&tokens[end], OPERATOR_SEMICOLON)
               ? end
               : i;
}

static bool starts_compound(const Token *t)
{
    if (t->kind != TOKEN_NAME)
        return false;
    switch (t->detail) {
    case KEYWORD_IF:
    case KEYWORD_ELIF:
    case KEYWORD_ELSE:
    case KEYWORD_FOR:
    case KEYWORD_WHILE:
    case KEYWORD_TRY:
    case KEYWORD_EXCEPT:
    case KEYWORD_FINALLY:
    case KEYWORD_WITH:
    case KEYWORD_DEF:
    case KEYWORD_CLASS:
    case KEYWORD_ASYNC:
        return true;
    default:
        return false;
    }
}

static void open_block(Pass *pass)
{
    pass->indent = true;
    pass->level++;
    if (pass->level <= MAX_LEVEL)
        pass->elifs[pass->level] = 0;
}

static void close_elifs(Pass *pass)
{
    if (pass->level > MAX_LEVEL)
        return;
    pass->dedents += pass->elifs[pass->level];
    pass->elifs[pass->level] = 0;
}

static void close_block(Pass *pass)
{
    if (pass->indent)
        pass->indent = false;
    else
        pass->dedents++;
    close_elifs(pass);
    if (pass->level > 0)
        pass->level--;
}

static void read_structure(Pass *pass, const Token *t)
{
    pass->at_start = true;
    pass->compound = false;
    pass->lambdas = 0;
    if (t->kind == TOKEN_NEWLINE) {
        pass->newline = true;
        if (pass->in_line)
            close_block(pass);
        pass->in_line = false;
    } else if (t->kind == TOKEN_INDENT) {
        open_block(pass);
    } else {
        close_block(pass);
    }
}

/* A colon outside brackets: of a lambda, or of a compound statement whose body follows on the line. */
static void read_colon(Pass *pass, uint32_t i)
{
    if (pass->lambdas > 0) {
        pass->lambdas--;
    } else if (pass->compound) {
        pass->compound = false;
        do
            i++;
        while (pass->lexed->tokens[i].kind == TOKEN_COMMENT);
        if (pass->lexed->tokens[i].kind == TOKEN_NEWLINE)
            return;
        pass->in_line = pass->newline = pass->at_start = true;
        open_block(pass);
    }
}

/* What the first token of a statement says about `elif`. */
static uint16_t start_statement(Pass *pass, const Token *t)
{
    pass->compound = starts_compound(t);
    pass->at_start = false;
    bool goes_on = t->kind == TOKEN_NAME && (t->detail == KEYWORD_ELIF || t->detail == KEYWORD_ELSE);
    if (!goes_on) {
        close_elifs(pass);
    } else if (t->detail == KEYWORD_ELIF && pass->level <= MAX_LEVEL &&
               pass->elifs[pass->level] < UINT16_MAX) {
        pass->elifs[pass->level]++;
        return NORMAL_ELIF;
    }
    return 0;
}

static void add_token(Pass *pass, uint32_t i, uint16_t flags)
{
    NormalTokens *normal = pass->normal;

    if (pass->newline)
        flags |= NORMAL_NEWLINE;
    if (pass->indent)
        flags |= NORMAL_INDENT;
    normal->tokens[normal->n_tokens++] = (NormalToken){i, (uint16_t)MIN(pass->dedents, UINT16_MAX), flags};
    pass->newline = pass->indent = false;
    pass->dedents = 0;
}

static void leave_out_strings(Pass *pass, uint32_t i)
{
    while ((i = normal_next_string(pass->lexed, i)) != 0)
        pass->normal->left_out[i] = 1;
}

/* Reads the token at `i`; returns the next to read. */
static uint32_t read_token(Pass *pass, uint32_t i)
{
    const Token *t = &pass->lexed->tokens[i];
    uint16_t flags = 0;

    if (is_structure(t)) {
        read_structure(pass, t);
        return i + 1;
    }
    if (is_operator(t, OPERATOR_SEMICOLON)) {
        pass->newline = pass->at_start = true;
        return i + 1;
    }
    if (pass->at_start) {
        uint32_t behind = pass_idle(pass, i);
        if (behind > i)
            return behind;
        flags = start_statement(pass, t);
    }
    add_token(pass, i, flags);
    if (t->kind == TOKEN_STRING)
        leave_out_strings(pass, i);
    else if (t->depth == 0 && is_operator(t, OPERATOR_COLON))
        read_colon(pass, i);
    else if (t->depth == 0 && t->kind == TOKEN_NAME && t->detail == KEYWORD_LAMBDA)
        pass->lambdas++;
    return i + 1;
}

void normal_find(NormalTokens *normal, const Lexed *lexed)
{
    Pass pass = {.lexed = lexed, .normal = normal, .at_start = true};

    if (normal->capacity < lexed->n_tokens) {
        normal->capacity = MAX(4096, lexed->n_tokens * 2);
        normal->tokens = g_renew(NormalToken, normal->tokens, normal->capacity);
    }
    if (normal->left_out_capacity < lexed->n_tokens) {
        normal->left_out_capacity = normal->capacity;
        normal->left_out = g_renew(uint8_t, normal->left_out, normal->left_out_capacity);
    }
    normal->n_tokens = 0;
    redundant_find(lexed, normal->left_out);
    for (uint32_t i = 0; lexed->tokens[i].kind != TOKEN_END;) {
        if (normal->left_out[i] || lexed->tokens[i].kind == TOKEN_COMMENT)
            i++;
        else
            i = read_token(&pass, i);
    }
}

void normal_clear(NormalTokens *normal)
{
    g_free(normal->tokens);
    g_free(normal->left_out);
    memset(normal, 0, sizeof *normal);
}

uint32_t normal_at(const NormalTokens *normal, uint32_t token)
{
    uint32_t low = 0, high = normal->n_tokens;

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (normal->tokens[middle].token < token)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}
