/* An answer may be used again when nothing that it depends on has changed. That is:
 *
 *   the code       build ids of the program and of all libraries (base/build_id.h)
 *   the listing    root, label (revision), and of each file path, kind, whether it is selected, what it
 *                  links to, why it cannot be read; the number of ignored ones
 *   the content    of each file that is parsed, by its hash; of packaging files, byte by byte
 *   the settings   the configuration with the command line's overrides
 *   the question   what the command will make of the analysis: its options, the output's width …
 *
 * All of it is known after load_begin, without a look at any facts. A stamp stands for the content of a
 * file only under git's rule for racy timestamps (cache.h). Packaging files are read once for this digest
 * and again for the analysis; so the digest is taken once more before an answer is kept, and what
 * changed meanwhile is not kept at all. Not in it, because no answer depends on it: number of
 * threads, working directory, locale, the cache. */
#include "base/build_id.h"
#include "engine/run.h"

/* Raised when the meaning of answers or of this digest changes without the code of the program doing so. */
#define ANSWERS_VERSION 1

static void take_listing(const EngineRun *run, Digest *digest)
{
    const LoadedFiles *loaded = &run->loaded;
    const SourceListing *listing = source_list(run->source, NULL);

    digest_text(digest, source_root(run->source));
    digest_text(digest, source_label(run->source));
    digest_number(digest, listing->n_ignored);
    for (uint32_t i = 0; i < listing->n_entries; i++)
        if (listing->entries[i].kind == SOURCE_PACKAGING)
            digest_text(digest, listing->entries[i].path);
    digest_number(digest, loaded->n_inputs);
    for (uint32_t i = 0; i < loaded->n_inputs; i++) {
        const ModelInput *input = &loaded->inputs[i];
        digest_text(digest, input->entry->path);
        digest_number(digest, (uint64_t)input->entry->kind << 1 | input->entry->selected);
        digest_text(digest, input->entry->real_path);
        digest_text(digest, input->entry->reason);
        digest_text(digest, input->read_error);
        digest_number(digest, loaded->keys[i].low);
        digest_number(digest, loaded->keys[i].high);
    }
}

static bool find_key(const EngineRun *run, const Digest *question, CacheKey *key)
{
    g_autoptr(Digest) digest = digest_new();
    uint64_t low, high;

    digest_number(digest, ANSWERS_VERSION);
    if (!build_id_digest(digest))
        return false;
    take_listing(run, digest);
    model_digest(run->source, digest);
    config_digest(run->config, digest);
    digest_result(question, &low, &high);
    digest_number(digest, low);
    digest_number(digest, high);
    digest_result(digest, &key->low, &key->high);
    return true;
}

/* Nobody read the blocks of the tree, but they are in use all the same. */
static void use_blocks(EngineRun *run)
{
    for (uint32_t i = 0; i < run->loaded.n_owners; i++)
        if (run->loaded.hits[run->loaded.owners[i]])
            cache_use(run->cache, &run->loaded.keys[run->loaded.owners[i]], 1);
}

GBytes *engine_recall(EngineRun *run, const Digest *question)
{
    bool aged = false;

    g_assert(!run->finished);
    run->recalled = run->cache != NULL && find_key(run, question, &run->key);
    if (!run->recalled)
        return NULL;
    GBytes *answer = cache_find_answer(run->cache, run->key, &aged);
    if (answer != NULL && aged) { /* once a day */
        use_blocks(run);
        cache_keep_answer(run->cache, run->key, g_bytes_get_data(answer, NULL), g_bytes_get_size(answer));
    }
    return answer;
}

void engine_remember(EngineRun *run, const Digest *question, const void *bytes, size_t size)
{
    CacheKey now;

    if (!run->recalled || size > ENGINE_MAX_ANSWER || !find_key(run, question, &now) ||
        now.low != run->key.low || now.high != run->key.high)
        return;
    engine_wait(run);
    cache_keep_answer(run->cache, run->key, bytes, size);
}
