#include "fix/rewrite.h"

#include <string.h>

/* Row — a file's bytes (the statement to edit starts at the first "from"), what moves, what comes out. */
typedef struct Row {
    const char *before;
    const char *names[4], *modules[4], *new_names[4]; /* items by their spelling in the statement */
    const char *after;                                /* NULL: refused */
} Row;

static const Row rows[] = {
    {"from a import X\n", {"X"}, {"b.c"}, {"X"}, "from b.c import X\n"},
    {"from a import X as Y  # why\n", {"X"}, {"b"}, {"Z"}, "from b import Z as Y  # why\n"},
    {"from a import X\n", {"X"}, {"b"}, {"Z"}, "from b import Z as X\n"},
    {"from a import X as X\n", {"X"}, {"b"}, {"X"}, "from b import X as X\n"},
    {"from.a import X\n", {"X"}, {"b"}, {"X"}, "from b import X\n"},
    {"from .import X\n", {"X"}, {"..b"}, {"X"}, "from ..b import X\n"},
    {"from a import X, Y\n", {"X"}, {"b"}, {"X"}, "from a import Y\nfrom b import X\n"},
    {"from a import X, Y", {"Y"}, {"b"}, {"Y"}, "from a import X\nfrom b import Y"},
    {"from a import X, Y, Z\n", {"Y"}, {"b"}, {"Y"}, "from a import X, Z\nfrom b import Y\n"},
    {"from a import X, Y, Z\n",
     {"X", "Z"},
     {"b", "c"},
     {"X", "Z"},
     "from a import Y\nfrom b import X\nfrom c import Z\n"},
    {"from a import X, Y\n", {"X", "Y"}, {"b", "c"}, {"X", "Y"}, "from b import X\nfrom c import Y\n"},
    {"if x:\r\n\tfrom a import X, Y # noqa\r\n",
     {"X"},
     {"b"},
     {"X"},
     "if x:\r\n\tfrom a import Y # noqa\r\n\tfrom b import X  # noqa\r\n"},
    {"if x: from a import X, Y # c\n", {"X"}, {"b"}, {"X"}, "if x: from a import Y; from b import X # c\n"},
    {"x = 1; from a import X, Y; y\n", {"Y"}, {"b"}, {"Y"}, "x = 1; from a import X; from b import Y; y\n"},
    {"from a import (\n    X,  # one\n    Y,\n)\n",
     {"X"},
     {"b"},
     {"X"},
     "from a import (\n    Y,\n)\nfrom b import X  # one\n"},
    {"from a import (\n    X,\n    Y\n)\n",
     {"Y"},
     {"b"},
     {"Y"},
     "from a import (\n    X,\n)\nfrom b import Y\n"},
    {"from a import (X,\n               Y,\n               Z)\n",
     {"Y", "Z"},
     {"b", "b"},
     {"Y", "Z"},
     "from a import (X)\nfrom b import Y, Z\n"},
    {"from a import (X, # one\n    Y)\n", {"Y"}, {"b"}, {"Y"}, NULL},
    {"from a import X, \\\n    Y\n", {"X"}, {"b"}, {"X"}, "from a import \\\n    Y\nfrom b import X\n"},
    {"from a import *\n", {"*"}, {"b"}, {"X"}, NULL},
    {"\xef\xbb\xbf"
     "from a import X, Y\n",
     {"X"},
     {"b"},
     {"X"},
     "\xef\xbb\xbf"
     "from a import Y\nfrom b import X\n"},
    {"s = '\xff'\nfrom a import X\n", {"X"}, {"b"}, {"X"}, "s = '\xff'\nfrom b import X\n"},

    /* --- into a statement that is there --- */
    {"from b import Y\nfrom a import X\n", {"X"}, {"b"}, {"X"}, "from b import X, Y\n"},
    {"from a import X\nfrom b import Y\n", {"X"}, {"b"}, {"X"}, "from b import X, Y\n"},
    {"from a import X, Z\nfrom b import Y\n", {"X"}, {"b"}, {"X"}, "from a import Z\nfrom b import X, Y\n"},
    {"from p.b import Y\nfrom a import X\n", {"X"}, {"..b"}, {"X"}, "from p.b import X, Y\n"},
    {"from b import A, _c, B\nfrom a import X\n", {"X"}, {"b"}, {"X"}, "from b import A, _c, B, X\n"},
    {"from b import MAX, Able, low\nfrom a import Cat\n",
     {"Cat"},
     {"b"},
     {"Cat"},
     "from b import MAX, Able, Cat, low\n"},
    {"from b import able, MAX\nfrom a import Cat\n",
     {"Cat"},
     {"b"},
     {"Cat"},
     "from b import able, Cat, MAX\n"},
    {"from b import (\n    A,  # one\n    Y,\n)\nfrom a import X\n",
     {"X"},
     {"b"},
     {"X"},
     "from b import (\n    A,  # one\n    X,\n    Y,\n)\n"},
    {"from b import (\n    A,\n    Y  # last\n)\nfrom a import Z\n",
     {"Z"},
     {"b"},
     {"Z"},
     "from b import (\n    A,\n    Y,  # last\n    Z\n)\n"},
    {"from b import (A,\n               Y)\nfrom a import Z\n",
     {"Z"},
     {"b"},
     {"Z"},
     "from b import (A,\n               Y, Z)\n"},
    {"from b import A, \\\n    Y\nfrom a import X\n", {"X"}, {"b"}, {"X"}, "from b import A, X, \\\n    Y\n"},
    {"from b import aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa, bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb\nfrom a import "
     "c_long_name\n",
     {"c_long_name"},
     {"b"},
     {"c_long_name"},
     "from b import (\n    aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa,\n    bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb,\n    "
     "c_long_name,\n)\n"},
    /* what keeps it from there: a directive, comments, a star, another suite, another binding in between */
    {"from b import Y  # noqa: F401\nfrom a import X\n",
     {"X"},
     {"b"},
     {"X"},
     "from b import Y  # noqa: F401\nfrom b import X\n"},
    {"from b import Y\nfrom a import X  # why\n",
     {"X"},
     {"b"},
     {"X"},
     "from b import Y\nfrom b import X  # why\n"},
    {"from b import Y\n# why\nfrom a import X\n",
     {"X"},
     {"b"},
     {"X"},
     "from b import Y\n# why\nfrom b import X\n"},
    {"from b import *\nfrom a import X\n", {"X"}, {"b"}, {"X"}, "from b import *\nfrom b import X\n"},
    {"from b import Y\nif Y:\n    from a import X\n",
     {"X"},
     {"b"},
     {"X"},
     "from b import Y\nif Y:\n    from b import X\n"},
    {"from b import Y\nX = 1\nfrom a import X\n",
     {"X"},
     {"b"},
     {"X"},
     "from b import Y\nX = 1\nfrom b import X\n"},
    {"from a import X\nX()\nfrom b import Y\n",
     {"X"},
     {"b"},
     {"X"},
     "from b import X\nX()\nfrom b import Y\n"},
    {"from b import X\nfrom a import X\n", {"X"}, {"b"}, {"X"}, "from b import X\nfrom b import X\n"},
    {"from b import Y\nfrom a import Z as X\n",
     {"Z"},
     {"b"},
     {"Z"},
     "from b import Y\nfrom b import Z as X\n"},
    {"from b import Y, W as V\nfrom a import Z as X\n",
     {"Z"},
     {"b"},
     {"Z"},
     "from b import Y, W as V, Z as X\n"},

    /* --- sorted sections --- */
    {"import os\n\nfrom a import X\nfrom b import Y\nfrom d import Z\n",
     {"X"},
     {"c"},
     {"X"},
     "import os\n\nfrom b import Y\nfrom c import X\nfrom d import Z\n"},
    {"from a import V, X\nfrom b import Y\nfrom d import Z\n",
     {"X"},
     {"c"},
     {"X"},
     "from a import V\nfrom b import Y\nfrom c import X\nfrom d import Z\n"},
    {"from a import X  # why\nfrom b import Y\nfrom d import Z\n",
     {"X"},
     {"c"},
     {"X"},
     "from b import Y\nfrom c import X  # why\nfrom d import Z\n"},
    {"from d import Z\nfrom a import X\nfrom b import Y\n",
     {"X"},
     {"e"},
     {"X"},
     "from d import Z\nfrom e import X\nfrom b import Y\n"},
    {"import _a\nfrom a import X\nimport b0\nfrom d import Z\n",
     {"X"},
     {"c"},
     {"X"},
     "import _a\nimport b0\nfrom c import X\nfrom d import Z\n"},
    {"from B import Y\nfrom a import X\nfrom c import Z\n",
     {"X"},
     {"D"},
     {"X"},
     "from B import Y\nfrom D import X\nfrom c import Z\n"},
    {"from a import X\nfrom .. import Y\nfrom . import Z\n",
     {"X"},
     {".b"},
     {"X"},
     "from .. import Y\nfrom . import Z\nfrom .b import X\n"},
    {"from a import X\nfrom b10 import Y\nfrom b11 import Z",
     {"X"},
     {"b9"},
     {"X"},
     "from b9 import X\nfrom b10 import Y\nfrom b11 import Z"},
    {"from a import X\nfrom b import Y", {"X"}, {"c"}, {"X"}, "from b import Y\nfrom c import X"},
};

