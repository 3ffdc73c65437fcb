/* loading.h — does an import cycle work? Playing Python's loading of modules through.
 *
 * Python 3.7+ runs a module top to bottom; importing a module that is still running hands out the
 * half-made module. `import a`, `import a.b as c` and `from pkg import submodule` are content with
 * that; `from a import X` needs X to be bound by then, and so does `class C(a.X)`. For every module
 * of a cycle as the first one imported, the play below runs the imports in source order and sees
 * whether a name is asked for too early. See loading.c for what it leaves out. */
#ifndef ONEDEF_GRAPH_LOADING_H
#define ONEDEF_GRAPH_LOADING_H

#include "graph/dependency.h"

/* Fills severity and failure of every cycle. Single modules that import themselves are taken out
 * of the list again where that is benign. */
bool loading_judge(const Program *program, DependencyGraph *graph, GError **error);

#endif
