"""The same bytes, whatever the number of threads, the working directory, the locale, the state of the cache or
the order in which a folder lists its files.

usage: test_identical.py ONEDEF SOURCE_DIR
"""
import os
import random
import shutil
import subprocess
import sys
import tempfile
import unittest

ONEDEF = sys.argv[1]

COMMANDS = [
    ["scan", "-f", "text"],
    ["scan", "-f", "json"],
    ["scan", "-f", "jsonl"],
    ["scan", "-f", "markdown"],
    ["export", "-f", "jsonl"],
    ["plan", "-f", "text"],
    ["plan", "-f", "json"],
    ["plan", "-f", "csv"],
    ["plan", "-f", "markdown"],
    ["graph", "-f", "dot"],
    ["graph", "--kind", "packages", "-f", "json"],
    ["graph", "--kind", "cycles", "-f", "dot"],
    ["graph", "--kind", "duplicates", "-f", "dot"],
    ["graph", "-f", "graphml"],
    ["explain", "Mode"],
    ["where", "-f", "json", "Mode"],
]

MODE = '''import enum


class Mode(enum.Enum):
    """How a parcel travels."""
    LAND = "land"
    SEA = "sea-{port}"
    AIR = "air"

    def surcharge(self, weight):
        return weight * {rate} if self is Mode.AIR else 0
'''


def tree(random_order):
    """About fifty modules with everything that is reported: copies, drift, aliases, stars, cycles, broken imports,
    a file that cannot be read in full, names beyond ASCII."""
    files = {"pyproject.toml": '[project]\nname = "parcels"\nversion = "1"\n', "parcels/__init__.py": "from .core import *\n"}
    for i in range(12):
        package = f"parcels/area{i:02}"
        other = f"parcels.area{(i * 5 + 3) % 12:02}"
        files[f"{package}/__init__.py"] = f"from .modes import Mode\nfrom {other}.work import Work as Other\n__all__ = ['Mode', 'gone']\n"
        files[f"{package}/modes.py"] = MODE.format(port=i % 3, rate=i % 2 + 1)
        files[f"{package}/work.py"] = (
            f"from {other}.modes import Mode\nfrom {other}.missing import Nothing\n\n\n"
            f"class Work:\n    def run(self):\n        from {other}.work import Work\n        return Work, Mode\n\n\n"
            f"class Übergabe{i % 4}:\n    straße = {i}\n\n    def grüße(self):\n        return 'ä' * {i % 4}\n")
        files[f"{package}/old.py"] = f"from {other}.modes import Mode as OldMode, Mode\nAlias = OldMode\n"
    files["parcels/core.py"] = "from .area00.modes import Mode\nfrom .area01.work import *\n\n\nclass Work(Work):\n    pass\n"
    files["parcels/broken.py"] = "class Half:\n    def (:\n        pass\n\n\nclass Whole:\n    x = 'never closed\n"
    files["tests/test_modes.py"] = "from unittest.mock import patch\n\n\nclass FakeMode:\n    pass\n\n\ndef test():\n    patch('parcels.core.Mode')\n"
    names = list(files)
    random.Random(random_order).shuffle(names)
    return [(name, files[name]) for name in names]


class Identical(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp()
        self.addCleanup(shutil.rmtree, self.folder)

    def plant(self, name, random_order):
        # Two folders of one name: the name of the project is the same in both.
        root = os.path.join(self.folder, name, "parcels-project")
        for path, text in tree(random_order):
            path = os.path.join(root, path)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "w", encoding="utf-8") as file:
                file.write(text)
        return root

    def run_in(self, folder, command, cache, *options, locale="C.UTF-8"):
        environment = {**os.environ, "LC_ALL": locale, "XDG_CACHE_HOME": os.path.join(self.folder, cache)}
        environment.pop("NO_COLOR", None)
        done = subprocess.run([ONEDEF, *command, "-q", *options], cwd=folder, env=environment, capture_output=True, timeout=120)
        self.assertEqual(done.returncode, 0, (command, options, done.stderr))
        self.assertEqual(done.stderr, b"", command)
        # The report for people names the folder that was read.
        return done.stdout.replace(os.path.join(self.folder, "a").encode(), b"").replace(os.path.join(self.folder, "b").encode(), b"")

    def test_same_bytes(self):
        here, there = self.plant("a", 1), self.plant("b", 2)
        deep = os.path.join(there, "parcels", "area03")
        for command in COMMANDS:
            with self.subTest(" ".join(command)):
                first = self.run_in(here, command, f"cold-{COMMANDS.index(command)}", "-j1")
                self.assertTrue(len(first) > 100, first)
                runs = {
                    "eight threads, warm cache": self.run_in(here, command, f"cold-{COMMANDS.index(command)}", "-j8"),
                    "no cache, C locale": self.run_in(here, command, "none", "-j8", "--no-cache", locale="C"),
                    "files made in another order": self.run_in(there, command, "shared", "-j3"),
                    "from another folder": self.run_in(deep, command, "shared", "-C", there, "-j2"),
                    "from the root": self.run_in("/", command, "shared", "-C", there, locale="C"),
                    "the full parse": self.run_in(here, command, "full", "--full-parse", "-j4"),
                }
                for what, output in runs.items():
                    self.assertEqual(output, first, what)

    def test_path_argument(self):
        """Called with the project as an argument from elsewhere, or within it with none."""
        root = self.plant("a", 1)
        for command in COMMANDS[:10]:
            with self.subTest(" ".join(command)):
                self.assertEqual(self.run_in("/", [*command, root], "cache"), self.run_in(root, command, "cache"))


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
