#!/usr/bin/env python3
"""The plan: who carries out a step, in what order, what is to be merged; the schema; one file a step.

Usage: test_plan.py ONEDEF SOURCE_DIR
"""
import json, os, pathlib, re, subprocess, sys, tempfile, unittest

from schema import problems

ONEDEF, SOURCE = sys.argv[1:3]
SCHEMA = json.loads(pathlib.Path(SOURCE, "docs", "schema", "plan.json").read_text(encoding="utf-8"))

# Enough in each class that nobody takes a copy for a namesake.
LOGIC = """
    def reconnect(self, attempts, delay=0.25):
        for attempt in range(attempts):
            if self.socket.handshake(token="relay-7731", attempt=attempt):
                return self.register("reconnected", attempt * delay)
        raise ConnectionAbortedError("gave up on the relay after %d attempts" % attempts)

    def register(self, state, waited):
        self.journal.append((state, round(waited, 3), "relay-journal"))
        return len(self.journal)
"""


def copies(name, folder, body=LOGIC, head="", other=None, base=""):
    """The same class in two modules, imported from both."""
    return {
        f"app/{folder}/__init__.py": "",
        f"app/{folder}/one.py": f"{head}class {name}{base}:\n{body}",
        f"app/{folder}/two.py": f"{head}class {name}{base}:\n{other or body}",
        f"app/{folder}/use_a.py": f"from app.{folder}.one import {name}\n\ndef a():\n    return {name}()\n",
        f"app/{folder}/use_b.py": f"from app.{folder}.one import {name}\n\ndef b():\n    return {name}()\n",
        f"app/{folder}/use_c.py": f"from app.{folder}.two import {name}\n\ndef c():\n    return {name}()\n",
    }


def unlike(text):
    """The same logic in other words, so that two made classes are no copies of one another."""
    return LOGIC.replace("relay", text).replace("reconnect", f"{text}_open").replace("register", f"{text}_note")


