#include "engine/engine.h"

#include "engine/load.h"
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

static Program *build_program(Source *source, Config *config, const EngineOptions *options, GError **error)
{
    LoadedFiles loaded;

    report_stage(options, "listing");
    if (!load_files(source, options, &loaded, error))
        return NULL;
    report_stage(options, "joining");
    Program *program = model_build(source, config, loaded.inputs, loaded.n_inputs, error);
    if (program != NULL) /* the blocks are the program's now */
        for (uint32_t i = 0; i < loaded.n_inputs; i++)
            loaded.inputs[i].block = NULL;
    loaded_files_clear(&loaded);
    if (program == NULL)
        return NULL;
    report_stage(options, "resolving");
    resolve_program(program, config);
    return program;
}

Analysis *engine_analyse(Source *source, Config *config, const EngineOptions *options, EngineLevel level,
                         GError **error)
{
    g_autoptr(Analysis) analysis = g_new0(Analysis, 1);

    analysis->program = build_program(source, config, options, error);
    if (analysis->program == NULL)
        return NULL;
    count_files(analysis);
    if (level >= ENGINE_GRAPH) {
        report_stage(options, "graph");
        analysis->graph = dependency_graph_new(analysis->program, error);
        if (analysis->graph == NULL)
            return NULL;
    }
    if (level >= ENGINE_DETECTION) {
        report_stage(options, "comparing");
        analysis->detection = detect_run(analysis->program, analysis->graph, config, error);
        if (analysis->detection == NULL)
            return NULL;
        canonical_choose(analysis->program, analysis->graph, analysis->detection, config);
    }
    return g_steal_pointer(&analysis);
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
