/* render.h — a drawing as bytes: DOT from libcgraph, pictures from libgvc. */
#ifndef ONEDEF_DRAW_RENDER_H
#define ONEDEF_DRAW_RENDER_H

#include "draw/drawing.h"

/* Lays `graph` out (not for "dot") and writes `format` to `file`. On failure returns false with a
 * one-line reason. */
bool render(Agraph_t *graph, const char *format, FILE *file, char *reason, size_t size);

#endif
