/* Deprecated names taken out of the map that `fix --shim deprecate` writes. */
#include <glib.h>
#include <string.h>

#include "fix/deadshim.h"
#include "parse/parse.h"

#define QUESTION                                                                                             \
    "    if name in _DEPRECATED:\n"                                                                          \
    "        import importlib\n"                                                                             \
    "        import warnings\n"                                                                              \
    "\n"                                                                                                     \
    "        module, version = _DEPRECATED[name]\n"                                                          \
    "        warnings.warn(\n"                                                                               \
    "            f\"{__name__}.{name} is now {module}.{name}: the old path will be removed in "              \
    "{version}\",\n"                                                                                         \
    "            DeprecationWarning,\n"                                                                      \
    "            stacklevel=2,\n"                                                                            \
    "        )\n"                                                                                            \
    "        return getattr(importlib.import_module(module), name)\n"
#define END     "    raise AttributeError(f\"module {__name__!r} has no attribute {name!r}\")\n"
#define GETATTR "\n\ndef __getattr__(name):\n"
#define A       "    \"A\": (\"home\", \"3.0\"),\n"
#define B       "    \"B\": (\"home\", \"3.0\"),\n"
#define C       "    \"C\": (\"home\", \"3.0\"),\n"
#define MAP(x)  "_DEPRECATED = {\n" x "}\n"

/* Row — a file, the names that go, and what is left; `kept`: they stay after all. */
typedef struct Row {
    const char *before;
    const char *names[4];
    const char *after;
    bool kept;
} Row;

static const Row rows[] = {
    {MAP(A B) GETATTR QUESTION END, {"A"}, MAP(B) GETATTR QUESTION END, false},
    {MAP(A B C) GETATTR QUESTION END, {"A", "C"}, MAP(B) GETATTR QUESTION END, false},
    {MAP(A) GETATTR QUESTION END, {"A"}, "", false},
    {MAP(A B) GETATTR QUESTION END, {"B", "A"}, "", false},
    {"x = 1\n\n\n" MAP(A) GETATTR QUESTION END, {"A"}, "x = 1\n", false},
    {"x = 1\n\n\n" MAP(A) GETATTR QUESTION END "\n\ny = 2\n", {"A"}, "x = 1\n\n\ny = 2\n", false},
    {MAP(A) GETATTR QUESTION "    return 3\n", {"A"}, GETATTR "    return 3\n", false},
    {MAP(A) GETATTR "    \"\"\"Old names.\"\"\"\n" QUESTION END,
     {"A"},
     GETATTR "    \"\"\"Old names.\"\"\"\n" END,
     false},
    /* the names of others stay, and so does what somebody has edited */
    {MAP(A) GETATTR QUESTION END, {"Z"}, MAP(A) GETATTR QUESTION END, true},
    {MAP(A) GETATTR "    print(name)\n" QUESTION END,
     {"A"},
     MAP(A) GETATTR "    print(name)\n" QUESTION END,
     true},
    {"_DEPRECATED = {\"A\": (\"home\", \"3.0\")}\n" GETATTR QUESTION END,
     {"A"},
     "_DEPRECATED = {\"A\": (\"home\", \"3.0\")}\n" GETATTR QUESTION END,
     true},
    {MAP(A "    # why\n" B) GETATTR QUESTION END, {"A"}, MAP(A "    # why\n" B) GETATTR QUESTION END, true},
    {MAP(A), {"A"}, MAP(A), true},
    {"x = 1\n", {"A"}, "x = 1\n", true},
};

static void check(Parser *parser, Lexer *lexer, const Row *row)
{
    size_t size, length = strlen(row->before), after_length = 0;
    g_autofree void *block = parser_parse(parser, row->before, length, &size);
    File file = {0};
    Program program = {.interner = interner_new(), .files = &file, .n_files = 1};
    FixView view = {.program = &program};
    FixState state = {.view = &view};
    FixMove moves[4] = {0};
    FixFile fixed = {.moves = moves};
    g_autoptr(GBytes) before = g_bytes_new_static(row->before, length);
    Edit edit;

    g_assert_true(facts_open(block, size, true, &file.facts));
    for (; fixed.n_moves < G_N_ELEMENTS(row->names) && row->names[fixed.n_moves] != NULL; fixed.n_moves++)
        moves[fixed.n_moves].bound = intern_cstr(program.interner, row->names[fixed.n_moves]);
    edit_init(&edit);
    deprecate_drop(lexer_run(lexer, row->before, length), &state, &fixed, &edit);
    g_autoptr(GBytes) after = edit_apply(&edit, before);
    g_assert_nonnull(after);
    const char *text = g_bytes_get_data(after, &after_length);
    g_autofree char *got = g_strndup(text != NULL ? text : "", after_length);
    g_assert_cmpstr(got, ==, row->after);
    g_assert_cmpint(edit.spans->len == 0, ==, row->kept);
    for (uint32_t i = 0; i < fixed.n_moves; i++) {
        g_free(moves[i].reason);
        g_free(moves[i].drops);
    }
    edit_clear(&edit);
    interner_free(program.interner);
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
    g_test_add_func("/deprecate/drop", test_rows);
    return g_test_run();
}
