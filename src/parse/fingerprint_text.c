/* fingerprint_text.c — tokens as one line of source in a canonical spelling. */
#include <string.h>

#include "parse/fingerprint.h"
#include "parse/literal.h"
#include "parse/scratch.h"

/* Writer — what spacing depends on. */
typedef struct Writer {
    const Lexed *lexed;
    GString *out;
    const Token *before; /* last token written; NULL at first */
    bool tight;          /* that token takes no space behind it */
    uint8_t open[256];   /* by depth: the bracket */
    bool annotated[256]; /* by depth: an annotation since the last comma */
    uint32_t lambdas[256];
    uint32_t nesting;  /* brackets open within the range */
    bool tuple, items; /* a comma, an `as` outside those */
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
    if (t->kind == TOKEN_NAME && t->detail == KEYWORD_AS && writer->nesting == 0)
        writer->items = true;
    if (t->kind == TOKEN_OPERATOR) {
        switch (t->detail) {
        case OPERATOR_LPAREN:
        case OPERATOR_LBRACKET:
        case OPERATOR_LBRACE:
            writer->open[inner] = t->detail;
            writer->annotated[inner] = false;
            writer->lambdas[inner] = 0;
            writer->nesting++;
            tight = true;
            break;
        case OPERATOR_DOT:
            tight = true;
            break;
        case OPERATOR_RPAREN:
        case OPERATOR_RBRACKET:
        case OPERATOR_RBRACE:
            writer->nesting -= writer->nesting > 0;
            break;
        case OPERATOR_COMMA:
            writer->annotated[t->depth] = false;
            writer->tuple |= writer->nesting == 0 && writer->lambdas[t->depth] == 0;
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

/* An f-string as it is written, but for its quotes: its value is known at run time only. */
static void write_format(Writer *writer, const Token *t)
{
    LiteralText text = literal_text(writer->lexed, t);
    bool quoted = memchr(text.text, '"', text.length) != NULL || memchr(text.text, '\\', text.length) != NULL;
    bool lines = memchr(text.text, '\n', text.length) != NULL || memchr(text.text, '\r', text.length) != NULL;
    const char *quotes = !quoted && !lines                         ? "\""
                         : (t->detail & STRING_TRIPLE) != 0        ? "\"\"\""
                         : writer->lexed->bytes[t->end - 1] == '"' ? "\""
                                                                   : "'";

    g_string_append(writer->out, (t->detail & STRING_TEMPLATE) != 0 ? "t" : "f");
    if ((t->detail & STRING_RAW) != 0 && memchr(text.text, '\\', text.length) != NULL)
        g_string_append_c(writer->out, 'r');
    g_string_append(writer->out, quotes);
    for (uint32_t i = 0; i < text.length; i++) {
        char c = text.text[i];
        if (c == '\r' && i + 1 < text.length && text.text[i + 1] == '\n')
            continue;
        if (c == '\n' || c == '\r')
            g_string_append(writer->out, "\\n");
        else
            g_string_append_c(writer->out, c);
    }
    g_string_append(writer->out, quotes);
}

/* Adjacent strings: as one, but f-strings each by itself. */
static void write_strings(Writer *writer, uint32_t token)
{
    const Lexed *lexed = writer->lexed;
    g_autoptr(GString) value = g_string_new(NULL);
    bool pending = false, first = true, bytes = (lexed->tokens[token].detail & STRING_BYTES) != 0;

    for (uint32_t i = token;; first = false) {
        const Token *t = &lexed->tokens[i];
        bool format = (t->detail & (STRING_FORMAT | STRING_TEMPLATE)) != 0;
        if (!format) {
            LiteralText text = literal_text(lexed, t);
            literal_decode(text.text, text.length, t->detail, value);
            pending = true;
        }
        i = normal_next_string(lexed, i);
        if (pending && (format || i == 0)) {
            literal_append_string(value, bytes, writer->out);
            g_string_truncate(value, 0);
            pending = false;
            first = false;
        }
        if (format) {
            if (!first)
                g_string_append_c(writer->out, ' ');
            write_format(writer, t);
            if (i != 0 && (lexed->tokens[i].detail & (STRING_FORMAT | STRING_TEMPLATE)) == 0)
                g_string_append_c(writer->out, ' ');
        }
        if (i == 0)
            return;
    }
}

static void write_token(Writer *writer, uint32_t token)
{
    const Token *t = &writer->lexed->tokens[token];

    if (wants_space(writer, t))
        g_string_append_c(writer->out, ' ');
    if (t->kind == TOKEN_STRING)
        write_strings(writer, token);
    else if (t->kind == TOKEN_NUMBER)
        literal_append_number(writer->lexed->bytes + t->start, t->end - t->start, writer->out);
    else
        g_string_append_len(writer->out, writer->lexed->bytes + t->start, t->end - t->start);
    note(writer, t);
    writer->before = t;
}

/* Writes a range; returns whether it is a bare tuple. */
static bool write_range(const Lexed *lexed, uint32_t first, uint32_t last, GString *out)
{
    Writer writer = {.lexed = lexed, .out = out};
    const NormalTokens *normal = scratch_normal(lexed);
    uint32_t begin = normal_at(normal, first);

    for (uint32_t i = begin; i < normal->n_tokens && normal->tokens[i].token < last; i++) {
        const Token *t = &lexed->tokens[normal->tokens[i].token];
        if (t->inside > lexed->tokens[normal->tokens[begin].token].inside)
            continue;
        if (i > begin && (normal->tokens[i].flags & NORMAL_NEWLINE) != 0)
            g_string_append(out, is_operator(writer.before, OPERATOR_COLON) ? "" : ";");
        write_token(&writer, normal->tokens[i].token);
    }
    return writer.tuple && !writer.items;
}

void fingerprint_statements(const Lexed *lexed, uint32_t first, uint32_t last, GString *out)
{
    write_range(lexed, first, last, out);
}

void fingerprint_text(const Lexed *lexed, uint32_t first, uint32_t last, GString *out)
{
    gsize start = out->len;

    if (write_range(lexed, first, last, out)) {
        g_string_insert_c(out, (gssize)start, '(');
        g_string_append_c(out, ')');
    }
}
