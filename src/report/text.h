/* text.h — lines for people: styles, numbers, columns and wrapping over an Output.
 *
 * Two kinds of text: our own words (printf formats) and foreign texts (names, paths, values of the
 * analysed tree), which are cleaned of control characters on the way out. Decoration is ASCII, so
 * that the same bytes read well in every locale. Colour only where Output says so. */
#ifndef ONEDEF_REPORT_TEXT_H
#define ONEDEF_REPORT_TEXT_H

#include "report/report.h"

typedef enum TextStyle {
    STYLE_PLAIN,
    STYLE_HEAD,  /* bold: titles and names */
    STYLE_DIM,   /* what may be skipped */
    STYLE_BAD,   /* red: errors */
    STYLE_WARN,  /* yellow */
    STYLE_GOOD,  /* green: canonical */
    STYLE_PATH,  /* cyan: where */
} TextStyle;

/* Our own words. */
void text_say(const Output *out, TextStyle style, const char *format, ...) __attribute__((format(printf, 3, 4)));
/* A foreign text. */
void text_put(const Output *out, TextStyle style, const char *foreign);
/* A foreign text, cut to `width` columns (with "..") and padded to it. */
void text_cell(const Output *out, TextStyle style, const char *foreign, uint32_t width);
/* A foreign text in words, wrapped at the output's width, each line after the first indented by `indent`;
 * `column` is where the text starts. Ends the line. */
void text_wrap(const Output *out, TextStyle style, const char *foreign, uint32_t column, uint32_t indent);
/* "path:line" */
void text_place(const Output *out, const char *path, uint32_t line);

/* Columns that a text takes on a terminal. */
uint32_t text_width(const char *text);
/* 1234567 as "1,234,567" in `buffer`, which is returned. */
typedef struct NumberText { char text[32]; } NumberText;
const char *text_number(NumberText *buffer, uint64_t number);
#define NUMBER(n) text_number(&(NumberText){{0}}, (n))
/* "s" unless n is 1. */
#define PLURAL(n) ((n) == 1 ? "" : "s")

TextStyle text_severity_style(int severity);

#endif
