/* Imported names taken out of their statements. */
#include <glib.h>
#include <string.h>

#include "fix/consolidate.h"
#include "parse/parse.h"

/* Row — a file, the names that go (by what they bind), and what is left; `kept`: names that stay after all.
 */
typedef struct Row {
    const char *before;
    const char *names[4];
    const char *after;
    const char *kept[3];
} Row;

static const Row rows[] = {
    {"from a import X\n", {"X"}, "", {0}},
    {"from a import X, Y\n", {"X"}, "from a import Y\n", {0}},
    {"from a import X, Y\n", {"Y"}, "from a import X\n", {0}},
    {"from a import X, Y, Z\n", {"Y"}, "from a import X, Z\n", {0}},
    {"from a import X, Y, Z\n", {"X", "Z"}, "from a import Y\n", {0}},
    {"from a import X, Y, Z\n", {"Y", "Z"}, "from a import X\n", {0}},
    {"from a import X, Y, Z\n", {"X", "Y", "Z"}, "", {0}},
    {"from a import X as W, Y\n", {"W"}, "from a import Y\n", {0}},
    {"import a as b\nimport c as d\n", {"b"}, "import c as d\n", {0}},
    {"import a as b, c as d\n", {"d"}, "import a as b\n", {0}},
    {"x = 1\r\nfrom a import X  # why\r\ny = 2\r\n", {"X"}, "x = 1\r\ny = 2\r\n", {0}},
    {"def f():\n    from a import X\n    return 1\n", {"X"}, "def f():\n    return 1\n", {0}},
    {"from a import (\n    X,\n    Y,\n)\n", {"X"}, "from a import (\n    Y,\n)\n", {0}},
    {"from a import (\n    X,\n    Y,\n)\n", {"X", "Y"}, "", {0}},
    {"from a import X", {"X"}, "", {0}},
    /* left as they are: a shared line, a comment that would be cut */
    {"x = 1; from a import X\n", {"X"}, "x = 1; from a import X\n", {"X"}},
    {"from a import X; y = 2\n", {"X"}, "from a import X; y = 2\n", {"X"}},
    {"if x: from a import X\n", {"X"}, "if x: from a import X\n", {"X"}},
    {"from a import (\n    X,  # one\n    Y,\n)\n",
     {"X"},
     "from a import (\n    X,  # one\n    Y,\n)\n",
     {"X"}},
    /* one statement that cannot be cut does not hold another */
    {"x = 1; from a import X\nfrom b import Y\n", {"X", "Y"}, "x = 1; from a import X\n", {"X"}},
};

static bool has(const char *const *names, size_t n, const char *name)
{
    for (size_t i = 0; i < n && names[i] != NULL; i++)
        if (strcmp(names[i], name) == 0)
            return true;
    return false;
}

static void check(Parser *parser, Lexer *lexer, const Row *row)
{
    size_t size, length = strlen(row->before);
    g_autofree void *block = parser_parse(parser, row->before, length, &size);
    File file = {0};
    Edit edit;

    g_assert_true(facts_open(block, size, true, &file.facts));
    g_autofree bool *chosen = g_new0(bool, file.facts.n_imports + 1);
    for (uint32_t i = 0; i < file.facts.n_imports; i++)
        chosen[i] =
            has(row->names, G_N_ELEMENTS(row->names), facts_text(&file.facts, file.facts.imports[i].bound));
    edit_init(&edit);
    drop_imports(lexer_run(lexer, row->before, length), &file, chosen, &edit);
    g_autoptr(GBytes) before = g_bytes_new_static(row->before, length);
    g_autoptr(GBytes) after = edit_apply(&edit, before);
    g_assert_nonnull(after);
    const char *bytes = g_bytes_get_data(after, NULL); /* NULL: none */
    g_autofree char *text = g_strndup(bytes != NULL ? bytes : "", g_bytes_get_size(after));
    g_assert_cmpstr(text, ==, row->after);
    for (uint32_t i = 0; i < file.facts.n_imports; i++) {
        const char *bound = facts_text(&file.facts, file.facts.imports[i].bound);
        bool goes = has(row->names, G_N_ELEMENTS(row->names), bound) &&
                    !has(row->kept, G_N_ELEMENTS(row->kept), bound);
        g_assert_cmpint(chosen[i], ==, goes);
    }
    edit_clear(&edit);
}

static void test_rows(void)
{
    Parser *parser = parser_new(NULL);
    Lexer *lexer = lexer_new();

    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++)
        check(parser, lexer, &rows[i]);
    lexer_free(lexer);
    parser_free(parser);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/drop/rows", test_rows);
    return g_test_run();
}
