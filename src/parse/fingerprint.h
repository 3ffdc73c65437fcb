/* fingerprint.h — what a range of tokens says, layout apart.
 *
 * Normalisation (normal.h, redundant.h, literal.h): what a formatter may change does not count, nor do
 * docstrings and statements that do nothing. Parentheses and commas count only where the syntax
 * tree would be another without them; strings and numbers count by value; `elif` is an `if` in an
 * `else` block. What opens and closes blocks counts as a token does, though not in `tokens`; line ends
 * and block ends at either end of a range do not. */
#ifndef ONEDEF_PARSE_FINGERPRINT_H
#define ONEDEF_PARSE_FINGERPRINT_H

#include <glib.h>

#include "parse/facts.h"
#include "parse/lexer.h"

typedef struct Fingerprint {
    uint64_t text;  /* tokens as normalised; `own` → placeholder */
    uint64_t shape; /* names local to a function, lambda or comprehension → their ordinal too; imported ones
                       stay */
    uint32_t tokens;    /* counted tokens */
    uint8_t sketch[16]; /* one-permutation MinHash of 3-grams of `text` tokens: bin = low 4 bits of the gram's
                           hash, byte = 1 … 255 from the middle bits of the hash that is least in the bin; 0 =
                           empty. Of bodies: nothing where an own name was given */
} Fingerprint;

/* Tokens [first, last) of `lexed`. `own` (may be NULL) is a name abstracted in both hashes. */
Fingerprint fingerprint_tokens(const Lexed *lexed, uint32_t first, uint32_t last, const char *own,
                               size_t own_length);
/* TokenRange — tokens [first, last). */
typedef struct TokenRange {
    uint32_t first, last;
} TokenRange;

/* The text hash of [first, last) without `skips` (in order, apart from one another), of which only those count
 * that are whole statements; 0 where nothing is left. What is left is appended to `out` as by
 * fingerprint_statements, until that is longer than `max`. */
uint64_t fingerprint_without(const Lexed *lexed, uint32_t first, uint32_t last, const TokenRange *skips,
                             uint32_t n_skips, const char *own, size_t own_length, GString *out, size_t max);
/* The sketch of the statements in tokens [first, last), a class without the classes within it, see FactsStatement: at most FACTS_MAX_STATEMENTS in
 * `out`, ascending and each once; returns how many. Cost: linear in the tokens. */
uint32_t fingerprint_sketch(const Lexed *lexed, uint32_t first, uint32_t last, const char *own,
                            size_t own_length, FactsStatement out[FACTS_MAX_STATEMENTS]);
/* Appends the normalised source of tokens [first, last): one line, canonical spacing, double quotes
 * where the value allows, no redundant parentheses or commas (but a bare tuple in some). Uncut. */
void fingerprint_text(const Lexed *lexed, uint32_t first, uint32_t last, GString *out);
/* The same of whole statements, which are no tuple in spite of their commas. */
void fingerprint_statements(const Lexed *lexed, uint32_t first, uint32_t last, GString *out);

#endif
