/* tree-sitter is linear on files that people write, and quadratic on some that they do not: error
 * recovery copies all it has skipped for every token it skips next (`try:` x 24,000 takes minutes),
 * and the Python scanner reads a run of blank and continued lines again for every token it tries.
 * A clock would make the answer depend on the machine, and the operations that the progress
 * callback counts do not see these costs: one operation may copy a megabyte. So three things are
 * counted, each with a budget linear in the length of the text:
 *
 *   operations   the callback comes once per hundred. Real files: 100 to 440 bytes a call;
 *                hostile ones reach 20.
 *   copying      bytes of allocations of 1 KiB and more, seen by the allocator hook. Real files:
 *                next to none, since repetitions are kept in binary trees; the hostile ones named
 *                above: 9,000 to 45,000 times their length.
 *   reading      chunks handed to the lexer. Real files: each chunk up to 4 times; a run of
 *                backslashes at the ends of lines: as often as it has lines.
 *
 * Each parse takes a new TSParser (4 microseconds): buffers kept from the last file would make
 * allocations, and with them the answer for a file near the limit, depend on what came before. */
#include "parse/syntax.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>

#include <glib.h>

#include "parse/nodes.h"

#define CHECKS_BASE     2000u
#define BYTES_PER_CHECK 16u
#define LARGE           1024u
#define COPIED_BASE     (UINT64_C(16) << 20)
#define COPIED_PER_BYTE 128u
#define CHUNK           4096u
#define READS_BASE      2000u
#define READS_PER_CHUNK 64u

static _Thread_local uint64_t copied;

static void count(size_t size)
{
    if (size >= LARGE)
        copied += size;
}

/* The runtime cannot go on without memory, and has no way to say so. */
static void *checked(void *memory)
{
    if (memory == NULL)
        g_error("out of memory while parsing");
    return memory;
}

static void *count_malloc(size_t size)
{
    count(size);
    return checked(malloc(size > 0 ? size : 1));
}

static void *count_calloc(size_t n, size_t size)
{
    count(n * size);
    return checked(calloc(n > 0 ? n : 1, size > 0 ? size : 1));
}

static void *count_realloc(void *memory, size_t size)
{
    count(size);
    return checked(realloc(memory, size > 0 ? size : 1));
}

static void init(void)
{
    ts_set_allocator(count_malloc, count_calloc, count_realloc, free);
    nodes_init();
}

void syntax_init(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;

    pthread_once(&once, init);
}

typedef struct Work {
    const char *bytes;
    uint32_t length;
    uint64_t checks, reads; /* left */
    uint64_t copied;        /* limit */
    bool exhausted;
} Work;

/* At the end of the reading budget the text ends: what runs inside the scanner cannot be stopped otherwise.
 */
static const char *read_chunk(void *payload, uint32_t offset, TSPoint point, uint32_t *length)
{
    Work *work = payload;

    (void)point;
    *length = 0;
    if (offset >= work->length)
        return "";
    if (work->reads == 0) {
        work->exhausted = true;
        return "";
    }
    work->reads--;
    *length = MIN((offset / CHUNK + 1) * CHUNK, work->length) - offset;
    return work->bytes + offset;
}

static bool check(TSParseState *state)
{
    Work *work = state->payload;

    if (work->checks == 0 || copied > work->copied)
        work->exhausted = true;
    else
        work->checks--;
    return work->exhausted;
}

TSTree *syntax_parse(const char *bytes, uint32_t length)
{
    Work work = {.bytes = bytes,
                 .length = length,
                 .checks = CHECKS_BASE + length / BYTES_PER_CHECK,
                 .reads = READS_BASE + (uint64_t)length / CHUNK * READS_PER_CHUNK,
                 .copied = COPIED_BASE + (uint64_t)length * COPIED_PER_BYTE};
    TSInput input = {.payload = &work, .read = read_chunk, .encoding = TSInputEncodingUTF8};
    TSParseOptions options = {.payload = &work, .progress_callback = check};

    copied = 0;
    TSParser *parser = ts_parser_new();
    TSTree *tree = NULL;
    if (ts_parser_set_language(parser, nodes_language()))
        tree = ts_parser_parse_with_options(parser, NULL, input, options);
    ts_parser_delete(parser);
    if (tree != NULL && work.exhausted) {
        ts_tree_delete(tree);
        tree = NULL;
    }
    return tree;
}
