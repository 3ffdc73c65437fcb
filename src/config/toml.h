/* toml.h — a TOML document as jansson values, through toml++ (the only C++ in the project).
 * Dates and times become strings; inf and nan become strings too. */
#ifndef ONEDEF_CONFIG_TOML_H
#define ONEDEF_CONFIG_TOML_H

#include <glib.h>
#include <jansson.h>

/* New reference, or NULL with a one-line "name:line: reason" error. Depth and size are bounded. */
json_t *toml_parse(const char *text, size_t length, const char *name, GError **error);

#endif
