#!/usr/bin/env python3
"""Compares verdicts with CPython's syntax trees: what Python would notice is no `duplicate`.

usage: compare_verdicts.py ONEDEF [--seed N] [--limit N] [--functions] [PATH...]     (by default parts of the standard library)

Classes of real code are written twice under a name of their own, the second time after one small change
of its syntax tree: a constant, name or operator, a decorator, base, keyword, annotation or default; a
statement put in, taken out or changed, in a method or directly in the class (`save.alters_data = True`,
`del x`, a loop, an assertion). Trees are compared without positions, docstrings, `pass` and `...`. A
pair whose trees differ must not be called `duplicate`, unless all that changed is the order of members.
A third of the pairs is only laid out anew (`ast.unparse`) or has its members in another order; of those at
most one in a hundred may be called anything else. Exits 1 otherwise.
"""
from __future__ import annotations

import argparse
import ast
import copy
import json
import os
import random
import subprocess
import sys
import tempfile
import warnings
from collections import Counter
from collections.abc import Callable, Iterator

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
Mutation = Callable[[ast.ClassDef, random.Random], bool]
MUTATIONS: list[Mutation] = []


class Idle(ast.NodeTransformer):
    """Takes out what a verdict does not count."""

    def visit_Constant(self, node: ast.Constant) -> ast.AST:
        node.kind = None
        return node

    def visit_Expr(self, node: ast.Expr) -> ast.AST | None:
        idle = isinstance(node.value, ast.Constant) and (isinstance(node.value.value, str) or node.value.value is ...)
        return None if idle else self.generic_visit(node)

    def visit_Pass(self, node: ast.Pass) -> None:
        return None


def tree(node: ast.ClassDef) -> str:
    """The class as Python sees it, its members in one order."""
    node = Idle().visit(copy.deepcopy(node))
    if isinstance(node, ast.ClassDef):
        node.body.sort(key=ast.dump)
        node.bases = [base for base in node.bases if not isinstance(base, ast.Name) or base.id != "object"]
    return ast.dump(node)


def is_thin(node: ast.ClassDef) -> bool:
    """Nothing in it: no verdict on that."""
    return isinstance(node, ast.ClassDef) and not Idle().visit(copy.deepcopy(node)).body


def mutation(function: Mutation) -> Mutation:
    MUTATIONS.append(function)
    return function


def one(rnd: random.Random, node: ast.AST, *kinds: type) -> ast.AST | None:
    found = [n for n in ast.walk(node) if isinstance(n, kinds)]
    return rnd.choice(found) if found else None


def statement(text: str) -> ast.stmt:
    return ast.parse(text).body[0]


# --- anywhere in the class ---

@mutation
def constant(node: ast.ClassDef, rnd: random.Random) -> bool:
    found = one(rnd, node, ast.Constant)
    if found is None:
        return False
    value = found.value
    others: list[object] = [None, "other", 7]
    if isinstance(value, bool):
        others = [not value, int(value)]
    elif isinstance(value, int):
        others = [value + 1, float(value) if value < 10**9 else 0.5, str(value), value == 1]
    elif isinstance(value, str):
        others = [value + " ", value.swapcase(), value[1:], value.encode("utf-8", "replace"), None]
    elif isinstance(value, bytes):
        others = [value + b"\0", value.decode("latin-1")]
    found.value = rnd.choice(others)
    return True


@mutation
def name(node: ast.ClassDef, rnd: random.Random) -> bool:
    found = one(rnd, node, ast.Name)
    if found is None:
        return False
    found.id = rnd.choice(["other", found.id + "_", found.id.swapcase() or "x"])
    return True


@mutation
def attribute(node: ast.ClassDef, rnd: random.Random) -> bool:
    found = one(rnd, node, ast.Attribute)
    if found is None:
        return False
    found.attr = rnd.choice(["other", found.attr + "s"])
    return True


