#!/usr/bin/env python3
"""examples/ against examples/truth.json, which was written by hand.

Usage: test_example.py ONEDEF SOURCE_DIR
"""
import ast, collections, json, os, pathlib, shutil, subprocess, sys, tempfile, unittest

ONEDEF, SOURCE = sys.argv[1:3]


class Example(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.mkdtemp(prefix="onedef-example-")
        tree = os.path.join(cls.folder, "relay-project")
        shutil.copytree(os.path.join(SOURCE, "examples"), tree)
        cls.truth = json.loads(pathlib.Path(SOURCE, "examples", "truth.json").read_text())
        environment = dict(os.environ, XDG_CACHE_HOME=os.path.join(cls.folder, "cache"), LC_ALL="C")
        cls.tree, cls.environment = tree, environment
        out = cls.run_onedef("export")
        cls.records = collections.defaultdict(list)
        for line in out.splitlines():
            record = json.loads(line)
            cls.records[record["record"]].append(record)

    @classmethod
    def run_onedef(cls, *arguments):
        done = subprocess.run([ONEDEF, *arguments, cls.tree], env=cls.environment, capture_output=True)
        assert done.returncode == 0, done.stderr.decode()
        return done.stdout.decode()

    @classmethod
    def tearDownClass(cls):
        shutil.rmtree(cls.folder)

    def test_groups(self):
        got = {(g["name"], g["verdict"]): g for g in self.records["group"]}
        self.assertEqual(sorted(got), sorted((g["name"], g["verdict"]) for g in self.truth["groups"]))
        for want in self.truth["groups"]:
            group = got[want["name"], want["verdict"]]
            self.assertEqual(dict(zip(group["members"], group["roles"])), want["members"], want["name"])
            self.assertEqual(group["canonical"], want["canonical"], want["name"])

    def test_bindings(self):
        first = {}
        for binding in self.records["binding"]:
            first.setdefault((binding["module"], binding["name"]), binding)
        for want in self.truth["bindings"]:
            got = first[want["module"], want["name"]]
            self.assertEqual({key: got[key] for key in want}, want)

    def test_kinds(self):
        kinds = {d["id"]: d["kind"] for d in self.records["definition"]}
        for definition, kind in self.truth["kinds"].items():
            self.assertEqual(kinds[definition], kind, definition)

    def test_every_class_is_there(self):
        """The definitions are those that Python's own parser sees."""
        want = set()
        for path in pathlib.Path(self.tree).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_bytes())):
                if isinstance(node, ast.ClassDef):
                    want.add((str(path.relative_to(self.tree)), node.name, node.lineno))
        got = {(d["path"], d["qualname"], d["line"]) for d in self.records["definition"] if d["kind"] != "function"}
        self.assertEqual(got, want)

    def test_findings(self):
        got = collections.Counter(f["rule"] for f in self.records["finding"])
        self.assertEqual(got, collections.Counter(rule for rule, _ in self.truth["findings"]))
        for rule, place in self.truth["findings"]:
            self.assertTrue(any(f["rule"] == rule and (place in f["path"] or place in f["message"] or place in str(f["subjects"]))
                                for f in self.records["finding"]), (rule, place))
        cycles = [sorted(f["subjects"]) for f in self.records["finding"] if f["rule"] == "import-cycle"]
        self.assertEqual(cycles, self.truth["cycles"])

    def test_imports_of_the_manager(self):
        paths = collections.Counter(i["target"] for i in self.records["import"]
                                    if i["resolved"] == "relay.core.manager:ConnectionManager" and i["name"] and i["kind"] == "load")
        self.assertEqual(dict(paths), self.truth["imports_of_the_manager"])

    def test_nothing_from_outside_the_folder_asked_for(self):
        """A damaged file and a load cycle beside the folder are neither listed nor counted."""
        with tempfile.TemporaryDirectory(prefix="onedef-outside-") as folder:
            root = pathlib.Path(folder)
            shutil.copytree(self.tree, root / "wanted")
            (root / "onedef.toml").write_text('roots = ["wanted", "other"]\n')
            (root / "other").mkdir()
            (root / "other" / "damaged.py").write_text('print "two"\n')
            (root / "other" / "left.py").write_text("import right\n")
            (root / "other" / "right.py").write_text("import left\n")

            def ask(*arguments):
                done = subprocess.run([ONEDEF, *arguments, str(root / "wanted")], env=self.environment, capture_output=True, check=True)
                return done.stdout.decode()

            self.assertNotIn("damaged.py", ask("scan"))
            criteria = {c["name"]: c["now"] for c in json.loads(ask("plan", "-f", "json"))["criteria"]}
            self.assertEqual(criteria["load cycles (no more than)"], len(self.truth["cycles"]))

    def test_plan_followed_by_hand(self):
        """Every line that the plan quotes stands where the plan says; every path exists."""
        plan = json.loads(self.run_onedef("plan", "-f", "json"))
        quoted = 0
        for step in plan["steps"]:
            for action in step["actions"]:
                lines = pathlib.Path(self.tree, action["path"]).read_text().splitlines()
                self.assertLessEqual(action["line"], len(lines))
                if action["action"] == "update-import" and action.get("before", "").startswith("from"):
                    module, name = action["before"].split(" import ")
                    self.assertIn(module, lines[action["line"] - 1])
                    self.assertIn(name.split(" as ")[0], lines[action["line"] - 1])
                    quoted += 1
        self.assertEqual(quoted, 6)  # four follow 2A; handlers and server take other paths to the manager
        titles = [step["title"] for step in plan["steps"] if step["phase"] == "2A"]
        self.assertEqual(len(titles), 3)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
