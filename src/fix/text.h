/* text.h — module names as an import statement writes them. */
#ifndef ONEDEF_FIX_TEXT_H
#define ONEDEF_FIX_TEXT_H

#include "model/program.h"

/* The package that relative imports of a module start from; "" at top level. Owned by the caller. */
char *text_package(const Program *program, Id module);
/* "a.b.c", or ".c", "..b.c" where `relative` and both lie below one top package. Owned by the caller. */
char *text_module(const Program *program, Id importer, Id home, bool relative);
/* The dotted name that `written` (".x", "..", "a.b") means in `package`; NULL beyond the top. Owned by the
 * caller. */
char *text_absolute(const char *package, const char *written);

#endif
