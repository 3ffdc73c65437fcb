#!/usr/bin/env python3
"""`onedef fix` on disk: write, run again, take back; patches; refusals; a run that was killed.

usage: test_fix.py ONEDEF [SOURCE_DIR]
"""

import json
import os
import pathlib
import pty
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

from schema import problems

ONEDEF = str(pathlib.Path(sys.argv.pop(1)).resolve())
SOURCE = pathlib.Path(sys.argv.pop(1) if len(sys.argv) > 1 else __file__).resolve()
CASES = (SOURCE if SOURCE.is_dir() else SOURCE.parents[2]) / "tests" / "cases" / "fix"


class Base(unittest.TestCase):
    case = "forms"

    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        top = pathlib.Path(self.folder.name).resolve()
        self.tree, self.cache = top / "tree", top / "cache"
        shutil.copytree(CASES / self.case / "input", self.tree)
        self.env = os.environ | {"HOME": str(top), "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_SYSTEM": "/dev/null"}
        self.git("init", "-q")
        self.git("config", "core.autocrlf", "false")
        self.git("add", "-A")
        self.git("-c", "user.name=A", "-c", "user.email=a@example.org", "commit", "-q", "-m", "all")

    def git(self, *args, check=True):
        return subprocess.run(["git", *args], cwd=self.tree, env=self.env, check=check, capture_output=True, timeout=60)

    def fix(self, *args, code=0):
        run = subprocess.run([ONEDEF, "fix", "-q", "--cache-dir", str(self.cache), *args], cwd=self.tree, env=self.env,
                             capture_output=True, timeout=120)
        self.assertEqual(run.returncode, code, run.stderr.decode())
        return run

    def files(self):
        return {str(p.relative_to(self.tree)): (p.read_bytes(), p.stat().st_mode) for p in self.tree.rglob("*.py")}

    def killed(self, call, when, *args):
        """Runs fix, killed at its nth system call of that name; False where it cannot be."""
        if not shutil.which("strace"):
            return False
        run = subprocess.run(
            ["strace", "-f", "-o", "/dev/null", "-e", f"inject={call}:signal=KILL:when={when}", ONEDEF, "fix", "-q", "-j1",
             "--cache-dir", str(self.cache), *args], cwd=self.tree, env=self.env, capture_output=True, timeout=120)
        return run.returncode != 0


class Json(Base):
    case = "hazards"

    def test_every_step_lists_its_strings_once(self):
        schema = json.loads((CASES.parents[2] / "docs" / "schema" / "fix.json").read_text(encoding="utf-8"))
        report = json.loads(self.fix("-f", "json").stdout)
        self.assertEqual(list(problems(report, schema)), [])
        self.assertTrue(list(problems(report | {"extra": 1}, schema)))
        self.assertEqual(report["done"], sum(s["done"] for s in report["steps"]))
        self.assertEqual(report["left"], sum(not s["done"] for s in report["steps"]))
        self.assertTrue(all((s["reason"] is None) == s["done"] for s in report["steps"]))
        names = [h["names"] for h in report["hazards"]]
        self.assertEqual(names, ["app.shapes.Circle", "app.shapes.Line", "app.shapes.Square"])
        steps = {(s["path"], s["line"], s["done"]): s["hazards"] for s in report["steps"]}
        self.assertEqual(steps, {("app/again.py", 1, True): ["app.shapes.Square"], ("app/use.py", 2, True): ["app.shapes.Square"],
                                 ("app/use.py", 1, True): ["app.shapes.Circle"], ("app/use.py", 6, False): ["app.shapes.Line"]})
        square = next(h for h in report["hazards"] if h["names"] == "app.shapes.Square")
        self.assertEqual([(p["path"], p["line"], p["patch"]) for p in square["places"]],
                         [("app/settings.py", 1, False), ("test_use.py", 5, True)])