class Plan(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory(prefix="onedef-plan-")
        self.root = pathlib.Path(self.folder.name, "project")
        self.root.mkdir()

    def tearDown(self):
        self.folder.cleanup()

    def write(self, *trees):
        for path, text in ((path, text) for tree in trees for path, text in tree.items()):
            target = self.root / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8")
        (self.root / "app" / "__init__.py").touch()

    def run_onedef(self, *args):
        return subprocess.run([ONEDEF, "plan", *args, str(self.root)], capture_output=True, text=True,
                              env=dict(os.environ, XDG_CACHE_HOME=self.folder.name))

    def plan(self):
        done = self.run_onedef("-f", "json")
        self.assertEqual(done.returncode, 0, done.stderr)
        document = json.loads(done.stdout)
        self.assertEqual(list(problems(document, SCHEMA)), [])
        return document["steps"]

    def step(self, name):
        found = [step for step in self.plan() if step["phase"] == "2A" and step["title"].startswith(name + ":")]
        self.assertEqual(len(found), 1, name)
        return found[0]

    # --- who carries it out ---

    def test_identical_copies_are_automatic(self):
        self.write(copies("Relay", "x"))
        step = self.step("Relay")
        self.assertEqual((step["how"], step["by_hand"], step["condition"]), ("automatic", None, None))
        self.assertIsNone(step["merge"])
        self.assertEqual([a["action"] for a in step["actions"]], ["keep", "remove", "update-import"])

    def test_free_names_that_lead_elsewhere_are_no_copy(self):
        body = LOGIC.replace("attempts, delay", "attempts, delay=LIMIT, other")
        self.write(copies("Relay", "x", body=body))
        for module, value in (("one", "1"), ("two", "2")):
            path = self.root / f"app/x/{module}.py"
            path.write_text(f"LIMIT = {value}\n" + path.read_text())
        self.assertNotEqual(self.step("Relay")["how"], "automatic")

    def test_drifted_copies_need_a_survivor(self):
        other = LOGIC.replace("round(waited, 3)", "round(waited, 2)") + "\n    def close(self):\n        self.journal.clear()\n        self.socket.shutdown('relay')\n"
        self.write(copies("Relay", "x", other=other))
        step = self.step("Relay")
        self.assertEqual(step["how"], "automatic with --survivor")
        rows = {row["member"]: row for row in step["merge"]["rows"]}
        self.assertEqual({name: row["status"] for name, row in rows.items()},
                         {"reconnect": "same", "register": "changed", "close": "missing"})
        self.assertEqual(step["merge"]["columns"], ["app.x.one:Relay", "app.x.two:Relay"])
        self.assertEqual(rows["close"]["texts"], [None, "(self)"])
        survivor = step["definition"]
        lost = "goes with the copies, so nobody may use it: close; becomes the survivor's: register"
        self.assertEqual(step["condition"], lost if survivor == "app.x.one:Relay" else "becomes the survivor's: register, close")

    def test_by_hand_and_why(self):
        plain = copies("Relay", "x")
        for why, change in {
            "patch string": {"tests/test_x.py": "from unittest import mock\n@mock.patch('app.x.two.Relay')\ndef test(m): pass\n"},
            "under an if": {"app/x/two.py": "import os\nif os.environ.get('X'):\n    class Relay:\n" + LOGIC.replace("\n    ", "\n        ")},
            "decorator": {"app/x/two.py": "from hooks import plugin\n@plugin\nclass Relay:\n" + LOGIC,
                          "app/x/one.py": "from hooks import plugin\n@plugin\nclass Relay:\n" + LOGIC},
            "table": {p: t.replace("class Relay:\n", "class Relay:\n    __tablename__ = 'relays'\n") for p, t in plain.items() if "use" not in p and t},
        }.items():
            with self.subTest(why):
                self.tearDown()
                self.setUp()
                self.write({**plain, **change})
                step = self.step("Relay")
                self.assertEqual(step["how"], "by hand", step)
                self.assertIn(why, step["by_hand"])
                self.assertIsNone(step["condition"])

    def test_a_guarded_import_keeps_its_path(self):
        self.write(copies("Relay", "x"), {"app/x/use_c.py": "try:\n    from app.x.two import Relay\nexcept ImportError:\n    Relay = None\n"})
        self.assertEqual(self.step("Relay")["how"], "automatic")  # the import that takes the copy's place stays for it
        done = subprocess.run([ONEDEF, "fix", "--phase", "2A", "-v", str(self.root)], capture_output=True, text=True,
                              env=dict(os.environ, XDG_CACHE_HOME=self.folder.name))
        self.assertIn("+from app.x.one import Relay", done.stdout)
        self.assertNotIn("use_c.py", done.stdout)

    def test_enum_values_are_a_decision(self):
        body = "    UNIFIED_RELAY = 'unified-relay'\n    ISOLATED_RELAY = 'isolated-relay'\n    DEGRADED_RELAY = 'degraded-relay'\n    EMERGENCY_RELAY = 'emergency-relay'\n"
        self.write(copies("RelayMode", "x", body=body, other=body.replace("'degraded-relay'", "'reduced-relay'"),
                          head="from enum import Enum\n", base="(Enum)"))
        step = self.step("RelayMode")
        self.assertEqual(step["how"], "by hand")
        self.assertIn("values of an enum", step["by_hand"])
        row = next(row for row in step["merge"]["rows"] if row["member"] == "DEGRADED_RELAY")
        self.assertEqual(row["texts"], ['"degraded-relay"', '"reduced-relay"'])  # quotes are normalised

    def fix_moves(self, *args):
        done = subprocess.run([ONEDEF, "fix", "-f", "json", *args, str(self.root)], capture_output=True, text=True,
                              env=dict(os.environ, XDG_CACHE_HOME=self.folder.name), check=True)
        return sorted((m["path"], m["line"], m["before"], m["after"], m["batch"]) for m in json.loads(done.stdout)["steps"])

    def plan_moves(self, *args):
        document = json.loads(self.run_onedef("-f", "json", *args).stdout)
        total = next(total for total in document["by_phase"] if total["key"] == "2B")
        moves = sorted((a["path"], a["line"], a["before"], a["after"], step["batch"])
                       for step in document["steps"] if step["phase"] == "2B" for a in step["actions"])
        self.assertEqual(total["imports"], len(moves))
        return moves

    def test_chains_are_moves_of_phase_2b(self):
        self.write({
            "app/core/__init__.py": "",
            "app/core/shapes.py": "class Circle:\n    radius = 1\n\n\nclass Square:\n    side = 1\n",
            "app/legacy.py": "from app.core.shapes import Circle, Square\n",
            "app/a.py": "import app.legacy as old\n\n\ndef make():\n    return old.Circle(), old.Square(), old.Circle()\n",
            "app/b.py": "import app.legacy\n\n\ndef make():\n    return app.legacy.Square()\n",
            "app/c.py": "from app.legacy import Circle\nfrom app import legacy\n\n\ndef make():\n    return Circle(), legacy.Square()\n",
            "app/d.py": "from app.core.shapes import Circle\n\nCircle()\n",
            "tests/test_a.py": "from unittest.mock import patch\n\n\n@patch('app.legacy.Circle.radius')\ndef test(radius):\n    pass\n",
        })
        moves = self.plan_moves()
        self.assertEqual([move[:4] for move in moves], [
            ("app/a.py", 1, "old.Circle, old.Square (import app.legacy as old)", "old.Circle, old.Square (import app.core.shapes as old)"),
            ("app/b.py", 1, "app.legacy.Square (import app.legacy)", "app.core.shapes.Square (from app.core.shapes)"),
            ("app/c.py", 1, "from app.legacy import Circle", "from app.core.shapes import Circle"),
            ("app/c.py", 2, "legacy.Square (import legacy)", "Square (from app.core.shapes)"),
        ])
        self.assertEqual(moves, self.fix_moves())
        step = next(step for step in self.plan() if step["phase"] == "2B")
        self.assertEqual((step["how"], step["effort"]), ("automatic", 0.8))  # three files, four moves
        self.assertEqual([a["text"] for a in step["actions"]], [
            "reach it by its home (3 uses)", "reach it by its home (1 use)",
            "import Circle from its home", "reach it by its home (1 use)"])
        self.assertEqual(step["hazards"], ["1 patch string names app.legacy.Circle: it no longer reaches modules that import from the home"])
        markdown = self.run_onedef("-f", "markdown").stdout
        self.assertIn("Imports to change (4)", markdown)
        self.assertIn("-app.legacy.Square (import app.legacy)", markdown)
        # what nobody needs after that goes in 2C, and waits for the batch
        shim = next(step for step in self.plan() if step["phase"] == "2C")
        self.assertEqual((shim["how"], shim["after"]), ("by hand", [1]))
        self.assertIn("1 import is not moved", shim["risk_reason"])  # the string

    def test_chains_of_the_names_that_are_asked_for(self):
        self.write({
            "app/shapes.py": "class Circle:\n    radius = 1\n\n\nclass Square:\n    side = 1\n",
            "app/legacy.py": "from app.shapes import Circle, Square\n",
            "app/a.py": "import app.legacy as old\n\n\ndef make():\n    return old.Circle(), old.Square()\n",
        })
        expected = [("app/a.py", 1, "old.Circle (import app.legacy as old)", "Circle (from app.shapes)")]
        self.assertEqual([move[:4] for move in self.plan_moves("--name", "Circle")], expected)
        self.assertEqual([move[:4] for move in self.fix_moves("--name", "Circle")], expected)
        self.assertEqual(self.plan_moves("--name", "Triangle"), [])

    def test_split_name_is_a_step_of_its_own(self):
        self.write({
            "app/net/__init__.py": "from app.net.new import Manager\n",
            "app/net/new.py": "class Manager:\n" + unlike("fresh"),
            "app/net/manager.py": "class Manager:\n    def rows(self, table):\n        return sorted(table.select('payments').where(paid=True), key=str)\n",
            "app/a.py": "from app.net import Manager\nManager()\n",
            "app/b.py": "from app.net.manager import Manager\nManager()\n",
        })
        step = self.step("Manager")
        self.assertEqual((step["how"], step["group"], step["definition"]), ("by hand", None, None))
        self.assertEqual({a["action"] for a in step["actions"]}, {"decide"})
        self.assertEqual({a["path"] for a in step["actions"]}, {"app/net/new.py", "app/net/manager.py", "app/net/__init__.py", "app/a.py", "app/b.py"})
        self.assertEqual(sorted(step["merge"]["columns"]), ["app.net.manager:Manager", "app.net.new:Manager"])
        self.assertEqual({row["status"] for row in step["merge"]["rows"]}, {"missing"})

    # --- order ---

    def test_definitions_before_their_users(self):
        user = unlike("hub").replace("self.socket", "Relay().socket")
        tree = copies("AlphaHub", "h", body=user)
        tree["app/h/one.py"] = "from app.x.one import Relay\n" + tree["app/h/one.py"]
        tree["app/h/two.py"] = "from app.x.two import Relay\n" + tree["app/h/two.py"]
        self.write(copies("Relay", "x"), tree)
        steps = {step["title"].split(":")[0]: step for step in self.plan() if step["phase"] == "2A"}
        self.assertEqual(set(steps), {"AlphaHub", "Relay"})
        self.assertEqual(steps["AlphaHub"]["after"], [steps["Relay"]["number"]])
        self.assertEqual(steps["Relay"]["after"], [])
        for step in self.plan():
            self.assertTrue(all(number < step["number"] for number in step["after"]))

    def test_circles_are_cut_where_it_can_be_seen(self):
        first = copies("Relay", "x", body=LOGIC.replace("self.socket", "AlphaHub().socket"))
        second = copies("AlphaHub", "h", body=unlike("hub").replace("self.socket", "Relay().socket"))
        for module in ("one", "two"):
            first[f"app/x/{module}.py"] += f"\nfrom app.h.{module} import AlphaHub\n"
            second[f"app/h/{module}.py"] += f"\nfrom app.x.{module} import Relay\n"
        self.write(first, second)
        steps = [step for step in self.plan() if step["phase"] == "2A"]
        self.assertEqual(len(steps), 2)
        one, two = steps
        self.assertEqual((one["after"], one["circle"]), ([], [two["number"]]))
        self.assertEqual((two["after"], two["circle"]), ([one["number"]], []))
        text = self.run_onedef("-f", "markdown").stdout
        self.assertIn(f"in a circle with what waits for this one: together with step {two['number']}", text)

    # --- one file a step ---

    def split(self, folder):
        return self.run_onedef("--split", str(folder))

    def test_split(self):
        self.write(copies("Relay", "x"))
        out = pathlib.Path(self.folder.name, "deep", "plan")
        self.assertEqual(self.split(out).returncode, 0)
        names = sorted(path.name for path in out.iterdir())
        steps = self.plan()
        self.assertEqual(len(names), len(steps) + 1)
        for step in steps:
            mine = [name for name in names if step["id"] in name]
            self.assertEqual(len(mine), 1)
            text = (out / mine[0]).read_text(encoding="utf-8")
            self.assertIn("- [ ] done", text)
            self.assertIn(f"# {step['number']}. ", text)
            for link in re.findall(r"\]\(([^)]*)\)", text):
                self.assertTrue((out / link).exists(), link)
        index = (out / "README.md").read_text(encoding="utf-8")
        self.assertEqual(sorted(re.findall(r"\]\(([^)]*\.md)\)", index)), [name for name in names if name != "README.md"])
        before = {name: (out / name).read_bytes() for name in names}
        self.assertEqual(self.split(out).returncode, 0)
        self.assertEqual({path.name: path.read_bytes() for path in out.iterdir()}, before)

    def test_split_keeps_what_is_ticked(self):
        self.write(copies("Relay", "x"), copies("AlphaHub", "y", body=unlike("hub")))
        out = self.root.parent / "plan"
        self.assertEqual(self.split(out).returncode, 0)
        page = next(p for p in out.iterdir() if "Relay" in p.name)
        untouched = page.read_text()
        page.write_text(untouched.replace("- [ ] done", "- [x] done").replace("- [ ] ", "- [X] ", 1))
        index = out / "README.md"
        index.write_text("\n".join(line.replace("[ ]", "[x]") if page.name in line else line for line in index.read_text().split("\n")))
        renamed = page.with_name(page.name.replace("Relay", "Elsewhere"))
        page.rename(renamed)
        (self.root / "app" / "y" / "two.py").write_text("def nothing():\n    return None\n")  # another step goes, numbers change
        (self.root / "app" / "y" / "use_c.py").unlink()
        self.assertEqual(self.split(out).returncode, 0)
        self.assertFalse(renamed.exists())
        self.assertIn("- [x] done", page.read_text())
        self.assertEqual(page.read_text().count("- [x] "), 2)
        ticked = [line for line in index.read_text().split("\n") if "[x]" in line]
        self.assertEqual([page.name in line for line in ticked], [True])

    def test_split_leaves_what_is_not_its_own(self):
        self.write(copies("Relay", "x"))
        out = pathlib.Path(self.folder.name, "plan")
        out.mkdir()
        (out / "README.md").write_text("mine\n")
        done = self.split(out)
        self.assertEqual(done.returncode, 2)
        self.assertEqual(done.stderr.count("\n"), 1)
        self.assertIn("README.md", done.stderr)
        self.assertEqual([path.name for path in out.iterdir()], ["README.md"])
        (out / "README.md").unlink()
        (out / "notes.md").write_text("mine\n")
        self.assertEqual(self.split(out).returncode, 0)
        self.assertEqual((out / "notes.md").read_text(), "mine\n")

    def test_split_drops_steps_that_are_done(self):
        self.write(copies("Relay", "x"))
        out = pathlib.Path(self.folder.name, "plan")
        self.split(out)
        self.assertTrue(any(path.name.startswith("2A-Relay") for path in out.iterdir()))
        (self.root / "app/x/two.py").write_text("")
        (self.root / "app/x/use_c.py").write_text("")
        self.assertEqual(self.split(out).returncode, 0)
        self.assertEqual([path.name for path in out.iterdir()], ["README.md"])

    def test_split_where_nothing_can_be_written(self):
        self.write(copies("Relay", "x"))
        file = pathlib.Path(self.folder.name, "file")
        file.write_text("")
        done = self.split(file / "plan")
        self.assertEqual((done.returncode, done.stderr.count("\n")), (2, 1))
        done = self.run_onedef("--split", "x", "-o", "y")
        self.assertEqual((done.returncode, done.stderr.count("\n")), (2, 1))

    # --- schema ---

    def test_the_schema_on_the_example_and_on_nothing(self):
        for root in (pathlib.Path(SOURCE, "examples"), self.root):
            done = subprocess.run([ONEDEF, "plan", "-f", "json", str(root)], capture_output=True,
                                  env=dict(os.environ, XDG_CACHE_HOME=self.folder.name))
            self.assertEqual(list(problems(json.loads(done.stdout), SCHEMA)), [])

    def test_the_validator_can_fail(self):
        self.write(copies("Relay", "x"))
        good = json.loads(self.run_onedef("-f", "json").stdout)
        for change in ({"schema": 2}, {"steps": None}, {"extra": 1}, {"steps": [{}]}, {"batches": True}):
            self.assertTrue(list(problems({**good, **change}, SCHEMA)), change)
        for change in ({"how": "magic"}, {"merge": 1}, {"number": 0}, {"id": "x"}, {"after": ["1"]}):
            self.assertTrue(list(problems({**good, "steps": [{**good["steps"][0], **change}]}, SCHEMA)), change)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