static uint32_t offset_of(const char *text, uint32_t from, const char *word)
{
    const char *import = strstr(text + from, " a") != NULL ? strstr(text + from, "import") : text + from;

    import = strstr(import, "import") + strlen("import");
    return (uint32_t)(strstr(import, word) - text);
}

static void check_row(Lexer *lexer, const Row *row)
{
    const Lexed *lexed = lexer_run(lexer, row->before, strlen(row->before));
    const char *marked = strstr(row->before, "from a import"); /* beside others: the one from `a` */
    uint32_t statement = (uint32_t)((marked != NULL ? marked : strstr(row->before, "from")) - row->before),
             n = 0;
    RewriteMove moves[4];
    Edit edit;

    for (; n < 4 && row->names[n] != NULL; n++)
        moves[n] = (RewriteMove){offset_of(row->before, statement, row->names[n]), row->modules[n],
                                 row->new_names[n]};
    edit_init(&edit);
    g_test_message("%s", row->before);
    Rewrite *rewrite = rewrite_new(lexed, "p.q", false, &edit);
    rewrite_expect(rewrite, statement);
    const char *reason = rewrite_statement(rewrite, statement, moves, n);
    rewrite_finish(rewrite);
    g_assert_true((reason != NULL) == (row->after == NULL));
    if (row->after == NULL) {
        g_assert_cmpuint(edit.spans->len, ==, 0);
    } else {
        g_autoptr(GBytes) before = g_bytes_new_static(row->before, strlen(row->before));
        g_autoptr(GBytes) after = edit_apply(&edit, before);
        g_assert_nonnull(after);
        g_test_message("%.*s", (int)g_bytes_get_size(after), (const char *)g_bytes_get_data(after, NULL));
        g_assert_cmpmem(g_bytes_get_data(after, NULL), g_bytes_get_size(after), row->after,
                        strlen(row->after));
    }
    edit_clear(&edit);
}

