#include "parse/header.h"

#include <string.h>

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
           (t->kind == TOKEN_STRING && (t->detail & (STRING_TEMPLATE | STRING_OPEN)) == 0);
}

static bool is_keyword(const Token *t, Keyword keyword)
{
    return t->kind == TOKEN_NAME && t->detail == keyword;
}

/* What stands between two operands, but `not`; `logical`: `not` may follow it. Returns its tokens. */
static uint32_t binary_tokens(const Lexed *lexed, const Token *t, bool *logical)
{
    static const char *const OPERATORS[] = {"|", "+",  "-",  "/",  "%",  "&",  "^",  "<",
                                            ">", "//", "<<", ">>", "<=", ">=", "==", "!="};
    uint32_t length = t->end - t->start;

    *logical = is_keyword(t, KEYWORD_AND) || is_keyword(t, KEYWORD_OR);
    if (*logical || is_keyword(t, KEYWORD_IN) || is(t, OPERATOR_STAR) || is(t, OPERATOR_DOUBLE_STAR))
        return 1;
    if (is_keyword(t, KEYWORD_IS))
        return is_keyword(t + 1, KEYWORD_NOT) ? 2 : 1;
    if (is_keyword(t, KEYWORD_NOT))
        return is_keyword(t + 1, KEYWORD_IN) ? 2 : 0;
    if (t->kind != TOKEN_OPERATOR || t->detail != OPERATOR_OTHER)
        return 0;
    for (size_t i = 0; i < sizeof OPERATORS / sizeof *OPERATORS; i++)
        if (strlen(OPERATORS[i]) == length && memcmp(lexed->bytes + t->start, OPERATORS[i], length) == 0)
            return 1;
    return 0;
}

/* Bracket — one that is open in an expression; braces are of no kind until their first element ends. */
typedef enum Bracket {
    BRACKET_CALL,
    BRACKET_SUBSCRIPT,
    BRACKET_GROUP,
    BRACKET_LIST,
    BRACKET_BRACES,
    BRACKET_SET,
    BRACKET_DICT,
} Bracket;

/* Expression — how far one is read. */
typedef struct Expression {
    const Lexed *lexed;
    uint32_t i, depth;
    uint8_t brackets[MAX_DEPTH];
    bool keyed[MAX_DEPTH]; /* the colon or `=` of this element was seen */
    bool operand;          /* one is due */
    bool negatable;        /* `not` may stand before it */
    bool fresh;            /* it would be the first token of an element */
} Expression;

static bool closes(const Expression *e, const Token *t)
{
    static const uint8_t CLOSING[] = {OPERATOR_RPAREN, OPERATOR_RBRACKET, OPERATOR_RPAREN, OPERATOR_RBRACKET,
                                      OPERATOR_RBRACE, OPERATOR_RBRACE,   OPERATOR_RBRACE};

    return e->depth > 0 && is(t, CLOSING[e->brackets[e->depth - 1]]);
}

static void advance(Expression *e)
{
    e->i = next(e->lexed, e->i);
}

static void start_element(Expression *e)
{
    e->operand = e->negatable = e->fresh = true;
    e->keyed[e->depth - 1] = false;
    advance(e);
}

static bool open_bracket(Expression *e, Bracket bracket)
{
    if (e->depth == MAX_DEPTH)
        return false;
    e->brackets[e->depth++] = (uint8_t)bracket;
    start_element(e);
    return true;
}

static void close_bracket(Expression *e)
{
    e->depth--;
    e->operand = false;
    advance(e);
}

/* At the end of an element of braces: all have a colon, or none. */
static bool end_element(Expression *e)
{
    uint8_t *bracket = &e->brackets[e->depth - 1];

    if (*bracket == BRACKET_BRACES)
        *bracket = e->keyed[e->depth - 1] ? BRACKET_DICT : BRACKET_SET;
    return *bracket < BRACKET_SET || (*bracket == BRACKET_DICT) == e->keyed[e->depth - 1];
}

