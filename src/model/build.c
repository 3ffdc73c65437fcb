#include "model/build.h"

#include <string.h>

#include "model/internal.h"
#include "model/packaging.h"
#include "model/path.h"

static void clear_builder(Builder *builder)
{
    g_array_unref(builder->folders);
    g_hash_table_unref(builder->folder_by_path);
    g_hash_table_unref(builder->stems);
    g_clear_pointer(&builder->units, g_array_unref);
    g_clear_pointer(&builder->places, g_hash_table_unref);
    g_free(builder->file_folder);
    g_free(builder->folder_hits);
}

Program *model_open(const ModelInput *inputs, uint32_t n_inputs, uint32_t workers)
{
    Program *program = g_new0(Program, 1);

    program->files = g_new0(File, MAX(n_inputs, 1));
    program->n_files = n_inputs;
    program->interner = build_strings(program, inputs, workers);
    program->module_by_id = g_hash_table_new(NULL, NULL);
    program->definition_by_id = g_hash_table_new(NULL, NULL);
    program->blocks = g_ptr_array_new_with_free_func(g_free);
    return program;
}

void model_join(Program *program, Source *source, const Config *config, ModelInput *inputs, uint32_t workers)
{
    Builder builder = {.source = source,
                       .config = config,
                       .program = program,
                       .workers = workers,
                       .interner = program->interner};

    builder.folders = g_array_new(false, true, sizeof(Folder));
    builder.folder_by_path = g_hash_table_new(NULL, NULL);
    builder.stems = g_hash_table_new(NULL, NULL);
    build_files(&builder, inputs);
    build_layout(&builder);
    build_modules(&builder);
    build_definitions(program);
    clear_builder(&builder);
}

Program *model_build(Source *source, const Config *config, ModelInput *inputs, uint32_t n_inputs,
                     uint32_t workers)
{
    Program *program = model_open(inputs, n_inputs, workers);

    model_join(program, source, config, inputs, workers);
    return program;
}

void model_digest(Source *source, Digest *digest)
{
    const SourceListing *listing = source_list(source, NULL);
    g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

    for (uint32_t i = 0; listing != NULL && i < listing->n_entries; i++) {
        const char *path = listing->entries[i].path;
        if (listing->entries[i].kind != SOURCE_PACKAGING && strcmp(path_name(path), "setup.py") != 0)
            continue;
        char *folder = g_strndup(path, path_folder_length(path));
        if (g_hash_table_add(seen, folder))
            packaging_digest(source, folder, digest);
    }
}