static void test_rewrite(void)
{
    Lexer *lexer = lexer_new();

    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++)
        check_row(lexer, &rows[i]);
    lexer_free(lexer);
}

static void test_diff(void)
{
    g_autoptr(GBytes) before = g_bytes_new_static("1\n2\n3\n4\n5\n6\n7\n8\n9\nX", 19);
    g_autoptr(GBytes) after = g_bytes_new_static("1\n2\n3\n4\nfive\n6\n7\n8\n9\nX\n", 23);
    g_autoptr(GString) out = g_string_new(NULL);

    diff_append(out, "a b.py", 0100644, before, after);
    g_assert_cmpstr(
        out->str, ==,
        "diff --git a/a b.py b/a b.py\n--- a/a b.py\t\n+++ b/a b.py\t\n"
        "@@ -2,9 +2,9 @@\n 2\n 3\n 4\n-5\n+five\n 6\n 7\n 8\n 9\n-X\n\\ No newline at end of file\n+X\n");
    g_string_truncate(out, 0);
    diff_append(out, "x.py", 0100755, before, before);
    g_assert_cmpstr(out->str, ==, "");
}

static void test_overlap(void)
{
    g_autoptr(GBytes) before = g_bytes_new_static("abcdef", 6);
    Edit edit;

    edit_init(&edit);
    edit_replace(&edit, 1, 3, "x");
    edit_replace(&edit, 2, 4, "y");
    g_assert_null(edit_apply(&edit, before));
    edit_clear(&edit);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/fix/rewrite", test_rewrite);
    g_test_add_func("/fix/diff", test_diff);
    g_test_add_func("/fix/overlap", test_overlap);
    return g_test_run();
}
