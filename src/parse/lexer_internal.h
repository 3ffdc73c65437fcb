/* lexer_internal.h — what lexer.c and lexer_string.c share. */
#ifndef ONEDEF_PARSE_LEXER_INTERNAL_H
#define ONEDEF_PARSE_LEXER_INTERNAL_H

#include <glib.h>

#include "parse/facts.h"
#include "parse/lexer.h"

/* CPython's own limit is 150; deeper f-strings are read as plain strings. */
#define LEXER_FSTRING_DEPTH 150
/* Entries of the bracket stack: the bracket itself, or this for the `{` of a replacement field. */
#define LEXER_FIELD 'F'

/* LexerFrame — one f-string whose end is not yet seen, and all that is needed to start it over. */
typedef struct LexerFrame {
    uint32_t token;    /* its TOKEN_STRING */
    uint32_t brackets; /* on the stack before it */
    uint32_t n_lines;
    const char *quote; /* its opening quote */
    bool triple, raw;
} LexerFrame;

typedef struct LexerIndent {
    uint32_t column, alternative; /* with tabs to 8, and with tabs as one column */
} LexerIndent;

/* Lexer — the state of a run and the buffers that survive it. Number of the current line == n_lines. */
struct Lexer {
    Lexed result;
    const char *bytes, *end, *p;

    Token *tokens;
    size_t n_tokens, tokens_capacity;
    uint32_t *lines;
    size_t n_lines, lines_capacity;
    LexIssue *issues;
    uint32_t n_issues, issues_capacity;
    uint32_t issue_counts[ISSUE_NUL + 1];

    char *brackets;
    size_t n_brackets, brackets_capacity;
    LexerIndent *indents; /* indents[0] is column 0 */
    size_t n_indents, indents_capacity;
    LexerFrame frames[LEXER_FSTRING_DEPTH];
    uint32_t n_frames;
    size_t retries_left; /* bytes that may be read again after f-strings that did not end */
    bool block_open;     /* the last logical line ended in a colon */
    uint32_t flags;
};

void lexer_issue(Lexer *lexer, uint32_t kind, uint32_t line);
void lexer_grow_tokens(Lexer *lexer);
void lexer_grow_lines(Lexer *lexer);
void lexer_grow_brackets(Lexer *lexer);

/* Room for at least 4 tokens is kept at every time; see lexer_reserve. */
static inline void lexer_reserve(Lexer *lexer)
{
    if (G_UNLIKELY(lexer->n_tokens + 4 > lexer->tokens_capacity))
        lexer_grow_tokens(lexer);
}

static inline void lexer_put(Lexer *lexer, TokenKind kind, uint8_t detail, const char *start, const char *end)
{
    lexer_reserve(lexer);
    lexer->tokens[lexer->n_tokens++] = (Token){
        (uint32_t)(start - lexer->bytes),
        (uint32_t)(end - lexer->bytes),
        (uint32_t)lexer->n_lines,
        kind,
        detail,
        (uint8_t)MIN(lexer->n_brackets, 255),
        (uint8_t)lexer->n_frames,
    };
}

static inline void lexer_push_bracket(Lexer *lexer, char bracket)
{
    if (G_UNLIKELY(lexer->n_brackets == lexer->brackets_capacity))
        lexer_grow_brackets(lexer);
    lexer->brackets[lexer->n_brackets++] = bracket;
}

/* `start` begins a new line. */
static inline void lexer_add_line(Lexer *lexer, const char *start)
{
    if (G_UNLIKELY(lexer->n_lines == lexer->lines_capacity))
        lexer_grow_lines(lexer);
    lexer->lines[lexer->n_lines++] = (uint32_t)(start - lexer->bytes);
}

/* Steps over the CR, LF or CRLF at `p` and counts the line. */
static inline const char *lexer_pass_newline(Lexer *lexer, const char *p)
{
    if (*p++ == '\r') {
        if (p < lexer->end && *p == '\n')
            p++;
        else
            lexer->flags |= LEXED_BARE_CR;
    }
    lexer_add_line(lexer, p);
    return p;
}

void lexer_put_number(Lexer *lexer);
void lexer_put_comment(Lexer *lexer);
/* Whether a merge-conflict marker stands at `p`: seven of one of `<`, `=`, `>`, `|`, and no eighth. */
bool lexer_is_conflict(const char *p, const char *end);
void lexer_put_conflict(Lexer *lexer);
/* Passes lines without code and puts the indentation of the next one with code; false when there is none. */
bool lexer_begin_line(Lexer *lexer);
/* Looks back at the logical line that starts with token `first`. */
void lexer_end_line(Lexer *lexer, size_t first);
void lexer_check_encoding(Lexer *lexer, bool bom);

/* The kind of string that a prefix of `length` bytes makes, or -1 when it makes none. */
int lexer_string_flags(const char *prefix, size_t length);
/* A string whose prefix starts at `start` and opening quote stands at lexer->p: puts its token; of
 * an f-string the token and the text up to the first field. */
void lexer_string(Lexer *lexer, const char *start, int flags);
/* lexer->p stands at `:`, `!` or `}` directly in a replacement field: ends the expression. */
void lexer_field_end(Lexer *lexer);
/* The innermost replacement field cannot go on: reads the outermost f-string again as a plain string. */
void lexer_fstring_fail(Lexer *lexer);

#endif
