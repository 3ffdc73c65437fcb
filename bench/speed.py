#!/usr/bin/env python3
"""Time and memory of onedef beside other programs, in one run, as ratios.

Usage: bench/speed.py [TREE] [--onedef PATH] [--runs N] [--no-jscpd] [--no-copy] [--json FILE]
       bench/speed.py --growth [--files 1000,10000,100000] [--runs N]

TREE defaults to a generated tree (bench/generate_tree.py: 10,000 files, 4 million lines, seeded; kept
under build/bench). TREE is only read: what has to be changed is changed in a copy. Every program runs N
times (default 5), interleaved, so that a noisy machine is noisy for all of them alike; medians of wall time
and processor time, the highest peak memory (of the largest process). Nothing here passes or fails.

  read       every byte of every Python file, read once (cat): the physical limit
  ctags      universal-ctags --languages=Python, one thread
  raw        tree-sitter over the whole files, one thread, nothing else (bench/raw_parse.c)
  ast        CPython's ast.parse of every file, one process
  jscpd      the clone detector with its defaults, where npm can install it (into build/bench)
  cold       onedef scan with an empty cache;    cold-j1   the same on one thread
  full       onedef scan --full-parse --no-cache
  warm       onedef scan, nothing changed since the same was asked
  other      onedef scan with an option that was not asked before: facts from the cache, no answer
  warm-1%    onedef scan after one file in a hundred was changed (in a copy of TREE)
  graph, plan              onedef graph / plan on the warm tree, asked for the first time
  graph-again, plan-again  the same, asked before

--growth scans generated trees of 1,000 to 100,000 files, cold, warm and `other`, and gives each size's
time and memory as multiples of the size before.
"""
import argparse
import json
import os
import pathlib
import platform
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent
SLOW = ("ast", "raw", "jscpd", "full")  # yardsticks that run half as often
RACY_SECONDS = 2.1  # stamps younger than this are not believed


def run(argv):
    """(wall seconds, processor seconds, peak memory in MB, exit code)"""
    start = time.perf_counter()
    process = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return time.perf_counter() - start, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, process.returncode


class Onedef:
    """Commands of onedef on one tree, with a cache of its own."""

    def __init__(self, program, tree, work):
        self.program, self.tree, self.work = program, str(tree), work
        self.cache = work / "cache"
        self.facts = work / "cache-facts"  # the state after one scan: facts, and the answer to that scan alone

    def __call__(self, command, *options, cache=None):
        return run([self.program, command, *options, "-q", "-o", str(self.work / "out"), "--cache-dir", str(cache or self.cache), self.tree])

    def cold(self, *options):
        cache = self.work / "cache-cold"
        shutil.rmtree(cache, ignore_errors=True)
        return self("scan", *options, cache=cache)

    def warm_up(self):
        """A cache in which all stamps are believed."""
        shutil.rmtree(self.cache, ignore_errors=True)
        self("scan")
        time.sleep(RACY_SECONDS)
        self("scan")
        self.keep_facts()
        self("graph", "-f", "json")
        self("plan", "-f", "json")

    def keep_facts(self):
        shutil.rmtree(self.facts, ignore_errors=True)
        shutil.copytree(self.cache, self.facts)

    def first_time(self, command, *options):
        """Facts are in the cache; this was never asked."""
        cache = self.work / "cache-first"
        shutil.rmtree(cache, ignore_errors=True)
        shutil.copytree(self.facts, cache)
        return self(command, *options, cache=cache)


