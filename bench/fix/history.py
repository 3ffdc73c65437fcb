#!/usr/bin/env python3
"""Compare what `onedef fix` proposes with what developers did: import moves of real commits.

usage: history.py ONEDEF REPO --commits REV... [--scratch DIR] [--no-pins] [--misses N] [--later REV]

For every commit: the `from … import …` names that the commit took from another module than before are read with Python's own
parser (moved names, by file). The parent is written to a scratch folder, objects that a partial copy lacks are skipped. The paths that the
developers moved to are pinned as canonical (not with --no-pins), then `onedef fix --repair --write` and `onedef fix --write --allow-unloaded` run there.
A move of the developers is

  path      the old and the new path lead to one definition: phase 2B
  repair    the old path leads nowhere in the parent
  changes   the two paths lead to different things: a rewrite would change the class (or it is a plain value)
  later     the new path does not exist in the parent: the commit made it

and onedef's answer to it is same, other (it moved the name elsewhere) or left. `other` and moves in `changes` are what must not happen;
in `later`, `other` is to be read one by one: the file may be there in the parent, under another path, or not at all.

With --later, repairs beyond those of the commit are compared with the same files at REV: there they are the same, differ (to be read:
names move once more), are broken as before, or the name or its file is gone.

Measured in docs/fix.md: 2d2910896 5d1ea2501 26a401319 c2e452917 20c62d76c b65eb53ef 479528896 ac8886009 8c7486741 d07c13814, and, taken by lot
from the 132 other commits with twenty moves or more, 131e45fc1 58b0b109d 2cd5dcc78 c8e817057 53bad5662 b38bc2de8 a35813b7c 94d656c47 72b16613a 0fd12e2d2;
a third ten, by lot from the 123 that were left then: f4a191060 87495f9b1 3075ad2dc 426436be2 49fe4a0d0 d2484540a 99abff162 10219f0ac 49fb1cea6 0e8ae0de5.
"""

import argparse
import ast
import collections
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import warnings

ENDINGS = (".py", ".pyi", ".toml", ".cfg", ".ini")
Path = tuple[str, str]  # module, name
Names = dict[str, collections.Counter[Path]]  # bound name → paths
Moves = dict[tuple[str, str, Path], Path]  # file, bound name, old path → new path
Answers = dict[tuple[str, str, Path], list[Path]]  # the same; several where a name is bound several times


def git(repo: str, *args: str) -> bytes:
    return subprocess.run(["git", "-C", repo, *args], capture_output=True, check=True).stdout


