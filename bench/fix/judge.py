#!/usr/bin/env python3
"""Judges `onedef fix` on a copy of real packages: what Python says before and after.

Usage: bench/fix/judge.py [--onedef PATH] [--python PYTHON] [--phase P]... [--inject N] [--seed S] [--drift SHARE]
                          [--choose] [--keep DIR] [--json] TREE [PACKAGE...] [-- FIX_OPTIONS...]

TREE is a folder that stands on sys.path (say dist-packages); PACKAGE are the packages in it that are copied and
judged (default: all folders with an __init__.py). With --inject N classes are copied into sibling modules first
(inject.py). For each package a row:

  files, moves     edited, carried out
  compile          files that compiled before and do not after
  import           modules that could be imported before and cannot after, all in one process
  alone            the same for the edited modules and those that import them, each in a process of its own
  class            module attributes that are another class than before; a definition that was removed may
                   give way to one whose syntax tree is the same but for docstrings
  gone             class attributes that are no longer there (allowed)
  again            bytes of the second run's patch
  back             files that differ after `git apply -R` of the patch
  injected         copies carried out, of those injected
Anything but 0 in compile, import, alone, class, again and back is a failure: exit code 1.
"""
import argparse
import ast
import collections
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
DOCUMENTED = (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)


def run(args: list[str], cwd: pathlib.Path, **more: object) -> subprocess.CompletedProcess:
    env = os.environ | {"PYTHONDONTWRITEBYTECODE": "1", "PYTHONHASHSEED": "0", "DISPLAY": "", "HOME": str(cwd.parent)}
    return subprocess.run(args, cwd=cwd, capture_output=True, env=env, **more)


class Tree:
    """A copy of one package in a git work tree of its own."""

    def __init__(self, args: argparse.Namespace, source: pathlib.Path, package: str, top: pathlib.Path) -> None:
        self.args, self.package, self.path = args, package, top / package.replace("/", "_")
        self.path.mkdir(parents=True)
        single = source / f"{package}.py"
        if single.is_file():
            shutil.copy(single, self.path)
        else:
            shutil.copytree(source / package, self.path / package, symlinks=True,
                            ignore=shutil.ignore_patterns("__pycache__", "*.pyc"))
        self.injected: list[dict[str, object]] = []
        if args.inject:
            done = run([sys.executable, str(HERE / "inject.py"), str(self.path), package, "--count", str(args.inject),
                        "--seed", str(args.seed), "--drift", str(args.drift), "--python", args.python], self.path, check=True)
            self.injected = [json.loads(line) for line in done.stdout.splitlines()]
        self.git("init", "-q")
        self.git("config", "core.autocrlf", "false")
        self.git("add", "-A", "-f")
        self.git("-c", "user.name=A", "-c", "user.email=a@example.org", "commit", "-q", "-m", "all")

    def git(self, *args: str, **more: object) -> subprocess.CompletedProcess:
        return run(["git", *args], self.path, check=True, **more)

    def files(self) -> dict[str, bytes]:
        return {str(p.relative_to(self.path)): p.read_bytes() for p in self.path.rglob("*.py") if p.is_file()}

    def fix(self, *more: str) -> subprocess.CompletedProcess:
        phases = [word for phase in self.args.phase or [] for word in ("--phase", phase)]
        if self.args.choose:
            phases += [word for copy in self.injected for word in ("--survivor", f"{copy['from']}.{copy['name']}")]
        done = run([self.args.onedef, "fix", "--cache-dir", str(self.path.parent / "cache"), *phases, *self.args.options, *more], self.path)
        if done.returncode != 0:
            raise SystemExit(f"judge: onedef fix failed on {self.package}: {done.stderr.decode()[-500:]}")
        return done

    def ask(self, verb: str, *names: str) -> tuple[dict[str, str], dict[tuple[str, str], str]]:
        done = run([self.args.python, str(HERE / "ask_classes.py"), verb, str(self.path), *names], self.path)
        works, classes = {}, {}
        for line in done.stdout.splitlines():
            record = json.loads(line)
            if "works" in record:
                works[record["module"]] = record["failure"]
            else:
                classes[record["module"], record["name"]] = record["target"]
        return works, classes


def compiles(text: bytes) -> bool:
    try:
        compile(text, "x", "exec", dont_inherit=True)
        return True
    except (SyntaxError, ValueError, RecursionError):
        return False


def module_of(path: str) -> str:
    parts = list(pathlib.PurePosixPath(path).with_suffix("").parts)
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def definition(files: dict[str, bytes], target: str) -> str | None:
    """The syntax tree of a top-level class without its docstrings, by "module:Name"."""
    module, name = target.split(":")
    base = module.replace(".", "/")
    text = files.get(f"{base}.py", files.get(f"{base}/__init__.py"))
    if text is None or "." in name:
        return None
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError):
        return None
    found = [n for n in tree.body if isinstance(n, ast.ClassDef) and n.name == name]
    if not found:
        return None
    for node in ast.walk(found[-1]):
        body = getattr(node, "body", None)
        if isinstance(node, DOCUMENTED) and body and isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant):
            del body[0]
    return ast.dump(found[-1])


def importers(files: dict[str, bytes], names: set[str]) -> set[str]:
    """Modules whose text names the last part of one of `names` in an import."""
    lasts = {n.rsplit(".", 1)[-1] for n in names}
    pattern = re.compile(rb"^\s*(?:from|import)\s.*\b(?:" + b"|".join(re.escape(n.encode()) for n in sorted(lasts)) + rb")\b", re.M)
    return {module_of(p) for p, text in files.items() if pattern.search(text)}


