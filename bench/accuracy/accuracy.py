#!/usr/bin/env python3
"""What onedef says of packages beside what Python does: bindings, certainty, import edges, cycles, broken imports.

Usage: bench/accuracy/accuracy.py [--onedef PATH] [--python PYTHON] [--misses N] [PACKAGE...]

For every importable PACKAGE (default: the standard library and the packages named in PACKAGES
that this Python has) one row:
  bindings   class attributes of modules whose first candidate is the class that Python has there
  certain    share of bindings marked certain, among those Python can judge, that are wrong
  edges      load-time import edges between the package's modules: Python's that onedef has too,
             and how many of onedef's typing-only or lazy edges Python took at load time nevertheless
  cycles     strongly connected components on onedef's load edges: igraph's against NetworkX's
  broken     broken-import findings not guarded by try: those that fail in Python, too
--misses N lists the first N of each kind of miss.
"""
import argparse, collections, json, os, pathlib, subprocess, sys, tempfile

HERE = pathlib.Path(__file__).resolve().parent
PACKAGES = "sqlalchemy sympy networkx sphinx docutils pydantic tornado aiohttp botocore urllib3 jinja2 django".split()
# side effects (a browser, a verse, a window), a second interpreter's parser, or the test suite
NOT_ASKED = {"antigravity", "this", "idlelib", "turtledemo", "test", "lib2to3", "tkinter", "__main__"}


class Asker:
    def __init__(self, args):
        self.python, self.onedef = args.python, args.onedef
        self.cache = tempfile.mkdtemp(prefix="onedef-accuracy-")
        # setuptools, where installed, puts its own distutils in the place of the standard library's
        os.environ["SETUPTOOLS_USE_DISTUTILS"] = "stdlib"

    def ask(self, verb, *roots, questions=None):
        done = subprocess.run([self.python, str(HERE / "ask_python.py"), verb, *roots], input=questions, capture_output=True, text=True, cwd=self.cache)
        return [json.loads(line) for line in done.stdout.splitlines()]

    def locate(self, package):
        code = "import importlib.util,sys; s=importlib.util.find_spec(sys.argv[1]); print((s.submodule_search_locations or [s.origin])[0])"
        done = subprocess.run([self.python, "-c", code, package], capture_output=True, text=True, cwd=self.cache)
        return done.stdout.strip() if done.returncode == 0 else None

    def standard_library(self):
        code = "import sys,sysconfig; print(sysconfig.get_path('stdlib')); print(' '.join(sorted(n for n in sys.stdlib_module_names if n[0] != '_')))"
        folder, names = subprocess.run([self.python, "-c", code], capture_output=True, text=True).stdout.splitlines()
        return folder, [name for name in names.split() if name not in NOT_ASKED]

    def export(self, path):
        out = os.path.join(self.cache, "export.jsonl")
        subprocess.run([self.onedef, "export", "-q", "--cache-dir", self.cache, "-o", out, path], check=True)
        records = collections.defaultdict(list)
        with open(out, encoding="utf-8") as lines:
            for line in lines:
                record = json.loads(line)
                records[record["record"]].append(record)
        return records


def plain(target):
    return target.rpartition("#")[0] if target.rpartition("#")[2].isdigit() else target


def score_bindings(truth, records, misses):
    first = {}
    for binding in records["binding"]:
        first.setdefault((binding["module"], binding["name"]), binding)
    right = certain = lies = 0
    for fact in truth:
        binding = first.get((fact["module"], fact["name"]))
        good = binding is not None and plain(binding["target"]) == fact["target"]
        right += good
        if binding is not None and binding["certainty"] == "certain":
            certain += 1
            lies += not good
        if not good:
            misses["bindings"].append(f"{fact['module']}.{fact['name']} is {fact['target']}, not {binding and binding['target']}")
    return right, certain, lies


def load_edges(records):
    """(from, to) → kinds, by DESIGN's rule for parents."""
    edges = collections.defaultdict(set)
    modules = {module["id"] for module in records["module"]}
    for record in records["import"]:
        source, target, kind = record["module"], record["target"], record["kind"]
        if not record["first_party"] or source == target or kind == "string":
            continue
        if kind == "parent" and source.startswith(target + "."):
            continue
        edges[source, target].add(kind)
        # `from a import b` where the package's attribute b is its submodule
        if record["name"] and record["resolved"] == f"{target}.{record['name']}:":
            edges[source, record["resolved"][:-1]].add(kind)
        # `from a import b` with a module b runs a as well as a.b
        package, _, last = target.rpartition(".")
        if record["name"] and last == record["name"] and record["resolved"] == target + ":" and package in modules and package != source and not source.startswith(package + "."):
            edges[source, package].add(kind)
    return edges


