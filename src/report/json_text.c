#include "report/json_text.h"

#include <errno.h>

#include "base/error.h"
#include "report/escape.h"

json_t *json_text(const char *bytes)
{
    g_autofree char *valid = escape_utf8(bytes);

    return json_string_nocheck(valid);
}

json_t *json_sym(const Program *program, Sym sym)
{
    return json_text(program_text(program, sym));
}

json_t *json_sym_or_null(const Program *program, Sym sym)
{
    return sym == 0 ? json_null() : json_sym(program, sym);
}

bool json_write_line(FILE *file, json_t *value, GError **error)
{
    bool written = json_dumpf(value, file, JSON_COMPACT) == 0 && putc('\n', file) != EOF;

    json_decref(value);
    if (!written)
        g_set_error(error, ONEDEF_ERROR, ONEDEF_ERROR_IO, "cannot write: %s", g_strerror(errno));
    return written;
}
