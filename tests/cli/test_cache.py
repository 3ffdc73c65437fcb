#!/usr/bin/env python3
"""The answer never depends on the cache: cold, warm, damaged, foreign, not writable, full, shared, killed.

usage: test_cache.py ONEDEF SOURCE_DIR
"""
import contextlib
import os
import pathlib
import random
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
import unittest

ONEDEF = os.path.abspath(sys.argv[1])


class Caches(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.tree = self.folder / "tree"
        self.tree.mkdir()
        for i in range(300):
            (self.tree / f"m{i:03}.py").write_text(
                f"import m{(i * 7) % 300:03}\nclass Mode{i % 50}:\n    A = {i % 3}\n\n    def run(self, x):\n        return x + {i % 5}\n")
        self.cache = self.folder / "cache"
        self.expected = self.scan("--no-cache")

    def command(self, *options):
        return [ONEDEF, "scan", "-q", "-f", "json", "--cache-dir", str(self.cache), *options, str(self.tree)]

    def scan(self, *options, **how):
        done = subprocess.run(self.command(*options), capture_output=True, timeout=120, **how)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout

    def same(self, what, **how):
        self.assertEqual(self.scan(**how), self.expected, what)

    def databases(self):
        return sorted(self.cache.glob("facts-*.db"))

    def test_cold_and_warm(self):
        for what in ("cold", "warm, stamps too young", "warm"):
            self.same(what)
            time.sleep(1.1)

    def test_changed_files(self):
        self.same("cold")
        time.sleep(2.1)
        self.same("warm")
        (self.tree / "m007.py").write_text("class Other:\n    pass\n")
        self.assertEqual(self.scan(), self.scan("--no-cache"))

    def test_damage(self):
        self.same("cold")
        whole = self.databases()[0].read_bytes()
        generator = random.Random(4)
        for round_number in range(12):
            damaged = bytearray(whole)
            if round_number % 3 == 0:
                damaged = damaged[:generator.randrange(len(damaged))]
            for _ in range(40 if round_number % 3 == 1 else 2000):
                if damaged:
                    damaged[generator.randrange(len(damaged))] ^= 1 << generator.randrange(8)
            for ending in ("-wal", "-shm"):
                pathlib.Path(str(self.databases()[0]) + ending).unlink(missing_ok=True)
            self.databases()[0].write_bytes(damaged)
            self.same(f"damage {round_number}")
            self.same(f"after damage {round_number}")

    def test_no_database(self):
        self.same("cold")
        path = self.databases()[0]
        for content in (b"", b"no database at all\n" * 100, b"SQLite format 3\0" + bytes(5000)):
            path.write_bytes(content)
            self.same(content[:10])
        path.unlink()
        path.mkdir()
        self.same("a folder")

    def test_foreign(self):
        self.same("cold")
        path = self.databases()[0]
        target = self.folder / "elsewhere.db"
        path.rename(target)
        path.symlink_to(target)
        self.same("a link")
        if os.geteuid() == 0:
            path.unlink()
            shutil.copy(target, path)
            os.chown(path, 12345, 12345)
            self.same("another user's file")
            os.chown(self.cache, 12345, 12345)
            self.same("another user's folder")

    def test_not_writable(self):
        self.cache.mkdir()
        self.cache.chmod(0o500)
        self.same("a folder that may not be written")
        self.cache.chmod(0o700)
        self.same("cold")
        for path in self.cache.iterdir():
            path.chmod(0o400)
        self.cache.chmod(0o500)
        self.same("a cache that may not be written")
        self.cache.chmod(0o700)

    def test_a_file_in_the_way(self):
        self.cache.write_text("")
        self.same("the folder is a file")

    def test_full_disk(self):
        def limit():
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (40000, resource.RLIM_INFINITY))
        # Output goes through a pipe, which the limit does not touch.
        self.same("full", preexec_fn=limit)
        self.same("afterwards")
        self.same("full again", preexec_fn=limit)

    def test_at_once(self):
        runs = [subprocess.Popen(self.command(), stdout=subprocess.PIPE) for _ in range(4)]
        for run in runs:
            self.assertEqual(run.communicate(timeout=120)[0], self.expected)
            self.assertEqual(run.returncode, 0)
        self.same("afterwards")

    def test_killed(self):
        for delay in (0.005, 0.01, 0.02, 0.03, 0.05, 0.08, 0.12):
            shutil.rmtree(self.cache, ignore_errors=True)
            run = subprocess.Popen(self.command(), stdout=subprocess.DEVNULL)
            time.sleep(delay)
            run.kill()
            run.wait()
            self.same(f"killed after {delay} s")
            self.same("and again")

    def test_old_versions_go(self):
        self.cache.mkdir(mode=0o700)
        old, young = self.cache / "facts-0000000000000001.db", self.cache / "facts-0000000000000002.db"
        other = self.cache / "notes.db"
        for path in (old, young, other):
            path.write_text("x")
        os.utime(old, (1, time.time() - 31 * 86400))
        os.utime(other, (1, 1))
        self.same("cold")
        self.assertFalse(old.exists())
        self.assertTrue(young.exists() and other.exists())

    def test_stat_and_clear(self):
        self.same("cold")
        self.same("and what was written")
        stat = subprocess.run([ONEDEF, "cache", "stat", "--cache-dir", str(self.cache)], capture_output=True, text=True)
        self.assertEqual(stat.returncode, 0, stat.stderr)
        rows = dict(line.split(None, 1) for line in stat.stdout.splitlines())
        self.assertEqual((rows["contents"], rows["stamps"], rows["answers"]), ("300", "300", "1"))
        clear = subprocess.run([ONEDEF, "cache", "clear", "--cache-dir", str(self.cache)], capture_output=True, text=True)
        self.assertEqual(clear.returncode, 0, clear.stderr)
        self.assertEqual(self.databases(), [])


