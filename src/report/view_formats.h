/* view_formats.h — the writers behind view_formats[], and the texts that they share. */
#ifndef ONEDEF_REPORT_VIEW_FORMATS_H
#define ONEDEF_REPORT_VIEW_FORMATS_H

#include <jansson.h>

#include "report/report.h"

bool view_write_dot(const Output *out, const View *view, GError **error);
bool view_write_svg(const Output *out, const View *view, GError **error);
bool view_write_png(const Output *out, const View *view, GError **error);
bool view_write_pdf(const Output *out, const View *view, GError **error);
bool view_write_graphml(const Output *out, const View *view, GError **error);
bool view_write_mermaid(const Output *out, const View *view, GError **error);
bool view_write_json(const Output *out, const View *view, GError **error);

/* The view as JSON: what -f json writes and onedef-draw reads (the protocol is described in
 * draw/picture.h). New reference. */
json_t *view_to_json(const View *view);
/* Valid UTF-8 without controls and noncharacters (written as \xNN, \uNNNN); new lines stay when
 * `lines`, else become spaces. Caller frees. */
char *view_text(const char *text, bool lines);

#endif
