#!/usr/bin/env python3
"""onedef history: the counts of every commit of a small made repository, and the chart of them.

Usage: test_history.py ONEDEF SOURCE_DIR
"""
import csv, io, json, os, pathlib, re, subprocess, sys, tempfile, unittest
import xml.etree.ElementTree as xml

from gitrepo import RELAY, Repository

ONEDEF = os.path.abspath(sys.argv[1])


class History(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory(prefix="onedef-history-")
        self.repository = Repository(pathlib.Path(self.folder.name, "repo"))
        # By hand: files, groups of duplicates, fragmented imports, broken imports, cycles after each commit.
        steps = [
            ({"app/__init__.py": "", "app/one.py": RELAY}, (2, 0, 0, 0, 0)),
            ({"app/two.py": RELAY}, (3, 1, 0, 0, 0)),
            ({"app/use.py": "from app.gone import Nothing\n"}, (4, 1, 0, 1, 0)),
            ({"app/a.py": "from app import b\n", "app/b.py": "from app import a\n"}, (6, 1, 0, 1, 1)),
            ({"app/facade.py": "from app.one import Relay as Relay\n", "app/u1.py": "from app.facade import Relay\n", "app/u2.py": "from app.one import Relay\n"},
             (9, 1, 1, 1, 1)),
            ({"app/two.py": None, "app/use.py": None}, (7, 0, 1, 0, 1)),
        ]
        self.wanted = [counts for _, counts in steps]
        for number, (tree, _) in enumerate(steps, 1):
            self.repository.commit(tree, f"step {number}")

    def tearDown(self):
        self.folder.cleanup()

    def run_onedef(self, *args, cwd=None):
        return subprocess.run([ONEDEF, "history", *args], capture_output=True, text=True, cwd=cwd or self.repository.root, stdin=subprocess.DEVNULL,
                              env=dict(os.environ, XDG_CACHE_HOME=self.folder.name, LC_ALL="C", TZ="Asia/Tokyo"))

    def points(self, *args, cwd=None):
        done = self.run_onedef(*args, "-f", "json", cwd=cwd)
        self.assertEqual(done.returncode, 0, done.stderr)
        return json.loads(done.stdout)["points"]

    def counts(self, points):
        return [(p["files"], p["verdicts"]["duplicate"], p["rules"]["fragmented-import"], p["rules"]["broken-import"], p["rules"]["import-cycle"]) for p in points]

    def subjects(self, *args):
        return [int(point["subject"].split()[1]) for point in self.points(*args)]

    def fails(self, *args, cwd=None):
        done = self.run_onedef(*args, cwd=cwd)
        self.assertEqual((done.returncode, done.stdout), (2, ""), done.stderr)
        self.assertEqual(done.stderr.count("\n"), 1, done.stderr)
        return done.stderr

    def test_counts_oldest_first(self):
        points = self.points()
        self.assertEqual(self.counts(points), self.wanted)
        self.assertEqual([p["revision"] for p in points], self.repository.commits)
        self.assertEqual([p["date"] for p in points], [f"2025-01-0{day}T00:00:00Z" for day in range(1, 7)])

    def test_every_and_since(self):
        self.assertEqual(self.subjects("--every", "2"), [1, 2, 4, 6])
        self.assertEqual(self.subjects("--every", "5"), [1, 6])
        self.assertEqual(self.subjects("--every", "100"), [1, 6])
        self.assertEqual(self.subjects("--since", "HEAD~2"), [4, 5, 6])
        self.assertEqual(self.subjects("--since", "HEAD~3", "--every", "2"), [3, 4, 6])
        self.assertEqual(self.subjects("--rev", "HEAD~2", "--since", "HEAD~4"), [2, 3, 4])
        self.assertEqual(self.subjects("--since", "HEAD"), [6])

    def test_first_parents_only(self):
        self.repository.git("checkout", "-q", "-b", "side", "HEAD~1")
        self.repository.commit({"app/side.py": ""}, "step 90")
        self.repository.git("checkout", "-q", "main")
        self.repository.git("merge", "-q", "--no-ff", "-m", "step 7", "side")
        self.assertEqual(self.subjects(), [1, 2, 3, 4, 5, 6, 7])
        self.assertEqual(self.subjects("--since", "side"), [5, 6, 7], "from the newest commit that the side branch holds")

    def test_about_two_dozen_by_default(self):
        for number in range(7, 101):
            self.repository.commit({}, f"step {number}")
        subjects = self.subjects()
        self.assertEqual(subjects, [1] + [n for n in range(1, 101) if (100 - n) % 5 == 0])

    def test_csv_and_text(self):
        rows = list(csv.DictReader(io.StringIO(self.run_onedef("-f", "csv").stdout, newline="")))
        self.assertEqual([(int(r["files"]), int(r["duplicate"]), int(r["fragmented_import"]), int(r["broken_import"]), int(r["import_cycle"])) for r in rows], self.wanted)
        self.assertEqual(rows[0]["date"], "2025-01-01T00:00:00Z")
        lines = self.run_onedef().stdout.splitlines()
        self.assertIn("6 of 6 commits", lines[0])
        self.assertEqual([line.split()[0] for line in lines[3:]], [f"2025-01-0{day}" for day in range(1, 7)])
        self.assertTrue(all(len(line) <= 80 for line in lines))

    def test_places(self):
        elsewhere = pathlib.Path(self.folder.name, "elsewhere")
        elsewhere.mkdir()
        self.assertEqual(self.counts(self.points(str(self.repository.root), cwd=elsewhere)), self.wanted)
        bare = pathlib.Path(self.folder.name, "bare.git")
        self.repository.git("clone", "-q", "--bare", str(self.repository.root), str(bare))
        self.assertEqual(self.counts(self.points(str(bare), cwd=elsewhere)), self.wanted)
        self.assertEqual([p["files"] for p in self.points("app/two.py")], [0, 1, 1, 1, 1, 0])

    def test_bad_input_is_one_line(self):
        self.assertIn("nothing-such", self.fails("--since", "nothing-such"))
        self.assertIn("nothing-such", self.fails("--rev", "nothing-such"))
        self.fails("--every", "0")
        self.fails("--every", "x")
        self.fails(cwd=self.folder.name)
        empty = Repository(pathlib.Path(self.folder.name, "empty"))
        self.fails(cwd=empty.root)

    def test_shallow_clone(self):
        shallow = pathlib.Path(self.folder.name, "shallow")
        self.repository.git("clone", "-q", "--depth", "2", f"file://{self.repository.root}", str(shallow))
        done = self.run_onedef("-f", "json", cwd=shallow)
        document = json.loads(done.stdout)
        self.assertEqual((self.counts(document["points"]), document["cut"]), (self.wanted[4:], True))
        self.assertIn("holds no commits before", done.stderr)
        self.assertEqual(self.run_onedef("-q", cwd=shallow).stderr, "")

    def test_absent_objects(self):
        self.repository.drop_object("HEAD~3", "app/use.py")
        points = self.points()
        self.assertEqual([p["unreadable"] for p in points], [0, 0, 1, 1, 1, 0])
        self.assertEqual([p["rules"]["broken-import"] for p in points], [0] * 6)
        tree = self.repository.git("rev-parse", "HEAD~1^{tree}")
        (self.repository.root / ".git" / "objects" / tree[:2] / tree[2:]).unlink()
        done = self.run_onedef("-f", "json")
        points = json.loads(done.stdout)["points"]
        self.assertEqual([p["error"] is None for p in points], [True, True, True, True, False, True])
        self.assertIn(self.repository.commits[4][:12], done.stderr)
        chart = self.run_onedef("-f", "svg").stdout
        self.assertIn("1 could not be read", chart)

    def test_svg(self):
        tree = xml.fromstring(self.run_onedef("-f", "svg").stdout)
        name = "{http://www.w3.org/2000/svg}"
        texts = ["".join(element.itertext()) for element in tree.iter(name + "text")]
        for wanted in ("0 identical copies", "0 drifted copies", "1 fragmented", "0 broken", "1 import cycles", "01-01 00:00", "01-06 00:00"):
            self.assertIn(wanted, texts)
        paths = [element.get("d") for element in tree.iter(name + "path")]
        self.assertEqual(len(paths), 5)
        self.assertTrue(all(len(re.findall(r"[ML]", path)) == 6 for path in paths))
        # No two labels overlap: 6.5 units a letter is more than the font takes.
        boxes = []
        for element in tree.iter(name + "text"):
            width, x = 6.5 * len("".join(element.itertext())), float(element.get("x"))
            left = x - {"start": 0, "middle": width / 2, "end": width}[element.get("text-anchor")]
            boxes.append((left, left + width, float(element.get("y"))))
        for i, a in enumerate(boxes):
            self.assertTrue(0 <= a[0] and a[1] <= 960, a)
            for b in boxes[i + 1 :]:
                self.assertFalse(a[0] < b[1] and b[0] < a[1] and abs(a[2] - b[2]) < 12, (a, b))
        self.assertIn("prefers-color-scheme: dark", tree.find(name + "style").text)
        self.assertEqual(self.run_onedef("-f", "svg", "--every", "100", "--since", "HEAD").returncode, 0)

    def test_the_same_bytes_always(self):
        for form in ("text", "json", "csv", "svg"):
            wanted = self.run_onedef("-f", form, "--no-cache", "-j1").stdout
            self.assertEqual(self.run_onedef("-f", form, "-j4").stdout, wanted)
            self.assertEqual(self.run_onedef("-f", form).stdout, wanted)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
