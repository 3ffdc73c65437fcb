/* imports.h — who imports what, and what a broken import wanted. */
#ifndef ONEDEF_REPORT_IMPORTS_H
#define ONEDEF_REPORT_IMPORTS_H

#include "report/report.h"

/* UsedPath — one spelling under which a definition is imported. */
typedef struct UsedPath {
    Sym module, name; /* as written after resolving dots */
    uint32_t count, n_production;
    uint32_t first;   /* index in program->imports */
} UsedPath;

/* All spellings that lead to a definition by `from module import name`, most used first, then by
 * text. Element type UsedPath; caller frees. String references are counted apart, in `*strings`. */
GArray *imports_of_definition(const Program *program, Id definition, uint32_t *strings);

/* "no module a.b", "no name X in a.b", … for a broken-import finding; caller frees. */
char *imports_missing_text(const Program *program, const Finding *finding);

#endif
