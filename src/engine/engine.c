#include "engine/engine.h"

#include <pthread.h>
#include <string.h>

#include "cache/cache.h"
#include "engine/load.h"
#include "parse/parse.h"
#include "resolve/resolve.h"

static void report_stage(const EngineOptions *options, const char *stage)
{
    if (options->progress != NULL)
        options->progress(options->progress_context, stage, 0, 0);
}

static void count_files(Analysis *analysis)
{
    const Program *program = analysis->program;

    for (uint32_t i = 0; i < program->n_files; i++) {
        const File *file = &program->files[i];
        analysis->n_listed++;
        if (file->extension)
            analysis->n_extensions++;
        else if (file->status == FILE_UNREADABLE)
            analysis->n_unreadable++;
        else if (file->status == FILE_DEGRADED)
            analysis->n_degraded++;
        else
            analysis->n_parsed++;
        if (file->facts.header != NULL && file->real_path == 0) {
            analysis->n_bytes += file->facts.header->n_bytes;
            analysis->n_lines += file->facts.header->n_lines;
        }
    }
}

/* Run — what one analysis holds while it goes on. The cache is written by a thread of its own while
 * the (single-threaded) join and all that follows read the same blocks, which nobody changes. */
typedef struct Run {
    Cache *cache;
    LoadedFiles loaded;
    pthread_t writer;
    bool writing;
} Run;

static void *write_cache(void *data)
{
    Run *run = data;

    cache_store(run->cache, run->loaded.entries, run->loaded.n_entries);
    return NULL;
}

static void run_begin(Run *run, Source *source, const EngineOptions *options)
{
    *run = (Run){0};
    if (options->no_cache)
        return;
    g_autofree char *version = g_strconcat(parse_version(), options->full_parse ? "+full" : "", NULL);
    const char *root = strcmp(source_label(source), "disk") == 0 ? source_root(source) : NULL;
    run->cache = cache_open(options->cache_dir, version, root, NULL); /* none: the same answer, later */
}

static void run_end(Run *run)
{
    if (run->writing)
        pthread_join(run->writer, NULL);
    loaded_files_clear(&run->loaded);
    cache_free(run->cache);
}

static Program *build_program(Run *run, Source *source, Config *config, const EngineOptions *options,
                              GError **error)
{
    report_stage(options, "listing");
    if (!load_files(source, run->cache, options, &run->loaded, error))
        return NULL;
    if (run->cache != NULL)
        run->writing = pthread_create(&run->writer, NULL, write_cache, run) == 0;
    report_stage(options, "joining");
    Program *program = model_build(source, config, run->loaded.inputs, run->loaded.n_inputs, error);
    if (program == NULL)
        return NULL;
    for (uint32_t i = 0; i < run->loaded.n_inputs; i++)
        run->loaded.inputs[i].block = NULL; /* the program's now */
    report_stage(options, "resolving");
    resolve_program(program, config);
    return program;
}

static bool analyse(Run *run, Analysis *analysis, Source *source, Config *config,
                    const EngineOptions *options, EngineLevel level, GError **error)
{
    analysis->program = build_program(run, source, config, options, error);
    if (analysis->program == NULL)
        return false;
    count_files(analysis);
    if (level >= ENGINE_GRAPH) {
        report_stage(options, "graph");
        analysis->graph = dependency_graph_new(analysis->program, error);
        if (analysis->graph == NULL)
            return false;
    }
    if (level >= ENGINE_DETECTION) {
        report_stage(options, "comparing");
        analysis->detection = detect_run(analysis->program, analysis->graph, config, error);
        if (analysis->detection == NULL)
            return false;
        canonical_choose(analysis->program, analysis->graph, analysis->detection, config);
    }
    return true;
}

Analysis *engine_analyse(Source *source, Config *config, const EngineOptions *options, EngineLevel level,
                         GError **error)
{
    Analysis *analysis = g_new0(Analysis, 1);
    Run run;

    run_begin(&run, source, options);
    bool good = analyse(&run, analysis, source, config, options, level, error);
    run_end(&run);
    if (!good) {
        analysis_free(analysis);
        return NULL;
    }
    return analysis;
}

void analysis_free(Analysis *analysis)
{
    if (analysis == NULL)
        return;
    detection_free(analysis->detection);
    dependency_graph_free(analysis->graph);
    program_free(analysis->program);
    g_free(analysis);
}
