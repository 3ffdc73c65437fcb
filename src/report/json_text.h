/* json_text.h — texts of analysed code as jansson strings.
 *
 * JSON is UTF-8, paths and Python sources are bytes: a byte that is no valid UTF-8 becomes `\xNN`
 * (escape.h), so that two paths never become one. Every JSON writer goes through here. */
#ifndef ONEDEF_REPORT_JSON_TEXT_H
#define ONEDEF_REPORT_JSON_TEXT_H

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>

#include <glib.h>

#include "model/program.h"

/* New reference. */
json_t *json_text(const char *bytes);
json_t *json_sym(const Program *program, Sym sym);
/* The text, or null for symbol 0. */
json_t *json_sym_or_null(const Program *program, Sym sym);
/* Writes `value` on a line of its own (compact, keys in insertion order) and drops the reference. */
bool json_write_line(FILE *file, json_t *value, GError **error);

#endif
