#include "resolve/resolve.h"

#include <string.h>

#include "model/build.h"
#include "parse/parse.h"
#include "resolve/internal.h"
#include "tree.h"

/* A resolved program built from the files below `root`. */
typedef struct Built {
    Source *source;
    Config *config;
    Program *program;
} Built;

static Built build(const char *root, const char *python_version)
{
    SourceOptions options = {.project_root = root, .paths = (const char *const[]){root, NULL}};
    GError *error = NULL;
    Built built = {.source = source_open_disk(&options, &error), .config = config_new()};

    g_assert_no_error(error);
    built.config->python_version = g_strdup(python_version);
    const SourceListing *listing = source_list(built.source, &error);
    g_autofree ModelInput *inputs = g_new0(ModelInput, listing->n_entries + 1);
    uint32_t n_inputs = 0;
    Parser *parser = parser_new(&(ParseOptions){0});
    for (uint32_t i = 0; i < listing->n_entries; i++) {
        ModelInput *input = &inputs[n_inputs++];
        g_autoptr(GBytes) bytes = source_read(built.source, listing->entries[i].path, &error);
        g_assert_no_error(error);
        size_t length;
        const char *text = g_bytes_get_data(bytes, &length);
        input->entry = &listing->entries[i];
        input->block = parser_parse(parser, text != NULL ? text : "", length, &input->size);
    }
    parser_free(parser);
    built.program = model_build(built.source, built.config, inputs, n_inputs, 2);
    g_assert_no_error(error);
    resolve_program(built.program, built.config, 2);
    return built;
}

static void built_clear(Built *built)
{
    program_free(built->program);
    config_free(built->config);
    source_free(built->source);
}

static const Binding *first_binding(const Program *program, const char *module, const char *name)
{
    uint32_t count = 0;
    Id id = program_find_module(program, module);
    g_assert_cmpuint(id, !=, ID_NONE);
    Sym sym = intern_find(program->interner, name, strlen(name));
    return sym == 0 ? NULL : program_bindings_of(program, id, sym, &count);
}

static const char *target_of(Program *program, const char *module, const char *name)
{
    const Binding *binding = first_binding(program, module, name);

    return binding == NULL ? "" : program_text(program, program_target_id(program, binding->target));
}

/* --- conditions: expected values from the language reference and CPython 3.11 on Linux --- */

static void test_conditions(void)
{
    static const Interpreter stated = {
        .minor = 11, .platform = "linux", .firm_version = true, .firm_platform = true};
    static const struct {
        const char *text;
        Truth truth;
    } rows[] = {
        {"True", TRUTH_TRUE},
        {"False", TRUTH_FALSE},
        {"0", TRUTH_FALSE},
        {"1", TRUTH_TRUE},
        {"None", TRUTH_FALSE},
        {"not 0", TRUTH_TRUE},
        {"sys.version_info >= (3, 8)", TRUTH_TRUE},
        {"sys.version_info >= (3, 11)", TRUTH_TRUE},
        {"sys.version_info > (3, 11)", TRUTH_TRUE}, /* (3, 11, 0, …) is longer */
        {"sys.version_info == (3, 11)", TRUTH_FALSE},
        {"sys.version_info < (3, 12)", TRUTH_TRUE},
        {"sys.version_info >= (3, 12)", TRUTH_FALSE},
        {"(3, 8) <= sys.version_info", TRUTH_TRUE},
        {"sys.version_info[:2] == (3, 11)", TRUTH_TRUE},
        {"sys.version_info[0] == 2", TRUTH_FALSE},
        {"sys.version_info[0] < 3", TRUTH_FALSE},
        {"version_info.major >= 3", TRUTH_TRUE},
        {"sys.version_info >= (3,) and sys.platform == 'win32'", TRUTH_FALSE},
        {"sys.platform == 'linux'", TRUTH_TRUE},
        {"sys.platform != 'win32'", TRUTH_TRUE},
        {"sys.platform.startswith('win')", TRUTH_FALSE},
        {"sys.platform in ('win32', 'cygwin')", TRUTH_FALSE},
        {"sys.platform not in ('win32', 'cygwin')", TRUTH_TRUE},
        {"os.name == 'nt'", TRUTH_FALSE},
        {"os.name == \"posix\" or unknown", TRUTH_TRUE},
        {"unknown and False", TRUTH_FALSE},
        {"unknown or False", TRUTH_UNKNOWN},
        {"unknown", TRUTH_UNKNOWN},
        {"hasattr(os, 'fork')", TRUTH_UNKNOWN},
        {"platform.system() == 'Windows'", TRUTH_FALSE},
        {"'posix' in sys.builtin_module_names", TRUTH_TRUE},
        {"PY2", TRUTH_FALSE},
        {"(sys.version_info >= (3, 8))", TRUTH_TRUE},
        {"calcsize('i') == calcsize('l')", TRUTH_FALSE},
        {"ctypes.sizeof(ctypes.c_void_p) == 8", TRUTH_TRUE},
        {"1 + 1 == 3", TRUTH_UNKNOWN},
        {"", TRUTH_UNKNOWN},
        {"((((", TRUTH_UNKNOWN},
        {"sys.version_info[", TRUTH_UNKNOWN},
        {"'unterminated", TRUTH_UNKNOWN},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_test_message("%s", rows[i].text);
        g_assert_cmpint(condition_evaluate(&stated, rows[i].text).truth, ==, rows[i].truth);
    }
    g_assert_true(condition_evaluate(&stated, "sys.version_info >= (3, 8)").firm);
    static const Interpreter assumed = {.minor = 11, .platform = "linux"};
    g_assert_false(condition_evaluate(&assumed, "sys.version_info >= (3, 8)").firm);
    g_assert_true(condition_evaluate(&assumed, "False").firm);
}

