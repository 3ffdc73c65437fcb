/* engine.h — the library's front door: run the pipeline over a source with a configuration. */
#ifndef ONEDEF_ENGINE_ENGINE_H
#define ONEDEF_ENGINE_ENGINE_H

#include "config/config.h"
#include "detect/detect.h"
#include "graph/dependency.h"
#include "model/program.h"
#include "plan/plan.h"
#include "report/analysis.h"
#include "source/source.h"

typedef void (*EngineProgress)(void *context, const char *stage, uint32_t done, uint32_t total);

typedef struct EngineOptions {
    uint32_t jobs;            /* 0: one a processor */
    bool full_parse;
    const char *cache_dir;    /* NULL: the user's cache folder */
    bool no_cache;
    EngineProgress progress;  /* may be NULL; called on the calling thread only */
    void *progress_context;
} EngineOptions;

/* How far to go; each level includes those before. */
typedef enum EngineLevel { ENGINE_PROGRAM, ENGINE_GRAPH, ENGINE_DETECTION } EngineLevel;

/* `source` and `config` stay the caller's and must outlive the analysis. */
Analysis *engine_analyse(Source *source, Config *config, const EngineOptions *options, EngineLevel level, GError **error);
void analysis_free(Analysis *analysis);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Analysis, analysis_free)

#endif
