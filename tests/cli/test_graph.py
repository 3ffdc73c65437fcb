"""Pictures of generated trees: formats that other programs accept, budgets, options — and the judgement of
import cycles against CPython, which imports every module of random packages first.

usage: test_graph.py ONEDEF SOURCE_DIR
"""
import collections
import importlib
import json
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
import xml.etree.ElementTree as ElementTree

ONEDEF = sys.argv[1]
SVG = "{http://www.w3.org/2000/svg}"
GRAPHML = "{http://graphml.graphdrawing.org/xmlns}"


def run(*arguments, code=0):
    done = subprocess.run([ONEDEF, "graph", "--no-cache", *arguments], capture_output=True, timeout=300)
    assert done.returncode == code, (arguments, done.returncode, done.stderr)
    return done


def view(*arguments):
    return json.loads(run("-f", "json", *arguments).stdout)


def write(folder, files):
    for path, text in files.items():
        path = os.path.join(folder, path)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)


class Folder(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp()

    def tearDown(self):
        shutil.rmtree(self.folder)


# --- cycles ---

FORMS = [
    "import {p}.{m}\n",
    "import {p}.{m} as other_{m}\n",
    "from {p} import {m}\n",
    "from {p}.{m} import NAME_{m}\n",
    "from {p}.{m} import late_{m}\n",
    "from .{m} import NAME_{m} as mine_{m}\n",
    "from {p}.{m} import *\n",
    "def later():\n    from {p}.{m} import NAME_{m}\n",
    "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from {p}.{m} import NAME_{m}\n",
    "try:\n    from {p}.{m} import NAME_{m}\nexcept ImportError:\n    NAME_{m} = None\n",
    "import {p}.{m} as base_{m}\nclass Sub_{m}(base_{m}.NAME_{m}): pass\n",
]
RARE = {6, 10}


def random_package(rng, package):
    modules = ["m%d" % i for i in range(rng.randint(2, 6))]
    files = {}
    for module in modules:
        lines = []
        for other in rng.sample(modules, rng.randint(0, min(3, len(modules)))):
            form = rng.randrange(len(FORMS))
            if other != module and (form not in RARE or rng.random() < 0.5):
                lines.append(FORMS[form].format(p=package, m=other))
        lines.insert(rng.randint(0, len(lines)), "class NAME_%s: pass\n" % module)
        lines.append("def late_%s(): pass\n" % module)
        files["%s/%s.py" % (package, module)] = "".join(lines)
    first = [m for m in modules if rng.random() < 0.15]
    files["%s/__init__.py" % package] = "".join("from . import %s\n" % m for m in first)
    return modules, files


def entry_fails(package, module):
    """None when the import works, else (importer, target) of the failure."""
    for name in [n for n in sys.modules if n == package or n.startswith(package + ".")]:
        del sys.modules[name]
    importlib.invalidate_caches()
    try:
        importlib.import_module(module)
    except (ImportError, AttributeError) as error:
        trace = error.__traceback__
        while trace.tb_next is not None:
            trace = trace.tb_next
        importer = trace.tb_frame.f_globals.get("__name__", "?")
        return importer, getattr(error, "name", None) or "?"
    return None


def cycles_of(folder):
    found = view("--kind", "cycles", "--full", folder)
    members = collections.defaultdict(set)
    for node in found["nodes"]:
        members[node["cluster"]].add(node["id"])
    return [(found["clusters"][i]["style"], members[i]) for i in sorted(members)]


class Cycles(Folder):
    def test_judgement_agrees_with_cpython(self):
        rng = random.Random(int(os.environ.get("ONEDEF_TEST_SEED", "20240607")))
        sys.path.insert(0, self.folder)
        sys.dont_write_bytecode = True
        judged = collections.Counter()
        for round_number in range(90):
            package = "pkg%03d" % round_number
            folder = os.path.join(self.folder, "round%03d" % round_number)
            modules, files = random_package(rng, package)
            write(folder, files)
            sys.path[0] = folder
            for severity, members in cycles_of(folder):
                outcomes = []
                for module in sorted(members):
                    failure = entry_fails(package, module)
                    if failure is not None and not (failure[0] in members):
                        break  # another cycle fails first: nothing is known of this one
                    outcomes.append(failure is not None)
                else:
                    expected = "fatal" if all(outcomes) else "order-dependent" if any(outcomes) else "benign"
                    judged[expected] += 1
                    self.assertEqual(severity, expected, (folder, members, files))
        sys.path.pop(0)
        for severity in ("fatal", "order-dependent", "benign"):
            self.assertGreater(judged[severity], 0, judged)


# --- formats ---

HOSTILE = ["plain", "my-mod<script>alert(1)<", "quote\"s'and`ticks`", "new\nline", "tab\tand\x07bell", "]]>cdata&amp;",
           "%%{init: {}}%%", "back\\slash\\", "\\N\\G\\L", "émoji_🎉_名前", "‮right_to_left", "end", "long" * 55, "a;b|c{d}e#f"]


def hostile_tree(folder):
    # Every module can be drawn; imports go to those whose name Python can spell.
    write(folder, {"pack/__init__.py": "", "pack/core.py": "class A: pass\n", "pack/cyc_a.py": "import pack.cyc_b\n",
                   "pack/cyc_b.py": "from pack.cyc_a import X\n", "pack/user.py": "from pack.core import A as B\n"})
    for i, name in enumerate(HOSTILE):
        write(folder, {"pack/%s.py" % name: "from pack.core import A\n%s" % ("import pack.user\n" if i % 2 else "")})


class Formats(Folder):
    def setUp(self):
        super().setUp()
        hostile_tree(self.folder)

    def check_svg(self, data):
        root = ElementTree.fromstring(data)
        self.assertEqual(root.tag, SVG + "svg")
        self.assertGreater(len(root.findall(".//%sg[@class='node']" % SVG)), 3)

    def test_pictures_are_what_they_claim(self):
        for kind in ("modules", "packages", "cycles"):
            self.check_svg(run("--kind", kind, "-f", "svg", self.folder).stdout) if kind == "modules" else \
                ElementTree.fromstring(run("--kind", kind, "-f", "svg", self.folder).stdout)
        self.assertTrue(run("-f", "png", self.folder).stdout.startswith(b"\x89PNG\r\n\x1a\n"))
        self.assertTrue(run("-f", "pdf", self.folder).stdout.startswith(b"%PDF-"))

    def test_dot_is_accepted(self):
        dot = run("-f", "dot", self.folder).stdout
        self.assertTrue(dot.startswith(b"digraph onedef {"))
        if shutil.which("dot") is None:
            self.skipTest("no dot program here")
        done = subprocess.run(["dot", "-Tsvg"], input=dot, capture_output=True, timeout=120)
        self.assertEqual((done.returncode, done.stderr), (0, b""))
        self.check_svg(done.stdout)

    def test_graphml_parses_and_edges_have_ends(self):
        root = ElementTree.fromstring(run("-f", "graphml", self.folder).stdout)
        ids = [node.get("id") for node in root.iter(GRAPHML + "node")]
        self.assertEqual(len(ids), len(set(ids)))
        self.assertGreater(len(ids), 10)
        for edge in root.iter(GRAPHML + "edge"):
            self.assertIn(edge.get("source"), ids)
            self.assertIn(edge.get("target"), ids)

    def test_mermaid_lines_are_of_known_forms(self):
        label = r'"(?:[^"#&<>`%;\[\]{}|\\]|#\d+;|<br/>)*"'
        forms = [r"flowchart LR", r"\s*subgraph c\d+ \[%s\]" % label, r"\s*end",
                 r"\s*n\d+[\[(]%s[\])](:::[a-z]+)?" % label,
                 r"\s*n\d+ (-->|-\.->|==>|---)(\|(\d+|%s)\|)? n\d+" % label, r"\s*classDef [a-z]+ [a-z0-9:#,-]+"]
        known = re.compile("|".join("(?:%s)" % form for form in forms))
        for line in run("-f", "mermaid", self.folder).stdout.decode().splitlines():
            self.assertIsNotNone(known.fullmatch(line), line)

    def test_same_bytes_every_time(self):
        for kind in ("modules", "cycles", "duplicates"):
            for form in ("svg", "dot", "json", "graphml", "mermaid"):
                one = run("--kind", kind, "-f", form, "-j1", self.folder).stdout
                many = run("--kind", kind, "-f", form, "-j8", self.folder).stdout
                self.assertEqual(one, many, (kind, form))

    def test_the_user_s_graphviz_settings_do_not_matter(self):
        plain = run("-f", "svg", self.folder).stdout
        os.environ["GVBINDIR"] = "/nonexistent"
        try:
            self.assertEqual(run("-f", "svg", self.folder).stdout, plain)
        finally:
            del os.environ["GVBINDIR"]

    def test_a_draw_program_that_fails_is_an_error(self):
        os.environ["ONEDEF_DRAW"] = "/bin/false"
        try:
            self.assertIn(b"cannot draw", run("-f", "svg", self.folder, code=2).stderr)
            os.environ["ONEDEF_DRAW"] = "/nonexistent/draw"
            self.assertIn(b"cannot", run("-f", "svg", self.folder, code=2).stderr)
            json.loads(run("-f", "json", self.folder).stdout)
        finally:
            del os.environ["ONEDEF_DRAW"]


# --- what is drawn ---

class Selection(Folder):
    def setUp(self):
        super().setUp()
        rng = random.Random(5)
        files = {}
        names = []
        for i in range(300):
            package = "top%d.part%d" % (i % 4, i % 20)
            names.append("%s.mod%d" % (package, i))
            files["top%d/__init__.py" % (i % 4)] = ""
            files["top%d/part%d/__init__.py" % (i % 4, i % 20)] = ""
        for i, name in enumerate(names):
            lower = rng.sample(names[:i], min(i, 4))
            files[name.replace(".", "/") + ".py"] = "".join("import %s\n" % other for other in lower)
        files["tests/test_all.py"] = "import top0\n"
        write(self.folder, files)

    def test_default_fits_and_says_what_is_hidden(self):
        done = run("-f", "json", self.folder)
        found = json.loads(done.stdout)
        self.assertLessEqual(len(found["nodes"]), 60)
        self.assertLessEqual(len(found["edges"]), 200)
        self.assertIn(b"--full", done.stderr)
        self.assertIn(b"--tests", done.stderr)
        self.assertEqual(sum(node["weight"] for node in found["nodes"]), 300 + 4 + 20)

    def test_full_draws_every_module_and_import(self):
        found = view("--full", self.folder)
        self.assertEqual(len(found["nodes"]), 324)
        self.assertEqual(sum(1 for e in found["edges"]), sum(min(i, 4) for i in range(300)))

    def test_collapse(self):
        self.assertEqual(sorted(n["id"] for n in view("--collapse", "1", self.folder)["nodes"] if
                                not n["id"].startswith("cycle")) or ["cycle"],
                         sorted(["top0", "top1", "top2", "top3"]) if not any(
                             n["id"].startswith("cycle") for n in view("--collapse", "1", self.folder)["nodes"])
                         else ["cycle"])

    def test_include_exclude_focus(self):
        inside = view("--include", "top1", "--full", self.folder)
        self.assertTrue(all(n["id"].startswith("top1") for n in inside["nodes"]))
        fewer = view("--include", "top1", "--exclude", "top1.part1.*", "--full", self.folder)
        self.assertFalse(any(n["id"].startswith("top1.part1.") for n in fewer["nodes"]))
        near = view("--focus", "top0.part0.mod0", "--full", self.folder)
        for edge in near["edges"]:
            self.assertLess(edge["from"], len(near["nodes"]))
        self.assertIn("top0.part0.mod0", [n["id"] for n in near["nodes"]])
        self.assertLess(len(near["nodes"]), 100)

    def test_too_large_a_layout_is_refused_with_advice(self):
        write(self.folder, {"top0/extra%d.py" % i: "import top0.part0\n" for i in range(700)})
        self.assertIn(b"too many for a layout", run("--full", "-f", "svg", self.folder, code=2).stderr)
        run("--full", "-f", "dot", self.folder)

    def test_usage_errors(self):
        for arguments in (["--kind", "modul"], ["--kind", "paths"], ["--depth", "x"], ["--focus", "nobody"]):
            run("-f", "json", *arguments, *([] if "paths" in arguments else [self.folder]), code=2)
        run("-f", "json", "--kind", "paths", "NoSuchName", self.folder, code=2)


class Paths(Folder):
    def test_definition_re_exports_aliases_importers(self):
        write(self.folder, {
            "shop/__init__.py": "from .core import Manager\n", "shop/core.py": "class Manager: pass\n",
            "shop/old.py": "from shop.core import Manager\nLegacy = Manager\n",
            "shop/user.py": "from shop import Manager\n", "shop/other.py": "from shop.old import Legacy\n",
            "shop/direct.py": "def f():\n    from shop.core import Manager\n",
        })
        found = view("--kind", "paths", "Manager", self.folder)
        ids = [node["id"] for node in found["nodes"]]
        ways = {(ids[e["from"]], ids[e["to"]], e["style"]) for e in found["edges"]}
        self.assertIn(("shop:Manager", "shop.core:Manager", "reexport"), ways)
        self.assertIn(("shop.user", "shop:Manager", "load"), ways)
        self.assertIn(("shop.other", "shop.old:Legacy", "load"), ways)
        self.assertIn(("shop.direct", "shop.core:Manager", "load"), ways)
        self.assertTrue(any(a == "shop.old:Legacy" and style == "alias" for a, b, style in ways), ways)
        kinds = dict(zip(ids, (node["kind"] for node in found["nodes"])))
        self.assertEqual(kinds["shop.core:Manager"], "definition")
        self.assertEqual(kinds["shop.user"], "importer")


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
