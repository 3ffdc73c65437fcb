/* plain.h — statements of which tokens alone say everything; internal to parse/.
 *
 * Imports, functions with plain headers, simple fields and constants, docstrings and `pass`, and
 * classes with plain bases that hold nothing but those, are most of what stands outside function bodies.
 * tree-sitter would say nothing about them that their tokens do not, and costs a microsecond a token: the
 * skeleton shows it one `pass` for a run of them, and extract_plain.c reads them. Recognised is only what is
 * surely well-formed, whatever stands around it; all else is for tree-sitter to judge. Cost: linear in
 * tokens. */
#ifndef ONEDEF_PARSE_PLAIN_H
#define ONEDEF_PARSE_PLAIN_H

#include "parse/lexer.h"

typedef enum PlainKind {
    PLAIN_NOTHING,    /* docstring, pass, `...`: no facts */
    PLAIN_EXPRESSION, /* a call, say, of no further meaning: counts as a statement */
    PLAIN_IMPORT,
    PLAIN_FIELD, /* NAME: type, NAME: type = value, NAME = value; of a value that has no further meaning */
    PLAIN_ALL,   /* __all__ = ["a", "b"] */
    PLAIN_FUNCTION,
    PLAIN_CLASS,
} PlainKind;

/* Plain — one statement that stands alone on its logical line; all numbers but counts are token
 * indices. */
typedef struct Plain {
    uint32_t first;   /* decorators included */
    uint32_t newline; /* the NEWLINE that ends it; of a function or class: that of its last line */
    uint32_t n_inner; /* that many entries behind this one stand in it: of a class its body, of a
                         function the imports directly in its body */
    PlainKind kind;
    union {
        struct {
            uint32_t colon, equal; /* 0: none */
            uint32_t last;         /* behind its last token that is no comment */
        } field;
        struct {
            uint32_t keyword; /* `class`, `def`, or the `async` before it */
            uint32_t close;   /* the `)` behind a function's parameters */
            uint32_t colon;
            uint32_t body, after; /* as Suite.first and Suite.last */
        } definition;
    };
} Plain;

/* Reads the simple statement that starts at token `first` and ends its logical line. `in_class`: it
 * surely stands directly in a class, where displays of strings are values like any others. */
bool plain_statement(const Lexed *lexed, uint32_t first, bool in_class, Plain *plain);
/* The token behind the decorators that start at token `first`, or 0 when one of them is more than a
 * dotted name with plain calls and subscripts. */
uint32_t plain_decorators(const Lexed *lexed, uint32_t first);
/* Fills close and colon of a function whose `async` or `def` is token `keyword`; false when the
 * header is not plain. */
bool plain_header(const Lexed *lexed, uint32_t keyword, Plain *plain);

/* Fills colon of a class whose `class` is token `keyword`; false when the header is not plain: a name,
 * and bases and keywords that are dotted names with plain calls and subscripts, or keywords that are
 * literals. */
bool plain_class_header(const Lexed *lexed, uint32_t keyword, Plain *plain);

/* Token behind the dotted name that starts at token `i`; `i` when none does. */
uint32_t plain_chain(const Lexed *lexed, uint32_t i);
/* Token behind the bracket that token `open` opens. */
uint32_t plain_group(const Lexed *lexed, uint32_t open);
/* The next token that is no comment. */
uint32_t plain_next(const Lexed *lexed, uint32_t i);

#endif
