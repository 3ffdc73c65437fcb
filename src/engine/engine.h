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
    uint32_t jobs; /* 0: one a processor */
    bool full_parse;
    const char *cache_dir; /* NULL: the user's cache folder */
    bool no_cache;
    EngineProgress progress; /* may be NULL; called on the calling thread only */
    void *progress_context;
} EngineOptions;

/* How far to go; each level includes those before. */
typedef enum EngineLevel { ENGINE_PROGRAM, ENGINE_GRAPH, ENGINE_DETECTION } EngineLevel;

/* `source` and `config` stay the caller's and must outlive the analysis. */
Analysis *engine_analyse(Source *source, Config *config, const EngineOptions *options, EngineLevel level,
                         GError **error);
void analysis_free(Analysis *analysis);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Analysis, analysis_free)

/* The same in steps, for whoever asks the same question about the same tree again and again:
 *
 *     EngineRun *run = engine_begin(source, config, &options, &error);
 *     GBytes *answer = engine_recall(run, question);
 *     if (answer == NULL) {
 *         Analysis *analysis = engine_finish(run, ENGINE_DETECTION, &error);
 *         … compute the answer … engine_remember(run, question, bytes, size);
 *     }
 *     engine_end(run);
 *
 * What is remembered lies in the cache under a digest of the code that runs, the content of every
 * file, everything else that is read, the configuration and the question. */
typedef struct EngineRun EngineRun;

/* Lists the files and finds out what each of them holds; what the cache does not know is parsed. `options` is
 * copied. */
EngineRun *engine_begin(Source *source, Config *config, const EngineOptions *options, GError **error);
/* The answer remembered for `question` (everything that it depends on besides the tree and the
 * configuration) or NULL. Before engine_finish only. */
GBytes *engine_recall(EngineRun *run, const Digest *question);
/* Once for each run. */
Analysis *engine_finish(EngineRun *run, EngineLevel level, GError **error);
/* Nothing larger is remembered. */
#define ENGINE_MAX_ANSWER ((size_t)16 * 1024 * 1024)
/* After engine_recall of the same question and engine_finish. Forgets it silently where it cannot be kept. */
void engine_remember(EngineRun *run, const Digest *question, const void *bytes, size_t size);
void engine_end(EngineRun *run);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(EngineRun, engine_end)

/* EngineMemory — for whoever analyses one tree again and again with some of its files edited: what is not
 * edited is neither read nor parsed again. */
typedef struct EngineMemory EngineMemory;
/* `first`: of the tree as it is. It and `config` stay the caller's and must outlive the memory, which must
 * outlive all analyses made with it. `options` is copied; the cache is not used. */
EngineMemory *engine_memory_new(const Analysis *first, Config *config, const EngineOptions *options);
void engine_memory_free(EngineMemory *memory);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(EngineMemory, engine_memory_free)
/* Up to the graph. `overlay` lies over the source of the first analysis. */
Analysis *engine_analyse_edited(EngineMemory *memory, Source *overlay, GError **error);
/* Adds the detection to an analysis that has none. */
bool engine_detect(Analysis *analysis, Config *config, uint32_t jobs, GError **error);

/* EnginePlan — what a plan is asked for. */
typedef struct EnginePlan {
    const char *name;     /* glob on definition names or ids; NULL: all */
    uint32_t batch_files; /* 0: as configured */
    uint32_t jobs;        /* 0: one a processor */
    bool judged;          /* each step says whether `fix` would carry it out: fix_judge */
} EnginePlan;

/* The plan of an analysis with its detection; `source` is the analysed one. */
Plan *engine_plan(Source *source, Analysis *analysis, Config *config, const EnginePlan *how, GError **error);

#endif
