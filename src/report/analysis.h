/* analysis.h — everything that one run found, as the writers see it; the engine fills it. */
#ifndef ONEDEF_REPORT_ANALYSIS_H
#define ONEDEF_REPORT_ANALYSIS_H

#include "detect/detect.h"
#include "graph/dependency.h"
#include "model/program.h"

/* Analysis — owns all of it; freed by analysis_free() of engine/engine.h. */
typedef struct Analysis {
    Program *program;
    DependencyGraph *graph; /* NULL where the run stopped before it */
    Detection *detection;   /* likewise; canonical choices made */
    uint32_t n_listed, n_parsed, n_degraded, n_unreadable, n_extensions;
    uint64_t n_bytes, n_lines;
} Analysis;

#endif
