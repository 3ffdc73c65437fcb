/* error.h — the one GError domain of libonedef.
 *
 * Functions that fail take a GError ** and say, in one impersonal line, what was being done and to
 * what ("cannot read 'a/b.toml': line 3: expected a value"). Problems in the analysed Python are
 * never errors: they are facts, issues or findings. The library never prints and never exits. */
#ifndef ONEDEF_BASE_ERROR_H
#define ONEDEF_BASE_ERROR_H

#include <glib.h>

#define ONEDEF_ERROR (onedef_error_quark())

typedef enum OnedefError {
    ONEDEF_ERROR_USAGE,    /* the request makes no sense: unknown option, missing argument */
    ONEDEF_ERROR_INPUT,    /* an input (path, revision, configuration) is missing or malformed */
    ONEDEF_ERROR_IO,       /* reading or writing failed */
    ONEDEF_ERROR_LIMIT,    /* a limit that protects the machine was reached */
    ONEDEF_ERROR_TOOL,     /* a program that onedef starts (onedef-draw) failed */
    ONEDEF_ERROR_INTERNAL, /* a library failed in a way that input cannot explain */
} OnedefError;

GQuark onedef_error_quark(void);

#endif
