#!/usr/bin/env python3
"""Injects copies of real classes into a copy of a corpus and counts which of them onedef finds.

usage: injection.py CORPUS --onedef PATH [--seed N] [--per N] [--work DIR] [--json FILE] [--check]

After Svajlenko and Roy's mutation and injection framework: every operator of operators.py is applied to
`--per` classes of each kind (and size) that the corpus has, every mutant is checked with `ast.parse` and written
into a module of its own, in a package other than its origin's. Hard negatives (negatives.py) go in beside them. Then
`onedef export` reads the whole, and the report gives recall per operator, kind and size with 95 % Wilson intervals,
the verdicts of what was found, and the false alarms. `--check` exits 1 where a bar of docs/verdicts.md is missed.
"""
from __future__ import annotations

import argparse
import ast
import json
import math
import os
import random
import shutil
import subprocess
import sys
import tempfile
import warnings
from collections import Counter, defaultdict

import negatives
import operators
from subjects import Subject, find

WORK = {"duplicate", "renamed", "diverged"}
KINDS = ["enum", "dataclass", "pydantic", "typeddict", "namedtuple", "attrs", "protocol", "abc", "ordinary"]
SIZES = ["small", "medium", "large"]
MAX_FALSE_DUPLICATES, LEAST_VERDICTS = 0.01, 0.95


def wilson(hits: int, n: int, z: float = 1.96) -> tuple[float, float]:
    """95 % interval of a share (E. B. Wilson, 1927)."""
    if n == 0:
        return 0.0, 1.0
    p, d = hits / n, 1 + z * z / n
    middle, half = (p + z * z / (2 * n)) / d, z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / d
    return max(0.0, middle - half), min(1.0, middle + half)


def copy_corpus(corpus: str, tree: str) -> str:
    """Python files of the corpus into `tree`; returns the prefix of its modules' names."""
    package = os.path.exists(os.path.join(corpus, "__init__.py"))
    name = os.path.basename(os.path.abspath(corpus))
    top = os.path.join(tree, name) if package else tree
    for base, folders, names in os.walk(corpus):
        folders[:] = sorted(f for f in folders if not f.startswith(".") and f not in ("node_modules", "__pycache__", "site-packages", "dist-packages"))
        for file in names:
            if file.endswith((".py", ".pyi", ".toml", ".cfg")) and os.path.isfile(os.path.join(base, file)):
                target = os.path.join(top, os.path.relpath(os.path.join(base, file), corpus))
                os.makedirs(os.path.dirname(target), exist_ok=True)
                shutil.copyfile(os.path.join(base, file), target)
    return name + "." if package else ""


class Injector:
    def __init__(self, tree: str, prefix: str, rnd: random.Random) -> None:
        self.tree, self.prefix, self.rnd = tree, prefix, rnd
        self.top = os.path.join(tree, prefix.rstrip(".")) if prefix else tree
        self.count = 0
        self.mutants: list[dict] = []
        self.cases: list[dict] = []

    def write(self, path: str, text: str) -> None:
        target = os.path.join(self.top, path)
        os.makedirs(os.path.dirname(target), exist_ok=True)
        with open(target, "w", encoding="utf-8") as file:
            file.write(text)

    def place(self, hint: str) -> str:
        """A new package: parts of a product's layout, so that no folder holds too many."""
        self.count += 1
        area = ("accounts", "billing", "catalog", "delivery", "exports")[self.count % 5]
        self.write(f"{area}_area/__init__.py", "")
        self.write(f"{area}_area/{hint}_{self.count}/__init__.py", "")
        return f"{area}_area/{hint}_{self.count}"

    def add_mutant(self, name: str, subject: Subject) -> bool:
        made = operators.OPERATORS[name](subject, self.rnd)
        if made is None:
            return False
        text, qualname = made
        module = subject.head + "\n\n" + text
        if "from __future__" in text:
            return False
        try:
            ast.parse(module)
        except SyntaxError:
            return False
        path = f"{self.place('part')}/content.py"
        self.write(path, module)
        self.mutants.append({"operator": name, "kind": subject.kind, "size": subject.size,
                             "original": [subject.path, subject.name], "copy": [path, qualname]})
        return True

    def add_case(self, name: str, subject: Subject) -> bool:
        place = self.place("slot")
        negatives.PREFIX[0] = self.prefix
        case = negatives.NEGATIVES[name](subject, place, self.rnd)
        if case is None:
            return False
        files, names = case
        for path, text in files.items():
            ast.parse(text)
            self.write(path, text)
        self.cases.append({"negative": name, "place": place, "names": sorted(names),
                           "subject": [subject.path, subject.name] if subject.name in names else ["", ""]})
        return True


