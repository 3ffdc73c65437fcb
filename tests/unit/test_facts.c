/* facts_open on damaged blocks, and the builder. */
#include <glib.h>
#include <string.h>

#include "parse/facts.h"
#include "parse/facts_builder.h"
#include "parse/parse.h"

static const char SOURCE[] =
    "'''Doc.'''\nfrom a import b as c\nimport d.e\n__all__ = ['A', 'f']\n"
    "try:\n    import g\nexcept ImportError:\n    g = None\n"
    "@d.e.x\nclass A(c, metaclass=M):\n    '''Doc.'''\n    y: int = 1\n    z = 'a.b'\n"
    "    class B:\n        w = 2\n    def m(self) -> str:\n        from h import i\n"
    "        return i(d.e.k)\n"
    "def f(): global q; q = 1\nsys.modules['p'] = A\n_m = {'a': ['b']}\n# onedef: ignore\n";

static void *make_block(size_t *size)
{
    Parser *parser = parser_new(NULL);
    void *block = parser_parse(parser, SOURCE, strlen(SOURCE), size);

    parser_free(parser);
    return block;
}

/* Reads all that a block says; under AddressSanitizer a wild index shows. */
static uint64_t read_all(const Facts *facts)
{
    uint64_t sum = 0;

    for (uint32_t i = 0; i < facts->n_strings; i++)
        sum += strlen(facts_text(facts, i));
    for (uint32_t i = 0; i < facts->n_definitions; i++) {
        const FactsDefinition *definition = &facts->definitions[i];
        sum += strlen(facts_text(facts, definition->qualname)) + facts->contexts[definition->context].line;
        for (uint32_t j = 0; j < definition->bases.count; j++)
            sum += strlen(facts_text(facts, facts->expressions[definition->bases.first + j].dotted));
        for (uint32_t j = 0; j < definition->members.count; j++)
            sum += strlen(facts_text(facts, facts->members[definition->members.first + j].value));
        for (uint32_t j = 0; j < definition->uses.count; j++)
            sum += strlen(facts_text(facts, facts->uses[definition->uses.first + j].head));
    }
    for (uint32_t i = 0; i < facts->n_bindings; i++) {
        const FactsBinding *binding = &facts->bindings[i];
        sum += strlen(facts_text(facts, binding->target)) + facts->contexts[binding->context].kind;
        if (binding->kind == BINDING_DEFINITION)
            sum += facts->definitions[binding->ref].line;
        if (binding->kind == BINDING_IMPORT || binding->kind == BINDING_STAR)
            sum += facts->imports[binding->ref].line;
    }
    for (uint32_t i = 0; i < facts->n_contexts; i++) {
        if (facts->contexts[i].kind == CONTEXT_CLASS)
            sum += facts->definitions[facts->contexts[i].definition].line;
    }
    for (uint32_t i = 0; i < facts->n_literals; i++) {
        for (uint32_t j = 0; j < facts->literals[i].entries.count; j++)
            sum += strlen(facts_text(facts, facts->entries[facts->literals[i].entries.first + j].key));
    }
    return sum;
}

static void test_truncated(void)
{
    size_t size;
    g_autofree char *block = make_block(&size);
    Facts facts;

    g_assert_true(facts_open(block, size, true, &facts));
    g_assert_false(facts_open(NULL, 0, true, &facts));
    for (size_t cut = 0; cut < size; cut++) {
        /* A copy of just that size, so that a read behind it is seen. */
        g_autofree char *copy = g_malloc(MAX(cut, 1));
        memcpy(copy, block, cut);
        g_assert_false(facts_open(copy, cut, true, &facts));
        g_assert_false(facts_open(copy, cut, false, &facts));
    }
}

/* Every byte set to several values: the checksum sees each change, and without the checksum a block
 * is refused or safe to read. */
static void test_flipped(void)
{
    static const uint8_t MASKS[] = {0xff, 0x01, 0x80, 0x10};
    size_t size;
    g_autofree char *block = make_block(&size);
    Facts facts;

    for (size_t at = 0; at < size; at++) {
        for (size_t i = 0; i < G_N_ELEMENTS(MASKS); i++) {
            block[at] ^= (char)MASKS[i];
            g_assert_false(facts_open(block, size, true, &facts));
            if (facts_open(block, size, false, &facts))
                g_assert_cmpuint(read_all(&facts), <, UINT64_MAX);
            block[at] ^= (char)MASKS[i];
        }
    }
    g_assert_true(facts_open(block, size, true, &facts));
}