static void test_absence(void)
{
    g_assert_true(condition_is_absence("X is None"));
    g_assert_true(condition_is_absence("not X"));
    g_assert_false(condition_is_absence("X is not None"));
    g_assert_false(condition_is_absence("not X.y"));
    g_assert_false(condition_is_absence("X is None or Y"));
}

/* --- tables --- */

static void test_tables(void)
{
    g_assert_true(table_is_stdlib("json", 11));
    g_assert_true(table_is_stdlib("asyncore", 11));
    g_assert_false(table_is_stdlib("asyncore", 12)); /* What's New in Python 3.12: removed */
    g_assert_false(table_is_stdlib("tomllib", 10));
    g_assert_true(table_is_stdlib("tomllib", 99));
    g_assert_false(table_is_stdlib("numpy", 11));
    g_assert_true(table_is_immovable("abc", 11));
    g_assert_true(table_is_immovable("time", 8));
    g_assert_false(table_is_immovable("json", 11));
    g_assert_true(table_module_missing("cPickle", 11, "linux"));
    g_assert_true(table_module_missing("winreg", 11, "linux"));
    g_assert_false(table_module_missing("winreg", 11, "win32"));
    g_assert_true(table_name_missing("itertools", "izip", 11));
    g_assert_false(table_name_missing("itertools", "chain", 11));
    g_assert_true(table_name_missing("collections", "Mapping", 10));
    g_assert_false(table_name_missing("collections", "Mapping", 9));
}

/* --- a stated version drops what it excludes --- */

static void test_stated_version(void)
{
    char *root = tree_new();

    tree_write(root, "a.py", "class New: pass\nclass Old: pass\n");
    tree_write(root, "m.py",
               "import sys\nif sys.version_info >= (3, 12):\n    from a import New as X\n"
               "else:\n    from a import Old as X\n");
    Built stated = build(root, "3.12");
    g_assert_cmpstr(target_of(stated.program, "m", "X"), ==, "a:New");
    g_assert_cmpuint(first_binding(stated.program, "m", "X")->certainty, ==, CERTAINTY_CERTAIN);
    built_clear(&stated);
    Built older = build(root, "3.9");
    g_assert_cmpstr(target_of(older.program, "m", "X"), ==, "a:Old");
    built_clear(&older);
    Built open = build(root, NULL);
    g_assert_cmpuint(first_binding(open.program, "m", "X")->certainty, ==, CERTAINTY_LIKELY);
    built_clear(&open);
    tree_free(root);
}

/* --- what must end, and soon --- */

