#!/usr/bin/env python3
"""Checks with CPython's ast that skeletons are Python and hold what they must.

usage: compare_skeleton.py LEXDUMP PATH...     (files and folders; prints mismatches, exits 1 if any)

The reduction is done a second time here, on CPython's syntax tree, and both are compared: outside
functions (and in functions that hold a class) trees are equal but for the texts of docstrings; in
other functions the kept statements are, with the compound statements around them. Parameters and
return annotations, of which extraction asks for no more than the place, are not compared.
"""
import ast
import subprocess
import sys
import warnings

from compare_tokens import files

SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef)
DOTS = ast.Expr(ast.Constant(...))
NO_ARGUMENTS = ast.arguments([], [], None, [], [], None, [])


def own(function):
    """Nodes of a function's own scope."""
    stack = list(function.body)
    while stack:
        node = stack.pop()
        yield node
        if not isinstance(node, SCOPES):
            stack.extend(ast.iter_child_nodes(node))


def binds(node, names):
    if isinstance(node, SCOPES):
        return node.name in names
    if isinstance(node, (ast.Assign, ast.AugAssign, ast.AnnAssign)):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        return any(isinstance(n, ast.Name) and n.id in names and isinstance(n.ctx, ast.Store)
                   for t in targets for n in ast.walk(t))
    return False


def is_modules(node):
    return isinstance(node, ast.Assign) and any(
        isinstance(t, ast.Subscript) and (getattr(t.value, "attr", "") == "modules" or
                                          getattr(t.value, "id", "") == "modules") for t in node.targets)


def reduce(statements, names):
    """The kept statements as nested tuples."""
    out = []
    for node in statements:
        inner = names
        if isinstance(node, SCOPES):
            inner = {n for g in own(node) if isinstance(g, ast.Global) for n in g.names}
        if isinstance(node, (ast.Import, ast.ImportFrom, ast.Global)) or is_modules(node) or (
                binds(node, names) and not isinstance(node, SCOPES)):
            out.append(ast.unparse(node))
            continue
        parts = []
        for field in ("body", "handlers", "orelse", "finalbody", "cases"):
            block = getattr(node, field, None)
            if isinstance(block, list) and block and field in ("handlers", "cases"):
                parts.append((field, [reduce(part.body, inner) for part in block]))
            elif isinstance(block, list) and block:
                parts.append((field, reduce(block, inner)))
        if any(any(part) for _, part in parts) or binds(node, names):
            out.append((type(node).__name__, head(node), parts))
    return out


def head(node):
    for field in ("test", "iter", "subject"):
        if hasattr(node, field):
            return ast.unparse(getattr(node, field))
    if isinstance(node, SCOPES):
        return node.name + ast.unparse(node.args) + str([ast.unparse(d) for d in node.decorator_list])
    return str([ast.unparse(item) for item in getattr(node, "items", [])])


class Outside(ast.NodeTransformer):
    """Takes the bodies of outermost functions without a class out of a tree and reduces them."""

    def __init__(self):
        self.bodies = []

    def visit_FunctionDef(self, node):
        if not any(isinstance(n, ast.ClassDef) for n in ast.walk(node)):
            names = {n for g in own(node) if isinstance(g, ast.Global) for n in g.names}
            self.bodies.append((node.name, reduce(node.body, names)))
            node.body = [DOTS]
            node.args, node.returns = NO_ARGUMENTS, None
        return node

    def visit_Expr(self, node):
        if isinstance(node.value, ast.Constant) and isinstance(node.value.value, (str, bytes)):
            node.value.value = ""
        return node

    visit_AsyncFunctionDef = visit_FunctionDef


def shape(text):
    tree = ast.parse(text)
    outside = Outside()
    tree = outside.visit(tree)
    return ast.dump(tree), outside.bodies


def main():
    lexdump, paths = sys.argv[1], sys.argv[2:]
    compared = skipped = bad = whole = kept = 0
    warnings.simplefilter("ignore")
    for path in files(paths):
        with open(path, "rb") as file:
            data = file.read()
        try:
            want = shape(data)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            skipped += 1
            continue
        run = subprocess.run([lexdump, "skeleton", path], capture_output=True, check=True)
        text = run.stdout.split(b"\n", 1)[1]
        compared += 1
        whole += len(data)
        kept += len(text)
        try:
            got = shape(text)
        except SyntaxError as error:
            bad += 1
            print(f"{path}: the skeleton is not Python: line {error.lineno}: {error.text!r}")
            continue
        if got[0] != want[0]:
            place = next((i for i, (g, w) in enumerate(zip(*(x[0] for x in (got, want)))) if g != w), 0)
            print(f"{path}: outside functions: got …{got[0][place - 60:place + 60]}…, want …{want[0][place - 60:place + 60]}…")
            bad += 1
            continue
        # Keeping a line too many is allowed: take what the tree wants kept from the skeleton's tree.
        differ = [(g, w) for g, w in zip(got[1], want[1]) if g != w]
        if differ or len(got[1]) != len(want[1]):
            bad += 1
            print(f"{path}: in functions: got {str(differ[0][0])[:300]}\n   want {str(differ[0][1])[:300]}")
    print(f"{compared} files compared, {skipped} skipped (CPython rejects them), {bad} differ, "
          f"skeletons {100 * kept / max(whole, 1):.1f} % of the bytes")
    return bad > 0


if __name__ == "__main__":
    sys.exit(main())