def inject(injector: Injector, subjects: list[Subject], per: int, functions: bool) -> None:
    """Every operator on up to `per` subjects of each kind and size; a subject is used once."""
    rnd, used = injector.rnd, set()
    pools = defaultdict(list)
    for subject in subjects:
        pools[subject.kind, subject.size].append(subject)
    for pool in pools.values():
        rnd.shuffle(pool)
    names = list(operators.OPERATORS)
    rnd.shuffle(names)
    for kind in KINDS + (["function"] if functions else []):
        for size in SIZES:
            for name in names:
                done = 0
                for subject in pools[kind, size]:
                    if done == per:
                        break
                    if subject.name in used or (kind == "function" and name in ("nested",)):
                        continue
                    if injector.add_mutant(name, subject):
                        used.add(subject.name)
                        done += 1
    left = [s for s in subjects if s.name not in used and s.kind != "function"]
    rnd.shuffle(left)
    for name in negatives.NEGATIVES:
        done = 0
        for _ in range(per * 8):
            if done == per * 2 or not subjects:
                break
            done += injector.add_case(name, left.pop() if left else rnd.choice(subjects))


class Answer:
    """What onedef says about the tree."""

    def __init__(self, onedef: str, tree: str, prefix: str, functions: bool) -> None:
        command = [onedef, "export", "--format", "jsonl", "--no-cache"] + (["--kinds", "class,enum,protocol,function"] if functions else []) + [tree]
        run = subprocess.run(command, capture_output=True, check=False)
        if run.returncode not in (0, 1):
            raise SystemExit(f"onedef failed: {run.stderr.decode(errors='replace')[-2000:]}")
        self.ids: dict[tuple[str, str], list[str]] = defaultdict(list)
        self.groups: list[dict] = []
        self.of: dict[str, list[int]] = defaultdict(list)
        self.paths: dict[str, str] = {}
        folder = prefix.rstrip(".") + "/" if prefix else ""
        for line in run.stdout.splitlines():
            record = json.loads(line)
            if record["record"] == "definition":
                path = record["path"].removeprefix(folder)
                self.ids[path, record["qualname"]].append(record["id"])
                self.paths[record["id"]] = path
            elif record["record"] == "group":
                for member in record["members"]:
                    self.of[member].append(len(self.groups))
                self.groups.append(record)

    def has_copies(self, subject: Subject) -> bool:
        """In the corpus itself: what is done to one of them then says nothing about the group."""
        return any(self.groups[g]["verdict"] in WORK for i in self.ids[subject.path, subject.name] for g in self.of[i])

    def verdict(self, original: list[str], copy: list[str]) -> str | None:
        """Of a group that holds both; one that is to be worked on first."""
        shared = {g for a in self.ids[tuple(original)] for b in self.ids[tuple(copy)]
                  for g in set(self.of[a]) & set(self.of[b])}
        verdicts = sorted(self.groups[g]["verdict"] for g in shared)
        return next((v for v in verdicts if v in WORK), verdicts[0] if verdicts else None)

    def alarms(self, case: dict) -> set[str]:
        """Verdicts of groups to be worked on that hold two definitions of a case, or one and its subject."""
        found = set()
        for group in self.groups:
            if group["verdict"] not in WORK:
                continue
            inside = contenders(group)
            mine = [m for m in inside if self.paths.get(m, "").startswith(case["place"] + "/") and
                    m.split(":")[-1].split("#")[0].rsplit(".", 1)[-1] in case["names"]]
            theirs = [m for m in inside if m in self.ids[tuple(case["subject"])]]
            if len(mine) >= 2 or (mine and theirs):
                found.add(group["verdict"])
        return found


def contenders(group: dict) -> list[str]:
    """Members that the verdict is about: not its stubs, fallbacks, subclasses and the like."""
    return [m for m, role in zip(group["members"], group["roles"]) if role in ("production", "test")]


def share(hits: int, n: int) -> str:
    low, high = wilson(hits, n)
    return f"{hits}/{n} {hits / n:.1%} [{low:.1%}, {high:.1%}]" if n else "—"


