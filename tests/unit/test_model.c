#include "model/build.h"

#include "parse/parse.h"
#include "tree.h"

/* A program built from the files below `root` (or below `root`/argument). */
typedef struct Built {
    Source *source;
    Config *config;
    Program *program;
} Built;

static Built build(const char *root, const char *argument)
{
    g_autofree char *path = argument != NULL ? g_build_filename(root, argument, NULL) : NULL;
    SourceOptions options = {.project_root = argument == NULL ? root : NULL,
                             .paths = (const char *const[]){path != NULL ? path : root, NULL}};
    GError *error = NULL;
    Built built = {.source = source_open_disk(&options, &error)};

    g_assert_no_error(error);
    built.config = config_load(built.source, NULL, &error);
    g_assert_no_error(error);
    const SourceListing *listing = source_list(built.source, &error);
    g_autofree ModelInput *inputs = g_new0(ModelInput, listing->n_entries + 1);
    uint32_t n_inputs = 0;
    Parser *parser = parser_new(&(ParseOptions){0});
    for (uint32_t i = 0; i < listing->n_entries; i++) {
        const SourceEntry *entry = &listing->entries[i];
        if (entry->kind == SOURCE_PACKAGING)
            continue;
        ModelInput *input = &inputs[n_inputs++];
        input->entry = entry;
        if (entry->kind == SOURCE_PYTHON || entry->kind == SOURCE_STUB) {
            g_autoptr(GBytes) bytes = source_read(built.source, entry->path, &error);
            g_assert_no_error(error);
            size_t length;
            const char *text = g_bytes_get_data(bytes, &length);
            input->block = parser_parse(parser, text != NULL ? text : "", length, &input->size);
        }
    }
    parser_free(parser);
    built.program = model_build(built.source, built.config, inputs, n_inputs, 2);
    g_assert_no_error(error);
    return built;
}

static void built_clear(Built *built)
{
    program_free(built->program);
    config_free(built->config);
    source_free(built->source);
}

/* One line a module: "id path [flags]". */
static char *describe(const Program *program)
{
    static const struct {
        uint32_t flag;
        const char *name;
    } flags[] = {
        {MODULE_NAMESPACE, "namespace"},
        {MODULE_STUB, "stub"},
        {MODULE_SCRIPT, "script"},
        {MODULE_SHADOWED, "shadowed"},
        {MODULE_UNIMPORTABLE, "unimportable"},
        {MODULE_EXTENSION, "extension"},
        {MODULE_EXTENDED_PATH, "extended"},
    };
    GString *text = g_string_new(NULL);

    for (Id i = 0; i < program->n_modules; i++) {
        const Module *module = &program->modules[i];
        g_string_append_printf(text, "%s %s", program_text(program, module->id),
                               program_module_path(program, i));
        for (size_t j = 0; j < G_N_ELEMENTS(flags); j++)
            if (module->flags & flags[j].flag)
                g_string_append_printf(text, " %s", flags[j].name);
        g_string_append_c(text, '\n');
        /* The parent is the package by name, whenever there is one in the same unit. */
        const char *dot = strrchr(program_text(program, module->name), '.');
        if (dot != NULL && module->parent != ID_NONE) {
            const char *parent = program_text(program, program->modules[module->parent].name);
            g_assert_cmpint(strncmp(parent, program_text(program, module->name), strlen(parent)), ==, 0);
        }
    }
    return g_string_free(text, false);
}

static char *describe_roots(const Program *program)
{
    GString *text = g_string_new(NULL);

    for (Id i = 0; i < program->n_units; i++) {
        const Unit *unit = &program->units[i];
        g_string_append_printf(text, "%s(%s):", unit->dir == 0 ? "" : program_text(program, unit->name),
                               program_text(program, unit->dir));
        for (uint32_t j = 0; j < unit->n_roots; j++)
            g_string_append_printf(text, " '%s'",
                                   program_text(program, program->roots[unit->first_root + j].dir));
        g_string_append_c(text, '\n');
    }
    return g_string_free(text, false);
}

