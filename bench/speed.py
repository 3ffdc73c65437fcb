#!/usr/bin/env python3
"""Time and memory of onedef beside other programs, in one run, as ratios.

Usage: bench/speed.py [TREE] [--onedef PATH] [--runs N] [--jscpd] [--growth] [--json FILE]

TREE defaults to a generated tree (bench/generate_tree.py; kept under build/bench). Every program
runs N times (default 5), interleaved, so that a noisy machine is noisy for all of them alike;
medians of wall time and processor time, the highest peak memory. Nothing here passes or fails.

  read      every byte of every Python file, read once: the physical limit
  ctags     universal-ctags --languages=Python, one thread
  raw       tree-sitter over the whole files, one thread, nothing else (bench/raw_parse.c)
  ast       CPython's ast.parse of every file, one process
  cold      onedef scan with an empty cache;   cold-j1   the same on one thread
  full      onedef scan --full-parse --no-cache
  warm      onedef scan, nothing changed;      warm-1%   one file in a hundred changed
  graph, plan   onedef graph / plan on the warm tree
  jscpd     the clone detector (only with --jscpd: npm is asked for it)
"""
import argparse, json, os, pathlib, random, shutil, statistics, subprocess, sys, tempfile, time

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent


def run(argv, stdin=None, env=None, cwd=None):
    """(wall seconds, processor seconds, peak memory in MB, exit code)"""
    start = time.perf_counter()
    process = subprocess.Popen(argv, stdin=stdin or subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=env, cwd=cwd)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = status
    return time.perf_counter() - start, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, status