class SplitName(Base):
    case = "split-name"

    def test_definitions_side_by_side_and_the_step_of_the_plan(self):
        schema = json.loads((CASES.parents[2] / "docs" / "schema" / "fix.json").read_text(encoding="utf-8"))
        report = json.loads(self.fix("-f", "json").stdout)
        self.assertEqual(list(problems(report, schema)), [])
        plan = json.loads(subprocess.run([ONEDEF, "plan", "-q", "-f", "json", "--cache-dir", str(self.cache)], cwd=self.tree, env=self.env,
                                         capture_output=True, check=True, timeout=120).stdout)
        (split,) = report["split_names"]
        self.assertEqual(split["id"], plan["steps"][split["step"] - 1]["id"])
        self.assertEqual([(d["path"], d["line"], d["kind"]) for d in split["definitions"]],
                         [("app/legacy.py", 1, "class"), ("app/sockets.py", 1, "class")])
        self.assertEqual({m["name"]: m["difference"] for m in split["members"]},
                         {"limit": "same", "open": "same", "close": "changed", "broadcast": "only", "send": "only"})
        text = subprocess.run([ONEDEF, "fix", "--cache-dir", str(self.cache)], cwd=self.tree, env=self.env, capture_output=True,
                              check=True, timeout=120).stderr.decode()
        self.assertTrue(all(len(line) <= 80 for line in text.splitlines()), text)