/* LayoutCase — files as "path" or "path=contents", ended by NULL; roots NULL: not looked at. */
typedef struct LayoutCase {
    const char *name;
    const char *files[16];
    const char *roots, *modules;
} LayoutCase;

static const LayoutCase cases[] = {
    {"flat",
     {"pkg/__init__.py", "pkg/m.py", "tool.py"},
     "(): ''\n",
     "pkg pkg/__init__.py\npkg.m pkg/m.py\ntool tool.py\n"},
    {"src",
     {"src/pkg/__init__.py", "src/pkg/m.py", "tests/test_m.py=from pkg.m import x\n"},
     "(): 'src' ''\n",
     "pkg src/pkg/__init__.py\npkg.m src/pkg/m.py\ntests  namespace\ntests.test_m tests/test_m.py\n"},
    {"src-as-package",
     {"src/__init__.py", "src/m.py", "main.py=from src.m import x\n"},
     "(): ''\n",
     "main main.py\nsrc src/__init__.py\nsrc.m src/m.py\n"},
    {"src-imported-by-name",
     {"src/m.py", "src/n.py=from src.m import x\n"},
     "(): ''\n",
     "src  namespace\nsrc.m src/m.py\nsrc.n src/n.py\n"},
    {"dual", /* RESOLUTION 11: two names of one file, both in use; relative imports follow */
     {"src/pkg/__init__.py", "src/pkg/m.py=from . import n\n", "src/pkg/n.py", "src/pkg/o.py",
      "main.py=from src.pkg.m import x\nfrom pkg.m import x\nfrom pkg.n import x\n"},
     "(): 'src' ''\n",
     "main main.py\npkg src/pkg/__init__.py\npkg.m src/pkg/m.py\npkg.n src/pkg/n.py\npkg.o src/pkg/o.py\n"
     "src  namespace\nsrc.pkg src/pkg/__init__.py\nsrc.pkg.m src/pkg/m.py\nsrc.pkg.n src/pkg/n.py\n"},
    {"precedence", /* RESOLUTION 8 */
     {"a/__init__.py", "a.py", "b.cpython-311-x86_64-linux-gnu.so", "b.py", "c.py", "c/inside.py", "d/x.py"},
     "(): ''\n",
     "a@a.py a.py shadowed\na a/__init__.py\nb b.cpython-311-x86_64-linux-gnu.so extension\nb@b.py b.py "
     "shadowed\n"
     "c c.py\nc.inside@c/inside.py c/inside.py shadowed\nd  namespace\nd.x d/x.py\n"},
    {"stubs", /* RESOLUTION 44 */
     {"a.py", "a.pyi", "p/__init__.py", "p/__init__.pyi", "p/m.pyi", "only.pyi", "ext-stubs/__init__.pyi",
      "ext.cpython-311-x86_64-linux-gnu.so"},
     "(): ''\n",
     "a a.py\na@a.pyi a.pyi stub\next@ext-stubs/__init__.pyi ext-stubs/__init__.pyi stub\n"
     "ext ext.cpython-311-x86_64-linux-gnu.so extension\nonly only.pyi stub\np p/__init__.py\n"
     "p@p/__init__.pyi p/__init__.pyi stub\np.m p/m.pyi stub\n"},
    {"unimportable", /* RESOLUTION 7 */
     {"pkg/__init__.py", "pkg/foo.bar.py", "pkg/my-mod.py", "pkg/class.py", "pkg/match.py", "dev-tools/x.py",
      "dev-tools/sub/y.py", "libx.1.so"},
     "(): ''\n",
     "pkg pkg/__init__.py\npkg.class pkg/class.py script unimportable\npkg.foo.bar pkg/foo.bar.py script "
     "unimportable\n"
     "pkg.match pkg/match.py\npkg.my-mod pkg/my-mod.py script unimportable\nsub  namespace script\n"
     "sub.y dev-tools/sub/y.py script\nx dev-tools/x.py script\n"},
    {"two-roots", /* RESOLUTION 9: the first regular package wins whole; namespaces merge */
     {"onedef.toml=roots = ['one', 'two']\n", "one/reg/__init__.py", "one/reg/a.py", "two/reg/__init__.py",
      "two/reg/b.py", "one/ns/a.py", "two/ns/b.py", "one/late/a.py", "two/late/__init__.py"},
     "(): 'one' 'two' ''\n",
     "late two/late/__init__.py\nlate.a@one/late/a.py one/late/a.py shadowed\nns  namespace\nns.a "
     "one/ns/a.py\n"
     "ns.b two/ns/b.py\nreg one/reg/__init__.py\nreg@two/reg/__init__.py two/reg/__init__.py shadowed\n"
     "reg.a one/reg/a.py\nreg.b@two/reg/b.py two/reg/b.py shadowed\n"},
    {"extended-path", /* RESOLUTION 10 */
     {"onedef.toml=roots = ['one', 'two']\n",
      "one/p/__init__.py=__path__ = __import__('pkgutil').extend_path(__path__, __name__)\n", "one/p/a.py",
      "two/p/__init__.py=__path__ = __import__('pkgutil').extend_path(__path__, __name__)\n", "two/p/b.py"},
     NULL,
     "p one/p/__init__.py extended\np@two/p/__init__.py two/p/__init__.py shadowed extended\np.a one/p/a.py\n"
     "p.b two/p/b.py\n"},
    {"pyproject",
     {"pyproject.toml=[project]\nname='x'\n[tool.setuptools]\npackage-dir = {'' = 'lib'}\n",
      "lib/pkg/__init__.py", "lib/pkg/m.py"},
     "(): 'lib' ''\n",
     "pkg lib/pkg/__init__.py\npkg.m lib/pkg/m.py\n"},
    {"package-dir-prefix",
     {"setup.py=from setuptools import setup\nsetup(name='x', package_dir={'pkg': 'code'}, "
      "packages=['pkg'])\n",
      "code/__init__.py", "code/m.py"},
     "(): 'code' ''\n",
     "pkg code/__init__.py\npkg.m code/m.py\nsetup setup.py\n"},
    {"setup-cfg",
     {"setup.cfg=[metadata]\nname = x\n[options]\npackages = find:\npackage_dir =\n    = python\n"
      "[options.packages.find]\nwhere = python\n",
      "python/pkg/__init__.py"},
     "(): 'python' ''\n",
     "pkg python/pkg/__init__.py\n"},
    {"poetry-and-hatch",
     {"a/pyproject.toml=[tool.poetry]\nname='pa'\npackages=[{include='pa', from='code'}]\n",
      "a/code/pa/__init__.py",
      "b/pyproject.toml=[project]\nname='pb'\n[tool.hatch.build.targets.wheel]\npackages=['source/pb']\n",
      "b/source/pb/__init__.py"},
     "(): ''\npa(a): 'a/code' 'a'\npb(b): 'b/source' 'b'\n",
     "pa a/code/pa/__init__.py\npb b/source/pb/__init__.py\n"},
    {"units-with-one-name",
     {"a/pyproject.toml=[project]\nname='ua'\n", "a/app/__init__.py",
      "b/pyproject.toml=[project]\nname='ub'\n", "b/app/__init__.py"},
     "(): ''\nua(a): 'a'\nub(b): 'b'\n",
     "app a/app/__init__.py\nub/app b/app/__init__.py\n"},
    {"unit-that-is-a-package",
     {"svc/pyproject.toml=[project]\nname='svc'\n", "svc/__init__.py",
      "svc/core.py=from svc.core import x\n"},
     "(): ''\nsvc(svc): '' 'svc'\n",
     "svc svc/__init__.py\nsvc.core svc/core.py\n"},
    {"imported-roots", /* RESOLUTION 12: nothing but the imports says that backend/ is on the path */
     {"backend/app/__init__.py", "backend/app/core/__init__.py", "backend/app/core/config.py",
      "backend/app/main.py=from app.core.config import x\nfrom app.core import config\n", "scripts/run.py"},
     "(): 'backend' ''\n",
     "app backend/app/__init__.py\napp.core backend/app/core/__init__.py\napp.core.config "
     "backend/app/core/config.py\n"
     "app.main backend/app/main.py\nscripts  namespace\nscripts.run scripts/run.py\n"},
    {"services", /* … and two of them that cannot share one path are units */
     {"svc/a/app/__init__.py", "svc/a/app/core/x.py", "svc/a/app/main.py=import app.core.x\n",
      "svc/b/app/__init__.py", "svc/b/app/core/x.py", "svc/b/app/main.py=import app.core.x\n"},
     "(): ''\na(svc/a): 'svc/a'\nb(svc/b): 'svc/b'\n",
     NULL},
    {"not-a-root", /* a folder that has a library's name is not what `import redis` means */
     {"app/__init__.py", "app/services/redis/__init__.py", "app/services/redis/x.py", "lib/redis/thing.py",
      "app/use.py=import redis\nfrom redis.asyncio import Redis\nfrom redis.client import y\n"},
     "(): ''\n",
     NULL},
    {"numpy-setup", /* setup.py in a package starts no project */
     {"np/__init__.py", "np/setup.py=from numpy.distutils.core import setup\nsetup(name='z')\n", "np/m.py"},
     "(): ''\n",
     "np np/__init__.py\nnp.m np/m.py\nnp.setup np/setup.py\n"},
    {"namespace-tree", /* as zope's: zope has no __init__.py */
     {"zope/interface/__init__.py", "zope/interface/decl.py", "zope/event.py"},
     "(): ''\n",
     "zope  namespace\nzope.event zope/event.py\nzope.interface zope/interface/__init__.py\n"
     "zope.interface.decl zope/interface/decl.py\n"},
    {"unicode",
     {"caf\xc3\xa9.py", "\xef\xac\x81x.py"},
     NULL,
     "caf\xc3\xa9 caf\xc3\xa9.py\n\xef\xac\x81x \xef\xac\x81x.py script unimportable\n"},
};