def other_classes(before: dict, after: dict, old: dict[str, bytes], new: dict[str, bytes], drifted: set[str]) -> list[str]:
    wrong, becomes = [], {}
    for key, target in before.items():
        now = after.get(key)
        if now is None or now == target:
            continue
        copy = definition(old, target)
        same = copy is not None and copy == definition(new, now) and definition(new, target) is None
        if target in drifted and definition(new, target) is None:
            same = True
        if not same or becomes.setdefault(target, now) != now:
            wrong.append(f"{key[0]}.{key[1]}: {target} -> {now}")
    return wrong


def judge(tree: Tree) -> dict[str, object]:
    old = tree.files()
    works, classes = tree.ask("all", tree.package)
    if old and not works:
        raise SystemExit(f"judge: nothing of {tree.package} could be asked")
    patch = tree.fix().stdout
    said = tree.fix("-v", "-q").stderr.decode()
    edited = {p for p in re.findall(r"^diff --git a/(\S+) b/", patch.decode("utf-8", "surrogateescape"), re.M)}
    names = {module_of(p) for p in edited}
    near = sorted(m for m in names | importers(old, names) if m in works)[:tree.args.alone] if edited else []
    alone = tree.ask("each", *near)
    wrote = tree.fix("--write")
    new = tree.files()
    works_after, classes_after = tree.ask("all", tree.package)
    alone_after = tree.ask("each", *near)
    drifted = {f"{c['to']}:{c['name']}" for c in tree.injected if c["drifted"]}
    result: dict[str, object] = {"package": tree.package, "files": len(edited), "modules": len(works),
                                 "importable": sum(not f for f in works.values()), "classes": len(classes)}
    count = re.search(rb"(\d+) (?:changes|imports) in", wrote.stderr)
    result["moves"] = int(count.group(1)) if count else 0
    result["compile"] = sorted(p for p in old if p in new and compiles(old[p]) and not compiles(new[p]))
    there = {module_of(p) for p in new}  # a shim that was deleted cannot be imported, and that is meant
    result["import"] = sorted(m for m in works if m in there and not works[m] and works_after.get(m, "gone"))
    result["alone"] = sorted(m for m in alone[0] if m in there and not alone[0][m] and alone_after[0].get(m, "gone"))
    result["class"] = other_classes(classes, classes_after, old, new, drifted) + other_classes(alone[1], alone_after[1], old, new, drifted)
    result["gone"] = len([k for k in classes if k not in classes_after])
    again = tree.fix().stdout
    result["again"] = [again.decode("utf-8", "replace")[:2000]] if again else []
    tree.git("apply", "-R", "--whitespace=nowarn", "-", input=patch) if patch else None
    back = tree.files()
    result["back"] = sorted(p for p in old.keys() | back.keys() if old.get(p) != back.get(p))
    done = [c for c in tree.injected if definition(new, f"{c['to']}:{c['name']}") is None or definition(new, f"{c['from']}:{c['name']}") is None]
    result["injected"], result["done"] = len(tree.injected), len(done)
    left = collections.Counter()
    for copy in tree.injected:
        if copy not in done:
            lines = [line for line in said.splitlines() if f"class {copy['name']}:" in line]
            reason = lines[0].split(f"class {copy['name']}:", 1)[1].strip() if lines else "not a duplicate to the detector"
            left[re.sub(r"\b[\w.]*[._\d][\w.]*\b|\b[A-Z]\w+\b", "_", reason)] += 1
    result["left"] = dict(left.most_common())
    return result


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--onedef", default="onedef")
    parser.add_argument("--python", default=sys.executable)
    parser.add_argument("--phase", action="append")
    parser.add_argument("--inject", type=int, default=0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--drift", type=float, default=0.0)
    parser.add_argument("--choose", action="store_true", help="name what was copied with --survivor")
    parser.add_argument("--alone", type=int, default=200, help="how many modules are imported in a process of their own")
    parser.add_argument("--keep", type=pathlib.Path)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("tree", type=pathlib.Path)
    parser.add_argument("packages", nargs="*")
    cut = sys.argv.index("--") if "--" in sys.argv else len(sys.argv)
    own, more = sys.argv[1:cut], sys.argv[cut + 1:]
    args = parser.parse_args(own)
    args.options = more
    args.onedef = str(pathlib.Path(shutil.which(args.onedef) or args.onedef).resolve())
    packages = args.packages or sorted(p.parent.name for p in args.tree.glob("*/__init__.py"))
    good, kept = True, args.keep or pathlib.Path(tempfile.mkdtemp(prefix="onedef-judge-"))
    gates = ("compile", "import", "alone", "class", "again", "back")
    columns = ("package", "modules", "classes", "files", "moves", *gates, "gone", "done", "injected")
    print("  ".join(f"{c:>9}" for c in columns))
    for package in packages:
        row = judge(Tree(args, args.tree.resolve(), package, kept.resolve()))
        good = good and not any(row[g] for g in gates)
        print("  ".join(f"{len(row[c]) if isinstance(row[c], list) else row[c]:>9}" for c in columns))
        for gate in gates:
            for line in row[gate][:8]:
                print(f"    {gate}: {line}")
        for reason, n in row["left"].items():
            print(f"    left {n}: {reason}")
        if args.json:
            print(json.dumps(row))
        sys.stdout.flush()
    if not args.keep:
        shutil.rmtree(kept)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