class Fix(Base):
    def test_write_again_and_back(self):
        before = self.files()
        (self.tree / "app" / "a.py").chmod(0o755)
        self.git("-c", "user.name=A", "-c", "user.email=a@example.org", "commit", "-qam", "mode")
        before = self.files()
        patch = self.fix().stdout
        self.assertEqual(before, self.files())
        self.fix("--write")
        after = self.files()
        self.assertEqual({n for n in before if before[n] != after[n]}, {"app/a.py", "app/b.py", "app/crlf.py"})
        self.assertEqual({n: m for n, (_, m) in before.items()}, {n: m for n, (_, m) in after.items()})
        for name, (text, _) in after.items():
            compile(text, name, "exec")
        self.assertEqual(self.fix().stdout, b"")
        self.assertEqual(subprocess.run(["git", "apply", "-R", "-"], cwd=self.tree, env=self.env, input=patch).returncode, 0)
        self.assertEqual(before, self.files())

    def test_patches_in_sequence(self):
        folder = self.tree.parent / "patches"
        self.fix("--patches", str(folder))
        names = sorted(folder.iterdir())
        self.assertTrue(names)
        for name in names:
            self.git("apply", "--check", str(name))
            self.git("apply", str(name))
        self.assertEqual(self.fix().stdout, b"")
        self.fix("--patches", str(folder), code=2)  # not empty

    def test_same_names_at_run_time(self):
        ask = ("import sys, app.b\n"
               "print(sorted((n, v.__module__, v.__qualname__) for n, v in vars(app.b).items() if isinstance(v, type)))")
        extra = self.tree / "app" / "lib" / "__init__.py"
        extra.write_text(extra.read_text() + "missing = missing2 = missing3 = missing4 = 0\n")

        def run():
            return subprocess.run([sys.executable, "-B", "-c", ask], cwd=self.tree, capture_output=True, check=True).stdout

        before = run()
        self.fix("--write", "--allow-dirty")
        self.assertEqual(before, run())

    def reached(self, case, modules, calls):
        """What calls give in the tree of a case, before and after `fix --write`: classes by where they were defined."""
        tree = self.tree.parent / case
        shutil.copytree(CASES / case / "input", tree)
        script = ("import importlib\n"
                  "def show(v):\n"
                  "    if isinstance(v, type): return v.__module__ + ':' + v.__qualname__\n"
                  "    if isinstance(v, (list, tuple)): return [show(x) for x in v]\n"
                  "    return show(type(v)) if type(v).__module__.startswith('app') else type(v).__name__\n"
                  f"for name in {modules!r}: globals()[name] = importlib.import_module('app.' + name)\n"
                  f"for call in {calls!r}: print(call, show(eval(call)))\n")

        def run():
            return subprocess.run([sys.executable, "-B", "-c", script], cwd=tree, capture_output=True, check=True).stdout

        before = run()
        fixed = subprocess.run([ONEDEF, "fix", "-q", "--write", "--allow-dirty", "--cache-dir", str(self.cache), str(tree)],
                               env=self.env, capture_output=True, timeout=120)
        self.assertEqual(fixed.returncode, 0, fixed.stderr)
        self.assertEqual(before, run())
        return before

    def test_chains_mean_the_same_at_run_time(self):
        self.reached("chains", ["plain", "kept", "module_alias", "by_name", "lazy", "taken", "guarded", "exposed", "loaded"],
                     ["plain.make()", "plain.Mine.__bases__", "kept.x", "kept.y", "module_alias.make()", "by_name.make(by_name.legacy.Square)",
                      "lazy.make()", "lazy.other()", "lazy.Holder.held", "lazy.Holder.inner.Circle", "taken.make(1)", "exposed.z",
                      "exposed.legacy.Square", "loaded.make()"])

    def test_joined_imports_mean_the_same_at_run_time(self):
        self.reached("merge", ["use"], ["use.Alpha", "use.Beta", "use.G", "use.Zed", "use.lazy()", "use.Holder.held", "use.Holder.Alpha"])

    def test_refuses_what_git_could_not_bring_back(self):
        file = self.tree / "app" / "a.py"
        file.write_bytes(file.read_bytes() + b"# mine\n")
        before = self.files()
        self.assertIn(b"--allow-dirty", self.fix("--write", code=2).stderr)
        self.assertEqual(before, self.files())
        self.fix("--write", "--allow-dirty")
        self.assertTrue(file.read_bytes().endswith(b"# mine\n"))

    def test_a_killed_run_is_undone(self):
        before = self.files()
        if not self.killed("rename", 3, "--write"):
            self.skipTest("no strace to kill it with")
        self.assertNotEqual(before, self.files())
        self.assertNotEqual(self.fix().stdout, b"")
        self.assertEqual(before, self.files())
        self.assertEqual(list(self.tree.rglob(".*.onedef-fix")), [])

    def on_terminal(self, answers, *args):
        """Runs fix on a terminal of its own and types the answers, one a question; its output and exit code."""
        child, terminal = pty.fork()
        if child == 0:
            os.chdir(self.tree)
            os.execvpe(ONEDEF, [ONEDEF, "fix", "--cache-dir", str(self.cache), *args], self.env)
        output, asked = b"", 0
        while True:
            try:
                data = os.read(terminal, 4096)
            except OSError:
                break
            if not data:
                break
            output += data
            while output.count(b"[y,n,a,q,?]? ") > asked and asked < len(answers):
                os.write(terminal, answers[asked].encode() + b"\n")
                asked += 1
        status = os.waitpid(child, 0)[1]
        os.close(terminal)
        return output, os.waitstatus_to_exitcode(status)

    def changed(self, before):
        after = self.files()
        return {name for name in before if before[name] != after[name]}

    def test_interactive(self):
        before = self.files()
        output, code = self.on_terminal(["?", "n", "y", "n"], "--write", "--interactive")
        self.assertEqual(code, 0, output)
        self.assertIn(b"(1/3) Change app/a.py", output)
        self.assertIn(b"leave this file as it is", output)
        self.assertIn(b"+from app.core.config import", output)
        self.assertEqual(self.changed(before), {"app/b.py"})
        self.git("checkout", "-q", ".")
        self.assertEqual(self.on_terminal(["y", "q"], "--write", "-i")[1], 0)
        self.assertEqual(self.changed(before), {"app/a.py"})
        self.git("checkout", "-q", ".")
        self.assertEqual(self.on_terminal(["a"], "--write", "-i")[1], 0)
        self.assertEqual(self.changed(before), {"app/a.py", "app/b.py", "app/crlf.py"})
        self.git("checkout", "-q", ".")
        patches = self.tree.parent / "patches"
        self.assertEqual(self.on_terminal(["n", "a"], "--patches", str(patches), "-i")[1], 0)
        text = "".join(p.read_text() for p in sorted(patches.iterdir()))
        self.assertNotIn("a/app/a.py", text)
        self.assertIn("a/app/b.py", text)
        self.assertEqual(before, self.files())

    def test_interactive_needs_a_terminal(self):
        before = self.files()
        self.assertIn(b"terminal", self.fix("--write", "--interactive", code=2).stderr)
        self.assertIn(b"--write or --patches", self.fix("--interactive", code=2).stderr)
        self.assertEqual(before, self.files())

    def test_only_and_revision(self):
        self.assertEqual(self.fix("--only", "app/crlf.py").stdout.count(b"diff --git"), 1)
        self.fix("--rev", "HEAD", "--write", code=2)
        self.assertEqual(self.fix("--rev", "HEAD").stdout, self.fix().stdout)


