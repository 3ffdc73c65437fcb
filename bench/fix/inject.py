#!/usr/bin/env python3
"""Copies classes of a package into sibling modules, with the imports they need: identical duplicates to judge `onedef fix` on.

Usage: bench/fix/inject.py TREE PACKAGE [--count N] [--seed S] [--drift SHARE] [--python PYTHON]

Changes TREE/PACKAGE in place. Each copy goes to the end of a module in the same folder that does not know the
name, and what it reads is imported there: as its own module imports it, or from its own module; where that
breaks an import that worked, the copy is taken back. With --drift a share of the copies loses its last method. Prints one JSON line a copy: {"from", "to", "name", "drifted"}.
"""
import argparse
import ast
import builtins
import json
import pathlib
import os
import random
import subprocess
import sys
from typing import Iterator


def bound_names(tree: ast.Module) -> dict[str, ast.stmt]:
    """Names that plain statements at the top of a module bind, with the statement."""
    names: dict[str, ast.stmt] = {}
    for node in tree.body:
        if isinstance(node, (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)):
            names[node.name] = node
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            for alias in node.names:
                names[alias.asname or alias.name.split(".")[0]] = node
        elif isinstance(node, (ast.Assign, ast.AnnAssign)):
            for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
                if isinstance(target, ast.Name):
                    names[target.id] = node
    return names


def all_names(tree: ast.AST) -> set[str]:
    return {n.id for n in ast.walk(tree) if isinstance(n, ast.Name)} | {
        n.name for n in ast.walk(tree) if isinstance(n, (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef))
    } | {(a.asname or a.name).split(".")[0] for n in ast.walk(tree) if isinstance(n, (ast.Import, ast.ImportFrom)) for a in n.names}


def read_names(node: ast.ClassDef) -> set[str]:
    return {n.id for n in ast.walk(node) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)}


def import_of(name: str, statement: ast.stmt, module: str) -> str | None:
    """The line that gives a sibling of `module` the same name."""
    if isinstance(statement, ast.ImportFrom):
        alias = next(a for a in statement.names if (a.asname or a.name) == name)
        text = f"from {'.' * statement.level}{statement.module or ''} import {alias.name}"
        return text + (f" as {alias.asname}" if alias.asname else "")
    if isinstance(statement, ast.Import):
        alias = next(a for a in statement.names if (a.asname or a.name.split(".")[0]) == name)
        return f"import {alias.name}" + (f" as {alias.asname}" if alias.asname else "")
    return f"from .{module} import {name}"


def candidates(folder: pathlib.Path) -> Iterator[tuple[pathlib.Path, ast.Module, ast.ClassDef]]:
    for path in sorted(folder.rglob("*.py")):
        if path.name == "__init__.py" or not path.stem.isidentifier():
            continue
        try:
            tree = ast.parse(path.read_bytes())
        except (SyntaxError, ValueError):
            continue
        for node in tree.body:
            if isinstance(node, ast.ClassDef) and node.end_lineno and node.end_lineno - node.lineno >= 4:
                yield path, tree, node


def needed(path: pathlib.Path, tree: ast.Module, node: ast.ClassDef) -> list[str] | None:
    """The imports that a copy needs; None where it reads what cannot be told."""
    bound, lines = bound_names(tree), []
    for name in sorted(read_names(node)):
        if name == node.name:
            continue
        if name in bound:
            line = import_of(name, bound[name], path.stem)
            if line:
                lines.append(line)
        elif name in ("__file__", "__name__", "__doc__") or (
                not hasattr(builtins, name) and name not in {n.arg for n in ast.walk(node) if isinstance(n, ast.arg)} and name not in
                {n.id for n in ast.walk(node) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)} and
                name not in {n.name for n in ast.walk(node) if isinstance(n, (ast.FunctionDef, ast.ClassDef))} and name not in
                {n.name for n in ast.walk(node) if isinstance(n, ast.ExceptHandler)} and name not in
                {(a.asname or a.name).split(".")[0] for n in ast.walk(node) if isinstance(n, (ast.Import, ast.ImportFrom)) for a in n.names}):
            return None
    return lines


def siblings(path: pathlib.Path, names: set[str]) -> list[pathlib.Path]:
    found = []
    for other in sorted(path.parent.glob("*.py")):
        if other == path or other.name == "__init__.py" or not other.stem.isidentifier() or other.stem.startswith("test"):
            continue
        try:
            tree = ast.parse(other.read_bytes())
        except (SyntaxError, ValueError):
            continue
        if not names & all_names(tree) and b"__getattr__" not in other.read_bytes():
            found.append(other)
    return found


def place_imports(text: str, lines: list[str]) -> str:
    """Behind the last import at the head of a module."""
    tree, at = ast.parse(text), 0
    for node in tree.body:
        docstring = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
        if not isinstance(node, (ast.Import, ast.ImportFrom)) and not docstring:
            break
        at = node.end_lineno or 0
    split = text.splitlines(keepends=True)
    if at and not split[at - 1].endswith("\n"):
        split[at - 1] += "\n"
    return "".join(split[:at] + [line + "\n" for line in lines] + split[at:])


def works(python: str, tree: pathlib.Path, module: str) -> bool:
    env = os.environ | {"PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run([python, "-c", f"import {module}"], cwd=tree, capture_output=True, env=env, timeout=60).returncode == 0


def inject(tree: pathlib.Path, package: str, count: int, seed: int, drift: float, python: str) -> list[dict[str, object]]:
    chance, done = random.Random(seed), []
    pool = [(p, t, n) for p, t, n in candidates(tree / package) if "test" not in str(p.relative_to(tree))]
    chance.shuffle(pool)
    touched: set[pathlib.Path] = set()
    for path, module, node in pool:
        if len(done) == count:
            break
        lines = needed(path, module, node)
        if lines is None or path in touched:
            continue
        names = {node.name} | {line.split(" as ")[-1].split(" import ")[-1].split()[-1].split(".")[0] for line in lines}
        places = [p for p in siblings(path, names) if p not in touched]
        if not places:
            continue
        other = chance.choice(places)
        source, text = path.read_text(encoding="utf-8"), other.read_text(encoding="utf-8")
        first = min([node.lineno] + [d.lineno for d in node.decorator_list])
        body = source.splitlines()[first - 1:node.end_lineno]
        drifted = chance.random() < drift and isinstance(node.body[-1], ast.FunctionDef) and len(node.body) > 2
        if drifted:
            body = body[:min([node.body[-1].lineno] + [d.lineno for d in node.body[-1].decorator_list]) - first]
        new = place_imports(text, lines).rstrip("\n") + "\n\n\n" + "\n".join(body).rstrip() + "\n"
        try:
            ast.parse(new)
        except SyntaxError:
            continue
        dotted = [".".join(p.relative_to(tree).with_suffix("").parts) for p in (path, other)]
        watched = [m for m in (*dotted, dotted[0].rpartition(".")[0]) if works(python, tree, m)]
        other.write_text(new, encoding="utf-8")
        if not all(works(python, tree, m) for m in watched):
            other.write_text(text, encoding="utf-8")
            continue
        touched |= {other, path}
        done.append({"from": dotted[0], "to": dotted[1], "name": node.name, "drifted": drifted})
    return done


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("tree", type=pathlib.Path)
    parser.add_argument("package")
    parser.add_argument("--count", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--drift", type=float, default=0.0)
    parser.add_argument("--python", default=sys.executable)
    args = parser.parse_args()
    for copy in inject(args.tree, args.package, args.count, args.seed, args.drift, args.python):
        print(json.dumps(copy))
    return 0


if __name__ == "__main__":
    sys.exit(main())