@mutation
def operation(node: ast.ClassDef, rnd: random.Random) -> bool:
    found = one(rnd, node, ast.BinOp, ast.BoolOp, ast.UnaryOp, ast.Compare, ast.AugAssign)
    if isinstance(found, (ast.BinOp, ast.AugAssign)):
        found.op = rnd.choice([ast.Add(), ast.Sub(), ast.BitOr(), ast.Pow(), ast.MatMult()])
    elif isinstance(found, ast.BoolOp):
        found.op = ast.Or() if isinstance(found.op, ast.And) else ast.And()
    elif isinstance(found, ast.UnaryOp):
        found.op = rnd.choice([ast.Not(), ast.USub(), ast.Invert()])
    elif isinstance(found, ast.Compare):
        found.ops[0] = rnd.choice([ast.Eq(), ast.Lt(), ast.Is(), ast.NotIn()])
    return found is not None


@mutation
def arguments(node: ast.ClassDef, rnd: random.Random) -> bool:
    found = one(rnd, node, ast.arguments)
    if found is None:
        return False
    what = rnd.randrange(6)
    if what == 0 and found.args:
        rnd.choice(found.args).arg += "_"
    elif what == 1 and found.args:
        found.posonlyargs.append(found.args.pop(0))
    elif what == 2 and len(found.args) > len(found.defaults) + 0 and not found.kwonlyargs and len(found.args) > 1:
        found.kwonlyargs, found.kw_defaults = [found.args.pop()], [found.defaults.pop() if found.defaults else None]
    elif what == 3 and found.args:
        found.args[-1].annotation = ast.Name("Other") if found.args[-1].annotation else ast.Name("int")
    elif what == 4 and found.vararg is None:
        found.vararg = ast.arg("rest")
    elif what == 5 and found.defaults:
        found.defaults[-1] = ast.Constant("changed")
    return True


@mutation
def call(node: ast.ClassDef, rnd: random.Random) -> bool:
    found = one(rnd, node, ast.Call)
    if found is None:
        return False
    if found.keywords and rnd.random() < 0.6:
        keyword = rnd.choice(found.keywords)
        if rnd.random() < 0.5:
            keyword.arg = "other" if keyword.arg else None
        else:
            found.keywords.remove(keyword)
    elif found.args and rnd.random() < 0.5:
        found.args.pop()
    else:
        found.args.append(ast.Name("more"))
    return True


@mutation
def body_statement(node: ast.ClassDef, rnd: random.Random) -> bool:
    """A statement of a method doubled, dropped, moved or put under a condition."""
    methods = [n for n in ast.walk(node) if isinstance(n, FUNCTIONS)]
    if not methods:
        return False
    body = rnd.choice(methods).body
    i, what = rnd.randrange(len(body)), rnd.randrange(5)
    if what == 0:
        body.insert(i, copy.deepcopy(body[i]))
    elif what == 1 and len(body) > 1:
        del body[i]
    elif what == 2 and len(body) > 1:
        body.append(body.pop(i))
    elif what == 3:
        body[i] = ast.If(ast.Name("ready"), [body[i]], [])
    else:
        body.append(statement("return None"))
    return True


@mutation
def nested(node: ast.ClassDef, rnd: random.Random) -> bool:
    """What follows a block moves into it, or its last statement out of it."""
    found = [(n, b) for n in ast.walk(node) for b in ("body", "orelse", "finalbody") if isinstance(getattr(n, b, None), list)]
    places = [(block, i) for n, b in found for block in [getattr(n, b)] for i, s in enumerate(block)
              if isinstance(s, (ast.If, ast.For, ast.While, ast.With))]
    if not places:
        return False
    block, i = rnd.choice(places)
    if i + 1 < len(block) and rnd.random() < 0.6:
        block[i].body.append(block.pop(i + 1))
    elif len(block[i].body) > 1:
        block.insert(i + 1, block[i].body.pop())
    return True


# --- methods as members ---

