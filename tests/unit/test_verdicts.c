/* Whole programs in, verdicts and findings out. Each case is a set of files ("=== path" starts one)
 * and what must be said about it: "verdict Name members", in any order, one per line; a rule with its
 * number of findings as "rule slug n". What is not named must not be there, except homonyms. */
#include <glib.h>
#include <glib/gstdio.h>
#include <string.h>

#include "engine/engine.h"

typedef struct Case {
    const char *name, *files, *expected;
} Case;

#define MANAGER                                                                                              \
    "class Manager:\n"                                                                                       \
    "    def connect(self, user, socket):\n"                                                                 \
    "        if len(self.connections) >= self.limit:\n"                                                      \
    "            raise ConnectionError(f'over {self.limit}')\n"                                              \
    "        self.connections.setdefault(user, []).append(socket)\n"                                         \
    "    def send(self, user, message):\n"                                                                   \
    "        sockets = self.connections.get(user, ())\n"                                                     \
    "        for socket in sockets:\n"                                                                       \
    "            socket.send(message)\n"                                                                     \
    "        return len(sockets)\n"

#define MODE_ENUM                                                                                            \
    "from enum import Enum\nclass Mode(Enum):\n    UNIFIED = 'unified'\n    ISOLATED = 'isolated'\n    "     \
    "DEGRADED = 'degraded'\n"

