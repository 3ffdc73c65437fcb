/* normal.c — leaves out of a token range what does not change what it says; see fingerprint.h. */
#include "parse/normal.h"

#include <glib.h>
#include <string.h>

static bool is_operator(const Token *t, Operator operator)
{
    return t->kind == TOKEN_OPERATOR && t->detail == operator;
}

static bool is_closing(const Token *t)
{
    return is_operator(t, OPERATOR_RPAREN) || is_operator(t, OPERATOR_RBRACKET) ||
           is_operator(t, OPERATOR_RBRACE);
}

static bool is_structure(const Token *t)
{
    return t->kind == TOKEN_NEWLINE || t->kind == TOKEN_INDENT || t->kind == TOKEN_DEDENT;
}

void normal_init(Normal *normal, const Lexed *lexed, uint32_t first, uint32_t last)
{
    uint32_t before = first;

    memset(normal, 0, sizeof *normal);
    normal->lexed = lexed;
    normal->next = first;
    normal->last = last;
    while (before > 0 && lexed->tokens[before - 1].kind == TOKEN_COMMENT)
        before--;
    normal->at_start = before == 0 || is_structure(&lexed->tokens[before - 1]);
}

/* Token behind a statement of nothing but strings at `i`, or `i` when it is none. */
static uint32_t pass_docstring(const Normal *normal, uint32_t i)
{
    const Token *tokens = normal->lexed->tokens;
    uint32_t end = i;

    while (end < normal->last &&
           (tokens[end].kind == TOKEN_COMMENT ||
            (tokens[end].kind == TOKEN_STRING &&
             (tokens[end].detail & (STRING_BYTES | STRING_FORMAT | STRING_TEMPLATE)) == 0)))
        end++;
    bool ends = end >= normal->last || is_structure(&tokens[end]) || tokens[end].kind == TOKEN_END ||
                is_operator(&tokens[end], OPERATOR_SEMICOLON);
    return ends ? end : i;
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

static const Token *next_token(const Normal *normal, uint32_t i)
{
    do
        i++;
    while (normal->lexed->tokens[i].kind == TOKEN_COMMENT);
    return &normal->lexed->tokens[i];
}

/* `(` behind anything but an operand opens a tuple or a group, `[` behind an operand a subscript,
 * which a comma makes a tuple as well. */
static void open_bracket(Normal *normal, uint32_t i)
{
    const Token *t = &normal->lexed->tokens[i], *before = i > 0 ? t - 1 : NULL;
    uint8_t depth = t->depth < 255 ? t->depth + 1 : 255;
    bool operand = false;

    if (before != NULL)
        operand = before->kind == TOKEN_STRING ||
                  (before->kind == TOKEN_NAME &&
                   (before->detail == KEYWORD_NONE || before->detail == KEYWORD_IMPORT)) ||
                  (is_closing(before) && before->inside == t->inside);
    normal->commas[depth] = 0;
    normal->tuple[depth] = t->detail == OPERATOR_LPAREN     ? !operand
                           : t->detail == OPERATOR_LBRACKET ? operand
                                                            : 0;
}

/* Whether a comma changes nothing: right before a closing bracket, and not what makes a tuple. */
static bool is_needless_comma(Normal *normal, uint32_t i)
{
    uint8_t depth = normal->lexed->tokens[i].depth;

    if (normal->commas[depth] < 2)
        normal->commas[depth]++;
    return is_closing(next_token(normal, i)) && !(normal->tuple[depth] && normal->commas[depth] == 1);
}

/* Reads one token; true when it is to be given. */
static bool take_operator(Normal *normal, uint32_t i)
{
    const Token *t = &normal->lexed->tokens[i];

    switch (t->detail) {
    case OPERATOR_LPAREN:
    case OPERATOR_LBRACKET:
    case OPERATOR_LBRACE:
        open_bracket(normal, i);
        return true;
    case OPERATOR_COMMA:
        return t->depth == 0 || !is_needless_comma(normal, i);
    case OPERATOR_SEMICOLON:
        normal->newline = normal->at_start = true;
        return false;
    default:
        return true;
    }
}

static void take_structure(Normal *normal, const Token *t)
{
    normal->at_start = true;
    normal->compound = false;
    normal->lambdas = 0;
    if (t->kind == TOKEN_NEWLINE) {
        normal->newline = true;
        if (!normal->in_line)
            return;
        normal->in_line = false;
    } else if (t->kind == TOKEN_INDENT) {
        normal->indent = true;
        return;
    }
    if (normal->indent)
        normal->indent = false;
    else
        normal->dedents++;
}

/* A colon outside brackets: of a lambda, or of a compound statement whose body follows on the line. */
static void pass_colon(Normal *normal, uint32_t i)
{
    if (normal->lambdas > 0) {
        normal->lambdas--;
    } else if (normal->compound) {
        normal->compound = false;
        if (next_token(normal, i)->kind != TOKEN_NEWLINE)
            normal->in_line = normal->newline = normal->indent = normal->at_start = true;
    }
}

/* What is held back before a token; NORMAL_TOKEN when nothing is. */
static NormalKind held_back(Normal *normal)
{
    if (!normal->any) {
        normal->newline = normal->indent = false;
        normal->dedents = 0;
    }
    if (normal->newline) {
        normal->newline = false;
        return NORMAL_NEWLINE;
    }
    if (normal->dedents > 0) {
        normal->dedents--;
        return NORMAL_DEDENT;
    }
    if (normal->indent) {
        normal->indent = false;
        return NORMAL_INDENT;
    }
    return NORMAL_TOKEN;
}

/* Whether a token within a statement changes nothing of the iterator's state (structure is held back
 * only where a statement starts). */
static bool passes_freely(const Token *t)
{
    switch (t->kind) {
    case TOKEN_NAME:
        return t->detail != KEYWORD_LAMBDA;
    case TOKEN_NUMBER:
    case TOKEN_STRING:
        return true;
    case TOKEN_OPERATOR:
        return t->detail == OPERATOR_DOT || t->detail == OPERATOR_RPAREN || t->detail == OPERATOR_RBRACKET ||
               t->detail == OPERATOR_RBRACE || t->detail == OPERATOR_EQUAL || t->detail == OPERATOR_OTHER;
    default:
        return false;
    }
}

NormalKind normal_next(Normal *normal, uint32_t *token)
{
    for (; normal->next < normal->last; normal->next++) {
        uint32_t i = normal->next;
        const Token *t = &normal->lexed->tokens[i];
        /* Most tokens: within a statement, with nothing held back, and of no meaning to this iterator. */
        if (!normal->at_start && !normal->newline && passes_freely(t)) {
            normal->any = true;
            normal->next++;
            *token = i;
            return NORMAL_TOKEN;
        }
        if (t->kind == TOKEN_COMMENT)
            continue;
        if (t->kind == TOKEN_END)
            break;
        if (is_structure(t)) {
            take_structure(normal, t);
            continue;
        }
        if (normal->at_start) {
            uint32_t behind = t->kind == TOKEN_STRING ? pass_docstring(normal, i) : i;
            if (behind > i) {
                normal->next = behind - 1;
                continue;
            }
        }
        if (t->kind == TOKEN_OPERATOR && (t->detail == OPERATOR_SEMICOLON || t->detail == OPERATOR_COMMA) &&
            !take_operator(normal, i))
            continue;
        NormalKind kind = held_back(normal);
        if (kind != NORMAL_TOKEN) {
            /* The comma is counted again when its turn comes. */
            if (is_operator(t, OPERATOR_COMMA) && normal->commas[t->depth] == 1)
                normal->commas[t->depth] = 0;
            return kind;
        }
        if (normal->at_start)
            normal->compound = starts_compound(t);
        normal->at_start = false;
        if (t->kind == TOKEN_OPERATOR) {
            if (t->detail == OPERATOR_COLON && t->depth == 0)
                pass_colon(normal, i);
            else if (t->detail != OPERATOR_COMMA)
                take_operator(normal, i);
        } else if (t->kind == TOKEN_NAME && t->detail == KEYWORD_LAMBDA && t->depth == 0) {
            normal->lambdas++;
        }
        normal->any = true;
        normal->next++;
        *token = i;
        return NORMAL_TOKEN;
    }
    return NORMAL_END;
}

void normal_string(const Lexed *lexed, const Token *token, NormalString *string)
{
    const char *p = lexed->bytes + token->start, *end = lexed->bytes + token->end;
    uint8_t flags = token->detail;
    uint32_t quotes = (flags & STRING_TRIPLE) != 0 ? 3 : 1, n = 0;

    while (p < end && *p != '"' && *p != '\'')
        p++;
    char quote = p < end ? *p : '"';
    bool closed = (uint32_t)(end - p) >= 2 * quotes && end[-1] == quote;
    string->text = p + MIN(quotes, (uint32_t)(end - p));
    string->length = (uint32_t)(end - string->text) - (closed ? quotes : 0);
    bool plain = closed, backslash = false, lines = false;
    for (uint32_t i = 0; i < string->length; i++) {
        char c = string->text[i];
        backslash |= c == '\\';
        lines |= c == '\n' || c == '\r';
        plain &= c != '"' && c != '\'' && c != '\\';
    }
    if ((flags & STRING_BYTES) != 0)
        string->prefix[n++] = 'b';
    if ((flags & STRING_FORMAT) != 0)
        string->prefix[n++] = 'f';
    if ((flags & STRING_TEMPLATE) != 0)
        string->prefix[n++] = 't';
    if ((flags & STRING_RAW) != 0 && backslash)
        string->prefix[n++] = 'r';
    string->prefix[n] = '\0';
    string->quotes_length = plain && !lines ? 1 : quotes;
    string->quotes = plain || quote == '"' ? "\"\"\"" : "'''";
}
