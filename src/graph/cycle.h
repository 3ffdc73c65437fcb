/* cycle.h — load cycles: the strongly connected components, and in each the shortest way round. */
#ifndef ONEDEF_GRAPH_CYCLE_H
#define ONEDEF_GRAPH_CYCLE_H

#include "graph/dependency.h"

/* Fills graph->component, cycles and n_cycles (severity excepted). */
bool cycle_find_all(const Program *program, DependencyGraph *graph, GError **error);

#endif