static void test_misaligned(void)
{
    size_t size;
    g_autofree char *block = make_block(&size);
    g_autofree char *copy = g_malloc(size + 8);
    Facts facts;

    memcpy(copy + 4, block, size);
    g_assert_false(facts_open(copy + 4, size, true, &facts));
}

static void test_strings(void)
{
    FactsBuilder *builder = facts_builder_new();
    g_autofree char *longer = g_strnfill(FACTS_MAX_TEXT + 10, 'x');
    g_autofree char *accents = g_strnfill(0, ' ');

    g_assert_cmpuint(facts_builder_string(builder, "", 0), ==, 0);
    FactsStr a = facts_builder_string(builder, "abc", 3);
    g_assert_cmpuint(facts_builder_string(builder, "abcd", 3), ==, a);
    g_assert_cmpuint(facts_builder_string(builder, "abcd", 4), !=, a);
    g_assert_cmpstr(facts_builder_chars(builder, facts_builder_string(builder, "a\0b", 3)), ==,
                    "a\xef\xbf\xbd"
                    "b");
    g_assert_cmpstr(facts_builder_chars(builder, facts_builder_string(builder,
                                                                      "a\xff"
                                                                      "b",
                                                                      3)),
                    ==,
                    "a\xef\xbf\xbd"
                    "b");
    const char *cut = facts_builder_chars(builder, facts_builder_text(builder, longer, strlen(longer)));
    g_assert_cmpuint(strlen(cut), ==, FACTS_MAX_TEXT);
    g_assert_true(g_str_has_suffix(cut, "x\xe2\x80\xa6"));
    for (int i = 0; i < 200; i++) {
        g_autofree char *grown = g_strconcat(accents, "\xc3\xa9", NULL);
        g_free(accents);
        accents = g_steal_pointer(&grown);
    }
    cut = facts_builder_chars(builder, facts_builder_text(builder, accents, strlen(accents)));
    g_assert_true(g_utf8_validate(cut, -1, NULL));
    g_assert_cmpuint(strlen(cut), <=, FACTS_MAX_TEXT);
    facts_builder_set_encoding(builder, "Latin_1", 7);
    g_assert_cmpstr(facts_builder_chars(builder, facts_builder_string(builder, "\xe9", 1)), ==, "\xc3\xa9");
    facts_builder_set_encoding(builder, "no-such", 7);
    g_assert_cmpstr(facts_builder_chars(builder, facts_builder_string(builder, "\xe9x", 2)), ==,
                    "\xef\xbf\xbdx");
    facts_builder_free(builder);
}

/* Only what facts refer to is in the block, each text once. */
static void test_only_used_strings(void)
{
    FactsBuilder *builder = facts_builder_new();
    FactsHeader header = {.n_bytes = 10};
    Facts facts;
    size_t size;

    facts_builder_string(builder, "unused", 6);
    for (int i = 0; i < 5000; i++) {
        char name[16];
        int length = g_snprintf(name, sizeof name, "n%d", i % 2500);
        FactsStr text = facts_builder_string(builder, name, (size_t)length);
        facts_builder_add_markers(builder)->text = text;
    }
    g_autofree void *block = facts_builder_finish(builder, &header, &size);
    g_assert_true(facts_open(block, size, true, &facts));
    g_assert_cmpuint(facts.n_strings, ==, 2501);
    g_assert_cmpuint(facts.n_markers, ==, 5000);
    for (uint32_t i = 0; i < facts.n_strings; i++)
        g_assert_cmpstr(facts_text(&facts, i), !=, "unused");
    g_assert_cmpstr(facts_text(&facts, facts.markers[2501].text), ==, "n1");
    facts_builder_free(builder);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/facts/truncated", test_truncated);
    g_test_add_func("/facts/flipped", test_flipped);
    g_test_add_func("/facts/misaligned", test_misaligned);
    g_test_add_func("/facts/strings", test_strings);
    g_test_add_func("/facts/only-used-strings", test_only_used_strings);
    return g_test_run();
}
