/* lexer_line.c — what stands between logical lines: indentation, blank lines, comments, conflict markers. */
#include <string.h>

#include "parse/lexer_internal.h"
#include "parse/scan.h"

#define MAX_INDENTS 100 /* CPython's limit */

/* Seven of one of `<`, `=`, `>`, `|` at the start of a line, and no eighth. */
bool lexer_is_conflict(const char *p, const char *end)
{
    if (end - p < 7 || (*p != '<' && *p != '=' && *p != '>' && *p != '|'))
        return false;
    for (int i = 1; i < 7; i++)
        if (p[i] != *p)
            return false;
    return end - p == 7 || p[7] == ' ' || p[7] == '\n' || p[7] == '\r';
}

void lexer_put_comment(Lexer *lexer)
{
    const char *start = lexer->p;

    lexer->p = scan_line_end(start, lexer->end);
    lexer_put(lexer, TOKEN_COMMENT, 0, start, lexer->p);
}

void lexer_put_conflict(Lexer *lexer)
{
    lexer->flags |= LEXED_CONFLICT;
    lexer_issue(lexer, ISSUE_CONFLICT, (uint32_t)lexer->n_lines);
    lexer_put_comment(lexer);
}

/* Column of the first byte of a line that is no space, tab or form feed; lexer->p moves there. */
static LexerIndent measure_indent(Lexer *lexer)
{
    const char *start = lexer->p, *p = scan_spaces(start, lexer->end);
    LexerIndent indent = {(uint32_t)(p - start), (uint32_t)(p - start)};

    for (; p < lexer->end; p++) {
        if (*p == ' ') {
            indent.column++;
            indent.alternative++;
        } else if (*p == '\t') {
            indent.column = (indent.column / 8 + 1) * 8;
            indent.alternative++;
        } else if (*p == '\f') {
            indent = (LexerIndent){0, 0};
        } else {
            break;
        }
    }
    lexer->p = p;
    return indent;
}

static void open_block(Lexer *lexer, LexerIndent indent)
{
    LexerIndent last = lexer->indents[lexer->n_indents - 1];

    if (!lexer->block_open || indent.alternative <= last.alternative || lexer->n_indents > MAX_INDENTS)
        lexer_issue(lexer, ISSUE_INDENTATION, (uint32_t)lexer->n_lines);
    if (!lexer->block_open)
        return;
    if (lexer->n_indents == lexer->indents_capacity) {
        lexer->indents_capacity *= 2;
        lexer->indents = g_renew(LexerIndent, lexer->indents, lexer->indents_capacity);
    }
    lexer->indents[lexer->n_indents++] = indent;
    lexer_put(lexer, TOKEN_INDENT, 0, lexer->p, lexer->p);
}

/* INDENT or DEDENTs before a line of code. */
static void put_indentation(Lexer *lexer, LexerIndent indent)
{
    if (indent.column > lexer->indents[lexer->n_indents - 1].column) {
        open_block(lexer, indent);
        return;
    }
    if (lexer->block_open)
        lexer_issue(lexer, ISSUE_INDENTATION, (uint32_t)lexer->n_lines);
    while (indent.column < lexer->indents[lexer->n_indents - 1].column) {
        lexer->n_indents--;
        lexer_put(lexer, TOKEN_DEDENT, 0, lexer->p, lexer->p);
    }
    LexerIndent last = lexer->indents[lexer->n_indents - 1];
    if (indent.column != last.column || indent.alternative != last.alternative)
        lexer_issue(lexer, ISSUE_INDENTATION, (uint32_t)lexer->n_lines);
}

/* Passes lines without code and puts the indentation of the next one with code; false when there is none. */
bool lexer_begin_line(Lexer *lexer)
{
    for (;;) {
        const char *start = lexer->p;
        LexerIndent indent = measure_indent(lexer);

        while (lexer->end - lexer->p > 1 && *lexer->p == '\\' &&
               (lexer->p[1] == '\n' || lexer->p[1] == '\r')) {
            lexer->p = lexer_pass_newline(lexer, lexer->p + 1);
            measure_indent(lexer);
        }
        if (lexer->p >= lexer->end)
            return false;
        char c = *lexer->p;
        if (c == '\n' || c == '\r') {
            lexer->p = lexer_pass_newline(lexer, lexer->p);
        } else if (c == '#') {
            lexer_put_comment(lexer);
        } else if (lexer->p == start && lexer_is_conflict(start, lexer->end)) {
            lexer_put_conflict(lexer);
        } else {
            put_indentation(lexer, indent);
            return true;
        }
    }
}

/* `except E, e:` (with one lower-case name: PEP 758 allows `except A, B:`) and `raise E, "text"`. */
static void check_clause(Lexer *lexer, const Token *first)
{
    const Token *comma = NULL, *t = first;

    for (; t->kind != TOKEN_NEWLINE && t->detail != (t->kind == TOKEN_OPERATOR ? OPERATOR_COLON : 0xff); t++)
        if (t->kind == TOKEN_OPERATOR && t->detail == OPERATOR_COMMA && t->depth == 0) {
            if (comma != NULL)
                return;
            comma = t;
        }
    if (comma == NULL)
        return;
    if (first->detail == KEYWORD_RAISE ||
        (t == comma + 2 && comma[1].kind == TOKEN_NAME && g_ascii_islower(lexer->bytes[comma[1].start])))
        lexer_issue(lexer, ISSUE_PYTHON2, first->line);
}

void lexer_end_line(Lexer *lexer, size_t first)
{
    const Token *start = lexer->tokens + first, *last = lexer->tokens + lexer->n_tokens - 1;

    if (start->kind == TOKEN_NAME && (start->detail == KEYWORD_EXCEPT || start->detail == KEYWORD_RAISE))
        check_clause(lexer, start);
    do
        last--;
    while (last >= start && last->kind == TOKEN_COMMENT);
    lexer->block_open = last >= start && last->kind == TOKEN_OPERATOR && last->detail == OPERATOR_COLON;
}
