/* fuzz_parse — any bytes through the whole of parse/, and the facts that come out.
 *
 * Aborts when a block does not open, when the same bytes give another block the second time, or when
 * the skeleton gives other facts than the full parse where both are without errors. With clang's
 * -fsanitize=fuzzer this is a fuzz target; built plainly (FUZZ_REPLAY) it replays files. */
#include <glib.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "parse/facts.h"
#include "parse/parse.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool is_degraded(const void *block, size_t size)
{
    Facts facts;

    if (!facts_open(block, size, true, &facts))
        abort();
    return (facts.header->flags & FACTS_DEGRADED) != 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static Parser *parser, *full;

    if (parser == NULL) {
        const ParseOptions options = {.full_parse = true};
        parser = parser_new(NULL);
        full = parser_new(&options);
    }
    /* A copy of exactly this size lets the sanitizer see a read behind the end. */
    g_autofree char *bytes = g_memdup2(data, size);
    const char *text = bytes != NULL ? bytes : "";
    size_t first_size, again_size, full_size;
    g_autofree void *first = parser_parse(parser, text, size, &first_size);
    g_autofree void *again = parser_parse(parser, text, size, &again_size);
    g_autofree void *whole = parser_parse(full, text, size, &full_size);
    if (first_size != again_size || memcmp(first, again, first_size) != 0)
        abort();
    bool degraded = is_degraded(first, first_size);
    if (!is_degraded(whole, full_size) && !degraded &&
        (first_size != full_size || memcmp(first, whole, first_size) != 0))
        abort();
    return 0;
}

#ifdef FUZZ_REPLAY
int main(int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        g_autofree char *text = NULL;
        gsize length = 0;
        if (!g_file_get_contents(argv[i], &text, &length, NULL))
            return 2;
        for (gsize part = 0; part <= 32; part++)
            LLVMFuzzerTestOneInput((const uint8_t *)text, length * part / 32);
    }
    return 0;
}
#endif