@mutation
def method_head(node: ast.ClassDef, rnd: random.Random) -> bool:
    methods = [(i, n) for i, n in enumerate(node.body) if isinstance(n, FUNCTIONS)]
    if not methods:
        return False
    i, method = rnd.choice(methods)
    what = rnd.randrange(5)
    if what == 0:
        method.decorator_list.insert(0, rnd.choice([ast.Name("staticmethod"), ast.Name("cached"), statement("f(key=1)").value]))
    elif what == 1 and len(method.decorator_list) > 1:
        method.decorator_list.reverse()
    elif what == 2 and method.decorator_list:
        method.decorator_list.pop()
    elif what == 3:
        method.returns = ast.Name("Other")
    elif isinstance(method, ast.FunctionDef):
        fields = {field: getattr(method, field, None) for field in method._fields}
        node.body[i] = ast.copy_location(ast.AsyncFunctionDef(**fields), method)
    else:
        method.name += "_"
    return True


# --- the class itself ---

@mutation
def class_head(node: ast.ClassDef, rnd: random.Random) -> bool:
    what = rnd.randrange(10)
    if what == 0:
        node.decorator_list.append(rnd.choice([ast.Name("final"), statement("dataclass(frozen=True)").value]))
    elif what == 1 and node.decorator_list:
        node.decorator_list.pop()
    elif what == 2 and len(node.decorator_list) > 1:
        node.decorator_list.reverse()
    elif what == 3:
        node.keywords.append(ast.keyword("metaclass", ast.Name("Meta")))
    elif what == 4:
        node.keywords.append(ast.keyword("total", ast.Constant(False)))
    elif what == 5 and node.keywords:
        node.keywords[0].value = ast.Constant("changed")
    elif what == 6 and node.keywords:
        node.keywords.pop()
    elif what == 7 and len(node.bases) > 1:
        node.bases.reverse()
    elif what == 8 and node.keywords:
        node.bases.append(node.keywords.pop().value)
    else:
        node.bases.append(rnd.choice([ast.Name("Mixin"), statement("Generic[T]").value, statement("make(1)").value]))
    return True


CLASS_STATEMENTS = ["{a}.alters_data = {v}", "{a}.info['k'] = {v}", "register({v}, {a})", "assert {v}, {v}", "del {a}",
                    "for {a}_i in range({v}):\n    vars()[{a}_i] = {v}", "if {v} > {v}:\n    {a}_x = {v}\nelse:\n    {a}_x = None",
                    "with lock({v}):\n    {a}_y = {v}", "try:\n    {a}_z = {v}\nexcept {a}.E:\n    {a}_z = None", "{a}_p = {a}_q = {v}",
                    "{a}_p, {a}_q = {v}, 1", "{a}_n += {v}", "__slots__ = ('{a}', {v})", "__match_args__ = ('{a}', {v})",
                    "from mod{v} import {a}", "import mod{v} as {a}", "({a} := {v})", "{a}: Ann[{v}]", "{a}: Ann = field(default={v})",
                    "{a}: Ann = field(default_factory=lambda: [{v}])", "{a} = Column({v}, key='{a}')", "{a}: Ann[{v}] = 1",
                    "while cond({v}):\n    {a}()\n    break", "{a}[{v}] = 1", "{a}[1]: int = {v}", "[{a}(i) for i in range({v})]",
                    "@deco({v})\nclass {a}_C:\n    x = {v}", "class {a}_C(B[{v}]):\n    pass", "lambda: {v}", "print('{a}', {v})",
                    "if C:\n    def {a}(self):\n        return {v}", "__module__ = 'm{v}'", "__doc__ = 'm{v}'", "{a} = {v}\n{a} = 0",
                    "{a} = 'x' * {v}", "({a}): int = {v}", "f'{{a}} {v}'", "yield_ = {v}", "__doc__ %= {v}",
                    "match {v}:\n    case 1:\n        {a} = 1", "type(x)({v}).{a} = 3", "raise E({v})", "global {a}{v}"]