static void test_layout(const void *data)
{
    const LayoutCase *row = data;
    char *root = tree_new();

    for (size_t i = 0; i < G_N_ELEMENTS(row->files) && row->files[i] != NULL; i++) {
        g_auto(GStrv) parts = g_strsplit(row->files[i], "=", 2);
        tree_write(root, parts[0], parts[1] != NULL ? parts[1] : "");
    }
    Built built = build(root, NULL);
    g_autofree char *roots = describe_roots(built.program), *modules = describe(built.program);
    if (row->roots != NULL)
        g_assert_cmpstr(roots, ==, row->roots);
    if (row->modules != NULL)
        g_assert_cmpstr(modules, ==, row->modules);
    built_clear(&built);
    tree_free(root);
}

static void test_package_given_as_path(void)
{
    char *root = tree_new();
    const char *const files[] = {"lib/pkg/__init__.py", "lib/pkg/orm/__init__.py", "lib/pkg/orm/m.py",
                                 "lib/other.py", NULL};

    tree_touch(root, files);
    Built built = build(root, "lib/pkg");
    g_autofree char *modules = describe(built.program);
    g_assert_cmpstr(modules, ==,
                    "pkg pkg/__init__.py\npkg.orm pkg/orm/__init__.py\npkg.orm.m pkg/orm/m.py\n");
    built_clear(&built);
    tree_free(root);
}

