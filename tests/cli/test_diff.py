#!/usr/bin/env python3
"""onedef diff: findings gone, new, moved and unchanged between revisions of small made repositories.

Usage: test_diff.py ONEDEF SOURCE_DIR
"""
import csv, io, json, os, pathlib, shutil, subprocess, sys, tempfile, unittest

from gitrepo import LOGIC, RELAY, Repository

ONEDEF = os.path.abspath(sys.argv[1])
STATUSES = ["new", "grown", "gone", "shrunk", "moved", "unread", "unchanged"]


class Diff(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory(prefix="onedef-diff-")
        self.repository = Repository(pathlib.Path(self.folder.name, "repo"))

    def tearDown(self):
        self.folder.cleanup()

    def run_onedef(self, *args, cwd=None):
        return subprocess.run([ONEDEF, "diff", *args], capture_output=True, text=True, cwd=cwd or self.repository.root, stdin=subprocess.DEVNULL,
                              env=dict(os.environ, XDG_CACHE_HOME=self.folder.name, LC_ALL="C"))

    def diff(self, *args, cwd=None):
        done = self.run_onedef(*args, "-f", "json", cwd=cwd)
        self.assertEqual(done.returncode, 0, done.stderr)
        document = json.loads(done.stdout)
        totals = {status: sum(finding["status"] == status for finding in document["findings"]) for status in STATUSES}
        self.assertEqual({status: document["totals"][status] for status in STATUSES}, totals)
        for part in ("areas", "rules"):
            for side in ("before", "after"):
                self.assertEqual(sum(row[side] for row in document[part]), document["totals"][side])
        return document

    def changes(self, *args, cwd=None):
        return sorted((finding["status"], finding["rule"], (finding["after"] or finding["before"])["path"]) for finding in self.diff(*args, cwd=cwd)["findings"])

    def fails(self, *args, cwd=None):
        done = self.run_onedef(*args, cwd=cwd)
        self.assertEqual((done.returncode, done.stdout), (2, ""), done.stderr)
        self.assertEqual(done.stderr.count("\n"), 1, done.stderr)
        return done.stderr

    def start(self):
        """A broken import, and two copies of one class."""
        return self.repository.commit({"app/__init__.py": "", "app/one.py": RELAY, "app/two.py": RELAY, "app/use.py": "from app.gone import Nothing\n"})

    def test_new_gone_unchanged(self):
        old = self.start()
        new = self.repository.commit({"app/use.py": "import app.one\n", "app/more.py": "from app.lost import It\n"})
        self.assertEqual(self.changes(old, new), [("gone", "broken-import", "app/use.py"), ("new", "broken-import", "app/more.py"),
                                                  ("unchanged", "duplicate", "app/one.py")])
        self.assertEqual(self.changes(new, old), [("gone", "broken-import", "app/more.py"), ("new", "broken-import", "app/use.py"),
                                                  ("unchanged", "duplicate", "app/one.py")])
        self.assertEqual(self.changes(old, old), [("unchanged", "broken-import", "app/use.py"), ("unchanged", "duplicate", "app/one.py")])

    def test_lines_may_move(self):
        old = self.start()
        new = self.repository.commit({"app/one.py": "import os\n\n\n" + RELAY, "app/use.py": "# a line\n" * 9 + "from app.gone import Nothing\n"})
        self.assertEqual({status for status, _, _ in self.changes(old, new)}, {"unchanged"})
        finding = next(f for f in self.diff(old, new)["findings"] if f["rule"] == "broken-import")
        self.assertEqual((finding["before"]["line"], finding["after"]["line"]), (1, 10))
        self.assertEqual(finding["before"]["id"], finding["after"]["id"])

    def test_a_renamed_file_has_moved(self):
        old = self.start()
        new = self.repository.commit({"app/two.py": None, "app/deep/__init__.py": "", "app/deep/three.py": RELAY,
                                      "app/use.py": None, "app/user.py": "from app.gone import Nothing\n"})
        self.assertEqual({(status, rule) for status, rule, _ in self.changes(old, new)}, {("moved", "broken-import"), ("moved", "duplicate")})

    def test_a_moved_and_edited_file_has_moved(self):
        """Its path and its contents are others: the names, and that the file is called as before, tell."""
        old = self.start()
        other = RELAY.replace("attempt", "trial")
        self.assertNotEqual(other, RELAY)
        new = self.repository.commit({"app/one.py": other, "app/two.py": None, "app/deep/__init__.py": "", "app/deep/two.py": other,
                                      "app/use.py": None, "app/deep/use.py": "import os\nfrom app.gone import Nothing\nprint(os.sep)\n"})
        self.assertEqual({(status, rule) for status, rule, _ in self.changes(old, new)}, {("moved", "broken-import"), ("moved", "duplicate")})
        self.assertEqual({status for status, _, _ in self.changes(new, old)}, {"moved"})

    def test_a_copy_more_or_less(self):
        old = self.start()
        new = self.repository.commit({"app/three.py": RELAY})
        self.assertEqual([c for c in self.changes(old, new) if c[1] == "duplicate"], [("grown", "duplicate", "app/one.py")])
        self.assertEqual([c for c in self.changes(new, old) if c[1] == "duplicate"], [("shrunk", "duplicate", "app/one.py")])

    def test_drift_is_new(self):
        old = self.start()
        new = self.repository.commit({"app/two.py": RELAY.replace("round(waited, 3)", "round(waited, 2)")})
        self.assertEqual([c[:2] for c in self.changes(old, new)], [("gone", "duplicate"), ("new", "diverged"), ("unchanged", "broken-import")])

    def test_the_working_tree(self):
        self.start()
        self.repository.write({"app/more.py": "from app.lost import It\n", "app/two.py": ""})
        self.assertEqual(self.changes("HEAD"), [("gone", "duplicate", "app/one.py"), ("new", "broken-import", "app/more.py"), ("unchanged", "broken-import", "app/use.py")])
        document = self.diff("HEAD")
        self.assertEqual((document["before"]["revision"], document["after"]["revision"]), (self.repository.commits[0], "disk"))

    def test_gates(self):
        old = self.start()
        new = self.repository.commit({"app/use.py": "", "app/more.py": "from app.lost import It\n"})
        self.assertEqual(self.run_onedef(old, new, "--fail-on", "new").returncode, 1)
        self.assertEqual(self.run_onedef(old, new, "--fail-on", "more").returncode, 0)
        self.assertEqual(self.run_onedef(old, new).returncode, 0)
        self.assertEqual(self.run_onedef(old, old, "--fail-on", "new").returncode, 0)
        self.assertEqual(self.run_onedef(old, new, "--fail-on", "new", "-r", "duplicate").returncode, 0)
        third = self.repository.commit({"app/three.py": RELAY})
        self.assertEqual(self.run_onedef(new, third, "--fail-on", "new").returncode, 1, "a third copy is worse")
        self.assertEqual(self.run_onedef(third, new, "--fail-on", "new").returncode, 0, "a copy less is not")

    def test_one_configuration_for_both(self):
        old = self.start()
        new = self.repository.commit({"onedef.toml": 'exclude = ["app/use.py"]\n'})
        self.assertEqual(self.changes(old, new), [("unchanged", "duplicate", "app/one.py")])

    def test_places(self):
        old = self.start()
        new = self.repository.commit({"app/use.py": "", "other/x.py": "import nothing.here\nfrom app.lost import It\n"})
        wanted = self.changes(old, new)
        elsewhere = pathlib.Path(self.folder.name, "elsewhere")
        elsewhere.mkdir()
        self.assertEqual(self.changes(old, new, "-p", str(self.repository.root), cwd=elsewhere), wanted)
        self.assertEqual(self.changes(old, new, "-C", str(self.repository.root), cwd=elsewhere), wanted)
        self.assertEqual({path for _, _, path in self.changes(old, new, "-p", "other")}, {"other/x.py"})
        bare = pathlib.Path(self.folder.name, "bare.git")
        self.repository.git("clone", "-q", "--bare", str(self.repository.root), str(bare))
        self.assertEqual(self.changes(old, new, "-p", str(bare), cwd=elsewhere), wanted)
        self.assertEqual(self.changes(old, new, cwd=bare), wanted)
        self.assertEqual({path for _, _, path in self.changes(old, new, "-p", str(bare / "other"), cwd=elsewhere)}, {"other/x.py"})
        gone = self.repository.commit({"other/x.py": None})
        self.assertEqual([c[0] for c in self.changes(new, gone, "-p", "other")], ["gone"])

    def test_bad_input_is_one_line(self):
        self.start()
        self.assertIn("nothing-such", self.fails("nothing-such"))
        self.assertIn("nothing-such", self.fails("HEAD", "nothing-such"))
        self.fails()
        self.fails("HEAD", "HEAD", "HEAD")
        self.fails("HEAD", "--rev", "HEAD")
        self.fails("HEAD", "--fail-on", "nothing")
        self.fails("HEAD", cwd=self.folder.name)
        self.fails("HEAD:app/one.py")

    def test_absent_objects_are_not_gone(self):
        old = self.start()
        new = self.repository.commit({"app/use.py": "from app.gone import Nothing\n# other bytes\n", "app/z.py": "from app.lost import It\n"})
        self.repository.drop_object(new, "app/use.py")
        document = self.diff(old, new)
        found = {(f["status"], f["rule"], (f["after"] or f["before"])["path"]) for f in document["findings"]}
        self.assertEqual(found, {("unread", "broken-import", "app/use.py"), ("new", "unreadable-file", "app/use.py"),
                                 ("new", "broken-import", "app/z.py"), ("unchanged", "duplicate", "app/one.py")})
        self.assertEqual([f["path"] for f in document["after"]["unreadable"]], ["app/use.py"])
        self.assertEqual(document["before"]["unreadable"], [])
        text = self.run_onedef(old, new).stdout
        self.assertIn("Not readable", text)
        self.assertIn("app/use.py", text)

    def test_shallow_clone(self):
        old = self.start()
        new = self.repository.commit({"app/use.py": ""})
        shallow = pathlib.Path(self.folder.name, "shallow")
        self.repository.git("clone", "-q", "--depth", "1", f"file://{self.repository.root}", str(shallow))
        self.assertEqual(self.changes("HEAD", cwd=shallow), [("unchanged", "duplicate", "app/one.py")])
        self.assertIn("HEAD~1", self.fails("HEAD~1", cwd=shallow))
        self.assertEqual((old, new), tuple(self.repository.commits))

    def test_unchanged_files_are_parsed_once(self):
        """With a cache that holds one revision, the other needs the bytes of the files that differ and no others."""
        old = self.start()
        self.run_onedef(old, old)
        new = self.repository.commit({"app/use.py": "import app.one\n"})
        self.repository.drop_object(old, "app/two.py")
        # The object must be there (its absence is a finding), but need not be what it was: it is not read.
        blob = self.repository.git("rev-parse", f"{new}:app/two.py")
        path = self.repository.root / ".git" / "objects" / blob[:2] / blob[2:]
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"no object at all")
        self.assertIn(("unchanged", "duplicate", "app/one.py"), self.changes(old, new))

    def test_formats(self):
        old = self.start()
        new = self.repository.commit({"app/use.py": "", "app/|odd|.py": "from app.lost import It\n"})
        rows = list(csv.DictReader(io.StringIO(self.run_onedef(old, new, "-f", "csv").stdout, newline="")))
        self.assertEqual(sorted((row["status"], row["rule"], row["path"]) for row in rows), self.changes(old, new))
        markdown = self.run_onedef(old, new, "-f", "markdown").stdout
        self.assertIn("1 new, 1 gone, 1 unchanged", markdown)
        self.assertIn("## New (1)", markdown)
        self.assertIn("| broken-import | 1 | 1 | 1 | 0 | 1 | 0 | 0 | 0 | 0 |", markdown)
        text = self.run_onedef(old, new).stdout
        self.assertIn("1 new, 1 gone, 1 unchanged", text)
        self.assertNotIn("\033", text)
        self.assertTrue(all(len(line) <= 80 for line in text.splitlines()), text)

    def test_the_same_bytes_always(self):
        old = self.start()
        new = self.repository.commit({"app/three.py": RELAY, "app/use.py": "from app.lost import It\n", "app/four.py": "class Other:\n" + LOGIC})
        for form in ("text", "json", "csv", "markdown"):
            wanted = self.run_onedef(old, new, "-f", form, "--no-cache", "-j1").stdout
            self.assertEqual(self.run_onedef(old, new, "-f", form, "-j4").stdout, wanted)
            self.assertEqual(self.run_onedef(old, new, "-f", form).stdout, wanted)


if __name__ == "__main__":
    if shutil.which("git") is None:
        sys.exit("the tests of revisions need git")
    unittest.main(argv=sys.argv[:1])