static const Case cases[] = {
    {"duplicate", "=== p/__init__.py\n=== p/a.py\n" MANAGER "=== p/b.py\n" MANAGER,
     "duplicate Manager 2\nrule duplicate 1"},
    {"layout, comments, quotes, docstring",
     "=== p/__init__.py\n=== p/a.py\nclass Point:\n    x: int = 1\n    label: str = 'p'\n    def norm(self, "
     "scale):\n        return (self.x * scale) ** 2\n"
     "=== p/b.py\nclass Point:\n    \"\"\"A point.\"\"\"\n    x: int = 1  # one\n\n    label: str = "
     "\"p\"\n\n    def norm(\n        self,\n        scale,\n    ):\n        \"\"\"Norm.\"\"\"\n        "
     "return (\n            self.x * scale\n        ) ** 2\n",
     "duplicate Point 2\nrule duplicate 1"},
    {"reordered members",
     "=== p/__init__.py\n=== p/a.py\nclass T:\n    def up(self, k):\n        return k + self.base\n    def "
     "down(self, k):\n        return k - self.base\n"
     "=== p/b.py\nclass T:\n    def down(self, k):\n        return k - self.base\n    def up(self, k):\n     "
     "   return k + self.base\n",
     "duplicate T 2\nrule duplicate 1"},
    {"a statement in the class body that is no member differs",
     "=== p/__init__.py\n=== p/a.py\n" MANAGER "    send.alters_data = True\n=== p/b.py\n" MANAGER
     "    send.alters_data = False\n",
     "diverged Manager 2\nrule diverged 1"},
    {"bases in another order",
     "=== p/__init__.py\n=== p/a.py\nclass Handler(First, Second):\n    def up(self, k):\n        return k + "
     "self.base\n=== p/b.py\nclass Handler(Second, First):\n    def up(self, k):\n        return k + "
     "self.base\n",
     "diverged Handler 2\nrule diverged 1"},
    {"enum drifted by a value",
     "=== p/__init__.py\n=== p/a.py\n" MODE_ENUM
     "=== p/b.py\nfrom enum import Enum\nclass Mode(Enum):\n    UNIFIED = 'unified'\n    ISOLATED = "
     "'isolated'\n    DEGRADED = 'reduced'\n",
     "diverged Mode 2\nrule diverged 1"},
    {"an enum that extends another under a longer name",
     "=== p/__init__.py\n=== p/a.py\nfrom enum import Enum\nclass LinkState(Enum):\n    DIALING = "
     "'dialing'\n    "
     "RINGING = 'ringing'\n    ESTABLISHED = 'established'\n    DEGRADED = 'degraded'\n    HUNG_UP = "
     "'hung_up'\n"
     "=== q/__init__.py\n=== q/b.py\nfrom enum import Enum\nclass VideoLinkState(Enum):\n    DIALING = "
     "'dialing'\n    "
     "RINGING = 'ringing'\n    ESTABLISHED = 'established'\n    DEGRADED = 'degraded'\n    HUNG_UP = "
     "'hung_up'\n    "
     "FROZEN = 'frozen'\n",
     "diverged LinkState / VideoLinkState 2\nrule diverged 1"},
    {"tests of one scheme are no copies",
     "=== pkg/__init__.py\n=== tests/__init__.py\n=== tests/test_create.py\nclass TestCapability:\n"
     "    def test_create_concurrent(self, api, pool):\n        futures = [pool.submit(api.create, {'name': "
     "str(i)}) for i in range(100)]\n        answers = list(as_completed(futures))\n"
     "        assert len(answers) == 100\n        assert all(a.result()['code'] == 0 for a in answers)\n"
     "=== tests/test_list.py\nclass TestCapability:\n"
     "    def test_list_concurrent(self, api, pool):\n        futures = [pool.submit(api.list, 'some', "
     "'filter')"
     " for i in range(100)]\n        answers = list(as_completed(futures))\n"
     "        assert len(answers) == 100\n        assert all(a.result()['code'] == 0 for a in answers)\n",
     "homonym TestCapability 2"},
    {"copies that read one helper module each, byte for byte the same",
     "=== p/__init__.py\n=== p/x/__init__.py\n=== p/x/helper.py\ndef words(text):\n    return text.split()\n"
     "=== p/x/a.py\nfrom p.x import helper\nclass Counter:\n    def count(self, text):\n        return "
     "len(helper.words(text.lower()))\n    def longest(self, text):\n        return max(helper.words(text), "
     "key=len)\n"
     "=== p/y/__init__.py\n=== p/y/helper.py\ndef words(text):\n    return text.split()\n"
     "=== p/y/a.py\nfrom p.y import helper\nclass Counter:\n    def count(self, text):\n        return "
     "len(helper.words(text.lower()))\n    def longest(self, text):\n        return max(helper.words(text), "
     "key=len)\n",
     "duplicate Counter 2\nrule duplicate 1"},
    {"a dummy model is somebody's model, no generated placeholder",
     "=== p/__init__.py\n=== p/dummy_model.py\nclass Encoder:\n    def forward(self, tokens):\n        "
     "return "
     "self.layers(self.embed(tokens))\n"
     "=== p/real.py\nclass Encoder:\n    def encode(self, text, table):\n        return [table[c] for c in "
     "text]\n",
     "homonym Encoder 2"},
    {"every test has its own Foo",
     "=== tests/__init__.py\n=== tests/test_a.py\nclass Foo:\n    bar: str\n    baz: int\n"
     "=== tests/test_b.py\nclass Foo:\n    bar: str\n",
     "homonym Foo 2"},
    {"private subclasses of production code in tests are its fakes",
     "=== p/__init__.py\n=== p/mount.py\nclass Mount:\n    def unmount(self, path):\n        return "
     "self.backend.release(path)\n"
     "=== tests/__init__.py\n=== tests/test_a.py\nfrom p.mount import Mount\nclass _FailingMount(Mount):\n"
     "    def unmount(self, path):\n        self.calls.append(path)\n        raise OSError(f'cannot unmount "
     "{path}')\n"
     "=== tests/test_b.py\nfrom p.mount import Mount\nclass _FailingMount(Mount):\n"
     "    def unmount(self, path):\n        self.calls.append(path)\n        raise OSError(f'cannot release "
     "{path}')\n",
     "test-double _FailingMount 2"},
    {"the smaller of two namesakes of a telling name lies in the larger",
     "=== p/__init__.py\n=== p/a.py\nfrom kit import component\nclass TextProducer:\n    kind: str = "
     "'text'\n    def __init__(self, "
     "value: "
     "str = 'Hello'):\n        self.value = value\n    @component.output_types(text=str)\n    def run(self) "
     "-> "
     "dict[str, str]:\n        return {'text': self.value}\n"
     "=== p/b.py\nfrom kit import component\nclass TextProducer:\n    kind: str = 'text'\n    "
     "@component.output_types(text=str)\n    "
     "def "
     "run(self) -> dict[str, str]:\n        return {'text': 'Hello'}\n",
     "diverged TextProducer 2\nrule diverged 1"},
    {"enums that share only a name",
     "=== p/__init__.py\n=== p/a.py\n" MODE_ENUM
     "=== p/b.py\nfrom enum import Enum\nclass Mode(Enum):\n    READ = 'r'\n    WRITE = 'w'\n",
     "homonym Mode 2"},
    {"enum split into copies and a namesake",
     "=== p/__init__.py\n=== p/a.py\n" MODE_ENUM "=== p/b.py\n" MODE_ENUM
     "=== p/c.py\nfrom enum import Enum\nclass Mode(Enum):\n    READ = 'r'\n    WRITE = 'w'\n",
     "duplicate Mode 2\nrule duplicate 1"},
    {"renamed",
     "=== p/__init__.py\n=== p/a.py\n" MANAGER
     "=== q/__init__.py\n=== q/b.py\nclass Hub:\n    def connect(self, user, socket):\n        if "
     "len(self.connections) >= self.limit:\n            raise ConnectionError(f'over {self.limit}')\n"
     "        self.connections.setdefault(user, []).append(socket)\n    def send(self, user, message):\n     "
     "   sockets = self.connections.get(user, ())\n        for socket in sockets:\n            "
     "socket.send(message)\n        return len(sockets)\n",
     "renamed Manager / Hub 2\nrule renamed 1"},
    {"an alias, an import and a re-export are no second definition",
     "=== p/__init__.py\nfrom .a import Manager\n=== p/a.py\n" MANAGER
     "=== p/b.py\nfrom p.a import Manager\nHub = Manager\n",
     ""},
    {"hollow",
     "=== p/__init__.py\n=== p/a.py\n" MANAGER
     "=== p/b.py\nfrom p import a\nclass Manager(a.Manager):\n    \"\"\"Old place.\"\"\"\n",
     "hollow Manager 2\nrule hollow 1"},
    {"override",
     "=== p/__init__.py\n=== p/a.py\n" MANAGER
     "=== p/b.py\nfrom p.a import Manager as Base\nclass Manager(Base):\n    def close(self):\n        "
     "self.connections.clear()\n",
     "override Manager 2"},
    {"fallback",
     "=== p/__init__.py\n=== p/a.py\n" MANAGER
     "=== p/b.py\ntry:\n    from p.a import Manager\nexcept ImportError:\n    class Manager:\n        pass\n",
     "fallback Manager 2"},
    {"fallback of something external",
     "=== p/__init__.py\n=== p/b.py\ntry:\n    from fast_native import Codec\nexcept ImportError:\n    class "
     "Codec:\n        pass\n",
     "fallback Codec 1"},
    {"version branch",
     "=== p/__init__.py\n=== p/b.py\nimport sys\nif sys.version_info >= (3, 9):\n    class Queue:\n        a "
     "= 1\nelse:\n    class Queue:\n        a = 2\n",
     "conditional Queue 2"},
    {"type-checking twin",
     "=== p/__init__.py\n=== p/b.py\nfrom typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    class Thing:\n "
     "       a: int\nelse:\n    class Thing:\n        a = 1\n",
     "conditional Thing 2"},
    {"stub",
     "=== p/__init__.py\n=== p/a.py\n" MANAGER
     "=== p/a.pyi\nclass Manager:\n    def connect(self, user: str, socket: object) -> None: ...\n",
     "stub Manager 2"},
    {"test double",
     "=== p/__init__.py\n=== p/a.py\n" MANAGER
     "=== tests/fakes.py\nclass Manager:\n    def __init__(self):\n        self.sent = []\n    def "
     "send(self, user, message):\n        self.sent.append(message)\n    def connect(self, user, socket):\n  "
     "      pass\n",
     "test-double Manager 2"},
    {"test copy", "=== p/__init__.py\n=== p/a.py\n" MANAGER "=== tests/test_a.py\n" MANAGER,
     "duplicate Manager 2\nrule test-copy 1"},
    {"nested Meta",
     "=== p/__init__.py\n=== p/a.py\nclass A:\n    name = 'a'\n    class Meta:\n        ordering = "
     "['x']\n=== p/b.py\nclass B:\n    title = 'b'\n    class Meta:\n        ordering = ['x']\n",
     "family Meta 2"},
    {"empty exceptions of different names",
     "=== p/__init__.py\n=== p/a.py\nclass AError(Exception):\n    pass\n=== p/b.py\nclass "
     "BError(Exception):\n    pass\nclass CError(Exception):\n    pass\n",
     ""},
    {"one shape, other names",
     "=== p/__init__.py\n=== p/a.py\nclass Size:\n    width: int\n    height: int\n=== p/b.py\nclass "
     "Money:\n    amount: int\n    cents: int\n",
     ""},
    {"empty classes over bases that differ are no copies",
     "=== p/__init__.py\n=== p/a.py\nclass Rows:\n    def pull(self, k):\n        return "
     "self.cursor.fetch(k)\n\n"
     "class Writer(Rows):\n    pass\n=== p/b.py\nclass Rows:\n    def amount(self):\n        return "
     "sum(self.cells)"
     "\n\nclass Writer(Rows):\n    pass\n",
     ""},
    {"mirrored request types",
     "=== p/__init__.py\n=== p/a.py\nclass UserCreate:\n    name: str\n    email: str\n    age: int\nclass "
     "UserUpdate:\n    name: str\n    email: str\n    age: int\n",
     ""},
    {"same text, other free name",
     "=== p/__init__.py\n=== p/a.py\nLIMIT = 10\nclass Box:\n    def full(self, items):\n        return "
     "len(items) >= LIMIT * self.factor\n=== p/b.py\nLIMIT = 99\nclass Box:\n    def full(self, items):\n    "
     "    return len(items) >= LIMIT * self.factor\n",
     "diverged Box 2\nrule diverged 1"},
    {"same text, loggers of each module",
     "=== p/__init__.py\n=== p/a.py\nimport logging\nlogger = logging.getLogger('a')\nclass Box:\n    def "
     "full(self, items):\n        logger.info('x')\n        return len(items) >= self.factor\n=== "
     "p/b.py\nimport logging\nlogger = logging.getLogger('b')\nclass Box:\n    def full(self, items):\n      "
     "  logger.info('x')\n        return len(items) >= self.factor\n",
     "duplicate Box 2\nrule duplicate 1"},
    {"backends of one base",
     "=== p/__init__.py\n=== p/base.py\nclass BaseStore:\n    def open(self):\n        raise "
     "NotImplementedError\n    def close(self):\n        self.handle = None\n"
     "=== p/x/__init__.py\n=== p/x/store.py\nfrom p.base import BaseStore\nclass Store(BaseStore):\n    "
     "vendor = 'x'\n    def open(self):\n        return xlib.connect(self.dsn)\n"
     "=== p/y/__init__.py\n=== p/y/store.py\nfrom p.base import BaseStore\nclass Store(BaseStore):\n    "
     "vendor = 'y'\n    def open(self):\n        return ylib.session(self.host, self.port)\n",
     "family Store 2"},
    {"redefinition",
     "=== p/__init__.py\n=== p/a.py\nclass R:\n    a = 1\n    def go(self):\n        return self.a + "
     "1\nAlias = R\nclass R:\n    zeta = 2\n    def stay(self, k):\n        return k\n",
     "homonym R 2\nrule redefinition 1"},
    {"broken imports",
     "=== p/__init__.py\n=== p/a.py\nfrom p.nowhere import X\nfrom p.b import Missing\nfrom p.b import "
     "Here\n=== p/b.py\nHere = 1\n",
     "rule broken-import 2"},
    {"broken export", "=== p/__init__.py\n=== p/a.py\n__all__ = ['Here', 'Gone']\nHere = 1\n",
     "rule broken-export 1"},
    {"shim and its user",
     "=== p/__init__.py\n=== p/a.py\n" MANAGER "=== p/old.py\nfrom p.a import Manager\n__all__ = "
     "['Manager']\n=== p/user.py\nfrom p.old import Manager\n",
     "rule shim 1"},
    {"dead shim",
     "=== p/__init__.py\n=== p/a.py\n" MANAGER
     "=== p/old.py\nfrom p.a import Manager\n__all__ = ['Manager']\n=== p/user.py\nfrom p.a import Manager\n",
     "rule dead-shim 1"},
    {"fragmented import",
     "=== p/__init__.py\n=== p/a.py\n" MANAGER
     "=== p/old.py\nfrom p.a import Manager\nx = 1\n=== p/user.py\nfrom p.old import Manager\n=== "
     "p/other.py\nfrom p.a import Manager\n",
     "rule fragmented-import 1"},
    {"split name",
     "=== p/__init__.py\n=== p/w/__init__.py\nfrom p.w.a import Manager\n=== p/w/a.py\n" MANAGER
     "=== p/w/b.py\nclass Manager:\n    def other(self):\n        return [k for k in self.things]\n"
     "=== p/u.py\nfrom p.w import Manager\n=== p/v.py\nfrom p.w.b import Manager\n",
     "homonym Manager 2\nrule split-name 1"},
    {"suppressed with a reason",
     "=== p/__init__.py\n=== p/a.py\n" MANAGER "=== p/b.py\n# onedef: ignore[duplicate] on purpose\n" MANAGER,
     "duplicate Manager 2\nrule duplicate 1"},
    {"unused suppression", "=== p/__init__.py\n=== p/a.py\n# onedef: ignore[duplicate] on purpose\nx = 1\n",
     "rule unused-suppression 1"},
};

