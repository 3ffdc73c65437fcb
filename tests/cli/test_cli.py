#!/usr/bin/env python3
"""The habits of the command line: exit codes, messages, streams, odd bytes, colour, width.

usage: test_cli.py ONEDEF SOURCE_DIR
"""

import csv
import io
import json
import os
import pathlib
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import unittest

ONEDEF = ""
SOURCE = pathlib.Path()

FILES = {
    "pyproject.toml": '[project]\nname = "shop"\n',
    "shop/__init__.py": "from shop.core.types import Mode\n",
    "shop/core/__init__.py": "",
    "shop/core/types.py": 'from enum import Enum\n\n\nclass Mode(Enum):\n    FAST = "fast"\n    SAFE = "safe"\n    RETRY = "retry-3"\n',
    "shop/old/__init__.py": "",
    "shop/old/types.py": 'from enum import Enum\n\n\nclass Mode(Enum):\n    FAST = "fast"\n    SAFE = "safe"\n    RETRY = "retry-5"\n',
    "shop/manager.py": "from shop.core.types import Mode\n\nManagerMode = Mode\n\n\nclass Manager:\n    def run(self, mode: Mode):\n        return mode\n",
    "shop/use.py": "from shop.manager import ManagerMode\nfrom shop.missing import Gone\nfrom shop.old.types import Mode\n\nprint(Mode, ManagerMode, Gone)\n",
}


def make_tree(folder, files):
    for path, text in files.items():
        target = pathlib.Path(folder) / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")


class Case(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="onedef-cli-"))
        cls.tree = cls.folder / "tree"
        make_tree(cls.tree, FILES)

    @classmethod
    def tearDownClass(cls):
        shutil.rmtree(cls.folder)

    def environment(self, **more):
        env = {k: v for k, v in os.environ.items() if k not in ("NO_COLOR", "LC_ALL", "COLUMNS")}
        env["XDG_CACHE_HOME"] = str(self.folder / "cache")
        env.update(more)
        return env

    def run_onedef(self, *args, cwd=None, env=None, **more):
        return subprocess.run([ONEDEF, *args], cwd=cwd or self.tree, env=env or self.environment(), stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, timeout=60, **more)

    def good(self, *args, **more):
        done = self.run_onedef(*args, **more)
        self.assertEqual(done.returncode, 0, done.stderr.decode(errors="replace"))
        return done.stdout.decode()

    def trouble(self, *args, says, **more):
        """Exit 2, nothing on stdout, one line on stderr that starts with the program's name."""
        done = self.run_onedef(*args, **more)
        message = done.stderr.decode(errors="surrogateescape")
        self.assertEqual(done.returncode, 2, message)
        self.assertEqual(done.stdout, b"")
        self.assertEqual(message.count("\n"), 1, message)
        self.assertTrue(message.startswith("onedef: "), message)
        self.assertIn(says, message)


class Usage(Case):
    def test_no_arguments(self):
        done = self.run_onedef()
        self.assertEqual((done.returncode, done.stdout), (2, b""))
        self.assertIn(b"Usage: onedef", done.stderr)

    def test_help_fits_and_has_examples(self):
        top = self.good("--help")
        self.assertEqual(top, self.good("help"))
        commands = [line.split()[0] for line in top.split("Commands:\n")[1].split("\n\n")[0].splitlines()]
        self.assertIn("scan", commands)
        for text in [top] + [self.good(command, "--help") for command in commands]:
            self.assertEqual([line for line in text.splitlines() if len(line) > 80], [])
        for command in set(commands) - {"version"}:
            self.assertIn("\nExamples:\n", self.good(command, "--help"))
            self.assertEqual(self.good(command, "--help"), self.good("help", command))

    def test_version(self):
        self.assertRegex(self.good("--version"), r"^onedef \d+\.\d+\.\d+\n$")
        self.assertEqual(self.good("--version"), self.good("version"))

    def test_mistakes(self):
        self.trouble("scna", says="did you mean 'scan'?")
        self.trouble("scan", "--formt", "json", says="did you mean '--format'?")
        self.trouble("scan", "--frobnicate", says="unknown option '--frobnicate'")
        self.trouble("scan", "-f", "jsno", says="did you mean 'json'?")
        self.trouble("scan", "-j", "many", says="--jobs: expected a number")
        self.trouble("scan", "-j", says="-j")
        self.trouble("scan", "no/such/folder", says="no/such/folder")
        self.trouble("no-such-thing", says="neither a command nor a path")
        self.trouble("scan", "-r", "duplicat", says="did you mean 'duplicate'?")
        self.trouble("scan", "--fail-on", "eror", says="did you mean 'error'?")
        self.trouble("scan", "-C", "no/such", says="cannot enter 'no/such'")
        self.trouble("scan", "--config", "no.toml", says="no.toml")
        self.trouble("where", says="which NAME?")
        self.trouble("explain", says="which NAME or RULE?")
        self.trouble("where", "Managr", says="did you mean 'Manager'?")
        self.trouble("explain", "shop.manager.Managr", says="did you mean 'shop.manager.Manager'?")
        self.trouble("export", "-f", "sqlite", says="--output")
        self.trouble("version", "extra", says="extra")
        self.trouble("scan", "--rev", "no-such-revision", says="git repository")

    def test_attached_values(self):
        self.assertEqual(self.good("scan", "-j1", "-fjson"), self.good("scan", "-j", "8", "--format=json"))


