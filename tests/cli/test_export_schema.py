#!/usr/bin/env python3
"""Every line of `onedef export` against docs/schema/export.json, and the order of the records.

Usage: test_export_schema.py ONEDEF SOURCE_DIR
"""
import json, os, pathlib, subprocess, sys, tempfile, unittest

from schema import problems

ONEDEF, SOURCE = sys.argv[1:3]
SCHEMA = json.loads(pathlib.Path(SOURCE, "docs", "schema", "export.json").read_text(encoding="utf-8"))
ORDER = ["meta", "module", "definition", "binding", "import", "group", "finding"]


TREE = {
    "app/__init__.py": "from .core import *\nfrom .gone import Nothing\n__all__ = ['Mode', 'Missing']\n",
    "app/core.py": "import enum, typing\nfrom dataclasses import dataclass, field\nclass Mode(enum.Enum):\n    A = 'ä'\n    B = 2\n@dataclass\nclass D:\n    x: int = 1\n    y: list = field(default_factory=list)\n    @property\n    def p(self) -> int: ...\n    class Inner: pass\nclass P(typing.Protocol):\n    def m(self, a, /, *b, c=1, **d): ...\nif typing.TYPE_CHECKING:\n    from app.other import Mode as Other\nAlias = D\nT = typing.NamedTuple('T', [('a', int)])\nU = typing.NewType('U', int)\ndef f():\n    import app.other\n    class Local: pass\n    return Local\n",
    "app/other.py": "from enum import Enum\nclass Mode(Enum):\n    A = 'ä'\n    B = 3\ntry:\n    import fast\nexcept ImportError:\n    class fast: pass\n",
    "app/use.py": "import app.core as c\nfrom app import Mode\nfrom app.core import D\nfrom app.other import Mode as M2\nfrom importlib import import_module\nimport_module('app.core')\n",
    "broken.py": "def f(:\n  class X\n",
    "tests/test_x.py": "from unittest import mock\nclass Mode: pass\n@mock.patch('app.core.D')\ndef test_d(d): pass\n",
    "ns/mod.py": "class Deep(Exception): pass\n",
    "latin.py": "# -*- coding: latin-1 -*-\nx = 'é'\n".encode("latin-1"),
}


class Schema(unittest.TestCase):
    def export(self, tree):
        with tempfile.TemporaryDirectory(prefix="onedef-schema-") as folder:
            for path, text in tree.items():
                target = pathlib.Path(folder, "project", path)
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(text if isinstance(text, bytes) else text.encode())
            done = subprocess.run([ONEDEF, "export", os.path.join(folder, "project")], capture_output=True,
                                  env=dict(os.environ, XDG_CACHE_HOME=folder, LC_ALL="C"))
            self.assertEqual(done.returncode, 0, done.stderr)
            return [json.loads(line) for line in done.stdout.decode("utf-8").splitlines()]

    def check(self, records):
        for record in records:
            found = list(problems(record, SCHEMA["$defs"][record["record"]]))
            self.assertEqual(found, [], record)
        kinds = [ORDER.index(record["record"]) for record in records]
        self.assertEqual(kinds, sorted(kinds))

    def test_a_bit_of_everything(self):
        records = self.export(TREE)
        self.check(records)
        self.assertEqual({record["record"] for record in records}, set(ORDER))

    def test_the_example(self):
        root = pathlib.Path(SOURCE, "examples")
        self.check(self.export({str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*.py")}))

    def test_ids_are_unique_and_refer(self):
        records = self.export(TREE)
        for kind in ("module", "definition", "group"):
            ids = [record["id"] for record in records if record["record"] == kind]
            self.assertEqual(len(ids), len(set(ids)))
        modules = {record["id"] for record in records if record["record"] == "module"}
        definitions = {record["id"] for record in records if record["record"] == "definition"}
        for record in records:
            if "module" in record:
                self.assertIn(record["module"], modules)
            if record["record"] == "group":
                self.assertLessEqual(set(record["members"]), definitions)

    def test_an_empty_tree(self):
        self.check(self.export({"README": "nothing here"}))

    def test_the_validator_can_fail(self):
        good = {"record": "binding", "module": "m", "name": "n", "target": "", "how": "import", "hops": [], "line": 1, "certainty": "certain"}
        schema = SCHEMA["$defs"]["binding"]
        self.assertEqual(list(problems(good, schema)), [])
        for change in ({"how": "magic"}, {"line": -1}, {"line": True}, {"extra": 1}, {"hops": [{"id": "x"}]}, {"name": None}):
            self.assertTrue(list(problems({**good, **change}, schema)), change)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
