/* drawing.h — a picture as a Graphviz graph, with every attribute that it is drawn by. */
#ifndef ONEDEF_DRAW_DRAWING_H
#define ONEDEF_DRAW_DRAWING_H

#include <graphviz/cgraph.h>

#include "draw/picture.h"

/* The caller closes it with agclose. */
Agraph_t *drawing_new(const Picture *picture);

#endif
