/* literal.h — what string and number literals mean, however they are written; internal to parse/. */
#ifndef ONEDEF_PARSE_LITERAL_H
#define ONEDEF_PARSE_LITERAL_H

#include <glib.h>

#include "parse/lexer.h"

/* LiteralText — the text between a string's quotes. */
typedef struct LiteralText {
    const char *text;
    uint32_t length;
    bool plain; /* it is the value: no escapes, no CR */
} LiteralText;

LiteralText literal_text(const Lexed *lexed, const Token *string);
/* Appends what `length` bytes of a literal's text stand for; `flags` are its StringFlags. Text as
 * UTF-8 (lone surrogates in the same way), bytes as they are; `\N{…}` stays as written, `{{` and
 * `}}` of an f-string become one. */
void literal_decode(const char *text, uint32_t length, uint8_t flags, GString *out);
/* Appends a literal for the value: one spelling for each, double quotes where it holds none. */
void literal_append_string(const GString *value, bool bytes, GString *out);

/* A hash that numbers share exactly when Python reads the same type and value from them. */
uint64_t literal_hash_number(const char *text, uint32_t length);
/* Appends the number: decimal where it fits 64 bits, without underscores, in lower case. */
void literal_append_number(const char *text, uint32_t length, GString *out);

#endif
