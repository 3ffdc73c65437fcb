#include "parse/suite.h"

#include <string.h>

#include <xxhash.h>

#define TRIVIAL_TOKENS 16u

static bool is_layout(const Token *token)
{
    return token->kind == TOKEN_COMMENT || token->kind == TOKEN_NEWLINE || token->kind == TOKEN_INDENT ||
           token->kind == TOKEN_DEDENT;
}

static uint32_t skip_layout(const Lexed *lexed, uint32_t token, uint32_t last)
{
    while (token < last && is_layout(&lexed->tokens[token]))
        token++;
    return token;
}

static bool is_operator(const Token *token, Operator operator)
{
    return token->kind == TOKEN_OPERATOR && token->detail == operator;
}

static bool is_text(const Lexed *lexed, const Token *token, const char *text)
{
    return token->kind == TOKEN_NAME && token->end - token->start == strlen(text) &&
           memcmp(lexed->bytes + token->start, text, token->end - token->start) == 0;
}

static bool ends_statement(const Lexed *lexed, uint32_t token, uint32_t last)
{
    return token >= last || lexed->tokens[token].kind == TOKEN_NEWLINE ||
           lexed->tokens[token].kind == TOKEN_END || lexed->tokens[token].kind == TOKEN_COMMENT ||
           is_operator(&lexed->tokens[token], OPERATOR_SEMICOLON);
}

static void find_docstring(const Lexed *lexed, Suite *suite)
{
    const uint8_t special = STRING_BYTES | STRING_FORMAT | STRING_TEMPLATE;
    uint32_t token = skip_layout(lexed, suite->first, suite->last), from = token;

    suite->body = suite->first;
    while (token < suite->last && lexed->tokens[token].kind == TOKEN_STRING &&
           (lexed->tokens[token].detail & special) == 0)
        token++;
    suite->docstring = token > from && ends_statement(lexed, token, suite->last);
    if (suite->docstring) {
        while (token < suite->last &&
               (is_layout(&lexed->tokens[token]) || is_operator(&lexed->tokens[token], OPERATOR_SEMICOLON)))
            token++;
        suite->body = token;
    }
}

/* One of the statements that make a stub; returns the token behind it, or 0. */
static uint32_t stub_statement(const Lexed *lexed, uint32_t token, uint32_t last, bool *raises)
{
    const Token *at = &lexed->tokens[token];

    if ((at->kind == TOKEN_NAME && at->detail == KEYWORD_PASS) || is_operator(at, OPERATOR_ELLIPSIS))
        return ends_statement(lexed, token + 1, last) ? token + 1 : 0;
    if (at->kind != TOKEN_NAME || at->detail != KEYWORD_RAISE || token + 1 >= last ||
        !is_text(lexed, at + 1, "NotImplementedError"))
        return 0;
    *raises = true;
    token += 2;
    if (token < last && is_operator(&lexed->tokens[token], OPERATOR_LPAREN)) {
        uint8_t depth = lexed->tokens[token].depth;
        for (token++; token < last; token++) {
            if (is_operator(&lexed->tokens[token], OPERATOR_RPAREN) && lexed->tokens[token].depth <= depth) {
                token++;
                break;
            }
        }
    }
    return ends_statement(lexed, token, last) ? token : 0;
}

static bool is_stub(const Lexed *lexed, const Suite *suite, bool *raises)
{
    uint32_t token = suite->body;

    for (;;) {
        while (token < suite->last &&
               (is_layout(&lexed->tokens[token]) || is_operator(&lexed->tokens[token], OPERATOR_SEMICOLON)))
            token++;
        if (token >= suite->last || lexed->tokens[token].kind == TOKEN_END)
            return true;
        token = stub_statement(lexed, token, suite->last, raises);
        if (token == 0)
            return false;
    }
}