class Answers(unittest.TestCase):
    """What a command wrote is written again only where nothing that it depends on has changed: whatever is done
    to the tree, the settings or the database, a run with the cache gives what a run without it gives."""

    COMMANDS = [
        ["scan"], ["scan", "-f", "json"], ["scan", "--exit-code"], ["scan", "-v", "--color", "always"],
        ["plan", "-f", "markdown"], ["export"], ["graph", "-f", "json"], ["graph", "--kind", "cycles", "-f", "mermaid"],
        ["where", "Mode"], ["explain", "Mode"], ["fix"],
    ]

    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.cache = self.folder / "cache"
        self.tree = self.folder / "tree"
        for i in range(8):
            package = self.tree / f"pkg{i}"
            package.mkdir(parents=True)
            (package / "__init__.py").write_text("from .mode import Mode\n")
            (package / "mode.py").write_text(f"import pkg{(i + 1) % 8}\nfrom lib.base import Base\n\n\nclass Mode(Base):\n    A = 1\n\n    def run(self, x):\n        return x + {i % 2}\n")
        (self.tree / "src" / "lib").mkdir(parents=True)
        (self.tree / "src" / "lib" / "base.py").write_text("class Base:\n    pass\n")
        (self.tree / "pyproject.toml").write_text('[project]\nname = "first"\n')
        self.settle()

    def settle(self):
        """Makes all files old enough for their stamps to be believed."""
        time.sleep(2.05)

    def run_onedef(self, command, *options, where=None, **environment):
        done = subprocess.run([ONEDEF, *command, "--cache-dir", str(self.cache), *options], cwd=where or self.tree,
                              env={**os.environ, **environment}, capture_output=True, timeout=120)
        self.assertIn(done.returncode, (0, 1), done.stderr)
        return done.returncode, done.stdout, done.stderr

    def answers(self):
        rows = 0
        for path in self.cache.glob("facts-*.db"):
            with contextlib.closing(sqlite3.connect(path)) as database:
                rows += database.execute("SELECT count(*) FROM answers").fetchone()[0]
        return rows

    def check(self, what, commands=None, **how):
        for command in commands or self.COMMANDS:
            fresh = self.run_onedef(command, "--no-cache", **how)
            for turn in ("first", "second", "third"):
                self.assertEqual(self.run_onedef(command, **how), fresh, (what, command, turn))

    def test_same_as_without(self):
        self.check("nothing changed")
        # all but fix keep an answer, each its own
        self.assertEqual(self.answers(), len(self.COMMANDS) - 1)

    def test_what_output_does_not_depend_on(self):
        command = ["scan", "-f", "json"]
        fresh = self.run_onedef(command)
        self.assertEqual(self.run_onedef(command, "-j7", "-q", LC_ALL="C"), fresh)
        self.assertEqual(self.run_onedef(command, "-C", str(self.tree), where="/"), fresh)
        self.run_onedef(command, "-o", str(self.folder / "out.json"))
        self.assertEqual((self.folder / "out.json").read_bytes(), fresh[1])
        self.assertEqual(self.answers(), 1)

    def test_no_cache_leaves_it_alone(self):
        self.run_onedef(["scan"], "--no-cache")
        self.assertFalse(self.cache.exists())

    def test_changes_of_the_tree(self):
        commands = [["scan", "-f", "json"], ["export"], ["graph", "-f", "json"], ["fix"]]
        mode = self.tree / "pkg3" / "mode.py"
        text = mode.read_text()

        def same_size_same_time():
            times = mode.stat()
            mode.write_text(text.replace("class Mode(", "class Made("))
            os.utime(mode, ns=(times.st_atime_ns, times.st_mtime_ns))

        def link():
            (self.tree / "linked.py").symlink_to("pkg1/mode.py")

        def other_link():
            (self.tree / "linked.py").unlink()
            (self.tree / "linked.py").symlink_to("pkg2/mode.py")

        changes = [
            ("changed", lambda: mode.write_text(text.replace("A = 1", "A = 2"))),
            ("changed back", lambda: mode.write_text(text)),
            ("same size and time", same_size_same_time),
            ("touched", lambda: os.utime(mode)),
            ("another mode", lambda: mode.chmod(0o000)),
            ("its mode again", lambda: mode.chmod(0o644)),
            ("added", lambda: (self.tree / "pkg3" / "more.py").write_text("class Mode:\n    pass\n")),
            ("renamed", lambda: (self.tree / "pkg3" / "more.py").rename(self.tree / "pkg4" / "more.py")),
            ("removed", lambda: (self.tree / "pkg4" / "more.py").unlink()),
            ("emptied", lambda: mode.write_text("")),
            ("a folder in its place", lambda: (mode.unlink(), mode.mkdir())),
            ("a link", link),
            ("another target", other_link),
            ("a link to nothing", lambda: (self.tree / "pkg2" / "mode.py").unlink()),
            ("an extension module", lambda: (self.tree / "pkg1" / "fast.so").write_bytes(b"")),
            ("a package no more", lambda: (self.tree / "pkg5" / "__init__.py").unlink()),
            ("packaging file", lambda: (self.tree / "pyproject.toml").write_text('[project]\nname = "second"\n[tool.setuptools]\npackage-dir = {"" = "src"}\n')),
            ("another packaging file", lambda: (self.tree / "pkg6" / "setup.cfg").write_text("[metadata]\nname = six\n")),
            ("a unit no more", lambda: (self.tree / "pkg6" / "setup.cfg").write_text("[flake8]\n")),
            ("configuration", lambda: (self.tree / "onedef.toml").write_text('exclude = ["pkg7/**"]\n')),
            ("another configuration", lambda: (self.tree / "onedef.toml").write_text('exclude = ["pkg7/**"]\n[rules]\nduplicate = "off"\n')),
            ("ignored files", lambda: (self.tree / ".gitignore").write_text("pkg0/\n")),
            ("a repository", lambda: subprocess.run(["git", "init", "-q"], cwd=self.tree, check=True)),
        ]
        self.check("before", commands)
        for settled in (False, True):
            for what, change in changes if not settled else changes[:10]:
                if settled:
                    if what == "changed":
                        shutil.rmtree(self.tree)
                        self.setUp()
                        mode = self.tree / "pkg3" / "mode.py"
                        self.check("before, settled", commands[:1])
                    if what in ("same size and time", "renamed"):
                        self.settle()
                change()
                self.check((what, "settled" if settled else "at once"), commands if not settled else commands[:1])

    def test_changes_within_the_clock(self):
        """Writes so close to one another that the clock of the file system may not tell them apart."""
        path = self.tree / "pkg0" / "mode.py"
        for i in range(12):
            path.write_text(f"class Mode{i % 4}:\n    pass\n")
            command = ["scan", "-f", "json"]
            self.assertEqual(self.run_onedef(command), self.run_onedef(command, "--no-cache"), i)

    def test_changes_of_options(self):
        self.run_onedef(["scan", "-f", "json"])
        for options in (["--rule", "duplicate"], ["--only", "pkg1/**"], ["--role", "test"], ["--min-severity", "error"], ["-n", "Mode"],
                        ["--kinds", "function"], ["--exclude", "pkg1/**"], ["--root", "src"], ["--python-version", "3.8"], ["-v"], ["-vv"],
                        ["pkg1"], ["pkg1/mode.py"], ["pkg1", "pkg2"], ["--no-ignore"], ["--full-parse"], ["--fail-on", "info"]):
            self.check(options, [["scan", "-f", "json", *options]])
        for options in ([], ["--lazy"], ["--typing"], ["--tests"], ["--full"], ["--collapse", "1"], ["--focus", "pkg1"], ["--max-nodes", "3"],
                        ["--exclude", "pkg1"], ["-o", "/dev/stdout"]):
            self.check(options, [["graph", "-f", "json", *options]])
        self.check("batches", [["plan", "-f", "json", "--batch-files", str(n)] for n in (1, 2, 9)])

    def test_environment(self):
        for environment in ({"NO_COLOR": "1"}, {"TERM": "dumb"}, {"LC_ALL": "C"}, {"COLUMNS": "50"}):
            self.check(environment, [["scan"], ["scan", "--color", "always"]], **environment)

    def test_notes_and_exit_codes(self):
        command = ["graph", "-f", "json", "--max-nodes", "2"]
        fresh = self.run_onedef(command, "--no-cache")
        self.assertIn(b"onedef:", fresh[2])
        for _ in range(3):
            self.assertEqual(self.run_onedef(command), fresh)
        self.assertEqual(self.run_onedef(command, "-q"), (fresh[0], fresh[1], b""))
        self.assertEqual([self.run_onedef(["scan", "--exit-code"])[0] for _ in range(3)], [1, 1, 1])

    def test_failures_are_not_kept(self):
        for _ in range(2):
            done = subprocess.run([ONEDEF, "where", "NoSuchName", "Mode", "--cache-dir", str(self.cache)], cwd=self.tree, capture_output=True)
            self.assertEqual(done.returncode, 2)
            self.assertIn(b"NoSuchName", done.stderr)
            self.assertIn(b"Mode", done.stdout)
        with open("/dev/full", "w") as full:
            done = subprocess.run([ONEDEF, "scan", "--cache-dir", str(self.cache)], cwd=self.tree, stdout=full, stderr=subprocess.PIPE)
        self.assertEqual(done.returncode, 2)
        self.assertEqual(self.answers(), 0)

    def test_unknown_names_leave_the_destination(self):
        out = self.folder / "out"
        out.write_text("before")
        done = subprocess.run([ONEDEF, "where", "NoSuchName", "-o", str(out), "--cache-dir", str(self.cache)], cwd=self.tree, capture_output=True)
        self.assertEqual((done.returncode, out.read_text(), sorted(p.name for p in self.folder.iterdir())), (2, "before", ["cache", "out", "tree"]))

    def test_damaged_answers(self):
        commands = [["scan", "-f", "json"], ["export"]]
        fresh = [self.run_onedef(command, "--no-cache") for command in commands]
        damages = [
            "UPDATE answers SET bytes = zeroblob(length(bytes))",
            "UPDATE answers SET bytes = substr(bytes, 1, 20)",
            "UPDATE answers SET bytes = x''",
            "UPDATE answers SET bytes = 'text'",
            "UPDATE answers SET sum = x'00'",
            "UPDATE answers SET (sum, bytes) = (SELECT sum, bytes FROM answers AS other WHERE other.key <> answers.key)",
            "DROP TABLE answers",
            "DROP TABLE answers; CREATE TABLE answers(other)",
            "DROP TABLE answers; CREATE VIEW answers AS SELECT key, day, key AS sum, block AS bytes FROM keys NATURAL JOIN blocks",
        ]
        for damage in damages:
            for command in commands:
                self.run_onedef(command)
            for path in self.cache.glob("facts-*.db"):
                with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as database:
                    database.executescript(damage)
            for turn in range(2):
                self.assertEqual([self.run_onedef(command) for command in commands], fresh, (damage, turn))
            shutil.rmtree(self.cache)

    def test_at_once_and_killed(self):
        command = ["scan", "-f", "json"]
        fresh = self.run_onedef(command, "--no-cache")
        argv = [ONEDEF, *command, "--cache-dir", str(self.cache)]
        for delay in (0.002, 0.005, 0.01, 0.015, 0.02, 0.03, 0.05):
            runs = [subprocess.Popen(argv, cwd=self.tree, stdout=subprocess.PIPE, stderr=subprocess.PIPE) for _ in range(3)]
            time.sleep(delay)
            runs[0].kill()
            for run in runs[1:]:
                output, errors = run.communicate(timeout=120)
                self.assertEqual((run.returncode, output, errors), fresh)
            runs[0].communicate()
            self.assertEqual(self.run_onedef(command), fresh)

    def test_once_a_day(self):
        command = ["scan", "-f", "json"]
        fresh = [self.run_onedef(command) for _ in range(2)][1]
        path = next(self.cache.glob("facts-*.db"))
        with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as database:
            database.execute("UPDATE answers SET day = day - 3")
            database.execute("UPDATE keys SET day = day - 3")
        self.assertEqual(self.run_onedef(command), fresh)
        with contextlib.closing(sqlite3.connect(path)) as database:
            days = database.execute("SELECT day FROM answers UNION SELECT day FROM keys").fetchall()
        self.assertEqual(days, [(int(time.time()) // 86400,)])


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
