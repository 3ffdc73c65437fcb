/* lexer.h — the tokens of a Python file, as CPython's tokenizer sees them.
 *
 * Hand-written, one pass, linear in bytes, no recursion, any input. It knows all string prefixes
 * and nesting (f- and t-strings of 3.12 with quotes inside braces), comments, brackets, line
 * joining, tabs, form feeds, CR/LF/CRLF, and indentation. Together with the skeleton it is the
 * reference: where it is unsure (unterminated string, broken indentation) it says so as an issue. */
#ifndef ONEDEF_PARSE_LEXER_H
#define ONEDEF_PARSE_LEXER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum TokenKind {
    TOKEN_NAME,    /* identifiers and keywords; `keyword` says which */
    TOKEN_NUMBER,
    TOKEN_STRING,  /* a whole literal, prefix and quotes included; f-strings too */
    TOKEN_OPERATOR,
    TOKEN_NEWLINE, /* end of a logical line */
    TOKEN_INDENT,  /* zero length */
    TOKEN_DEDENT,  /* zero length */
    TOKEN_COMMENT, /* not part of any logical line; kept for markers and edits */
    TOKEN_ERROR,   /* a byte that starts no token */
    TOKEN_END,
} TokenKind;

/* Token — 16 bytes. An f-string is one TOKEN_STRING; the tokens of its replacement fields follow it
 * with `inside` set to the nesting of f-strings (1 …), each field within its own `{` and `}`. They
 * lie within the string's bytes. Conversions (`!r`) and the text of format specs give no tokens. */
typedef struct Token {
    uint32_t start, end; /* bytes */
    uint32_t line;       /* of `start` */
    uint8_t kind;        /* TokenKind */
    uint8_t detail;      /* names: Keyword (0 = none); operators: Operator; strings: StringFlags */
    uint8_t depth;       /* brackets open around it, at most 255 */
    uint8_t inside;      /* nonzero: a token within an f-string's replacement field */
} Token;

enum { STRING_BYTES = 1, STRING_RAW = 2, STRING_FORMAT = 4, STRING_TRIPLE = 8, STRING_TEMPLATE = 16, STRING_UNICODE = 32,
       STRING_OPEN = 64 /* no end was found */ };

/* Hard keywords only (soft ones are names: `match`, `case`, `type`, `_`, `lazy`). */
typedef enum Keyword {
    KEYWORD_NONE, KEYWORD_FALSE, KEYWORD_NONE_VALUE, KEYWORD_TRUE, KEYWORD_AND, KEYWORD_AS, KEYWORD_ASSERT,
    KEYWORD_ASYNC, KEYWORD_AWAIT, KEYWORD_BREAK, KEYWORD_CLASS, KEYWORD_CONTINUE, KEYWORD_DEF, KEYWORD_DEL,
    KEYWORD_ELIF, KEYWORD_ELSE, KEYWORD_EXCEPT, KEYWORD_FINALLY, KEYWORD_FOR, KEYWORD_FROM, KEYWORD_GLOBAL,
    KEYWORD_IF, KEYWORD_IMPORT, KEYWORD_IN, KEYWORD_IS, KEYWORD_LAMBDA, KEYWORD_NONLOCAL, KEYWORD_NOT,
    KEYWORD_OR, KEYWORD_PASS, KEYWORD_RAISE, KEYWORD_RETURN, KEYWORD_TRY, KEYWORD_WHILE, KEYWORD_WITH,
    KEYWORD_YIELD,
} Keyword;

/* Operators that the analysis asks for by name; all others are OPERATOR_OTHER. */
typedef enum Operator {
    OPERATOR_OTHER, OPERATOR_LPAREN, OPERATOR_RPAREN, OPERATOR_LBRACKET, OPERATOR_RBRACKET, OPERATOR_LBRACE,
    OPERATOR_RBRACE, OPERATOR_COMMA, OPERATOR_COLON, OPERATOR_SEMICOLON, OPERATOR_DOT, OPERATOR_ELLIPSIS,
    OPERATOR_EQUAL, OPERATOR_WALRUS, OPERATOR_ARROW, OPERATOR_STAR, OPERATOR_DOUBLE_STAR, OPERATOR_AT,
    OPERATOR_AUGMENTED, OPERATOR_BACKTICK,
} Operator;

typedef struct LexIssue {
    uint32_t kind; /* FactsIssueKind */
    uint32_t line;
} LexIssue;

/* What the file holds that tree-sitter would misread; the skeleton writes bytes of equal length over it. */
enum {
    LEXED_BARE_CR = 1 << 0,  /* a CR that is no part of a CRLF ends a line */
    LEXED_CONFLICT = 1 << 1, /* lines of merge-conflict markers: tokens of kind TOKEN_COMMENT that do not start with `#` */
    LEXED_TEMPLATE = 1 << 2, /* t-strings */
    LEXED_NUL = 1 << 3,
    LEXED_NON_ASCII = 1 << 4,
    LEXED_NOT_UTF8 = 1 << 5,
};

typedef struct LexedScratch LexedScratch;

/* Lexed — the result for one file; arrays belong to the Lexer and live until its next run. */
typedef struct Lexed {
    const char *bytes;
    uint32_t length;
    const Token *tokens; /* ends with TOKEN_END */
    uint32_t n_tokens;
    const uint32_t *lines; /* start of each line; lines[0] == 0 (a BOM belongs to line 1) */
    uint32_t n_lines;
    const LexIssue *issues;
    uint32_t n_issues;
    uint32_t flags;
    const char *cookie; /* where LEXED_NON_ASCII: the name in a PEP 263 cookie, in the bytes; NULL without one */
    uint32_t cookie_length;
    LexedScratch *scratch; /* buffers of later passes over these tokens, kept by the Lexer: see scratch.h */
} Lexed;

typedef struct Lexer Lexer; /* one a thread; keeps its buffers */
Lexer *lexer_new(void);
void lexer_free(Lexer *lexer);
/* `length` < 2^31. The bytes must outlive the result. */
const Lexed *lexer_run(Lexer *lexer, const char *bytes, size_t length);

/* 1-based line that holds an offset (binary search). */
uint32_t lexed_line(const Lexed *lexed, uint32_t offset);
/* Index of the first token whose start is >= offset (binary search over non-inside tokens' starts; tokens are in start order). */
uint32_t lexed_token_at(const Lexed *lexed, uint32_t offset);

#endif