static bool is_trivial(const Lexed *lexed, const Suite *suite)
{
    uint32_t statements = 0, tokens = 0;
    bool open = false;

    for (uint32_t i = suite->body; i < suite->last; i++) {
        const Token *token = &lexed->tokens[i];
        if (token->kind == TOKEN_INDENT)
            return false;
        if (token->kind == TOKEN_NEWLINE || is_operator(token, OPERATOR_SEMICOLON)) {
            open = false;
        } else if (token->kind != TOKEN_COMMENT && token->kind != TOKEN_DEDENT && token->kind != TOKEN_END) {
            statements += !open;
            open = true;
            tokens += !token->inside;
        }
        if (statements > 1 || tokens > TRIVIAL_TOKENS)
            return false;
    }
    return true;
}

void suite_read(const Lexed *lexed, Suite *suite)
{
    find_docstring(lexed, suite);
    suite->raises = false;
    suite->stub = is_stub(lexed, suite, &suite->raises);
    suite->trivial = is_trivial(lexed, suite);
}

static void append_contents(const char *text, size_t length, GString *out)
{
    size_t i = 0;

    while (i < length && text[i] != '"' && text[i] != '\'')
        i++;
    size_t quotes = length - i >= 6 && text[i + 1] == text[i] && text[i + 2] == text[i] ? 3 : 1;
    if (length >= i + 2 * quotes)
        g_string_append_len(out, text + i + quotes, (gssize)(length - i - 2 * quotes));
}

void suite_docstring(const Lexed *lexed, const Suite *suite, GString *out)
{
    uint32_t token = skip_layout(lexed, suite->first, suite->last);

    for (; token < suite->last && lexed->tokens[token].kind == TOKEN_STRING; token++)
        append_contents(lexed->bytes + lexed->tokens[token].start,
                        lexed->tokens[token].end - lexed->tokens[token].start, out);
}

const char *suite_first_line(const char *docstring, size_t *length)
{
    while (g_ascii_isspace(*docstring))
        docstring++;
    *length = strcspn(docstring, "\r\n");
    while (*length > 0 && g_ascii_isspace(docstring[*length - 1]))
        (*length)--;
    return docstring;
}

uint64_t suite_docstring_hash(const GString *docstring)
{
    g_autofree char *folded = g_malloc(docstring->len + 1);
    size_t n = 0;

    for (size_t i = 0; i < docstring->len; i++) {
        char c = docstring->str[i];
        if (!g_ascii_isspace(c))
            folded[n++] = c;
        else if (n > 0 && folded[n - 1] != ' ')
            folded[n++] = ' ';
    }
    while (n > 0 && folded[n - 1] == ' ')
        n--;
    uint64_t hash = XXH3_64bits(folded, n);
    return hash != 0 ? hash : 1;
}

/* The words that documentation tools and people use: ".. deprecated::", "Deprecated: …", "DEPRECATED". A
 * mention further down ("the deprecated form …") says nothing about the whole. */
bool suite_says_deprecated(const char *text)
{
    size_t length;
    const char *line = suite_first_line(text, &length);

    if (strstr(text, ".. deprecated::") != NULL || strstr(text, "@deprecated") != NULL ||
        strstr(text, "DEPRECATED") != NULL)
        return true;
    while (length > 0 && !g_ascii_isalpha(*line)) {
        line++;
        length--;
    }
    return length >= 10 && g_ascii_strncasecmp(line, "deprecated", 10) == 0;
}

bool suite_warns_deprecated(const Lexed *lexed, const Suite *suite)
{
    int level = 0;

    for (uint32_t i = suite->body; i < suite->last; i++) {
        const Token *token = &lexed->tokens[i];
        if (token->kind == TOKEN_INDENT)
            level++;
        else if (token->kind == TOKEN_DEDENT)
            level--;
        else if (level == 0 && token->depth > 0 &&
                 (is_text(lexed, token, "DeprecationWarning") ||
                  is_text(lexed, token, "PendingDeprecationWarning")))
            return true;
    }
    return false;
}
