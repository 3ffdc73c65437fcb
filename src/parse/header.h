/* header.h — function headers by tokens: parameters and annotations that are surely well-formed.
 *
 * The skeleton leaves these out. What is written here so that the answer is not plain (lambdas,
 * comparisons, slices, starred arguments …) is for tree-sitter to judge. Cost: linear in tokens. */
#ifndef ONEDEF_PARSE_HEADER_H
#define ONEDEF_PARSE_HEADER_H

#include "parse/lexer.h"

/* Whether a plain parameter list opens at token `open`; `*close` is its `)`. */
bool header_parameters(const Lexed *lexed, uint32_t open, uint32_t *close);
/* Token behind the plain expression that starts at a token — operands and operators in turn,
 * attributes, calls, subscripts, tuples, lists — with comments behind it; 0 when it is none. */
uint32_t header_expression(const Lexed *lexed, uint32_t first);
/* Whether tokens [first, last) are one plain expression. */
bool header_type(const Lexed *lexed, uint32_t first, uint32_t last);

#endif