/* RESOLUTION 15: a link gives a module of its own, from the same facts. */
static void test_links(void)
{
    char *root = tree_new();

    tree_write(root, "a/__init__.py", "");
    tree_write(root, "a/m.py", "class C: pass\n");
    tree_link(root, "b", "a");
    Built built = build(root, NULL);
    g_autofree char *modules = describe(built.program);
    g_assert_cmpstr(modules, ==, "a a/__init__.py\na.m a/m.py\nb b/__init__.py\nb.m b/m.py\n");
    g_assert_cmpuint(program_find_definition(built.program, "a.m:C"), !=, ID_NONE);
    g_assert_cmpuint(program_find_definition(built.program, "b.m:C"), !=, ID_NONE);
    Id file = program_find_file(built.program, "b/m.py");
    g_assert_cmpstr(program_text(built.program, built.program->files[file].real_path), ==, "a/m.py");
    built_clear(&built);
    tree_free(root);
}

static void test_definitions(void)
{
    char *root = tree_new();

    tree_write(
        root, "m.py",
        "class A:\n    class B(int, metaclass=type): pass\nclass A: pass\ndef f():\n    class A: pass\n");
    Built built = build(root, NULL);
    const Program *program = built.program;
    Id first = program_find_definition(program, "m:A"), inner = program_find_definition(program, "m:A.B"),
       second = program_find_definition(program, "m:A#2"),
       local = program_find_definition(program, "m:f.<locals>.A");
    g_assert_cmpuint(first, !=, ID_NONE);
    g_assert_cmpuint(second, !=, ID_NONE);
    g_assert_cmpuint(local, !=, ID_NONE);
    g_assert_cmpuint(program->definitions[inner].parent, ==, first);
    g_assert_cmpuint(program->definitions[second].ordinal, ==, 2);
    g_assert_cmpuint(program->definitions[second].line, ==, 3);
    g_assert_cmpuint(program_find_definition(program, "m:Z"), ==, ID_NONE);
    g_assert_cmpuint(program_find_module(program, "m"), ==, 0);
    built_clear(&built);
    tree_free(root);
}