class Bench:
    def __init__(self, args, tree):
        self.args, self.tree = args, str(tree)
        self.work = pathlib.Path(tempfile.mkdtemp(prefix="onedef-bench-"))
        self.files = sorted(str(p) for p in pathlib.Path(tree).rglob("*.py") if p.is_file())
        self.list = self.work / "files"
        self.list.write_text("\n".join(self.files) + "\n")
        self.warm_cache = self.work / "warm"

    def onedef(self, *options, cache):
        return [self.args.onedef, *options, "-q", "-o", str(self.work / "out"), "--cache-dir", str(cache), self.tree]

    def scan(self, *options, cache=None):
        if cache is None:
            cache = self.work / "cold"
            shutil.rmtree(cache, ignore_errors=True)
        return run(self.onedef("scan", "-f", "json", *options, cache=cache))

    def change_some(self):
        """Appends a comment to one file in a hundred, and takes it back afterwards."""
        changed = random.Random(7).sample(self.files, max(1, len(self.files) // 100))
        sizes = [os.path.getsize(path) for path in changed]
        for path in changed:
            with open(path, "a", encoding="utf-8") as out:
                out.write(f"\nCHANGED_AT = {time.time()}\n")
        result = self.scan(cache=self.warm_cache)
        for path, size in zip(changed, sizes):
            os.truncate(path, size)
        return result

    def warm_up(self):
        self.scan(cache=self.warm_cache)
        time.sleep(2.1)  # stamps younger than the racy limit are not believed
        self.scan(cache=self.warm_cache)

    def programs(self):
        python = sys.executable
        yield "read", lambda: run([python, "-c", "import sys\nfor p in open(sys.argv[1]):\n  open(p[:-1],'rb').read()", str(self.list)])
        if shutil.which("ctags"):
            yield "ctags", lambda: run(["ctags", "--languages=Python", "-f", str(self.work / "tags"), "-R", self.tree])
        raw = ROOT / "build" / "release" / "bench" / "raw_parse"
        if raw.exists():
            yield "raw", lambda: run([str(raw)], stdin=open(self.list))
        code = "import ast,sys\nfor p in open(sys.argv[1]):\n  try: ast.parse(open(p[:-1],'rb').read())\n  except Exception: pass"
        yield "ast", lambda: run([python, "-W", "ignore", "-c", code, str(self.list)])
        yield "cold", lambda: self.scan()
        yield "cold-j1", lambda: self.scan("-j1")
        yield "full", lambda: self.scan("--full-parse", "--no-cache")
        yield "warm", lambda: self.scan(cache=self.warm_cache)
        yield "graph", lambda: run(self.onedef("graph", "-f", "dot", cache=self.warm_cache))
        yield "plan", lambda: run(self.onedef("plan", "-f", "json", cache=self.warm_cache))
        if not self.args.keep_tree:
            yield "warm-1%", self.change_some
        if self.args.jscpd:
            where = self.work / "jscpd"
            where.mkdir(exist_ok=True)
            subprocess.run(["npm", "install", "--silent", "--prefix", str(where), "jscpd"], check=True, stdout=subprocess.DEVNULL)
            tool = where / "node_modules" / ".bin" / "jscpd"
            yield "jscpd", lambda: run([str(tool), "--silent", "--pattern", "**/*.py", "--reporters", "json", "--output", str(where / "out"), self.tree])

    def measure(self):
        programs = list(self.programs())
        self.warm_up()
        results = {name: [] for name, _ in programs}
        for index in range(self.args.runs):
            for name, program in programs:
                if name in ("ast", "raw", "jscpd") and index >= max(1, self.args.runs // 2):
                    continue  # slow yardsticks: fewer runs
                if name == "warm" and index:
                    self.warm_up()
                results[name].append(program())
                print(f"\r{index + 1}/{self.args.runs} {name:10}", end="", file=sys.stderr)
        print(file=sys.stderr)
        shutil.rmtree(self.work)
        return {name: {"wall": statistics.median(r[0] for r in rows), "cpu": statistics.median(r[1] for r in rows),
                       "memory": max(r[2] for r in rows), "runs": len(rows), "status": max(r[3] for r in rows)} for name, rows in results.items()}


def table(results, base):
    lines = [f"| program | wall s | x {base} | processor s | peak MB | runs |", "| --- | ---: | ---: | ---: | ---: | ---: |"]
    for name, r in results.items():
        lines.append(f"| {name} | {r['wall']:.2f} | {r['wall'] / results[base]['wall']:.2f} | {r['cpu']:.2f} | {r['memory']:.0f} | {r['runs']} |"
                     + ("" if r["status"] == 0 else f" exit {r['status']}"))
    return "\n".join(lines)


def generated(files):
    tree = ROOT / "build" / "bench" / f"tree-{files}"
    if not (tree / "DONE").exists():
        shutil.rmtree(tree, ignore_errors=True)
        subprocess.run([sys.executable, str(HERE / "generate_tree.py"), str(tree), "--files", str(files)], check=True)
        (tree / "DONE").touch()
    return tree


def growth(args):
    print("| files | MB read | wall s | processor s | peak MB |\n| ---: | ---: | ---: | ---: | ---: |")
    for files in (1000, 3000, 10000, 30000, 100000):
        tree = generated(files)
        rows = [run([args.onedef, "scan", "-q", "--no-cache", "-f", "json", "-o", os.devnull, str(tree)]) for _ in range(3)]
        size = sum(p.stat().st_size for p in tree.rglob("*.py")) / 1e6
        print(f"| {files:,} | {size:.0f} | {statistics.median(r[0] for r in rows):.2f} | {statistics.median(r[1] for r in rows):.2f} | {max(r[2] for r in rows):.0f} |", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("tree", nargs="?")
    parser.add_argument("--onedef", default=str(ROOT / "build" / "release" / "onedef"))
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--jscpd", action="store_true")
    parser.add_argument("--growth", action="store_true", help="instead: 1,000 to 100,000 generated files")
    parser.add_argument("--keep-tree", action="store_true", help="never touch TREE (leaves out warm-1%%)")
    parser.add_argument("--json")
    args = parser.parse_args()
    if args.growth:
        return growth(args)
    results = Bench(args, args.tree or generated(10000)).measure()
    print(table(results, "ctags" if "ctags" in results else "read"))
    if args.json:
        pathlib.Path(args.json).write_text(json.dumps(results, indent=1) + "\n")


if __name__ == "__main__":
    main()