class Changing:
    """A copy of the tree in which one file in a hundred changes before each run."""

    def __init__(self, program, tree, work):
        self.copy = work / "copy" / pathlib.Path(tree).resolve().name
        shutil.copytree(tree, self.copy, symlinks=True, ignore_dangling_symlinks=True)
        folder = work / "changing"
        folder.mkdir()
        self.onedef = Onedef(program, self.copy, folder)
        self.files = sorted(path for path in self.copy.rglob("*.py") if path.is_file() and not path.is_symlink())
        self.random = random.Random(7)
        self.count = 0

    def __call__(self):
        self.onedef("scan")
        time.sleep(RACY_SECONDS)
        self.onedef("scan")
        self.count += 1
        for path in self.random.sample(self.files, max(1, len(self.files) // 100)):
            path.chmod(path.stat().st_mode | 0o200)
            with open(path, "a", encoding="utf-8") as out:
                out.write(f"\nCHANGED = {self.count}\n")
        return self.onedef("scan")


def jscpd():
    """Its program, installed under build/bench; None where npm is missing or fails."""
    folder = ROOT / "build" / "bench" / "jscpd"
    program = folder / "node_modules" / ".bin" / "jscpd"
    if not program.exists() and shutil.which("npm"):
        folder.mkdir(parents=True, exist_ok=True)
        packages = ["jscpd"]  # since version 5 a native program, in a package by platform that npm does not always bring along
        if sys.platform == "linux" and platform.machine() == "x86_64":
            packages.append("jscpd-linux-x64-gnu")
        subprocess.run(["npm", "install", "--silent", "--no-save", "--prefix", str(folder), *packages], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return program if program.exists() else None


def programs(args, tree, work):
    files = work / "files"
    files.write_text("\n".join(sorted(str(path) for path in pathlib.Path(tree).rglob("*.py") if path.is_file())) + "\n")
    yield "read", lambda: run(["xargs", "-d", "\\n", "-a", str(files), "cat"])
    if shutil.which("ctags"):
        yield "ctags", lambda: run(["ctags", "--languages=Python", "-f", str(work / "tags"), "-R", str(tree)])
    raw = pathlib.Path(args.onedef).resolve().parent / "bench" / "raw_parse"
    if raw.exists():
        yield "raw", lambda: run(["sh", "-c", 'exec "$0" < "$1"', str(raw), str(files)])
    code = "import ast,sys\nfor p in open(sys.argv[1]):\n  try: ast.parse(open(p[:-1],'rb').read())\n  except Exception: pass"
    yield "ast", lambda: run([sys.executable, "-W", "ignore", "-c", code, str(files)])
    clones = None if args.no_jscpd else jscpd()
    if clones:
        yield "jscpd", lambda: run([str(clones), "--silent", "--pattern", "**/*.py", "--reporters", "json", "--output", str(work / "clones"), str(tree)])
    onedef = Onedef(args.onedef, tree, work)
    yield "cold", onedef.cold
    yield "cold-j1", lambda: onedef.cold("-j1")
    yield "full", lambda: onedef("scan", "--full-parse", "--no-cache")
    onedef.warm_up()
    yield "warm", lambda: onedef("scan")
    yield "other", lambda: onedef.first_time("scan", "-v")
    yield "graph", lambda: onedef.first_time("graph", "-f", "json")
    yield "graph-again", lambda: onedef("graph", "-f", "json")
    yield "plan", lambda: onedef.first_time("plan", "-f", "json")
    yield "plan-again", lambda: onedef("plan", "-f", "json")
    if not args.no_copy:
        yield "warm-1%", Changing(args.onedef, tree, work)


def summary(rows):
    return {"wall": statistics.median(row[0] for row in rows), "cpu": statistics.median(row[1] for row in rows),
            "memory": max(row[2] for row in rows), "least": min(row[0] for row in rows), "most": max(row[0] for row in rows),
            "runs": len(rows), "status": max(row[3] for row in rows)}


def measure(args, tree):
    work = pathlib.Path(tempfile.mkdtemp(prefix="onedef-bench-"))
    try:
        subjects = list(programs(args, tree, work))
        results = {name: [] for name, _ in subjects}
        for index in range(args.runs):
            for name, program in subjects:
                if name in SLOW and index >= max(1, args.runs // 2):
                    continue
                print(f"\r\033[K{index + 1}/{args.runs} {name}", end="", file=sys.stderr, flush=True)
                results[name].append(program())
        print("\r\033[K", end="", file=sys.stderr)
        return {name: summary(rows) for name, rows in results.items()}
    finally:
        shutil.rmtree(work, ignore_errors=True)


def table(results):
    yardsticks = [name for name in ("ctags", "read") if name in results]
    lines = ["| program | wall s | least – most | " + " | ".join(f"x {name}" for name in yardsticks) + " | processor s | peak MB | runs |",
             "| --- | ---: | ---: |" + " ---: |" * len(yardsticks) + " ---: | ---: | ---: |"]
    for name, row in results.items():
        ratios = " | ".join(f"{row['wall'] / results[yardstick]['wall']:.2f}" for yardstick in yardsticks)
        failed = "" if row["status"] == 0 else f" exit {row['status']}"
        lines.append(f"| {name} | {row['wall']:.2f} | {row['least']:.2f} – {row['most']:.2f} | {ratios} | {row['cpu']:.2f} | {row['memory']:.0f} | {row['runs']} |{failed}")
    return "\n".join(lines)


def bars(results):
    """What was aimed at, and what came out."""
    def has(*names):
        return all(name in results for name in names)

    def ratio(a, b, what):
        return results[a][what] / results[b][what]

    if has("cold", "ctags"):
        yield "cold, wall time of ctags", "≤ 1.0 x", f"{ratio('cold', 'ctags', 'wall'):.2f} x"
        yield "cold, processor time of ctags", "≤ 2.0 x", f"{ratio('cold', 'ctags', 'cpu'):.2f} x"
    yield "cold, memory", "≤ 400 MB", f"{results['cold']['memory']:.0f} MB"
    yield "warm", "≤ 0.3 s", f"{results['warm']['wall']:.2f} s"
    yield "warm, memory", "≤ 250 MB", f"{results['warm']['memory']:.0f} MB"
    if has("warm-1%"):
        yield "1 % changed", "≤ 0.5 s", f"{results['warm-1%']['wall']:.2f} s"
    for name in ("graph", "plan"):
        yield f"{name}, more than warm", "≤ 1 s", f"{results[name]['wall'] - results['warm']['wall']:.2f} s"
    if has("jscpd"):
        yield "jscpd, time", "≥ 8 x", f"{ratio('jscpd', 'cold', 'wall'):.1f} x"
        yield "jscpd, memory", "≥ 10 x", f"{ratio('jscpd', 'cold', 'memory'):.1f} x"


def generated(files):
    tree = ROOT / "build" / "bench" / f"tree-{files}"
    done = tree.with_name(tree.name + ".done")
    if not done.exists():
        shutil.rmtree(tree, ignore_errors=True)
        subprocess.run([sys.executable, str(HERE / "generate_tree.py"), str(tree), "--files", str(files)], check=True)
        done.touch()
    return tree


def grow(args):
    kinds = ("cold", "warm", "other")
    print("| files | " + " | ".join(f"{kind} s | x | MB | x" for kind in kinds) + " |\n| ---: |" + " ---: |" * (4 * len(kinds)))
    before, everything = None, {}
    for files in (int(word) for word in args.files.split(",")):
        work = pathlib.Path(tempfile.mkdtemp(prefix="onedef-bench-"))
        try:
            onedef = Onedef(args.onedef, generated(files), work)
            rows = {"cold": summary([onedef.cold() for _ in range(args.runs)])}
            onedef.warm_up()
            rows["warm"] = summary([onedef("scan") for _ in range(args.runs)])
            rows["other"] = summary([onedef.first_time("scan", "-v") for _ in range(args.runs)])
        finally:
            shutil.rmtree(work, ignore_errors=True)
        cells = []
        for kind in kinds:
            now, then = rows[kind], before and before[kind]
            cells += [f"{now['wall']:.2f}", f"{now['wall'] / then['wall']:.1f}" if then else "",
                      f"{now['memory']:.0f}", f"{now['memory'] / then['memory']:.1f}" if then else ""]
        print(f"| {files:,} | " + " | ".join(cells) + " |", flush=True)
        before, everything[files] = rows, rows
    return everything


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("tree", nargs="?")
    parser.add_argument("--onedef", default=str(ROOT / "build" / "release" / "onedef"))
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--no-jscpd", action="store_true")
    parser.add_argument("--no-copy", action="store_true", help="leave out warm-1%%, which copies TREE")
    parser.add_argument("--growth", action="store_true", help="instead: generated trees of several sizes")
    parser.add_argument("--files", default="1000,10000,100000", help="their sizes")
    parser.add_argument("--json", help="write all figures to this file")
    args = parser.parse_args()
    print(f"{os.cpu_count()} processors, load average {os.getloadavg()[0]:.1f} at the start\n")
    if args.growth:
        results = grow(args)
    else:
        results = measure(args, args.tree or generated(10000))
        print(table(results))
        print("\n| aim | bar | now |\n| --- | ---: | ---: |")
        for aim, bar, now in bars(results):
            print(f"| {aim} | {bar} | {now} |")
    if args.json:
        pathlib.Path(args.json).write_text(json.dumps(results, indent=1) + "\n")


if __name__ == "__main__":
    main()