static void test_roles(void)
{
    static const struct {
        const char *path;
        Role role;
    } rows[] = {
        {"app/x.py", ROLE_PRODUCTION},       {"app/x_old.py", ROLE_BACKUP},
        {"app/y_old.py", ROLE_PRODUCTION},   {"qa/check.py", ROLE_TEST},
        {"tests/test_x.py", ROLE_TEST},      {"shop/tests.py", ROLE_TEST},
        {"jinja/tests.py", ROLE_PRODUCTION},
    };
    char *root = tree_new();

    tree_write(root, "onedef.toml", "[roles]\ntest = ['qa/**']\n");
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++)
        tree_write(root, rows[i].path, "");
    tree_write(root, "shop/tests.py", "from django.test import TestCase\nclass T(TestCase): pass\n");
    Built built = build(root, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        const File *file = &built.program->files[program_find_file(built.program, rows[i].path)];
        g_test_message("%s", rows[i].path);
        g_assert_cmpstr(role_name(file->role), ==, role_name(rows[i].role));
    }
    built_clear(&built);
    tree_free(root);
}

static void test_beside(void)
{
    char *root = tree_new();
    const char *const files[] = {"tools/run.py", "tools/helper.py", "tools/deep/x.py", "shared.py", NULL};

    tree_touch(root, files);
    Built built = build(root, NULL);
    Id run = program_find_module(built.program, "tools.run"),
       deep = program_find_module(built.program, "tools.deep.x");
    g_assert_cmpuint(program_find_beside(built.program, run, "helper"), ==,
                     program_find_module(built.program, "tools.helper"));
    g_assert_cmpuint(program_find_beside(built.program, deep, "helper"), ==,
                     program_find_module(built.program, "tools.helper"));
    g_assert_cmpuint(program_find_beside(built.program, run, "shared"), ==,
                     program_find_module(built.program, "shared"));
    g_assert_cmpuint(program_find_beside(built.program, run, "deep.x"), ==, deep);
    g_assert_cmpuint(program_find_beside(built.program, run, "nothing"), ==, ID_NONE);
    built_clear(&built);
    tree_free(root);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_set_nonfatal_assertions();
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *path = g_strconcat("/model/layout/", cases[i].name, NULL);
        g_test_add_data_func(path, &cases[i], test_layout);
    }
    g_test_add_func("/model/package-as-path", test_package_given_as_path);
    g_test_add_func("/model/links", test_links);
    g_test_add_func("/model/definitions", test_definitions);
    g_test_add_func("/model/roles", test_roles);
    g_test_add_func("/model/beside", test_beside);
    return g_test_run();
}
