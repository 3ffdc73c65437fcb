/* normal.h — the tokens of a file as fingerprints see them; internal to parse/.
 *
 * What does not change what the code says is left out: comments, redundant tokens (see redundant.h),
 * `;` against a new line, a body on its header's line against one in a block, statements that do
 * nothing (docstrings and other strings, `pass`, `...`), `elif` against an `if` in an `else` block.
 * Strings that stand side by side are one. Made once for a file, however many ranges are asked for. */
#ifndef ONEDEF_PARSE_NORMAL_H
#define ONEDEF_PARSE_NORMAL_H

#include "parse/lexer.h"

enum {
    NORMAL_NEWLINE = 1 << 0, /* a statement ends before the token */
    NORMAL_INDENT = 1 << 1,  /* a block starts before it; behind `dedents` */
    NORMAL_ELIF = 1 << 2,    /* `elif`, to be read as `else`, `:`, a new block, `if` */
};

/* NormalToken — a token that counts, and what lies before it. */
typedef struct NormalToken {
    uint32_t token;   /* of adjacent strings the first */
    uint16_t dedents; /* blocks that end before it */
    uint16_t flags;
} NormalToken;

/* NormalTokens — of a whole file; buffers are kept from file to file. */
typedef struct NormalTokens {
    NormalToken *tokens;
    uint32_t n_tokens, capacity;
    uint8_t *left_out; /* by token: redundant, or not the first of adjacent strings */
    uint32_t left_out_capacity;
} NormalTokens;

void normal_find(NormalTokens *normal, const Lexed *lexed);
void normal_clear(NormalTokens *normal);
/* Index of the first one that stands at or behind `token`. */
uint32_t normal_at(const NormalTokens *normal, uint32_t token);

/* The string that follows `token` directly, as in `"a" "b"`; 0 when none does. */
uint32_t normal_next_string(const Lexed *lexed, uint32_t token);

#endif