def report(injector: Injector, answer: Answer, show: int) -> list[str]:
    """Prints the tables; returns the bars that were missed."""
    by = {key: defaultdict(list) for key in ("operator", "kind", "size")}
    confusion: dict[str, Counter] = defaultdict(Counter)
    missed = defaultdict(list)
    for m in injector.mutants:
        m["verdict"] = answer.verdict(m["original"], m["copy"])
        m["found"] = m["verdict"] in WORK
        m["right"] = m["verdict"] in operators.EXPECTED[m["operator"]]
        confusion[m["operator"]][m["verdict"] or "—"] += 1
        if not m["right"]:
            missed[m["operator"]].append(m)
        for key, table in by.items():
            table[m[key]].append(m)
    failures = []
    print("\n| operator | found | verdict right, of those found | verdicts |\n| --- | --- | --- | --- |")
    for name in operators.OPERATORS:
        ms = by["operator"][name]
        if not ms:
            continue
        found = [m for m in ms if m["found"]]
        verdicts = ", ".join(f"{v} {n}" for v, n in confusion[name].most_common())
        print(f"| {name} | {share(len(found), len(ms))} | {share(sum(m['right'] for m in found), len(found))} | {verdicts} |")
        if wilson(len(found), len(ms))[1] < operators.BARS[name] or len(found) + 1 < len(ms) * operators.BARS[name]:
            failures.append(f"{name}: {share(len(found), len(ms))} found, bar {operators.BARS[name]:.0%}")
    for key in ("kind", "size"):
        print(f"\n| {key} | found |\n| --- | --- |")
        for value in (KINDS + ["function"] if key == "kind" else SIZES):
            if by[key][value]:
                print(f"| {value} | {share(sum(m['found'] for m in by[key][value]), len(by[key][value]))} |")
    found = [m for m in injector.mutants if m["found"]]
    right = sum(m["right"] for m in found)
    print(f"\nVerdict right, of all found: {share(right, len(found))}")
    if found and right < LEAST_VERDICTS * len(found):
        failures.append(f"verdicts: {share(right, len(found))}, bar {LEAST_VERDICTS:.0%}")
    print("\n| hard negative | cases | called duplicate | called renamed or diverged |\n| --- | --- | --- | --- |")
    table: dict[str, list[set[str]]] = defaultdict(list)
    for case in injector.cases:
        case["alarms"] = sorted(answer.alarms(case))
        table[case["negative"]].append(set(case["alarms"]))
    for name, alarms in table.items():
        print(f"| {name} | {len(alarms)} | {sum('duplicate' in a for a in alarms)} | {sum(bool(a - {'duplicate'}) for a in alarms)} |")
    false = sum("duplicate" in c["alarms"] for c in injector.cases)
    print(f"\nHard negatives called duplicate: {share(false, len(injector.cases))}; to be worked on at all: "
          f"{share(sum(bool(c['alarms']) for c in injector.cases), len(injector.cases))}")
    if false > MAX_FALSE_DUPLICATES * max(len(injector.cases), 1):
        failures.append(f"hard negatives called duplicate: {share(false, len(injector.cases))}")
    for name, ms in missed.items():
        for m in ms[:show]:
            print(f"  {name}: {m['verdict']}: {m['original']} → {m['copy']} ({m['kind']}, {m['size']})")
    for case in [c for c in injector.cases if c["alarms"]][:show * 10]:
        print(f"  {case['negative']}: {case['alarms']}: {case['place']} {case['names']}")
    return failures


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("corpus")
    parser.add_argument("--onedef", required=True, metavar="PATH")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--per", type=int, default=3, help="copies for each operator, kind and size (default 3)")
    parser.add_argument("--functions", action="store_true", help="top-level functions too (--kinds function)")
    parser.add_argument("--work", metavar="DIR", help="where to put the tree, which is then kept (default: a temporary folder)")
    parser.add_argument("--json", metavar="FILE", help="write every mutant and case with its verdict")
    parser.add_argument("--show", type=int, default=0, help="misses to list for each operator")
    parser.add_argument("--check", action="store_true", help="exit 1 where a bar is missed")
    args = parser.parse_args()
    warnings.simplefilter("ignore")
    with tempfile.TemporaryDirectory() as temporary:
        tree = os.path.join(args.work or temporary, "tree")
        shutil.rmtree(tree, ignore_errors=True)
        os.makedirs(tree)
        prefix = copy_corpus(args.corpus, tree)
        kinds = set(KINDS) | ({"function"} if args.functions else set())
        subjects = find(args.corpus, prefix, kinds)
        before = Answer(args.onedef, tree, prefix, args.functions)
        subjects = [s for s in subjects if not before.has_copies(s)]
        injector = Injector(tree, prefix, random.Random(args.seed))
        inject(injector, subjects, args.per, args.functions)
        print(f"{len(subjects)} subjects, {len(injector.mutants)} copies, {len(injector.cases)} hard negatives, seed {args.seed}")
        failures = report(injector, Answer(args.onedef, tree, prefix, args.functions), args.show)
    if args.json:
        with open(args.json, "w", encoding="utf-8") as file:
            json.dump({"mutants": injector.mutants, "cases": injector.cases}, file, indent=1)
    for failure in failures:
        print("MISSED " + failure)
    return 1 if args.check and failures else 0


if __name__ == "__main__":
    sys.exit(main())