RUN_AT_LOAD = {"load", "fallback", "star", "parent"}


def score_edges(truth, records, loaded, misses):
    edges = load_edges(records)
    ours = {edge for edge, kinds in edges.items() if kinds & RUN_AT_LOAD}
    modules = {module["id"] for module in records["module"] if not module["namespace"]}
    found = 0
    for fact in truth:
        edge = fact["from"], fact["to"]
        if edge[0] not in modules or edge[1] not in modules:
            continue
        loaded.append(edge)
        found += edge in ours
        if edge not in ours:
            misses["edges"].append(f"{edge[0]} loads {edge[1]}" + (f" (known as {', '.join(sorted(edges[edge]))})" if edge in edges else ""))
    return found, ours


def components(edges):
    try:
        import networkx
    except ImportError:
        return None
    graph = networkx.DiGraph(sorted(edges))
    return sorted(sorted(c) for c in networkx.strongly_connected_components(graph) if len(c) > 1)


def score_broken(asker, records, misses):
    lines = {(i["module"], i["line"]): i for i in records["import"] if i["status"] in ("no-module", "no-name") and not i["guarded"]}
    paths = {m["path"]: m["id"] for m in records["module"] if m["path"]}
    wanted = []
    for finding in records["finding"]:
        record = lines.get((paths.get(finding["path"]), finding["line"])) if finding["rule"] == "broken-import" else None
        if record is not None:
            wanted.append({"module": record["target"], "name": record["name"] or None, "path": finding["path"], "line": finding["line"]})
    answers = asker.ask("check", questions="".join(json.dumps(q) + "\n" for q in wanted)) if wanted else []
    for answer in answers:
        if answer["works"]:
            misses["broken"].append(f"{answer['path']}:{answer['line']}: {answer['module']} {answer['name'] or ''} works")
    return sum(not a["works"] for a in answers), len(answers)


def percent(part, whole):
    return f"{100 * part / whole:.2f}" if whole else "-"


def measure(asker, name, path, roots, totals):
    misses = collections.defaultdict(list)
    truth, edge_truth, records = asker.ask("bindings", *roots), asker.ask("imports", *roots), asker.export(path)
    right, certain, lies = score_bindings(truth, records, misses)
    loaded = []
    found, ours = score_edges(edge_truth, records, loaded, misses)
    igraph = sorted(sorted(f["subjects"]) for f in records["finding"] if f["rule"] == "import-cycle")
    other = components(ours)
    cycles = "-" if other is None else f"{len(igraph)} = {len(other)}" if igraph == other else f"{len(igraph)} / {len(other)} DIFFER"
    good, asked = score_broken(asker, records, misses)
    print(f"| {name} | {len(truth)} | {percent(right, len(truth))} | {percent(lies, certain)} | {len(loaded)} | {percent(found, len(loaded))} | {cycles} | {good} of {asked} |", flush=True)
    for key, value in (("truths", len(truth)), ("right", right), ("certain", certain), ("lies", lies), ("edges", len(loaded)), ("found", found), ("good", good), ("asked", asked)):
        totals[key] += value
    return misses


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("packages", nargs="*")
    parser.add_argument("--onedef", default=str(HERE.parents[1] / "build" / "release" / "onedef"))
    parser.add_argument("--python", default=sys.executable)
    parser.add_argument("--misses", type=int, default=0)
    args = parser.parse_args()
    asker, totals, all_misses = Asker(args), collections.Counter(), []
    print("| package | truths | right % | certain but wrong % | load edges | found % | cycles (igraph = NetworkX) | broken imports that fail |\n| --- | ---: | ---: | ---: | ---: | ---: | --- | --- |")
    if not args.packages:
        folder, names = asker.standard_library()
        all_misses.append(("standard library", measure(asker, "standard library", folder, names, totals)))
    for package in args.packages or PACKAGES:
        path = asker.locate(package)
        if path:
            all_misses.append((package, measure(asker, package, path, [package], totals)))
    print(f"| **all** | {totals['truths']} | {percent(totals['right'], totals['truths'])} | {percent(totals['lies'], totals['certain'])} | {totals['edges']} | {percent(totals['found'], totals['edges'])} | | {totals['good']} of {totals['asked']} |")
    for name, misses in all_misses:
        for kind in ("bindings", "edges", "broken"):
            for miss in misses[kind][: args.misses]:
                print(f"{name}: {kind}: {miss}")


if __name__ == "__main__":
    main()
