/* normal.h — the tokens of a range as fingerprints see them; internal to parse/. */
#ifndef ONEDEF_PARSE_NORMAL_H
#define ONEDEF_PARSE_NORMAL_H

#include "parse/lexer.h"

typedef enum NormalKind { NORMAL_END, NORMAL_TOKEN, NORMAL_NEWLINE, NORMAL_INDENT, NORMAL_DEDENT } NormalKind;

/* Normal — an iterator; structure (line and block ends) is held back until a token follows it. */
typedef struct Normal {
    const Lexed *lexed;
    uint32_t next, last;
    uint32_t lambdas;                /* headers of lambdas open outside brackets */
    uint32_t dedents;                /* held back */
    bool newline, indent;            /* held back */
    bool any;                        /* a token was given */
    bool at_start;                   /* the next token starts a statement */
    bool compound;                   /* in the header of a compound statement */
    bool in_line;                    /* in a body on its header's line */
    uint8_t commas[256], tuple[256]; /* by depth: commas so far (2 = more), brackets that make a tuple */
} Normal;

void normal_init(Normal *normal, const Lexed *lexed, uint32_t first, uint32_t last);
/* `*token` is the index of a NORMAL_TOKEN. */
NormalKind normal_next(Normal *normal, uint32_t *token);

/* NormalString — a literal's parts: canonical prefix and quotes, and its text. */
typedef struct NormalString {
    char prefix[4];
    const char *quotes;
    uint32_t quotes_length;
    const char *text;
    uint32_t length;
} NormalString;

void normal_string(const Lexed *lexed, const Token *token, NormalString *string);

#endif
