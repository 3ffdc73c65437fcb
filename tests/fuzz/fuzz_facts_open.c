/* fuzz_facts_open — any bytes as a facts block: refused, or safe to read to the last index.
 *
 * With clang's -fsanitize=fuzzer this is a fuzz target. Built plainly (FUZZ_REPLAY) it makes a block
 * of each Python file given and damages it at many places. */
#include <glib.h>
#include <stdint.h>
#include <string.h>

#include "parse/facts.h"
#include "parse/parse.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static volatile uint64_t sink;

static void touch(const void *data, size_t size)
{
    const uint8_t *bytes = data;

    for (size_t i = 0; i < size; i++)
        sink += bytes[i];
}

static void touch_slice(const void *section, size_t element, FactsSlice slice)
{
    touch((const char *)section + element * slice.first, element * slice.count);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    g_autofree void *block = g_memdup2(data, size);
    Facts facts;

    if (!facts_open(block, size, false, &facts))
        return 0;
#define X(name, Type) touch(facts.name, sizeof(Type) * facts.n_##name);
    FACTS_SECTIONS(X)
#undef X
    for (uint32_t i = 0; i < facts.n_strings; i++)
        sink += strlen(facts_text(&facts, i));
    for (uint32_t i = 0; i < facts.n_definitions; i++) {
        const FactsDefinition *definition = &facts.definitions[i];
        sink += strlen(facts_text(&facts, definition->qualname)) + facts.contexts[definition->context].line;
        touch_slice(facts.expressions, sizeof *facts.expressions, definition->bases);
        touch_slice(facts.expressions, sizeof *facts.expressions, definition->decorators);
        touch_slice(facts.members, sizeof *facts.members, definition->members);
        touch_slice(facts.uses, sizeof *facts.uses, definition->uses);
        touch_slice(facts.statements, sizeof *facts.statements, definition->statements);
    }
    for (uint32_t i = 0; i < facts.n_members; i++)
        touch_slice(facts.expressions, sizeof *facts.expressions, facts.members[i].decorators);
    for (uint32_t i = 0; i < facts.n_literals; i++)
        touch_slice(facts.entries, sizeof *facts.entries, facts.literals[i].entries);
    return 0;
}

#ifdef FUZZ_REPLAY
int main(int argc, char **argv)
{
    Parser *parser = parser_new(NULL);
    g_autoptr(GRand) random = g_rand_new_with_seed(1);

    for (int i = 1; i < argc; i++) {
        g_autofree char *text = NULL;
        gsize length = 0;
        size_t size;
        if (!g_file_get_contents(argv[i], &text, &length, NULL))
            return 2;
        g_autofree uint8_t *block = parser_parse(parser, text, MIN(length, 4096), &size);
        LLVMFuzzerTestOneInput(block, size);
        for (int n = 0; n < 2000; n++) {
            uint32_t at = (uint32_t)g_rand_int_range(random, 0, (gint32)size & ~3) & ~3u;
            uint32_t old, value = g_rand_int(random) >> g_rand_int_range(random, 0, 32);
            memcpy(&old, block + at, sizeof old);
            memcpy(block + at, &value, sizeof value);
            LLVMFuzzerTestOneInput(block, size);
            memcpy(block + at, &old, sizeof old);
        }
    }
    parser_free(parser);
    return 0;
}
#endif