@mutation
def class_statement(node: ast.ClassDef, rnd: random.Random) -> bool:
    """Put in, or taken out."""
    if rnd.random() < 0.5 and len(node.body) > 1:
        del node.body[rnd.randrange(len(node.body))]
    else:
        text = rnd.choice(CLASS_STATEMENTS).replace("{a}", rnd.choice(["save", "name"])).replace("{v}", str(rnd.randrange(9)))
        node.body[rnd.randrange(len(node.body) + 1):0] = ast.parse(text).body
    return True


@mutation
def class_field(node: ast.ClassDef, rnd: random.Random) -> bool:
    fields = [i for i, n in enumerate(node.body) if isinstance(n, (ast.Assign, ast.AnnAssign))]
    if not fields:
        return False
    i = rnd.choice(fields)
    field = node.body[i]
    if isinstance(field, ast.AnnAssign):
        what = rnd.randrange(3)
        if what == 0:
            field.annotation = ast.Subscript(ast.Name("Final"), field.annotation)
        elif what == 1:
            field.value = None if field.value else ast.Constant(0)
        elif field.value:
            node.body[i] = ast.Assign([field.target], field.value)
    elif isinstance(field.targets[0], ast.Name) and rnd.random() < 0.5:
        node.body[i] = ast.AnnAssign(field.targets[0], ast.Name("int"), field.value if rnd.random() < 0.5 else None, 1)
    else:
        field.targets.append(ast.Name("also"))
    return True


def seeded(node: ast.ClassDef, rnd: random.Random) -> None:
    """Puts a few statements into a class, most of which are no members."""
    for _ in range(rnd.randrange(1, 4)):
        text = rnd.choice(CLASS_STATEMENTS).replace("{a}", rnd.choice(["save", "name"])).replace("{v}", str(rnd.randrange(9)))
        i = rnd.randrange(len(node.body) + 1)
        node.body[i:i] = ast.parse(text).body


def reordered(node: ast.ClassDef, rnd: random.Random) -> ast.ClassDef:
    """Methods of different names, directly in the class, in another order; every second time as it was."""
    node = copy.deepcopy(node)
    slots = [i for i, n in enumerate(node.body) if isinstance(n, FUNCTIONS)] if isinstance(node, ast.ClassDef) else []
    methods = [node.body[i] for i in slots]
    if len({method.name for method in methods}) == len(methods) and rnd.random() < 0.5:
        rnd.shuffle(methods)
        for i, method in zip(slots, methods):
            node.body[i] = method
    return node


def mutant(node: ast.ClassDef, rnd: random.Random) -> tuple[str, ast.ClassDef] | None:
    """A copy that differs, and by what mutation."""
    before = tree(node)
    for _ in range(20):
        changed, what = copy.deepcopy(node), rnd.choice(MUTATIONS)
        try:
            if what(changed, rnd) and tree(changed) != before:
                text = ast.unparse(ast.fix_missing_locations(changed))
                changed = ast.parse(text).body[0]
                if tree(changed) != before:
                    return what.__name__, changed
        except (SyntaxError, ValueError, RecursionError, IndexError, AttributeError, TypeError):
            continue
    return None


def files(paths: list[str]) -> Iterator[str]:
    for path in paths:
        if os.path.isfile(path):
            yield path
        for base, dirs, names in os.walk(path):
            dirs.sort()
            yield from (os.path.join(base, name) for name in sorted(names) if name.endswith(".py"))


def classes(paths: list[str], kind: type | tuple[type, ...]) -> Iterator[ast.ClassDef]:
    for path in files(paths):
        try:
            with open(path, "rb") as file:
                module = ast.parse(file.read())
        except (SyntaxError, ValueError, RecursionError):
            continue
        yield from (node for node in module.body if isinstance(node, kind))


