#include "engine/engine.h"

#include "base/pool.h"
#include "engine/load.h"
#include "model/build.h"
#include "resolve/resolve.h"

struct EngineMemory {
    LoadMemory blocks;
    Config *config;
    EngineOptions options;
};

EngineMemory *engine_memory_new(const Analysis *first, Config *config, const EngineOptions *options)
{
    EngineMemory *memory = g_new0(EngineMemory, 1);

    load_memory_init(&memory->blocks, first->program);
    memory->config = config;
    memory->options = *options;
    memory->options.progress = NULL;
    return memory;
}

void engine_memory_free(EngineMemory *memory)
{
    if (memory == NULL)
        return;
    load_memory_clear(&memory->blocks);
    g_free(memory);
}

static Program *build(EngineMemory *memory, Source *overlay, GError **error)
{
    LoadedFiles loaded;

    if (!load_edited(&loaded, overlay, &memory->blocks, &memory->options, error))
        return NULL;
    uint32_t workers = pool_workers(memory->options.jobs);
    Program *program = model_build(overlay, memory->config, loaded.inputs, loaded.n_inputs, workers);
    for (uint32_t i = 0; i < loaded.n_inputs; i++)
        loaded.inputs[i].block = NULL; /* the program's, or borrowed */
    loaded_files_clear(&loaded);
    resolve_program(program, memory->config, workers);
    return program;
}

Analysis *engine_analyse_edited(EngineMemory *memory, Source *overlay, GError **error)
{
    g_autoptr(Analysis) analysis = g_new0(Analysis, 1);

    analysis->program = build(memory, overlay, error);
    if (analysis->program == NULL)
        return NULL;
    analysis->graph = dependency_graph_new(analysis->program, error);
    return analysis->graph != NULL ? g_steal_pointer(&analysis) : NULL;
}