static void test_long_chain(void)
{
    enum { LENGTH = 10000 };
    char *root = tree_new();
    GString *text = g_string_new("class A0: pass\n");

    for (int i = 0; i < LENGTH; i++)
        g_string_append_printf(text, "A%d = A%d\n", i + 1, i);
    tree_write(root, "m.py", text->str);
    g_string_free(text, TRUE);
    Built built = build(root, NULL);
    const Binding *last = first_binding(built.program, "m", "A10000");
    g_assert_cmpstr(target_of(built.program, "m", "A10000"), ==, "m:A0");
    g_assert_cmpuint(last->n_hops, ==, LENGTH - 1);
    g_assert_cmpuint(built.program->n_hops, <=, LENGTH); /* shared tails */
    uint32_t walked = 0;
    for (Id hop = last->first_hop; hop != ID_NONE; hop = built.program->hops[hop].next)
        walked++;
    g_assert_cmpuint(walked, ==, LENGTH - 1);
    built_clear(&built);
    tree_free(root);
}

static void test_cycles_end(void)
{
    char *root = tree_new();

    tree_write(root, "a.py",
               "from b import X\nfrom b import *\nfrom a import Y\nclass A(A): pass\nclass Own: pass\n");
    tree_write(root, "b.py",
               "from a import X\nfrom a import *\nimport b\nZ = b.Z\nclass B(C): pass\nclass C(B): pass\n");
    Built built = build(root, NULL);
    g_assert_cmpuint(first_binding(built.program, "a", "X")->how, ==, HOW_UNRESOLVED);
    g_assert_cmpstr(target_of(built.program, "b", "Own"), ==, "a:Own");
    g_assert_cmpstr(target_of(built.program, "a", "B"), ==, "b:B");
    built_clear(&built);
    tree_free(root);
}

static void test_everything_from_everything(void)
{
    enum { MODULES = 60 };
    char *root = tree_new();

    for (int i = 0; i < MODULES; i++) {
        GString *text = g_string_new(NULL);
        g_autofree char *path = g_strdup_printf("m%d.py", i);
        for (int j = 0; j < MODULES; j++)
            g_string_append_printf(text, "from m%d import *\n", j);
        g_string_append_printf(text, "class C%d: pass\n", i);
        tree_write(root, path, text->str);
        g_string_free(text, TRUE);
    }
    Built built = build(root, NULL);
    for (int i = 0; i < MODULES; i++)
        for (int j = 0; j < MODULES; j++) {
            g_autofree char *module = g_strdup_printf("m%d", i), *name = g_strdup_printf("C%d", j);
            g_autofree char *wanted = g_strdup_printf("m%d:C%d", j, j);
            g_assert_cmpstr(target_of(built.program, module, name), ==, wanted);
        }
    built_clear(&built);
    tree_free(root);
}

static void test_resolve_dotted(void)
{
    char *root = tree_new();

    tree_write(root, "p/__init__.py", "import enum\n");
    tree_write(root, "p/a.py", "class Outer:\n    class Inner: pass\nAlias = Outer\n");
    Built built = build(root, NULL);
    Id p = program_find_module(built.program, "p");
    static const char *const rows[][2] = {{"a.Outer.Inner", "p.a:Outer.Inner"},
                                          {"a.Alias", "p.a:Outer"},
                                          {"a", "p.a:"},
                                          {"enum.Enum", "enum:Enum"}};
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        Target target = resolve_dotted(built.program, p, rows[i][0]);
        g_assert_cmpstr(program_text(built.program, program_target_id(built.program, target)), ==,
                        rows[i][1]);
    }
    g_assert_cmpuint(resolve_dotted(built.program, p, "a.Nothing").kind, ==, TARGET_NONE);
    built_clear(&built);
    tree_free(root);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/resolve/conditions", test_conditions);
    g_test_add_func("/resolve/absence", test_absence);
    g_test_add_func("/resolve/tables", test_tables);
    g_test_add_func("/resolve/stated_version", test_stated_version);
    g_test_add_func("/resolve/long_chain", test_long_chain);
    g_test_add_func("/resolve/cycles_end", test_cycles_end);
    g_test_add_func("/resolve/everything_from_everything", test_everything_from_everything);
    g_test_add_func("/resolve/dotted", test_resolve_dotted);
    return g_test_run();
}