class Consolidate(Base):
    """Phase 2A on disk, and what Python says of it."""

    case = "consolidate"
    args = ("--phase", "2A", "--survivor", "app.core.base.*")

    def ask(self):
        code = ("import importlib, json\n"
                "names = ['app.plain', 'app.bare', 'app.dots', 'app.crlf', 'app.user']\n"
                "print(json.dumps([[m, n, v.__module__, v.__qualname__] for m in names for n, v in "
                "sorted(vars(importlib.import_module(m)).items()) if isinstance(v, type) and v.__module__.startswith('app')]))")
        run = subprocess.run([sys.executable, "-B", "-c", code], cwd=self.tree, capture_output=True, check=True)
        return {(m, n): (home, q) for m, n, home, q in json.loads(run.stdout)}

    def test_write_again_and_back(self):
        before, classes = self.files(), self.ask()
        patch = self.fix(*self.args).stdout
        self.fix(*self.args, "--write")
        for key, now in self.ask().items():
            self.assertEqual(now, ("app.core.base", classes[key][1]) if classes[key][1] != "Other" else ("app.dots", "Other"))
        self.assertEqual(self.ask().keys(), classes.keys())
        self.assertEqual(self.fix(*self.args).stdout, b"")
        self.assertEqual(subprocess.run(["git", "apply", "-R", "-"], cwd=self.tree, env=self.env, input=patch).returncode, 0)
        self.assertEqual(before, self.files())

    def test_patches_in_sequence(self):
        folder = self.tree.parent / "patches"
        self.fix(*self.args, "--patches", str(folder))
        for name in sorted(folder.iterdir()):
            self.git("apply", "--check", str(name))
            self.git("apply", str(name))
        self.assertEqual(self.fix(*self.args).stdout, b"")

    def test_a_later_run_takes_away_what_nobody_needs(self):
        self.fix(*self.args, "--phase", "2B", "--allow-unloaded", "--write")
        self.git("-c", "user.name=A", "-c", "user.email=a@example.org", "commit", "-qam", "one")
        self.assertIn(b"import Record as Record", (self.tree / "app" / "crlf.py").read_bytes())
        (self.tree / "settings.cfg").write_text("[entry]\nrecord = 'app.bare.Retry'\n")
        (self.tree / "app" / "user.py").write_text("from app.core.base import Record\n\n\nNAMED = 'app.bare.Retry'\n")
        self.git("add", "-A")
        self.git("-c", "user.name=A", "-c", "user.email=a@example.org", "commit", "-qam", "two")
        self.fix("--delete-dead-shims", "--allow-unloaded", "--write")
        self.assertFalse((self.tree / "app" / "crlf.py").exists(), "it passed on a name and nothing else")
        self.assertIn(b"import Retry as Retry", (self.tree / "app" / "bare.py").read_bytes(), "a string names it")
        self.assertEqual(self.fix("--delete-dead-shims", "--allow-unloaded").stdout, b"")

    def test_a_killed_run_is_undone(self):
        before = self.files()
        if not self.killed("rename", 3, "--write", *self.args):
            self.skipTest("no strace to kill it with")
        self.assertNotEqual(before, self.files())
        self.fix()
        self.assertEqual(before, self.files())

    def test_bad_options(self):
        self.assertIn(b"--phase: '3'", self.fix("--phase", "2A", "--phase", "3", code=2).stderr)
        self.assertIn(b"--shim: 'x'", self.fix("--shim", "x", code=2).stderr)


class Deprecate(Base):
    case = "shim-deprecate"

    def test_the_old_path_warns(self):
        self.fix("--phase", "2A", "--shim", "deprecate", "--removal", "3.0", "--allow-unloaded", "--survivor", "app.home.*", "--write")
        code = ("import warnings\n"
                "warnings.simplefilter('error')\n"
                "import app.user, app.lazy\n"
                "warnings.simplefilter('always')\n"
                "with warnings.catch_warnings(record=True) as said:\n"
                "    from app.old import Ticket\n"
                "    import app.home\n"
                "assert Ticket is app.home.Ticket and app.lazy.three == 3\n"
                "try:\n    app.lazy.four\nexcept AttributeError:\n    pass\n"
                "print([(w.category.__name__, str(w.message), w.filename) for w in said])")
        run = subprocess.run([sys.executable, "-B", "-c", code], cwd=self.tree, capture_output=True, check=True, text=True)
        self.assertIn("('DeprecationWarning', 'app.old.Ticket is now app.home.Ticket: the old path will be removed in 3.0', '<string>')",
                      run.stdout)


