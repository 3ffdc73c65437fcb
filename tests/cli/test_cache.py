#!/usr/bin/env python3
"""The answer never depends on the cache: cold, warm, damaged, foreign, not writable, full, shared, killed.

usage: test_cache.py ONEDEF SOURCE_DIR
"""
import os
import pathlib
import random
import resource
import shutil
import signal
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
        stat = subprocess.run([ONEDEF, "cache", "stat", "--cache-dir", str(self.cache)], capture_output=True, text=True)
        self.assertEqual(stat.returncode, 0, stat.stderr)
        self.assertIn("300", stat.stdout)
        clear = subprocess.run([ONEDEF, "cache", "clear", "--cache-dir", str(self.cache)], capture_output=True, text=True)
        self.assertEqual(clear.returncode, 0, clear.stderr)
        self.assertEqual(self.databases(), [])


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