def write_pairs(found: list[ast.ClassDef], root: str, rnd: random.Random) -> list[tuple[str, str, str, str]]:
    """(what was done, class name, text, other text) for each pair that was written."""
    pairs, seen = [], set()
    for node in found:
        node = copy.deepcopy(node)
        node.name = "Same"
        if ast.dump(node) in seen:  # a copy under another name would be in the group too
            continue
        seen.add(ast.dump(node))
        node.name = f"Pair{len(pairs)}"
        if isinstance(node, ast.ClassDef) and rnd.random() < 0.5:
            seeded(node, rnd)
        try:
            text = ast.unparse(ast.fix_missing_locations(node))
            node = ast.parse(text).body[0]
            made = ("layout", reordered(node, rnd)) if rnd.random() < 1 / 3 and not is_thin(node) else mutant(node, rnd)
            other = ast.unparse(made[1]) if made is not None else ""
        except (SyntaxError, ValueError, RecursionError):
            continue
        if made is None or made[1].name != node.name:
            continue
        for folder, content in (("left", text), ("right", other)):
            with open(os.path.join(root, folder, f"pair{len(pairs)}.py"), "w", encoding="utf-8", errors="surrogatepass") as file:
                file.write(content + "\n")
        pairs.append((made[0], node.name, text, other))
    return pairs


def duplicates(onedef: str, root: str, kinds: str) -> set[str]:
    """Names of which both definitions are in one group `duplicate`."""
    run = subprocess.run([onedef, "export", "--format", "jsonl", "--no-cache", "--kinds", kinds, root], capture_output=True, check=True)
    same = set()
    for line in run.stdout.splitlines():
        record = json.loads(line)
        if record["record"] != "group":
            continue
        names = Counter(member.rsplit(":", 1)[1] for member in record["members"])
        if record["verdict"] == "duplicate":
            same |= {name for name, count in names.items() if count == 2}
    return same


def difference(a: str, b: str) -> str:
    left, right = a.splitlines(), b.splitlines()
    only = [f"  - {line}" for line in left if line not in right] + [f"  + {line}" for line in right if line not in left]
    return "\n".join(line[:200] for line in only[:8]) or f"  {a[:300]}"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("onedef")
    parser.add_argument("paths", nargs="*", metavar="PATH")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--limit", type=int, default=400, help="classes at most (default 400)")
    parser.add_argument("--show", type=int, default=10, help="misses to show of each sort")
    parser.add_argument("--functions", action="store_true", help="functions, not classes")
    args = parser.parse_intermixed_args()
    warnings.simplefilter("ignore")
    library = os.path.dirname(os.__file__)
    paths = args.paths or [os.path.join(library, name) for name in ("asyncio", "email", "http", "importlib", "unittest", "ctypes")]
    rnd = random.Random(args.seed)
    found = list(classes(paths, FUNCTIONS if args.functions else ast.ClassDef))
    if len(found) > args.limit:
        found = rnd.sample(found, args.limit)
    with tempfile.TemporaryDirectory() as root:
        os.makedirs(os.path.join(root, "left"))
        os.makedirs(os.path.join(root, "right"))
        pairs = write_pairs(found, root, rnd)
        same = duplicates(args.onedef, root, "function" if args.functions else "class")
    confused, missed, done = Counter(), Counter(), Counter()
    for what, name, text, other in pairs:
        done[what] += 1
        wrong = missed if what == "layout" and name not in same else confused if what != "layout" and name in same else None
        if wrong is None:
            continue
        wrong[what] += 1
        if wrong.total() <= args.show:
            print(f"{'missed' if what == 'layout' else 'CONFUSED'} ({what}) {name}:\n{difference(text, other)}")
    print(", ".join(f"{what} {confused[what]}/{count}" for what, count in sorted(done.items()) if what != "layout"))
    print(f"{done['layout']} pairs of one tree, {missed.total()} not `duplicate`; "
          f"{done.total() - done['layout']} of two trees, {confused.total()} `duplicate`")
    return 1 if confused.total() > 0 or missed.total() * 100 > done["layout"] else 0


if __name__ == "__main__":
    sys.exit(main())
