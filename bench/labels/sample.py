#!/usr/bin/env python3
"""Draw groups of look-alike classes from a Python tree, for readers to label.

Usage: sample.py NAME TREE [--groups 30] [--seed 1]  > groups.json

The groups are drawn with CPython's own parser and without the program under test, so that what it fails to see is in the sample as well.
Three strata, each sorted by visible keys and then drawn with a seeded generator:

  same-name    classes of one name in two or more places (60 %); of names with more than five places, five are drawn
  look-alike   two classes of different names that share half of their member names, three at least (30 %)
  one-module   one name bound to several classes in one module (10 %)

A member is {"path", "line", "name"}; `line` is the line of the `class` keyword, `name` the qualified name within its module.
"""
from __future__ import annotations

import argparse
import ast
import collections
import json
import os
import random
import sys
import warnings
from typing import Iterator, NamedTuple

MOST_MEMBERS = 5
SHARES = (("same-name", 0.6), ("look-alike", 0.3), ("one-module", 0.1))


class Definition(NamedTuple):
    path: str
    line: int
    name: str
    members: frozenset[str]

    def short(self) -> str:
        return self.name.rpartition(".")[2]


def python_files(tree: str) -> Iterator[str]:
    for folder, folders, names in os.walk(tree):
        folders[:] = sorted(f for f in folders if not f.startswith("."))
        for name in sorted(names):
            if name.endswith(".py"):
                yield os.path.join(folder, name)


def member_names(node: ast.ClassDef) -> frozenset[str]:
    names = set()
    for statement in node.body:
        if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            names.add(statement.name)
        elif isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
            names.add(statement.target.id)
        elif isinstance(statement, ast.Assign):
            names.update(target.id for target in statement.targets if isinstance(target, ast.Name))
    return frozenset(names - {"__init__"})


def class_line(node: ast.ClassDef, lines: list[bytes]) -> int:
    line = node.lineno  # since Python 3.8 the line of the keyword, not of the first decorator
    assert b"class" in lines[line - 1], (line, lines[line - 1])
    return line


def definitions_of(tree: str, path: str) -> Iterator[Definition]:
    with open(path, "rb") as file:
        source = file.read()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            module = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return
    lines = source.split(b"\n")
    stack: list[tuple[ast.AST, str]] = [(module, "")]
    while stack:
        node, prefix = stack.pop()
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.ClassDef):
                yield Definition(os.path.relpath(path, tree), class_line(child, lines), prefix + child.name, member_names(child))
                stack.append((child, f"{prefix}{child.name}."))
            elif not isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.expr)):
                stack.append((child, prefix))


def same_name(definitions: list[Definition], draw: random.Random) -> list[list[Definition]]:
    by_name = collections.defaultdict(list)
    for definition in definitions:
        by_name[definition.short()].append(definition)
    groups = []
    for name in sorted(by_name):
        group = by_name[name]
        if len({definition.path for definition in group}) > 1:
            groups.append(sorted(draw.sample(group, MOST_MEMBERS)) if len(group) > MOST_MEMBERS else group)
    return groups


def look_alike(definitions: list[Definition]) -> list[list[Definition]]:
    by_member = collections.defaultdict(list)
    for place, definition in enumerate(definitions):
        for member in sorted(definition.members):
            by_member[member].append(place)
    shared: collections.Counter[tuple[int, int]] = collections.Counter()
    for member in sorted(by_member):
        places = by_member[member]
        if len(places) <= 60:  # a name that more classes have says nothing
            shared.update((a, b) for i, a in enumerate(places) for b in places[i + 1 :])
    groups = []
    for (a, b), count in sorted(shared.items()):
        one, other = definitions[a], definitions[b]
        union = len(one.members | other.members)
        if one.short() != other.short() and count >= 3 and count * 2 >= union:
            groups.append([one, other])
    return groups


def one_module(definitions: list[Definition]) -> list[list[Definition]]:
    by_place = collections.defaultdict(list)
    for definition in definitions:
        by_place[definition.path, definition.name].append(definition)
    return [by_place[key][:MOST_MEMBERS] for key in sorted(by_place) if len(by_place[key]) > 1]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("name")
    parser.add_argument("tree")
    parser.add_argument("--groups", type=int, default=30)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    draw = random.Random(options.seed)
    definitions = sorted(d for path in python_files(options.tree) for d in definitions_of(options.tree, path))
    strata = {
        "same-name": same_name(definitions, draw),
        "look-alike": look_alike(definitions),
        "one-module": one_module(definitions),
    }
    groups = []
    missing = 0
    for stratum, share in reversed(SHARES):  # what a small stratum cannot give, the next one adds
        wanted = round(options.groups * share) + missing
        drawn = draw.sample(strata[stratum], min(wanted, len(strata[stratum])))
        missing = wanted - len(drawn)
        groups += [(stratum, sorted(group)) for group in drawn]
    groups.sort(key=lambda entry: entry[1])
    for number, (stratum, group) in enumerate(groups, 1):
        members = [{"path": d.path, "line": d.line, "name": d.name} for d in group]
        print(json.dumps({"group": f"{options.name}-{number:02}", "stratum": stratum, "members": members}))
    print(f"{len(definitions)} classes; groups to draw from: " + ", ".join(f"{s} {len(strata[s])}" for s, _ in SHARES), file=sys.stderr)


if __name__ == "__main__":
    main()
