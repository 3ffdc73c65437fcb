/* fingerprint.h — what a range of tokens says, layout apart.
 *
 * Normalisation: comments, docstrings (a string that is the first statement of a module, class or
 * function body), layout, line joining, trailing commas before a closing bracket, redundant string
 * prefixes (u, and quote style where the value is the same) do not count. Hashes chain XXH3 of each
 * token's normalised text. */
#ifndef ONEDEF_PARSE_FINGERPRINT_H
#define ONEDEF_PARSE_FINGERPRINT_H

#include <glib.h>

#include "parse/lexer.h"

typedef struct Fingerprint {
    uint64_t text;      /* tokens as normalised; `own` → placeholder */
    uint64_t shape;     /* locally bound names (parameters, targets, nested defs …) → their ordinal too */
    uint32_t tokens;    /* counted tokens */
    uint8_t sketch[16]; /* one-permutation MinHash of 3-grams of `text` tokens: bin = low 4 bits of the gram's hash, byte = 1 + top bits of the least hash in the bin; 0 = empty */
} Fingerprint;

/* Tokens [first, last) of `lexed`. `own` (may be NULL) is a name abstracted in both hashes. */
Fingerprint fingerprint_tokens(const Lexed *lexed, uint32_t first, uint32_t last, const char *own,
                               size_t own_length);
/* Appends the normalised source of tokens [first, last): one line, canonical spacing, double quotes
 * where the value allows, no trailing comma before a closing bracket. Uncut. */
void fingerprint_text(const Lexed *lexed, uint32_t first, uint32_t last, GString *out);

#endif
