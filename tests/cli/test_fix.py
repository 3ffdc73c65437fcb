#!/usr/bin/env python3
"""`onedef fix` on disk: write, run again, take back; patches; refusals; a run that was killed.

usage: test_fix.py ONEDEF [SOURCE_DIR]
"""

import os
import pathlib
import pty
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


if __name__ == "__main__":
    unittest.main()