class Blobs:
    """Contents by object id through one `git cat-file --batch`."""

    def __init__(self, repo: str):
        self.process = subprocess.Popen(["git", "-C", repo, "cat-file", "--batch"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def read(self, oid: str) -> bytes | None:
        assert self.process.stdin and self.process.stdout
        self.process.stdin.write(oid.encode() + b"\n")
        self.process.stdin.flush()
        head = self.process.stdout.readline().split()
        if head[1] == b"missing":
            return None
        data = self.process.stdout.read(int(head[2]))
        self.process.stdout.read(1)
        return data


def extract(repo: str, blobs: Blobs, revision: str, folder: pathlib.Path) -> int:
    """Write the revision's files below `folder`; the number of files that could not be had."""
    missing = 0
    for entry in filter(None, git(repo, "ls-tree", "-rz", revision).split(b"\0")):
        meta, raw = entry.split(b"\t", 1)
        mode, kind, oid = meta.decode().split()
        path = os.fsdecode(raw)
        if kind != "blob" or mode == "120000" or not path.endswith(ENDINGS):
            continue
        data = blobs.read(oid)
        if data is None:
            missing += 1
            continue
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
    return missing


def imported(path: str, data: bytes) -> Names | None:
    """The names that a file's `from` imports bind, with absolute paths; None when Python cannot read it."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(data)
    except (SyntaxError, ValueError, RecursionError):
        return None
    parts = path.removesuffix(".py").split("/")
    package = parts[:-1]
    names: Names = collections.defaultdict(collections.Counter)
    for node in ast.walk(tree):
        if not isinstance(node, ast.ImportFrom):
            continue
        base = package[: len(package) - node.level + 1] if node.level else []
        module = ".".join(base + ([node.module] if node.module else []))
        for alias in node.names:
            names[alias.asname or alias.name][(module, alias.name)] += 1
    return names


def answers_of(path: str, before: bytes, after: bytes) -> Answers:
    """Names that come by one path before and by other paths after."""
    old, new = imported(path, before), imported(path, after)
    if old is None or new is None:
        return {}
    answers: Answers = {}
    for bound in old.keys() & new.keys():
        come = sorted(p for p in new[bound] if new[bound][p] > old[bound][p])
        answers.update({(path, bound, p): come for p in old[bound] if new[bound][p] < old[bound][p] and come})
    return answers


def moves_of(path: str, before: bytes, after: bytes) -> Moves:
    """Those of which one path came."""
    return {key: come[0] for key, come in answers_of(path, before, after).items() if len(come) == 1}


def developer_moves(repo: str, blobs: Blobs, commit: str) -> Moves:
    moves: Moves = {}
    raw = git(repo, "diff-tree", "-r", "-z", "--no-renames", "--diff-filter=M", f"{commit}^", commit)
    fields = raw.split(b"\0")
    for meta, name in zip(fields[0::2], fields[1::2]):
        path = os.fsdecode(name)
        if not path.endswith(".py"):
            continue
        _, _, old, new, _ = meta.decode().split()
        before, after = blobs.read(old), blobs.read(new)
        if before is not None and after is not None:
            moves.update(moves_of(path, before, after))
    return moves


def bindings(onedef: list[str], folder: pathlib.Path, names: set[str]) -> tuple[dict[Path, str], set[str]]:
    """What each path of these names leads to, and the names of all modules."""
    targets: dict[Path, str] = {}
    modules: set[str] = set()
    export = subprocess.Popen([*onedef, "export", "-f", "jsonl", "."], cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    assert export.stdout
    for line in export.stdout:
        if b'"record":"binding"' not in line and b'"record":"module"' not in line:
            continue
        record = json.loads(line)
        if record["record"] == "module":
            modules.add(record["name"])
        elif record["name"] in names:
            targets.setdefault((record["module"], record["name"]), record["target"])
    export.wait()
    return targets, modules


def leads_to(path: Path, targets: dict[Path, str], modules: set[str]) -> str | None:
    target = targets.get(path)
    if target is None and f"{path[0]}.{path[1]}" in modules:
        return f"{path[0]}.{path[1]}:"
    return target


def classify(old: Path, new: Path, targets: dict[Path, str], modules: set[str]) -> str:
    a, b = leads_to(old, targets, modules), leads_to(new, targets, modules)
    if b is None or b.split(":")[0] not in modules:
        return "later"
    if a is None or a.split(":")[0] not in modules:
        return "repair"
    return "path" if a == b and not a.endswith(":") else "changes"


def quoted(text: str) -> str:
    return json.dumps(text)


def write_pins(folder: pathlib.Path, moves: Moves, targets: dict[Path, str], modules: set[str]) -> None:
    """Pin each definition to the path that most of its moves take."""
    votes: dict[str, collections.Counter[Path]] = collections.defaultdict(collections.Counter)
    for new in moves.values():
        target = leads_to(new, targets, modules)
        if target is not None and not target.endswith(":"):
            votes[target][new] += 1
    lines = [f"{quoted(target)} = {quoted(':'.join(count.most_common(1)[0][0]))}" for target, count in sorted(votes.items())]
    (folder / "onedef.toml").write_text("[canonical]\n" + "\n".join(lines) + "\n")


def run_fix(onedef: list[str], folder: pathlib.Path, *args: str) -> str:
    run = subprocess.run([*onedef, "fix", "--write", "--allow-dirty", "-v", *args, "."], cwd=folder, capture_output=True, text=True,
                         errors="replace")
    if run.returncode != 0:
        sys.exit(f"history.py: onedef fix failed: {run.stderr.strip().splitlines()[-1:]}")
    return run.stderr


def snapshot(folder: pathlib.Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*.py")}


class Tally:
    def __init__(self) -> None:
        self.answers: collections.Counter[tuple[str, str]] = collections.Counter()
        self.extra = 0
        self.misses: list[str] = []
        self.later: collections.Counter[str] = collections.Counter()


def compare(theirs: Moves, ours: Answers, targets: dict[Path, str], modules: set[str]) -> Tally:
    tally = Tally()
    for key, new in sorted(theirs.items()):
        kind, come = classify(key[2], new, targets, modules), ours.get(key, [])
        mine = new if new in come else come[0] if come else None
        answer = "left" if mine is None else "same" if mine == new else "other"
        if answer == "other" and any(leads_to(m, targets, modules) == leads_to(new, targets, modules) for m in come):
            answer = "equal"
        tally.answers[kind, answer] += 1
        if answer not in ("same", "equal") and kind != "later" or answer == "other":
            tally.misses.append(f"{kind} {answer}: {key[0]}: {key[1]}: {'.'.join(key[2])} -> {'.'.join(new)}"
                                + (f" (onedef: {'.'.join(mine)})" if mine else ""))
    tally.extra = len(ours.keys() - theirs.keys())
    return tally


def moved(before: dict[str, bytes], after: dict[str, bytes]) -> Answers:
    answers: Answers = {}
    for path, data in after.items():
        if data != before[path]:
            answers.update(answers_of(path, before[path], data))
    return answers


def file_at(repo: str, blobs: Blobs, revision: str, path: str) -> bytes | None:
    found = git(repo, "ls-tree", "-z", revision, "--", path).split(b"\t")[0].split()
    return blobs.read(found[2].decode()) if len(found) == 3 else None


def compare_later(repairs: Answers, theirs: Moves, repo: str, blobs: Blobs, revision: str, tally: Tally) -> None:
    """What the files say at another revision, about repairs that the commit did not make."""
    files: dict[str, Names | None] = {}
    for (path, bound, old), come in sorted(repairs.items()):
        if (path, bound, old) in theirs:
            continue
        if path not in files:
            data = file_at(repo, blobs, revision, path)
            files[path] = imported(path, data) if data is not None else None
        names = (files[path] or {}).get(bound)
        answer = "gone" if not names else "same" if any(new in names for new in come) else "broken" if old in names else "differs"
        tally.later[answer] += 1
        if answer == "differs":
            tally.misses.append(f"later differs: {path}: {bound}: {'.'.join(old)} -> {', '.join('.'.join(n) for n in sorted(names))}"  # type: ignore[union-attr]
                                f" (onedef: {', '.join('.'.join(new) for new in come)})")


def judge(onedef: list[str], repo: str, commit: str, scratch: pathlib.Path, pins: bool, later: str | None) -> tuple[Tally, int]:
    blobs = Blobs(repo)
    folder = scratch / commit
    shutil.rmtree(folder, ignore_errors=True)
    extract(repo, blobs, f"{commit}^", folder)
    theirs = developer_moves(repo, blobs, commit)
    names = {p[1] for move in theirs.items() for p in (move[0][2], move[1])}
    targets, modules = bindings(onedef, folder, names)
    if pins:
        write_pins(folder, theirs, targets, modules)
    before = snapshot(folder)
    log = run_fix(onedef, folder, "--repair")
    repairs = moved(before, snapshot(folder)) if later else {}
    log += run_fix(onedef, folder, "--allow-unloaded")
    (scratch / f"{commit}.log").write_text(log)
    ours = moved(before, snapshot(folder))
    shutil.rmtree(folder)
    tally = compare(theirs, ours, targets, modules)
    if later:
        compare_later(repairs, theirs, repo, blobs, later, tally)
    return tally, len(theirs)


COLUMNS = [("path", "same"), ("path", "left"), ("path", "other"), ("repair", "same"), ("repair", "left"), ("repair", "other"),
           ("changes", "left"), ("changes", "other"), ("later", "left"), ("later", "other")]


def row(tally: Tally, total: int) -> list[int]:
    counts = collections.Counter()
    for (kind, answer), n in tally.answers.items():
        counts[kind, "same" if answer == "equal" else answer] += n
    counts["changes", "other"] += counts["changes", "same"]
    counts["later", "left"] += counts["later", "same"]
    return [total] + [counts[c] for c in COLUMNS]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("onedef", type=pathlib.Path)
    parser.add_argument("repo")
    parser.add_argument("--commits", nargs="+", required=True)
    parser.add_argument("--scratch", type=pathlib.Path, help="folder for the trees and logs (default: a temporary one)")
    parser.add_argument("--no-pins", action="store_true", help="do not tell onedef where the developers moved to")
    parser.add_argument("--misses", type=int, default=0, help="show up to N moves of each commit that were not proposed")
    parser.add_argument("--later", metavar="REV", help="compare further repairs with the same files at this revision")
    args = parser.parse_args()
    scratch = args.scratch or pathlib.Path(tempfile.mkdtemp(prefix="onedef-history-"))
    scratch.mkdir(parents=True, exist_ok=True)
    onedef = [str(args.onedef.resolve())]
    total = [0] * (len(COLUMNS) + 1)
    print("| commit | moves | " + " | ".join(f"{k} {a}" for k, a in COLUMNS) + " | further |")
    print("| --- " + "| ---: " * (len(COLUMNS) + 2) + "|")
    for commit in args.commits:
        tally, count = judge(onedef, args.repo, commit, scratch, not args.no_pins, args.later)
        cells = row(tally, count)
        total = [a + b for a, b in zip(total, cells)]
        print(f"| {commit[:9]} | " + " | ".join(map(str, cells)) + f" | {tally.extra} |", flush=True)
        if args.later:
            print("    further repairs: " + ", ".join(f"{n} {answer}" for answer, n in sorted(tally.later.items())))
        for line in tally.misses[: args.misses]:
            print("    " + line)
    print("| all | " + " | ".join(map(str, total)) + " | |")


if __name__ == "__main__":
    main()
