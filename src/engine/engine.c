#include "engine/engine.h"

#include <pthread.h>
#include <string.h>

#include "base/pool.h"
#include "engine/run.h"
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

static void *write_cache(void *data)
{
    EngineRun *run = data;

    cache_store(run->cache, run->loaded.entries, run->loaded.n_entries);
    return NULL;
}

/* The cache is written by a thread of its own while the join and all that follows read the same
 * blocks, which nobody changes. */
static void start_writing(EngineRun *run)
{
    if (run->cache != NULL)
        run->writing = pthread_create(&run->writer, NULL, write_cache, run) == 0;
}

void engine_wait(EngineRun *run)
{
    if (run->writing)
        pthread_join(run->writer, NULL);
    run->writing = false;
}

static void *list(void *source)
{
    source_list(source, NULL); /* an error comes again when the listing is asked for */
    return NULL;
}

static void open_cache(EngineRun *run)
{
    g_autofree char *version = g_strconcat(parse_version(), run->options.full_parse ? "+full" : "", NULL);
    const char *root = strcmp(source_label(run->source), "disk") == 0 ? source_root(run->source) : NULL;

    /* none: the same result, later */
    run->cache = cache_open(run->options.cache_dir, version, root, NULL);
}

/* The cache is opened, and what it knows of the tree read, while the tree is listed. */
static void list_and_open_cache(EngineRun *run)
{
    pthread_t thread;
    int64_t since_ns = g_get_real_time() * 1000;
    bool beside =
        pool_workers(run->options.jobs) > 1 && pthread_create(&thread, NULL, list, run->source) == 0;

    open_cache(run);
    if (run->cache != NULL)
        cache_looked_since(run->cache, since_ns);
    if (beside)
        pthread_join(thread, NULL);
}

EngineRun *engine_begin(Source *source, Config *config, const EngineOptions *options, GError **error)
{
    EngineRun *run = g_new0(EngineRun, 1);

    run->source = source;
    run->config = config;
    run->options = *options;
    report_stage(options, "listing");
    if (!options->no_cache)
        list_and_open_cache(run);
    if (load_begin(&run->loaded, source, run->cache, options, error))
        return run;
    engine_end(run);
    return NULL;
}

void engine_end(EngineRun *run)
{
    if (run == NULL)
        return;
    /* Where an answer was recalled nothing was stored yet, and files that were touched have new stamps. */
    if (!run->finished && run->cache != NULL)
        cache_store(run->cache, run->loaded.entries, run->loaded.n_entries);
    engine_wait(run);
    loaded_files_clear(&run->loaded);
    cache_free(run->cache);
    g_free(run);
}

static Program *build_program(EngineRun *run, EngineLevel level)
{
    LoadedFiles *loaded = &run->loaded;

    load_finish(loaded, run->source, run->cache, &run->options);
    start_writing(run);
    report_stage(&run->options, "joining");
    uint32_t workers = pool_workers(run->options.jobs);
    Program *program = model_open(loaded->inputs, loaded->n_inputs, workers);
    if (level >= ENGINE_DETECTION)
        ahead_open(&run->ahead, program, run->config, workers);
    model_join(program, run->source, run->config, loaded->inputs, workers);
    for (uint32_t i = 0; i < loaded->n_inputs; i++)
        loaded->inputs[i].block = NULL; /* the program's now */
    if (loaded->slabs != NULL)
        g_ptr_array_extend_and_steal(program->blocks, g_steal_pointer(&loaded->slabs));
    report_stage(&run->options, "resolving");
    if (level >= ENGINE_DETECTION)
        ahead_start(&run->ahead);
    resolve_program(program, run->config, workers);
    return program;
}

static bool finish_detection(Analysis *analysis, Detector *detector, Config *config, GError **error)
{
    analysis->detection = detect_end(detector, analysis->graph, error);
    if (analysis->detection == NULL)
        return false;
    canonical_choose(analysis->program, analysis->graph, analysis->detection, config);
    return true;
}

bool engine_detect(Analysis *analysis, Config *config, uint32_t jobs, GError **error)
{
    Detector *detector = detect_begin(analysis->program, config, NULL, pool_workers(jobs));

    detect_compare(detector);
    return finish_detection(analysis, detector, config, error);
}

/* Drawing — the graph on its way, on a thread of its own. */
typedef struct Drawing {
    Analysis *analysis;
    GError *error;
} Drawing;

static void *draw(void *data)
{
    Drawing *drawing = data;

    drawing->analysis->graph = dependency_graph_new(drawing->analysis->program, &drawing->error);
    return NULL;
}

/* The graph is built while definitions are compared: neither needs the other yet. */
static bool draw_and_detect(EngineRun *run, Analysis *analysis, GError **error)
{
    Drawing drawing = {.analysis = analysis};
    uint32_t workers = pool_workers(run->options.jobs);
    pthread_t thread;

    report_stage(&run->options, "comparing");
    Detector *detector = detect_begin(analysis->program, run->config, ahead_take(&run->ahead), workers);
    bool beside = workers > 1 && pthread_create(&thread, NULL, draw, &drawing) == 0;
    if (!beside)
        draw(&drawing);
    detect_compare(detector);
    if (beside)
        pthread_join(thread, NULL);
    if (analysis->graph != NULL)
        return finish_detection(analysis, detector, run->config, error);
    detect_abandon(detector);
    g_propagate_error(error, drawing.error);
    return false;
}

static bool analyse(EngineRun *run, Analysis *analysis, EngineLevel level, GError **error)
{
    analysis->program = build_program(run, level);
    count_files(analysis);
    if (level < ENGINE_GRAPH)
        return true;
    report_stage(&run->options, "graph");
    if (level >= ENGINE_DETECTION)
        return draw_and_detect(run, analysis, error);
    analysis->graph = dependency_graph_new(analysis->program, error);
    return analysis->graph != NULL;
}

Analysis *engine_finish(EngineRun *run, EngineLevel level, GError **error)
{
    Analysis *analysis = g_new0(Analysis, 1);

    g_assert(!run->finished);
    run->finished = true;
    bool good = analyse(run, analysis, level, error);
    preparation_free(ahead_take(&run->ahead)); /* where detection was not reached */
    engine_wait(run);                          /* it reads the blocks, which are the analysis's now */
    return good ? analysis : (analysis_free(analysis), NULL);
}

Analysis *engine_analyse(Source *source, Config *config, const EngineOptions *options, EngineLevel level,
                         GError **error)
{
    g_autoptr(EngineRun) run = engine_begin(source, config, options, error);

    return run != NULL ? engine_finish(run, level, error) : NULL;
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
