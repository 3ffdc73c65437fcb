/* redundant.h — tokens that could be left out of a file without changing its syntax tree.
 *
 * They are what formatters put in and take out: parentheses around an expression that binds no less
 * tightly than its place asks for, or around a tuple, `yield` or walrus where the bare one may stand;
 * parentheses of imports, `with` items, `class C():`, of a generator that is a call's only argument;
 * commas before a closing bracket or the end of a statement that make no tuple; the last colon of
 * `x[a:b:]`. Nothing else is called redundant: where the rules below are unsure (broken code, Python 2,
 * brackets nested deeper than REDUNDANT_DEPTH) the token stays. Linear in tokens; internal to parse/. */
#ifndef ONEDEF_PARSE_REDUNDANT_H
#define ONEDEF_PARSE_REDUNDANT_H

#include "parse/lexer.h"

#define REDUNDANT_DEPTH 200

/* Sets `redundant[i]` to 1 or 0 for each of the file's tokens. */
void redundant_find(const Lexed *lexed, uint8_t *redundant);

#endif
