/* markdown.h — pieces of Markdown over an Output; foreign texts are escaped here and nowhere else. */
#ifndef ONEDEF_REPORT_MARKDOWN_H
#define ONEDEF_REPORT_MARKDOWN_H

#include "report/report.h"

void markdown_put(const Output *out, const char *foreign);
/* A code span; "–" for an empty text. */
void markdown_code(const Output *out, const char *foreign);
/* The same, cut to about `width` characters. */
void markdown_code_cut(const Output *out, const char *foreign, uint32_t width);
/* `path:line` (`path` alone for line 0). */
void markdown_place(const Output *out, const char *path, uint32_t line);

#endif