static void add_files(Source *overlay, const char *text)
{
    g_auto(GStrv) parts = g_strsplit(text, "=== ", -1);

    for (guint i = 1; parts[i] != NULL; i++) {
        const char *newline = strchr(parts[i], '\n');
        g_autofree char *path = g_strndup(parts[i], (gsize)(newline - parts[i]));
        g_autoptr(GBytes) bytes = g_bytes_new(newline + 1, strlen(newline + 1));
        source_overlay_set(overlay, path, bytes);
    }
}

static char *said(const Analysis *analysis, bool homonyms)
{
    g_autoptr(GPtrArray) lines = g_ptr_array_new_with_free_func(g_free);
    uint32_t rules[RULE_COUNT] = {0};

    for (uint32_t i = 0; i < analysis->detection->n_groups; i++) {
        const Group *group = &analysis->detection->groups[i];
        if (group->verdict != VERDICT_HOMONYM || homonyms)
            g_ptr_array_add(lines,
                            g_strdup_printf("%s %s %u", verdict_name((Verdict)group->verdict),
                                            program_text(analysis->program, group->name), group->n_members));
    }
    for (uint32_t i = 0; i < analysis->detection->n_findings; i++)
        rules[analysis->detection->findings[i].rule]++;
    for (int r = 0; r < RULE_COUNT; r++)
        if (rules[r] > 0)
            g_ptr_array_add(lines, g_strdup_printf("rule %s %u", rule_get((RuleId)r)->slug, rules[r]));
    g_ptr_array_add(lines, NULL);
    return g_strjoinv("\n", (char **)lines->pdata);
}

static void test_case(const void *data)
{
    const Case *one = data;
    g_autofree char *folder = g_dir_make_tmp("onedef-verdict-XXXXXX", NULL);
    const char *paths[] = {folder, NULL};
    SourceOptions options = {.paths = paths, .project_root = folder, .no_ignore = true};
    g_autoptr(GError) error = NULL;
    g_autoptr(Source) disk = source_open_disk(&options, &error);
    g_assert_no_error(error);
    g_autoptr(Source) overlay = source_overlay_new(disk);
    g_autoptr(Config) config = config_new();
    EngineOptions engine = {.jobs = 1, .no_cache = true};

    add_files(overlay, one->files);
    g_autoptr(Analysis) analysis = engine_analyse(overlay, config, &engine, ENGINE_DETECTION, &error);
    g_assert_no_error(error);
    g_autofree char *actual = said(analysis, strstr(one->expected, "homonym") != NULL);
    g_assert_cmpstr(actual, ==, one->expected);
    g_rmdir(folder);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_set_nonfatal_assertions();
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *path = g_strdup_printf("/verdicts/%s", cases[i].name);
        g_test_add_data_func(path, &cases[i], test_case);
    }
    return g_test_run();
}
