/* escape.h — texts of the analysed tree, made safe for each format, in one place.
 *
 * Paths, names and values may hold any byte. Control characters are never passed on (a file name
 * must not drive a terminal or break a line). Bytes that are not UTF-8 stay as they are in text for
 * people, and become `\xNN` (as Python's backslashreplace) where the format demands UTF-8: JSON,
 * SQLite, CSV, Markdown. Every function returns a new string that the caller frees with g_free. */
#ifndef ONEDEF_REPORT_ESCAPE_H
#define ONEDEF_REPORT_ESCAPE_H

#include <glib.h>

/* For a terminal or a line-oriented text: controls become \n, \t, \xNN; all other bytes are kept. */
char *escape_terminal(const char *text);
/* Valid UTF-8 without a change to valid text (controls stay: JSON writes them as \u00NN). */
char *escape_utf8(const char *text);
/* Markdown text and table cells: punctuation that could start markup, HTML and pipes are escaped. */
char *escape_markdown(const char *text);
/* A Markdown code span, ticks included, safe inside a table cell. */
char *escape_markdown_code(const char *text);
/* One CSV field (RFC 4180), quoted where needed; a leading = + - @ gets an apostrophe in front, so
 * that no spreadsheet takes a name for a formula. */
char *escape_csv(const char *text);

#endif
