#!/usr/bin/env python3
"""`onedef fix` on disk: write, run again, take back; patches; refusals; a run that was killed.

usage: test_fix.py ONEDEF [SOURCE_DIR]
"""

import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

ONEDEF = str(pathlib.Path(sys.argv.pop(1)).resolve())
SOURCE = pathlib.Path(sys.argv.pop(1) if len(sys.argv) > 1 else __file__).resolve()
INPUT = (SOURCE if SOURCE.is_dir() else SOURCE.parents[2]) / "tests" / "cases" / "fix" / "forms" / "input"


class Fix(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        top = pathlib.Path(self.folder.name).resolve()
        self.tree, self.cache = top / "tree", top / "cache"
        shutil.copytree(INPUT, self.tree)
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
        run = subprocess.run(
            ["strace", "-f", "-o", "/dev/null", "-e", "inject=rename:signal=KILL:when=3", ONEDEF, "fix", "-q", "-j1",
             "--cache-dir", str(self.cache), "--write"], cwd=self.tree, env=self.env, capture_output=True, timeout=120,
        ) if shutil.which("strace") else None
        if run is None or run.returncode == 0:
            self.skipTest("no strace to kill it with")
        self.assertNotEqual(before, self.files())
        self.assertNotEqual(self.fix().stdout, b"")
        self.assertEqual(before, self.files())
        self.assertEqual(list(self.tree.rglob(".*.onedef-fix")), [])

    def test_only_and_revision(self):
        self.assertEqual(self.fix("--only", "app/crlf.py").stdout.count(b"diff --git"), 1)
        self.fix("--rev", "HEAD", "--write", code=2)
        self.assertEqual(self.fix("--rev", "HEAD").stdout, self.fix().stdout)


if __name__ == "__main__":
    unittest.main()