/* Strings side by side, each with the fields that lie in it. */
static void pass_strings(Expression *e)
{
    const Token *tokens = e->lexed->tokens;
    uint8_t inside = tokens[e->i].inside;

    do {
        while (tokens[e->i + 1].inside > inside)
            e->i++;
        advance(e);
    } while (tokens[e->i].kind == TOKEN_STRING && is_operand(&tokens[e->i]));
}

/* Behind the operand's sign, stars, or `name=`: more of it is to come. */
static bool go_on(Expression *e, bool negatable)
{
    e->negatable = negatable;
    e->fresh = false;
    advance(e);
    return true;
}

/* Where an operand is due. */
static bool read_operand(Expression *e)
{
    const Token *tokens = e->lexed->tokens, *t = &tokens[e->i];
    Bracket around = e->depth > 0 ? (Bracket)e->brackets[e->depth - 1] : BRACKET_GROUP;

    if (is(t, OPERATOR_LPAREN))
        return open_bracket(e, BRACKET_GROUP);
    if (is(t, OPERATOR_LBRACKET))
        return open_bracket(e, BRACKET_LIST);
    if (is(t, OPERATOR_LBRACE))
        return open_bracket(e, BRACKET_BRACES);
    if (closes(e, t)) {
        /* Nothing between the brackets, or behind a last comma. */
        bool sound = e->fresh && (around != BRACKET_SUBSCRIPT || is(&tokens[e->i - 1], OPERATOR_COMMA));
        if (sound)
            close_bracket(e);
        return sound;
    }
    if (is_keyword(t, KEYWORD_NOT))
        return e->negatable && go_on(e, true);
    if (is_byte(e->lexed, t, '-') || is_byte(e->lexed, t, '+') || is_byte(e->lexed, t, '~'))
        return go_on(e, false);
    if (is(t, OPERATOR_STAR) || is(t, OPERATOR_DOUBLE_STAR))
        return e->fresh && around == BRACKET_CALL && go_on(e, false);
    if (!is_operand(t))
        return false;
    if (is_name(t) && around == BRACKET_CALL && e->fresh &&
        is(&tokens[next(e->lexed, e->i)], OPERATOR_EQUAL)) {
        advance(e);
        return go_on(e, true);
    }
    e->operand = false;
    if (t->kind == TOKEN_STRING)
        pass_strings(e);
    else
        advance(e);
    return true;
}

/* Behind an operand. */
static bool read_operator(Expression *e)
{
    const Token *tokens = e->lexed->tokens, *t = &tokens[e->i];
    bool logical;

    if (is(t, OPERATOR_DOT)) {
        advance(e);
        bool name = is_name(&tokens[e->i]);
        advance(e);
        return name;
    }
    if (is(t, OPERATOR_LPAREN))
        return open_bracket(e, BRACKET_CALL);
    if (is(t, OPERATOR_LBRACKET))
        return open_bracket(e, BRACKET_SUBSCRIPT);
    if (closes(e, t)) {
        bool sound = end_element(e);
        close_bracket(e);
        return sound;
    }
    if (is(t, OPERATOR_COMMA)) {
        bool sound = end_element(e);
        start_element(e);
        return sound;
    }
    if (is(t, OPERATOR_COLON)) {
        bool braces = e->brackets[e->depth - 1] >= BRACKET_BRACES && !e->keyed[e->depth - 1];
        e->operand = e->keyed[e->depth - 1] = true;
        return go_on(e, true) && braces;
    }
    uint32_t n = binary_tokens(e->lexed, t, &logical);
    e->operand = true;
    e->i += n > 1 ? n - 1 : 0;
    return go_on(e, logical) && n > 0;
}

uint32_t header_expression(const Lexed *lexed, uint32_t first)
{
    Expression e = {.lexed = lexed, .i = first, .operand = true, .negatable = true, .fresh = true};
    bool logical;

    for (;;) {
        if (e.operand) {
            if (!read_operand(&e))
                return 0;
            continue;
        }
        const Token *t = &lexed->tokens[e.i];
        bool goes_on = e.depth > 0 || is(t, OPERATOR_DOT) || is(t, OPERATOR_LPAREN) ||
                       is(t, OPERATOR_LBRACKET) || binary_tokens(lexed, t, &logical) > 0;
        if (!goes_on)
            return e.i;
        if (!read_operator(&e))
            return 0;
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
