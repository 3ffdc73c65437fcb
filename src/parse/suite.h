/* suite.h — what the tokens of one class or function body say: docstring, stub or not, warnings.
 *
 * By tokens and not by tree, so that it does not matter whether the parser saw the body at all. */
#ifndef ONEDEF_PARSE_SUITE_H
#define ONEDEF_PARSE_SUITE_H

#include <glib.h>
#include <stdbool.h>

#include "parse/lexer.h"

/* Suite — token indices [first, last) of a body; `body` is behind the docstring. */
typedef struct Suite {
    uint32_t first, last, body;
    bool docstring;
    bool stub;    /* nothing but pass, …, raise NotImplementedError */
    bool raises;  /* a stub that raises */
    bool trivial; /* at most one short simple statement */
} Suite;

/* Fills the rest from first and last. */
void suite_read(const Lexed *lexed, Suite *suite);
/* Appends the value of the docstring as written between its quotes. */
void suite_docstring(const Lexed *lexed, const Suite *suite, GString *out);
/* First line with text, trimmed. */
const char *suite_first_line(const char *docstring, size_t *length);
/* Whitespace folded; never 0. */
uint64_t suite_docstring_hash(const GString *docstring);
bool suite_says_deprecated(const char *text);
/* A DeprecationWarning named in a statement at the top of the body (not under an `if`). */
bool suite_warns_deprecated(const Lexed *lexed, const Suite *suite);

#endif
