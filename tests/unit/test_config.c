#include "config/config.h"

#include "config/toml.h"
#include "tree.h"

static Config *load(const char *name, const char *text, GError **error)
{
    char *root = tree_new();
    SourceOptions options = {.project_root = root};
    GError *problem = NULL;

    tree_write(root, name, text);
    Source *source = source_open_disk(&options, &problem);
    g_assert_no_error(problem);
    Config *config = config_load(source, NULL, error);
    source_free(source);
    tree_free(root);
    return config;
}

static void test_all_keys(void)
{
    static const char text[] =
        "[project]\nname = 'x'\n[tool.onedef]\nroots = ['src', './lib/']\nexclude = ['build/']\n"
        "boundaries = ['a']\nkinds = ['class', 'function']\npython-version = '3.11'\n"
        "platform = 'linux'\npublic-root-imports = true\n"
        "[tool.onedef.priorities]\ncritical = ['core/**']\nhigh = 'app/**'\n"
        "[tool.onedef.plan]\nbatch-files = 7\n[tool.onedef.graph]\nnodes = 10\nedges = 20\n"
        "[tool.onedef.roles]\ntest = ['qa/**']\n"
        "[tool.onedef.canonical]\nZed = 'a.z:Zed'\nManager = 'a.b:Manager'\n"
        "[tool.onedef.rules]\nshim = 'off'\nduplicate = 'error'\n"
        "[[tool.onedef.ignore]]\nrule = 'duplicate'\npath = 'x/**'\nreason = 'known'\n";
    GError *error = NULL;
    g_autoptr(Config) config = load("pyproject.toml", text, &error);

    g_assert_no_error(error);
    g_assert_cmpstr(config->origin, ==, "pyproject.toml");
    g_assert_cmpuint(config->roots->len, ==, 2);
    g_assert_cmpstr(config->roots->pdata[1], ==, "lib");
    g_assert_cmpstr(config->high->pdata[0], ==, "app/**");
    g_assert_cmpuint(config->batch_files, ==, 7);
    g_assert_cmpuint(config->graph_nodes, ==, 10);
    g_assert_true(config->public_root_imports);
    g_assert_cmpstr(config->role_globs[1]->pdata[0], ==, "qa/**");
    g_assert_cmpstr(((ConfigPin *)config->pins->pdata[0])->name, ==, "Manager");
    g_assert_cmpstr(((ConfigRule *)config->rules->pdata[0])->slug, ==, "duplicate");
    g_assert_cmpint(((ConfigRule *)config->rules->pdata[0])->severity, ==, 2);
    g_assert_cmpint(((ConfigRule *)config->rules->pdata[1])->severity, ==, -1);
    g_assert_cmpstr(((ConfigSuppression *)config->suppressions->pdata[0])->reason, ==, "known");
}

static void test_errors(void)
{
    static const struct {
        const char *text, *message;
    } rows[] = {
        {"rots = []\n", "onedef.toml:1: rots: unknown key; did you mean 'roots'?"},
        {"\npublic_root_imports = true\n",
         "onedef.toml:2: public_root_imports: unknown key; did you mean 'public-root-imports'?"},
        {"roots = 3\n", "onedef.toml:1: roots: expected a list of strings"},
        {"roots = ['a', 3]\n", "onedef.toml:1: roots: expected a list of strings, item 2 is none"},
        {"roots = ['../a']\n", "onedef.toml:1: roots: '../a' is not a folder inside the project"},
        {"[graph]\nnodes = 'many'\n", "onedef.toml:2: graph.nodes: expected a number from 1 to 1000000"},
        {"[graph]\nnodes = 0\n", "onedef.toml:2: graph.nodes: expected a number from 1 to 1000000"},
        {"graph = 1\n", "onedef.toml:1: graph: expected a table"},
        {"[rules]\nshim = 'loud'\n",
         "onedef.toml:2: rules.shim: expected \"error\", \"warning\", \"info\" or \"off\""},
        {"[[ignore]]\nrule = 'shim'\n", "onedef.toml:1: ignore: entry 1 has no reason"},
        {"[[ignore]]\nreason = 'x'\n", "onedef.toml:1: ignore: entry 1 names no rule, path or name"},
        {"[[ignore]]\nrules = 'x'\n", "onedef.toml:2: ignore.rules: unknown key; did you mean 'rule'?"},
        {"[roles]\ntests = []\n", "onedef.toml:2: roles.tests: unknown key; did you mean 'test'?"},
        {"kinds = ['clas']\n", "onedef.toml:1: kinds: unknown kind 'clas'; did you mean 'class'?"},
        {"python-version = 'three'\n", "onedef.toml:1: python-version: expected a version like \"3.11\""},
        {"[canonical]\nA = 1\n",
         "onedef.toml:2: canonical.A: expected a string like \"package.module:Name\""},
        {"zzzzzzzzzzzz = 1\n", "onedef.toml:1: zzzzzzzzzzzz: unknown key"},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GError) error = NULL;
        g_assert_null(load("onedef.toml", rows[i].text, &error));
        g_assert_nonnull(error);
        g_assert_cmpstr(error->message, ==, rows[i].message);
    }
}

static void test_malformed(void)
{
    static const char *const texts[] = {"a = ",           "= 1",          "[a",
                                        "a = 1\na = 2\n", "\xff\xfe = 1", "a = \"x\ny\""};

    for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
        g_autoptr(GError) error = NULL;
        g_assert_null(toml_parse(texts[i], strlen(texts[i]), "x.toml", &error));
        g_assert_true(g_str_has_prefix(error->message, "x.toml:"));
        g_assert_null(strchr(error->message, '\n'));
    }
    /* Depth is bounded by an error, not by the stack. */
    g_autoptr(GString) deep = g_string_new("a = ");
    for (int i = 0; i < 200000; i++)
        g_string_append_c(deep, '[');
    g_autoptr(GError) error = NULL;
    g_assert_null(toml_parse(deep->str, deep->len, "deep.toml", &error));
    g_assert_nonnull(error);
}

static void test_values(void)
{
    static const char text[] =
        "d = 1979-05-27\nt = 07:32:00\ni = inf\nn = nan\nx = 0x10\nf = 1.5\nb = true\na = [1, 'x']\n";
    GError *error = NULL;
    json_t *value = toml_parse(text, sizeof text - 1, "v.toml", &error);

    g_assert_no_error(error);
    g_assert_cmpstr(json_string_value(json_object_get(value, "d")), ==, "1979-05-27");
    g_assert_cmpstr(json_string_value(json_object_get(value, "t")), ==, "07:32:00");
    g_assert_cmpstr(json_string_value(json_object_get(value, "i")), ==, "inf");
    g_assert_cmpstr(json_string_value(json_object_get(value, "n")), ==, "nan");
    g_assert_cmpint(json_integer_value(json_object_get(value, "x")), ==, 16);
    g_assert_cmpuint(json_array_size(json_object_get(value, "a")), ==, 2);
    json_decref(value);
}

static void test_no_file(void)
{
    GError *error = NULL;
    g_autoptr(Config) config = load("pyproject.toml", "[tool.black]\n", &error);

    g_assert_no_error(error);
    g_assert_null(config->origin);
    g_assert_cmpuint(config->batch_files, ==, 5);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/config/all-keys", test_all_keys);
    g_test_add_func("/config/errors", test_errors);
    g_test_add_func("/config/malformed", test_malformed);
    g_test_add_func("/config/values", test_values);
    g_test_add_func("/config/no-file", test_no_file);
    return g_test_run();
}
