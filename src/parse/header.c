#include "parse/header.h"

#define MAX_DEPTH 16

static bool is(const Token *t, Operator operator)
{
    return t->kind == TOKEN_OPERATOR && t->detail == operator;
}

static bool is_byte(const Lexed *lexed, const Token *t, char byte)
{
    return t->kind == TOKEN_OPERATOR && t->end - t->start == 1 && lexed->bytes[t->start] == byte;
}

static uint32_t next(const Lexed *lexed, uint32_t i)
{
    do
        i++;
    while (lexed->tokens[i].kind == TOKEN_COMMENT);
    return i;
}

static bool is_name(const Token *t)
{
    return t->kind == TOKEN_NAME && t->detail == KEYWORD_NONE;
}

static bool is_operand(const Token *t)
{
    if (t->kind == TOKEN_NAME)
        return t->detail == KEYWORD_NONE || t->detail == KEYWORD_NONE_VALUE || t->detail == KEYWORD_TRUE ||
               t->detail == KEYWORD_FALSE;
    return t->kind == TOKEN_NUMBER || is(t, OPERATOR_ELLIPSIS) ||
           (t->kind == TOKEN_STRING && (t->detail & (STRING_FORMAT | STRING_TEMPLATE | STRING_OPEN)) == 0);
}

static bool is_binary(const Lexed *lexed, const Token *t)
{
    return is_byte(lexed, t, '|') || is_byte(lexed, t, '+') || is_byte(lexed, t, '-') ||
           is_byte(lexed, t, '*') || is_byte(lexed, t, '/');
}

uint32_t header_expression(const Lexed *lexed, uint32_t i)
{
    const Token *tokens = lexed->tokens;
    uint8_t closing[MAX_DEPTH]; /* Operator that closes the bracket */
    bool calls[MAX_DEPTH];
    uint32_t depth = 0;

    for (;;) {
        /* An operand. */
        while (is_byte(lexed, &tokens[i], '-'))
            i = next(lexed, i);
        const Token *t = &tokens[i];
        if (is(t, OPERATOR_LBRACE)) {
            i = next(lexed, i);
            if (!is(&tokens[i], OPERATOR_RBRACE))
                return 0;
        } else if (is(t, OPERATOR_LPAREN) || is(t, OPERATOR_LBRACKET)) {
            if (depth == MAX_DEPTH)
                return 0;
            calls[depth] = false;
            closing[depth] = is(t, OPERATOR_LPAREN) ? OPERATOR_RPAREN : OPERATOR_RBRACKET;
            i = next(lexed, i);
            if (!is(&tokens[i], closing[depth])) {
                depth++;
                continue;
            }
        } else if (!is_operand(t)) {
            return 0;
        } else if (is_name(t) && depth > 0 && calls[depth - 1] &&
                   is(&tokens[next(lexed, i)], OPERATOR_EQUAL)) {
            i = next(lexed, next(lexed, i));
            continue;
        } else if (t->kind == TOKEN_STRING) {
            while (tokens[next(lexed, i)].kind == TOKEN_STRING && is_operand(&tokens[next(lexed, i)]))
                i = next(lexed, i);
        }
        i = next(lexed, i);
        /* What follows it. */
        for (;;) {
            t = &tokens[i];
            if (is(t, OPERATOR_DOT)) {
                i = next(lexed, i);
                if (!is_name(&tokens[i]))
                    return 0;
            } else if (is(t, OPERATOR_LPAREN) || is(t, OPERATOR_LBRACKET)) {
                if (depth == MAX_DEPTH)
                    return 0;
                calls[depth] = is(t, OPERATOR_LPAREN);
                closing[depth] = calls[depth] ? OPERATOR_RPAREN : OPERATOR_RBRACKET;
                i = next(lexed, i);
                if (!calls[depth] || !is(&tokens[i], OPERATOR_RPAREN)) {
                    depth++;
                    break;
                }
            } else if (is_binary(lexed, t)) {
                i = next(lexed, i);
                break;
            } else if (depth == 0) {
                return i;
            } else if (is(t, OPERATOR_COMMA)) {
                i = next(lexed, i);
                if (!is(&tokens[i], closing[depth - 1]))
                    break;
                depth--;
            } else if (is(t, closing[depth - 1])) {
                depth--;
            } else {
                return 0;
            }
            i = next(lexed, i);
        }
    }
}

/* Token behind one parameter; 0 when it is not plain. */
static uint32_t pass_parameter(const Lexed *lexed, uint32_t i)
{
    const Token *tokens = lexed->tokens;
    bool starred = is(&tokens[i], OPERATOR_STAR) || is(&tokens[i], OPERATOR_DOUBLE_STAR);

    if (is_byte(lexed, &tokens[i], '/'))
        return next(lexed, i);
    if (starred) {
        bool separator = is(&tokens[i], OPERATOR_STAR);
        i = next(lexed, i);
        if (separator && is(&tokens[i], OPERATOR_COMMA))
            return i;
    }
    if (!is_name(&tokens[i]))
        return 0;
    i = next(lexed, i);
    if (is(&tokens[i], OPERATOR_COLON)) {
        i = header_expression(lexed, next(lexed, i));
        if (i == 0)
            return 0;
    }
    if (!starred && is(&tokens[i], OPERATOR_EQUAL))
        i = header_expression(lexed, next(lexed, i));
    return i;
}

bool header_parameters(const Lexed *lexed, uint32_t open, uint32_t *close)
{
    const Token *tokens = lexed->tokens;
    uint32_t i = open;

    if (!is(&tokens[open], OPERATOR_LPAREN))
        return false;
    do {
        i = next(lexed, i);
        if (is(&tokens[i], OPERATOR_RPAREN))
            break;
        i = pass_parameter(lexed, i);
    } while (i != 0 && is(&tokens[i], OPERATOR_COMMA));
    *close = i;
    return i != 0 && is(&tokens[i], OPERATOR_RPAREN);
}

bool header_type(const Lexed *lexed, uint32_t first, uint32_t last)
{
    return header_expression(lexed, first) == last;
}
