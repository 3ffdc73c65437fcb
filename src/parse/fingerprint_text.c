/* fingerprint_text.c — tokens as one line of source in a canonical spelling. */
#include <string.h>

#include "parse/fingerprint.h"
#include "parse/normal.h"

/* Writer — what spacing depends on. */
typedef struct Writer {
    const Lexed *lexed;
    GString *out;
    const Token *before; /* last token written; NULL at first */
    bool tight;          /* that token takes no space behind it */
    uint8_t open[256];   /* by depth: the bracket */
    bool annotated[256]; /* by depth: an annotation since the last comma */
    uint32_t lambdas[256];
} Writer;

static bool is_operator(const Token *t, Operator operator)
{
    return t != NULL && t->kind == TOKEN_OPERATOR && t->detail == operator;
}

static bool is_closing(const Token *t)
{
    return is_operator(t, OPERATOR_RPAREN) || is_operator(t, OPERATOR_RBRACKET) ||
           is_operator(t, OPERATOR_RBRACE);
}

static bool is_word(const Token *t)
{
    return t != NULL && (t->kind == TOKEN_NAME || t->kind == TOKEN_NUMBER || t->kind == TOKEN_STRING);
}

/* None, True and False stand where names stand; other keywords do not. */
static bool is_keyword(const Token *t)
{
    return t != NULL && t->kind == TOKEN_NAME && t->detail != KEYWORD_NONE &&
           t->detail != KEYWORD_NONE_VALUE && t->detail != KEYWORD_TRUE && t->detail != KEYWORD_FALSE;
}

static bool is_operand(const Token *t)
{
    return (is_word(t) && !is_keyword(t)) || is_closing(t) || is_operator(t, OPERATOR_ELLIPSIS);
}

/* Whether an operator binds to what follows it: it stands where an operand could. */
static bool is_unary(const Writer *writer, const Token *t)
{
    char c = writer->lexed->bytes[t->start];

    return !is_operand(writer->before) && (c == '-' || c == '+' || c == '~' || c == '*' || c == '@');
}

/* `=` of keyword arguments and of defaults without annotation. */
static bool is_tight_equal(const Writer *writer, const Token *t)
{
    return is_operator(t, OPERATOR_EQUAL) &&
           (writer->lambdas[t->depth] > 0 || (t->depth > 0 && !writer->annotated[t->depth]));
}

/* Whether a space stands before `t`. */
static bool wants_space(const Writer *writer, const Token *t)
{
    const Token *before = writer->before;

    if (before == NULL || writer->tight)
        return false;
    if (is_closing(t) || is_operator(t, OPERATOR_COMMA) || is_operator(t, OPERATOR_COLON) ||
        is_operator(t, OPERATOR_SEMICOLON) || is_tight_equal(writer, t))
        return false;
    if (is_operator(t, OPERATOR_DOT))
        return is_keyword(before);
    if (is_operator(t, OPERATOR_LPAREN) || is_operator(t, OPERATOR_LBRACKET))
        return !is_operand(before);
    return true;
}

/* Notes what the token means for the spacing of later ones; sets `tight`. */
static void note(Writer *writer, const Token *t)
{
    uint8_t inner = t->depth < 255 ? t->depth + 1 : 255;
    bool tight = false;

    if (t->kind == TOKEN_NAME && t->detail == KEYWORD_LAMBDA)
        writer->lambdas[t->depth]++;
    if (t->kind == TOKEN_OPERATOR) {
        switch (t->detail) {
        case OPERATOR_LPAREN:
        case OPERATOR_LBRACKET:
        case OPERATOR_LBRACE:
            writer->open[inner] = t->detail;
            writer->annotated[inner] = false;
            writer->lambdas[inner] = 0;
            tight = true;
            break;
        case OPERATOR_DOT:
            tight = true;
            break;
        case OPERATOR_COMMA:
            writer->annotated[t->depth] = false;
            break;
        case OPERATOR_COLON:
            if (writer->lambdas[t->depth] > 0)
                writer->lambdas[t->depth]--;
            else if (writer->open[t->depth] == OPERATOR_LBRACKET)
                tight = true;
            else
                writer->annotated[t->depth] = true;
            break;
        default:
            tight = is_tight_equal(writer, t) || is_unary(writer, t);
            break;
        }
    }
    writer->tight = tight;
}

static void write_string(Writer *writer, const Token *t)
{
    NormalString string;

    normal_string(writer->lexed, t, &string);
    g_string_append(writer->out, string.prefix);
    g_string_append_len(writer->out, string.quotes, string.quotes_length);
    for (uint32_t i = 0; i < string.length; i++) {
        char c = string.text[i];
        if (c == '\r' && i + 1 < string.length && string.text[i + 1] == '\n')
            continue;
        if (c == '\n' || c == '\r')
            g_string_append(writer->out, "\\n");
        else
            g_string_append_c(writer->out, c);
    }
    g_string_append_len(writer->out, string.quotes, string.quotes_length);
}

void fingerprint_text(const Lexed *lexed, uint32_t first, uint32_t last, GString *out)
{
    Writer writer = {.lexed = lexed, .out = out};
    Normal normal;
    NormalKind kind;
    uint32_t i = 0;

    normal_init(&normal, lexed, first, MIN(last, lexed->n_tokens));
    while ((kind = normal_next(&normal, &i)) != NORMAL_END) {
        const Token *t = &lexed->tokens[i];
        if (kind == NORMAL_NEWLINE)
            g_string_append(out, is_operator(writer.before, OPERATOR_COLON) ? "" : ";");
        if (kind != NORMAL_TOKEN || t->inside != 0)
            continue;
        if (wants_space(&writer, t))
            g_string_append_c(out, ' ');
        if (t->kind == TOKEN_STRING)
            write_string(&writer, t);
        else
            g_string_append_len(out, lexed->bytes + t->start, t->end - t->start);
        note(&writer, t);
        writer.before = t;
    }
}