class DeadShims(Base):
    case = "dead-shims"

    def test_deleted_files_come_back(self):
        before = self.files()
        patch = self.fix("--delete-dead-shims").stdout
        self.fix("--delete-dead-shims", "--write")
        self.assertEqual(before.keys() - self.files().keys(), {"app/gone.py", "app/chained.py"})
        self.assertEqual(self.fix("--delete-dead-shims").stdout, b"")
        self.assertEqual(subprocess.run(["git", "apply", "-R", "-"], cwd=self.tree, env=self.env, input=patch).returncode, 0)
        self.assertEqual(before, self.files())

    def test_a_killed_run_is_undone(self):
        (self.tree / "app" / "chained.py").chmod(0o755)
        self.git("-c", "user.name=A", "-c", "user.email=a@example.org", "commit", "-qam", "mode")
        before = self.files()
        if not self.killed("rename", 2, "--write", "--delete-dead-shims"):
            self.skipTest("no strace to kill it with")
        self.assertNotIn("app/chained.py", self.files())
        self.fix()
        self.assertEqual(before, self.files())


class Agreement(unittest.TestCase):
    """A step that the plan calls automatic is done in full; one for people is not."""

    KINDS = {"2A": "remove", "2B": "update-import", "2C": "delete-shim remove-export"}

    def run_onedef(self, command, *args):
        return subprocess.run([ONEDEF, command, *args, str(self.tree)], capture_output=True, text=True, check=True,
                              env=dict(os.environ, XDG_CACHE_HOME=str(self.tree.parent)))

    def judge(self, steps, phase):
        run = self.run_onedef("fix", "-v", "--phase", "all" if phase == "2C" else phase)
        # Lines are those of the pass that left it: compared by what is left, not by where.
        left = set(re.findall(r"^onedef: left: (.*?):\d+: (.*?): ", run.stderr, re.M))
        files = set(re.findall(r"^diff --git a/(.*?) b/", run.stdout, re.M))
        for step in steps:
            actions = [a for a in step["actions"] if a["action"] in self.KINDS[phase]]
            if not actions or step["by_hand"] == "it follows steps of phase 2A":
                continue
            done = all(a["path"] in files and not any(path == a["path"] and self.is_about(what, a, step) for path, what in left)
                       for a in actions)
            with self.subTest(step=step["title"], phase=phase, reason=step["by_hand"]):
                self.assertEqual(step["how"] == "automatic", done)

    @staticmethod
    def is_about(what, action, step):
        """Does "class X", "from a import X", "X of a.b" or "module a.b" stand for the action?"""
        if action["action"] == "update-import":
            return what == action["before"]
        if action["action"] == "remove":
            return what.split()[-1] == step["title"].split(":")[0]
        return what.startswith("module ") or what.split()[0] == action["text"].split()[0]

    def test_trees(self):
        cases = pathlib.Path(SOURCE, "tests", "cases", "fix")
        trees = [cases / name / "input" for name in ("consolidate", "consolidate-merge", "consolidate-left", "dead-shims", "merge",
                                                     "forms", "chains", "private-home", "shim-none", "later-reexports", "later-deprecated")]
        automatic = 0
        for tree in [*trees, pathlib.Path(SOURCE, "examples")]:
            with tempfile.TemporaryDirectory(prefix="onedef-agree-") as folder:
                self.tree = pathlib.Path(folder, "tree")
                shutil.copytree(tree, self.tree)
                steps = json.loads(self.run_onedef("plan", "-f", "json").stdout)["steps"]
                automatic += sum(s["how"] == "automatic" for s in steps)
                for phase in self.KINDS:
                    self.judge([s for s in steps if s["phase"] == phase], phase)
        self.assertGreater(automatic, 8)


if __name__ == "__main__":
    unittest.main()
