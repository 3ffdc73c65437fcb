/* Three rounds. First, files that the cache knows to be unchanged are not even opened. Second, all
 * workers read the others and look up their content; what is new they parse at once, largest files
 * first, so that the last big file never leaves one of them waiting. Third, blocks of known
 * content come from the database; one that proves damaged is parsed after all. Between the second
 * and the third the content of every file is known: where an answer for the whole tree is
 * remembered, nobody comes for the blocks.
 *
 * A source's bytes live only while their file is parsed, so that memory is bounded by the facts,
 * not by the tree. A symbolic link into the project is not read again: its input borrows the block
 * of the file it leads to. */
#include "engine/load.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/pages.h"
#include "base/pool.h"
#include "parse/parse.h"

typedef struct Load {
    Source *source;
    const Cache *cache;       /* or NULL: everything is parsed */
    const LoadMemory *memory; /* or NULL */
    const EngineOptions *options;
    LoadedFiles *loaded;
    uint32_t *order; /* inputs to read, largest first */
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

static void parse_bytes(Load *load, uint32_t index, uint32_t worker, const char *text, size_t length)
{
    ModelInput *input = &load->loaded->inputs[index];

    if (load->parsers[worker] == NULL)
        load->parsers[worker] = parser_new(&(ParseOptions){.full_parse = load->options->full_parse});
    input->block = parser_parse(load->parsers[worker], text, length, &input->size);
}

/* Read by all workers; written between their rounds only. */
static void recall_block(const LoadMemory *memory, CacheKey key, ModelInput *input)
{
    FactsHeader *header = g_hash_table_lookup(memory->edited, &key);

    if (header == NULL)
        return;
    input->block = header;
    input->size = header->size;
    input->borrowed = true;
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
        size_t length;
        const char *text = g_bytes_get_data(bytes, &length);
        text = text != NULL ? text : "";
        load->loaded->keys[index] = cache_key(text, length);
        load->loaded->hits[index] = load->cache != NULL && cache_has(load->cache, load->loaded->keys[index]);
        if (load->memory != NULL)
            recall_block(load->memory, load->loaded->keys[index], input);
        if (!load->loaded->hits[index] && input->block == NULL)
            parse_bytes(load, index, worker, text, length);
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

static void read_and_parse(Load *load)
{
    uint32_t workers = pool_workers(load->options->jobs);

    if (load->n_order == 0)
        return;
    g_qsort_with_data(load->order, (int)load->n_order, sizeof *load->order, compare_size,
                      load->loaded->inputs);
    load->parsers = g_new0(Parser *, workers);
    atomic_store_explicit(&load->done, 0, memory_order_relaxed);
    pool_run(workers, load->n_order, load_one, load);
    for (uint32_t i = 0; i < workers; i++)
        if (load->parsers[i] != NULL)
            parser_free(load->parsers[i]);
    g_clear_pointer(&load->parsers, g_free);
}

static void collect_owners(LoadedFiles *loaded)
{
    loaded->owners = g_new(uint32_t, loaded->n_inputs + 1);
    for (uint32_t i = 0; i < loaded->n_inputs; i++) {
        const SourceEntry *entry = loaded->inputs[i].entry;
        if (!is_parsed_kind(entry->kind))
            continue;
        const ModelInput *owner = entry->real_path != NULL ? find_input(loaded, entry->real_path) : NULL;
        if (owner == NULL || !is_parsed_kind(owner->entry->kind) || owner->entry->real_path != NULL)
            loaded->owners[loaded->n_owners++] = i;
    }
}

static bool is_unchanged(Cache *cache, const SourceEntry *entry, CacheKey *key)
{
    static const uint8_t none[20];
    bool known = memcmp(entry->identity.blob, none, sizeof none) != 0
                     ? cache_find_blob(cache, entry->identity.blob, key)
                     : cache_find_stamp(cache, entry->path, &entry->identity, key);

    return known && cache_has(cache, *key);
}

static void list_entries(LoadedFiles *loaded)
{
    loaded->entries = g_new0(CacheEntry, loaded->n_owners + 1);
    for (uint32_t i = 0; i < loaded->n_owners; i++) {
        uint32_t owner = loaded->owners[i];
        const ModelInput *input = &loaded->inputs[owner];
        if (input->block == NULL && !loaded->hits[owner])
            continue;
        loaded->entries[loaded->n_entries++] =
            (CacheEntry){.key = loaded->keys[owner],
                         .block = loaded->hits[owner] ? NULL : input->block,
                         .size = input->size,
                         .path = input->entry->path,
                         .identity = &input->entry->identity};
    }
}

static bool list_inputs(Source *source, LoadedFiles *loaded, GError **error)
{
    *loaded = (LoadedFiles){0};
    const SourceListing *listing = source_list(source, error);
    if (listing == NULL)
        return false;
    collect_inputs(listing, loaded);
    collect_owners(loaded);
    loaded->keys = g_new0(CacheKey, loaded->n_inputs + 1);
    loaded->hits = g_new0(bool, loaded->n_inputs + 1);
    return true;
}

bool load_begin(LoadedFiles *loaded, Source *source, Cache *cache, const EngineOptions *options,
                GError **error)
{
    if (!list_inputs(source, loaded, error))
        return false;
    g_autofree uint32_t *order = g_new(uint32_t, loaded->n_owners + 1);
    Load load = {.source = source, .cache = cache, .options = options, .loaded = loaded, .order = order};
    for (uint32_t i = 0; i < loaded->n_owners; i++) {
        uint32_t index = loaded->owners[i];
        loaded->hits[index] =
            cache != NULL && is_unchanged(cache, loaded->inputs[index].entry, &loaded->keys[index]);
        if (!loaded->hits[index])
            order[load.n_order++] = index;
    }
    read_and_parse(&load);
    list_entries(loaded);
    return true;
}

/* Fetch — blocks on their way out of the cache: one thread reads them, all check them. */
/* Slab — where blocks are put one after the other. */
typedef struct Slab {
    char *memory;
    size_t used, ready, size; /* bytes taken, bytes that have pages, all */
    GPtrArray *all;           /* owned memory */
} Slab;

#define SLAB_BYTES ((size_t)8 * 1024 * 1024)
/* Pages are asked for so many bytes at a time. */
#define SLAB_STEP ((size_t)512 * 1024)

static void *slab_copy(Slab *slab, const void *block, size_t size)
{
    size_t rounded = (size + 15) & ~(size_t)15;

    if (slab->size - slab->used < rounded) {
        slab->used = slab->ready = 0;
        slab->size = MAX(SLAB_BYTES, rounded);
        slab->memory = g_malloc(slab->size);
        g_ptr_array_add(slab->all, slab->memory);
    }
    if (slab->used + rounded > slab->ready) {
        size_t step = MIN(MAX(SLAB_STEP, rounded), slab->size - slab->ready);
        pages_populate(slab->memory + slab->ready, step);
        slab->ready += step;
    }
    void *copy = slab->memory + slab->used;
    slab->used += rounded;
    return memcpy(copy, block, size);
}

/* Fetch — blocks on their way out of the database; each worker has a connection of its own. */
typedef struct Fetch {
    LoadedFiles *loaded;
    Cache **readers; /* by worker; the first is the cache itself */
    Slab *slabs;     /* by worker */
} Fetch;

/* Files a worker takes at a time; below MIN_FETCHED a second connection does not pay. */
enum { FETCH_SHARE = 64, MIN_FETCHED = 512 };

static void fetch_one(const Fetch *fetch, uint32_t owner, uint32_t worker)
{
    LoadedFiles *loaded = fetch->loaded;
    ModelInput *input = &loaded->inputs[owner];
    const void *block = cache_get(fetch->readers[worker], loaded->keys[owner], &input->size);

    input->block = block != NULL ? slab_copy(&fetch->slabs[worker], block, input->size) : NULL;
    loaded->hits[owner] = cache_is_sound(input->block, input->size, loaded->keys[owner]);
    input->borrowed = loaded->hits[owner];
    if (!loaded->hits[owner])
        input->block = NULL;
}

static void fetch_share(void *context, uint32_t share, uint32_t worker)
{
    const Fetch *fetch = context;
    uint32_t end = MIN((share + 1) * FETCH_SHARE, fetch->loaded->n_owners);

    for (uint32_t i = share * FETCH_SHARE; i < end; i++)
        if (fetch->loaded->hits[fetch->loaded->owners[i]])
            fetch_one(fetch, fetch->loaded->owners[i], worker);
}

static void fetch_blocks(LoadedFiles *loaded, Cache *cache, uint32_t workers)
{
    uint32_t n = 1;
    g_autofree Cache **readers = g_new0(Cache *, workers);
    g_autofree Slab *slabs = g_new0(Slab, workers);
    Fetch fetch = {.loaded = loaded, .readers = readers, .slabs = slabs};

    readers[0] = cache;
    for (; n < workers && loaded->n_owners >= MIN_FETCHED; n++) {
        readers[n] = cache_begin_reader(cache);
        if (readers[n] == NULL)
            break;
    }
    for (uint32_t i = 0; i < n; i++)
        slabs[i].all = g_ptr_array_new();
    pool_run(n, (loaded->n_owners + FETCH_SHARE - 1) / FETCH_SHARE, fetch_share, &fetch);
    loaded->slabs = g_ptr_array_new_with_free_func(g_free);
    for (uint32_t i = 0; i < n; i++)
        g_ptr_array_extend_and_steal(loaded->slabs, slabs[i].all);
    for (uint32_t i = 1; i < n; i++)
        cache_end_reader(cache, readers[i]);
}

void load_finish(LoadedFiles *loaded, Source *source, Cache *cache, const EngineOptions *options)
{
    g_autofree uint32_t *order = g_new(uint32_t, loaded->n_owners + 1);
    Load load = {.source = source, .options = options, .loaded = loaded, .order = order};
    g_autofree bool *fetched = g_memdup2(loaded->hits, loaded->n_inputs + 1);

    if (cache != NULL)
        fetch_blocks(loaded, cache, pool_workers(options->jobs));
    for (uint32_t i = 0; i < loaded->n_owners; i++)
        if (fetched[loaded->owners[i]] && !loaded->hits[loaded->owners[i]])
            order[load.n_order++] = loaded->owners[i];
    read_and_parse(&load);
    g_free(loaded->entries);
    loaded->n_entries = 0;
    list_entries(loaded);
    lend_blocks(loaded);
}

/* --- edited trees --- */

static guint hash_key(const void *key)
{
    return (guint)((const CacheKey *)key)->low;
}

static gboolean equal_keys(const void *a, const void *b)
{
    return memcmp(a, b, sizeof(CacheKey)) == 0;
}

void load_memory_init(LoadMemory *memory, const Program *first)
{
    memory->first = first;
    memory->edited = g_hash_table_new_full(hash_key, equal_keys, g_free, g_free);
}

void load_memory_clear(LoadMemory *memory)
{
    g_clear_pointer(&memory->edited, g_hash_table_unref);
}

/* The block of a file that is not edited, from the program of the base. */
static bool take_known(const LoadMemory *memory, const Source *overlay, ModelInput *input)
{
    const SourceEntry *entry = input->entry;

    if (source_overlay_replaces(overlay, entry->path) ||
        (entry->real_path != NULL && source_overlay_replaces(overlay, entry->real_path)))
        return false;
    Id file = program_find_file(memory->first, entry->path);
    const FactsHeader *header = file == ID_NONE ? NULL : memory->first->files[file].facts.header;
    if (header == NULL)
        return false;
    input->block = (FactsHeader *)(uintptr_t)header;
    input->size = header->size;
    input->borrowed = true;
    return true;
}

/* What was parsed in this round is known from now on; of equal contents, the first. */
static void keep_parsed(LoadMemory *memory, LoadedFiles *loaded, const Load *load)
{
    for (uint32_t i = 0; i < load->n_order; i++) {
        ModelInput *input = &loaded->inputs[load->order[i]];
        const CacheKey *key = &loaded->keys[load->order[i]];
        if (input->block == NULL || input->borrowed || g_hash_table_contains(memory->edited, key))
            continue;
        g_hash_table_insert(memory->edited, g_memdup2(key, sizeof *key), input->block);
        input->borrowed = true;
    }
}

bool load_edited(LoadedFiles *loaded, Source *overlay, LoadMemory *memory, const EngineOptions *options,
                 GError **error)
{
    if (!list_inputs(overlay, loaded, error))
        return false;
    g_autofree uint32_t *order = g_new(uint32_t, loaded->n_owners + 1);
    Load load = {.source = overlay, .memory = memory, .options = options, .loaded = loaded, .order = order};
    for (uint32_t i = 0; i < loaded->n_owners; i++)
        if (!take_known(memory, overlay, &loaded->inputs[loaded->owners[i]]))
            order[load.n_order++] = loaded->owners[i];
    read_and_parse(&load);
    keep_parsed(memory, loaded, &load);
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
    if (loaded->slabs != NULL)
        g_ptr_array_unref(loaded->slabs);
    g_free(loaded->inputs);
    g_free(loaded->keys);
    g_free(loaded->hits);
    g_free(loaded->owners);
    g_free(loaded->errors);
    g_free(loaded->entries);
    *loaded = (LoadedFiles){0};
}