class Streams(Case):
    def test_full_disk(self):
        for args in (["--version"], ["--help"], ["scan", "--help"], ["scan"], ["scan", "-f", "json"], ["where", "Mode"], ["export"]):
            with open("/dev/full", "w") as full:
                done = subprocess.run([ONEDEF, *args], cwd=self.tree, env=self.environment(), stdout=full, stderr=subprocess.PIPE)
            self.assertEqual(done.returncode, 2, args)
            self.assertIn(b"No space left on device", done.stderr)
        self.trouble("scan", "-o", "/dev/full", says="No space left on device")

    def test_closed_stdout(self):
        done = subprocess.run(["sh", "-c", '"$0" scan >&-', ONEDEF], cwd=self.tree, env=self.environment(), stderr=subprocess.PIPE)
        self.assertEqual(done.returncode, 2)
        self.assertIn(b"cannot write standard output", done.stderr)

    def test_reader_that_leaves(self):
        done = subprocess.run(["bash", "-c", 'set -o pipefail; "$0" export | head -c 1', ONEDEF], cwd=self.tree,
                              env=self.environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.assertEqual(done.stderr, b"")
        self.assertIn(done.returncode, (0, 141))

    def test_nothing_but_data(self):
        done = self.run_onedef("scan", "-f", "json")
        self.assertEqual(done.stderr, b"")
        json.loads(done.stdout)

    def test_output_file(self):
        target = self.folder / "out.json"
        target.write_text("old")
        self.good("scan", "-f", "json", "-o", str(target))
        self.assertEqual(target.read_text(), self.good("scan", "-f", "json"))
        self.assertEqual(self.good("scan", "-f", "json", "-o", "-"), self.good("scan", "-f", "json"))
        self.assertEqual([p.name for p in self.folder.glob("out.json*")], ["out.json"])
        self.trouble("scan", "-o", str(self.folder / "no" / "out"), says="No such file or directory")
        self.trouble("scan", "-o", str(self.folder), says="is a directory")

    def test_link_is_written_through(self):
        target, link = self.folder / "real.txt", self.folder / "link.txt"
        target.write_text("old")
        link.symlink_to(target)
        self.good("scan", "-o", str(link))
        self.assertTrue(link.is_symlink())
        self.assertNotEqual(target.read_text(), "old")


class Colour(Case):
    def test_when(self):
        self.assertNotIn("\033", self.good("scan"))
        self.assertIn("\033[", self.good("scan", "--color", "always"))
        self.assertNotIn("\033", self.good("scan", "--color", "never"))
        self.trouble("scan", "--color", "sometimes", says="--color")

    def terminal(self, **more):
        import pty
        primary, secondary = pty.openpty()
        process = subprocess.Popen([ONEDEF, "scan", "-q"], cwd=self.tree, env=self.environment(TERM="xterm", **more),
                                   stdout=secondary, stderr=subprocess.PIPE)
        os.close(secondary)
        chunks = []
        while True:
            try:
                chunk = os.read(primary, 65536)
            except OSError:
                break
            if not chunk:
                break
            chunks.append(chunk)
        os.close(primary)
        process.communicate()
        return b"".join(chunks)

    def test_terminal(self):
        self.assertIn(b"\033[", self.terminal())
        self.assertNotIn(b"\033", self.terminal(NO_COLOR="1"))
        self.assertIn(b"\033[", self.terminal(NO_COLOR=""))

    def test_width(self):
        for args in (["scan"], ["scan", "-v"], ["plan"], ["where", "Mode"], ["explain", "Mode"], ["explain", "--rules"], ["explain", "OD103"]):
            wide = [line for line in self.good(*args).splitlines() if len(line) > 80 and str(self.folder) not in line]
            self.assertEqual(wide, [], args)


class Gate(Case):
    def test_exit_codes(self):
        self.assertEqual(self.run_onedef("scan").returncode, 0)
        self.assertEqual(self.run_onedef("scan", "--exit-code").returncode, 1)
        self.assertEqual(self.run_onedef("scan", "--fail-on", "error").returncode, 1)
        self.assertEqual(self.run_onedef("scan", "--fail-on", "error", "-r", "shim").returncode, 0)
        self.assertEqual(self.run_onedef("scan", "--exit-code", "--only", "shop/core/**").returncode in (0, 1), True)

    def test_clean_tree(self):
        clean = self.folder / "clean"
        make_tree(clean, {"pyproject.toml": "", "one/__init__.py": "", "one/a.py": "class A:\n    def f(self):\n        return 1\n"})
        done = self.run_onedef("scan", "--exit-code", cwd=clean)
        self.assertEqual(done.returncode, 0, done.stdout.decode())
        self.assertIn(b"Nothing found", done.stdout)

    def test_unreadable_output_beats_the_gate(self):
        with open("/dev/full", "w") as full:
            done = subprocess.run([ONEDEF, "scan", "--exit-code"], cwd=self.tree, env=self.environment(), stdout=full,
                                  stderr=subprocess.PIPE)
        self.assertEqual(done.returncode, 2)


class Answers(Case):
    def test_files_add_up(self):
        files = json.loads(self.good("scan", "-f", "json"))["files"]
        self.assertEqual(files["listed"], files["parsed"] + files["degraded"] + files["unreadable"] + files["extensions"])
        self.assertEqual(files["listed"], sum(path.endswith(".py") for path in FILES))

    def test_jsonl_keys(self):
        records = [json.loads(line) for line in self.good("scan", "-f", "jsonl").splitlines()]
        self.assertTrue(records)
        for record in records:
            self.assertLessEqual({"rule", "code", "severity", "id", "path", "line", "message", "subjects"}, set(record))
        self.assertIn(("diverged", "OD103"), {(r["rule"], r["code"]) for r in records})
        self.assertIn(("broken-import", "shop/use.py", 2), {(r["rule"], r["path"], r["line"]) for r in records})

    def test_explain_counts_definitions(self):
        text = self.good("explain", "shop.Mode", "core.types.Mode", "manager.ManagerMode", "old.types.Mode")
        self.assertIn("shop/manager.py:3", text)
        self.assertIn("ManagerMode = Mode", text)
        last = text[text.rindex("\n4 names") :]
        self.assertIn("4 names, 2 definitions: 2 are definitions, 1 is an import, 1 is an alias", " ".join(last.split()))

    def test_explain_json(self):
        document = json.loads(self.good("explain", "-f", "json", "manager.ManagerMode"))
        match = document["names"][0]["matches"][0]
        self.assertEqual(match["definition"], "shop.core.types:Mode")
        self.assertEqual(match["candidates"][0]["how"], "alias")
        self.assertEqual(match["candidates"][0]["line"], 3)

    def test_names_in_all_spellings(self):
        ids = set()
        for name in ("shop.core.types.Mode", "core.types.Mode", "types:Mode", "shop.core.types:Mode", "shop/core/types.py:Mode"):
            document = json.loads(self.good("where", "-f", "json", name))
            ids.add(any(d["id"] == "shop.core.types:Mode" for d in document["names"][0]["definitions"]))
        self.assertEqual(ids, {True})

    def test_where_starts_with_the_import_line(self):
        self.assertEqual(self.good("where", "Manager").splitlines()[0], "from shop.manager import Manager")

    def test_a_simple_name_finds_aliases(self):
        document = json.loads(self.good("where", "-f", "json", "ManagerMode"))
        self.assertEqual([d["id"] for d in document["names"][0]["definitions"]], ["shop.core.types:Mode"])

    def test_plan_formats(self):
        markdown = self.good("plan", "-f", "markdown")
        self.assertIn("## Success criteria", markdown)
        self.assertIn("- [ ]", markdown)
        document = json.loads(self.good("plan", "-f", "json"))
        rows = list(csv.reader(io.StringIO(self.good("plan", "-f", "csv"), newline="")))
        self.assertEqual({len(row) for row in rows}, {len(rows[0])})
        self.assertEqual(len(rows) - 1, sum(len(step["actions"]) for step in document["steps"]))

    def test_sqlite(self):
        target = self.folder / "index.db"
        self.good("export", "-f", "sqlite", "-o", str(target))
        database = sqlite3.connect(target)
        self.assertEqual(database.execute("PRAGMA foreign_key_check").fetchall(), [])
        self.assertEqual(database.execute("PRAGMA integrity_check").fetchall(), [("ok",)])
        rows = database.execute("SELECT path, line FROM definitions WHERE name = 'Mode' ORDER BY path").fetchall()
        self.assertEqual(rows, [("shop/core/types.py", 4), ("shop/old/types.py", 4)])
        text = (SOURCE / "docs" / "export.md").read_text(encoding="utf-8")
        questions = text.split("```sql\n")[1:]
        self.assertEqual(len(questions), 5)
        for question in questions:
            database.execute(question.split("```")[0]).fetchall()
        for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'view'").fetchall():
            database.execute(f"SELECT * FROM {name} LIMIT 1").fetchall()
            self.assertIn(f"`{name}`", text)
        database.close()

    def test_markdown(self):
        text = self.good("scan", "-f", "markdown")
        self.assertIn("## Groups to work on", text)
        self.assertIn("### Mode", text)


class OddBytes(Case):
    def setUp(self):
        self.odd = self.folder / "odd"
        make_tree(self.odd, {"pyproject.toml": "", "pkg/__init__.py": "", "pkg/caf\u00e9.py": "class Gar\u00e7on:\n    x = 1\n"})
        with open(os.fsencode(self.odd) + b"/pkg/bad\xff\x1b[31m.py", "wb") as file:
            file.write(b"class Odd:\n    x = 2\n\nbroken = 'unterminated\n")
        with open(os.fsencode(self.odd) + b"/pkg/line\nbreak.py", "wb") as file:
            file.write(b"class Odder(\n")

    def tearDown(self):
        shutil.rmtree(self.odd)

    def test_every_format_in_the_c_locale(self):
        env = self.environment(LC_ALL="C")
        for args in (["scan"], ["scan", "-v"], ["scan", "-f", "json"], ["scan", "-f", "jsonl"], ["scan", "-f", "markdown"], ["plan"],
                     ["plan", "-f", "markdown"], ["plan", "-f", "csv"], ["plan", "-f", "json"], ["export"], ["where", "Odd"]):
            done = self.run_onedef(*args, cwd=self.odd, env=env)
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertNotIn(b"\x1b", done.stdout, args)
            self.assertNotIn(b"line\nbreak", done.stdout, args)
            if args[-1] in ("json", "jsonl", "csv", "markdown", "export"):
                done.stdout.decode("utf-8")
            if args[-1] == "json":
                json.loads(done.stdout)
            self.assertEqual(done.stdout, self.run_onedef(*args, cwd=self.odd, env=self.environment(LC_ALL="C.UTF-8")).stdout)

    def test_bytes_survive_in_text(self):
        self.assertIn(b"pkg/bad\xff\\x1b[31m.py", self.run_onedef("where", "Odd", cwd=self.odd).stdout)

    def test_names_in_arguments(self):
        env = self.environment(LC_ALL="C")
        self.assertIn("caf\u00e9", self.run_onedef("where", "Gar\u00e7on", cwd=self.odd, env=env).stdout.decode())
        self.trouble("where", b"\xff\xfe", cwd=self.odd, env=env, says="nothing is called")
        done = self.run_onedef("scan", b"pkg/bad\xff\x1b[31m.py", cwd=self.odd, env=env)
        self.assertEqual(done.returncode, 0, done.stderr)


class PartOfAProject(unittest.TestCase):
    """A PATH inside a project: the report says that it is about a part, and of how much."""

    def test_scan_says_how_many_files_it_is_about(self):
        with tempfile.TemporaryDirectory(prefix="onedef-part-") as folder:
            root = pathlib.Path(folder, "project")
            for path in ("onedef.toml", "a/one.py", "a/two.py", "b/three.py"):
                (root / path).parent.mkdir(parents=True, exist_ok=True)
                (root / path).touch()
            ask = lambda *args: subprocess.run([ONEDEF, "scan", *args], capture_output=True, text=True, cwd=root, env=dict(os.environ, XDG_CACHE_HOME=folder)).stdout
            self.assertIn("about 2 of the project's 3 files", ask("a"))
            self.assertIn("About 2 of the project's 3 files", ask("a", "-f", "markdown"))
            self.assertNotIn("about", ask("."))
            counts = json.loads(ask("a", "-f", "json"))["files"]
            self.assertEqual((counts["asked"], counts["listed"]), (2, 3))


if __name__ == "__main__":
    ONEDEF = os.path.abspath(sys.argv[1])
    SOURCE = pathlib.Path(sys.argv[2]).resolve()
    unittest.main(argv=sys.argv[:1] + sys.argv[3:])
