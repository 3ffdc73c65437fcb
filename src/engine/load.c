/* Largest files first, one shared counter: with two workers the last big file never leaves one of
 * them waiting. A source's bytes live only while their file is parsed, so that memory is bounded by
 * the facts, not by the tree. A symbolic link into the project is not read again: its input
 * borrows the block of the file it leads to. */
#include "engine/load.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/pool.h"
#include "parse/parse.h"

typedef struct Load {
    Source *source;
    const EngineOptions *options;
    LoadedFiles *loaded;
    uint32_t *order; /* inputs to parse, largest first */
    uint32_t n_order;
    Parser **parsers; /* by worker */
    _Atomic uint32_t done;
} Load;

static int compare_size(const void *a, const void *b, void *data)
{
    const ModelInput *inputs = data;
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    uint64_t size_x = inputs[x].entry->identity.size, size_y = inputs[y].entry->identity.size;

    if (size_x != size_y)
        return size_x > size_y ? -1 : 1;
    return x < y ? -1 : x > y;
}

static void load_one(void *context, uint32_t item, uint32_t worker)
{
    Load *load = context;
    uint32_t index = load->order[item];
    ModelInput *input = &load->loaded->inputs[index];
    g_autoptr(GError) error = NULL;
    g_autoptr(GBytes) bytes = source_read(load->source, input->entry->path, &error);

    if (bytes == NULL) {
        load->loaded->errors[index] = g_strdup(error->message);
        input->read_error = load->loaded->errors[index];
    } else {
        if (load->parsers[worker] == NULL)
            load->parsers[worker] = parser_new(&(ParseOptions){.full_parse = load->options->full_parse});
        size_t length;
        const char *text = g_bytes_get_data(bytes, &length);
        input->block = parser_parse(load->parsers[worker], text != NULL ? text : "", length, &input->size);
    }
    uint32_t done = atomic_fetch_add_explicit(&load->done, 1, memory_order_relaxed) + 1;
    if (worker == 0 && load->options->progress != NULL)
        load->options->progress(load->options->progress_context, "parsing", done, load->n_order);
}

/* Entry indices by path, to find what symbolic links lead to. */
static const ModelInput *find_input(const LoadedFiles *loaded, const char *path)
{
    uint32_t low = 0, high = loaded->n_inputs;

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        int order = strcmp(loaded->inputs[middle].entry->path, path);
        if (order == 0)
            return &loaded->inputs[middle];
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

static bool is_parsed_kind(SourceEntryKind kind)
{
    return kind == SOURCE_PYTHON || kind == SOURCE_STUB;
}

static void collect_inputs(const SourceListing *listing, LoadedFiles *loaded)
{
    loaded->inputs = g_new0(ModelInput, listing->n_entries + 1);
    for (uint32_t i = 0; i < listing->n_entries; i++)
        if (listing->entries[i].kind != SOURCE_PACKAGING)
            loaded->inputs[loaded->n_inputs++].entry = &listing->entries[i];
    loaded->errors = g_new0(char *, loaded->n_inputs + 1);
}

static void lend_blocks(LoadedFiles *loaded)
{
    for (uint32_t i = 0; i < loaded->n_inputs; i++) {
        ModelInput *input = &loaded->inputs[i];
        if (!is_parsed_kind(input->entry->kind) || input->block != NULL || input->entry->real_path == NULL)
            continue;
        const ModelInput *owner = find_input(loaded, input->entry->real_path);
        if (owner == NULL)
            continue;
        input->block = owner->block;
        input->size = owner->size;
        input->read_error = owner->read_error;
        input->borrowed = true;
    }
}

bool load_files(Source *source, const EngineOptions *options, LoadedFiles *loaded, GError **error)
{
    *loaded = (LoadedFiles){0};
    const SourceListing *listing = source_list(source, error);
    if (listing == NULL)
        return false;
    collect_inputs(listing, loaded);

    Load load = {.source = source, .options = options, .loaded = loaded};
    load.order = g_new(uint32_t, loaded->n_inputs + 1);
    for (uint32_t i = 0; i < loaded->n_inputs; i++) {
        const SourceEntry *entry = loaded->inputs[i].entry;
        if (!is_parsed_kind(entry->kind))
            continue;
        const ModelInput *owner = entry->real_path != NULL ? find_input(loaded, entry->real_path) : NULL;
        if (owner == NULL || !is_parsed_kind(owner->entry->kind) || owner->entry->real_path != NULL)
            load.order[load.n_order++] = i;
    }
    g_qsort_with_data(load.order, (int)load.n_order, sizeof *load.order, compare_size, loaded->inputs);
    uint32_t workers = pool_workers(options->jobs);
    load.parsers = g_new0(Parser *, workers);
    pool_run(workers, load.n_order, load_one, &load);
    for (uint32_t i = 0; i < workers; i++)
        if (load.parsers[i] != NULL)
            parser_free(load.parsers[i]);
    g_free(load.parsers);
    g_free(load.order);
    lend_blocks(loaded);
    return true;
}

void loaded_files_clear(LoadedFiles *loaded)
{
    for (uint32_t i = 0; i < loaded->n_inputs; i++) {
        if (!loaded->inputs[i].borrowed)
            g_free(loaded->inputs[i].block);
        g_free(loaded->errors[i]);
    }
    g_free(loaded->inputs);
    g_free(loaded->errors);
    *loaded = (LoadedFiles){0};
}
