#!/usr/bin/env python3
"""Compares fingerprints with CPython's syntax trees: equal trees must have equal fingerprints, others not.

usage: compare_fingerprints.py LEXDUMP [--seed N] [--limit N] [PATH...]     (by default parts of the standard library)

Layout copies: every function and class of the files against what `ast.unparse` writes for it.
Mutants: the same pieces after small edits of tokens (parentheses put around an expression or taken
away, commas, operators, names, numbers and strings changed, tokens dropped or swapped), those that
still parse. Trees are compared after what the fingerprint means to forget was taken out: docstrings
and other statements of nothing but a string, `pass`, `...`, and the `u` of strings. Exits 1 when a
pair with different trees has one fingerprint, or more than one in a thousand with equal trees has two.
"""
from __future__ import annotations

import argparse
import ast
import io
import os
import random
import subprocess
import sys
import tempfile
import textwrap
import tokenize
import warnings
from collections.abc import Iterator

Pair = tuple[str, str, str, bool]  # what it is, text, other text, whether the trees are equal

OPERATORS = ["+", "-", "*", "/", "//", "%", "@", "**", "<<", ">>", "&", "|", "^", "<", "==", ">=", "!=",
             " and ", " or ", " in ", " not in ", " is ", " is not "]


class Idle(ast.NodeTransformer):
    """Takes out what fingerprints do not count."""

    def visit_Constant(self, node: ast.Constant) -> ast.AST:
        node.kind = None
        return node

    def visit_Expr(self, node: ast.Expr) -> ast.AST | None:
        idle = isinstance(node.value, ast.Constant) and (isinstance(node.value.value, str) or node.value.value is ...)
        return None if idle else self.generic_visit(node)

    def visit_Pass(self, node: ast.Pass) -> None:
        return None


def tree(text: str) -> str | None:
    try:
        return ast.dump(Idle().visit(ast.parse(text)))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def files(paths: list[str]) -> Iterator[str]:
    for path in paths:
        if os.path.isfile(path):
            yield path
        for base, dirs, names in os.walk(path):
            dirs.sort()
            yield from (os.path.join(base, name) for name in sorted(names) if name.endswith(".py"))


def pieces(path: str) -> Iterator[tuple[str, ast.AST]]:
    """Source and tree of each function and class at the top of a file."""
    try:
        with tokenize.open(path) as file:
            text = file.read()
        module = ast.parse(text)
    except (SyntaxError, ValueError, UnicodeDecodeError, RecursionError):
        return
    lines = text.splitlines(keepends=True)
    for node in module.body:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)) and "\0" not in text and "\f" not in text:
            first = min([node.lineno] + [decorator.lineno for decorator in node.decorator_list])
            if tree("".join(lines[first - 1:node.end_lineno])) is not None:
                yield "".join(lines[first - 1:node.end_lineno]), node


def tokens_of(text: str) -> list[tuple[int, int, str, int]]:
    """(start, end, text, type) of the tokens that are no layout."""
    starts = [0]
    for line in text.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    return [(starts[t.start[0] - 1] + t.start[1], starts[t.end[0] - 1] + t.end[1], t.string, t.type)
            for t in tokenize.generate_tokens(io.StringIO(text).readline)
            if t.type in (tokenize.NAME, tokenize.NUMBER, tokenize.STRING, tokenize.OP)]


def pairs_of_brackets(tokens: list[tuple[int, int, str, int]]) -> list[tuple[int, int]]:
    stack, pairs = [], []
    for i, token in enumerate(tokens):
        if token[2] in ("(", "[", "{"):
            stack.append(i)
        elif token[2] in (")", "]", "}") and stack:
            pairs.append((stack.pop(), i))
    return [pair for pair in pairs if tokens[pair[0]][2] == "("]


def mutant(text: str, tokens: list[tuple[int, int, str, int]], rnd: random.Random) -> tuple[str, str]:
    def replaced(i: int, new: str) -> str:
        return text[:tokens[i][0]] + new + text[tokens[i][1]:]

    i = rnd.randrange(len(tokens))
    what = rnd.choice(["unwrap", "unwrap", "wrap", "wrap", "comma", "operator", "token", "drop", "swap", "insert"])
    if what == "unwrap":
        pairs = pairs_of_brackets(tokens)
        if pairs:
            a, b = rnd.choice(pairs)
            return what, (text[:tokens[a][0]] + " " + text[tokens[a][1]:tokens[b][0]] + " " + text[tokens[b][1]:])
    if what == "wrap":
        j = min(len(tokens) - 1, i + rnd.choice([0, 0, 0, 1, 2, 2, 3, 4, 5, 6, 8]))
        return what, (text[:tokens[i][0]] + " (" + text[tokens[i][0]:tokens[j][1]] + ") " + text[tokens[j][1]:])
    if what == "comma":
        commas = [k for k, token in enumerate(tokens) if token[2] == ","]
        if commas and rnd.random() < 0.5:
            return what, replaced(rnd.choice(commas), "")
        closing = [k for k, token in enumerate(tokens) if token[2] in ")]}:"]
        if closing:
            return what, replaced(k := rnd.choice(closing), "," + tokens[k][2])
    if what == "operator":
        operators = [k for k, token in enumerate(tokens) if token[2] in [o.strip() for o in OPERATORS]]
        if operators:
            return what, replaced(rnd.choice(operators), rnd.choice(OPERATORS))
    if what == "insert":
        return what, replaced(i, rnd.choice(["not ", "-", "*", "await ", "yield ", "lambda: ", "~", "f(", "x := ", "else "]) + tokens[i][2])
    if what == "swap" and i > 0:
        a, b = tokens[i - 1], tokens[i]
        return what, text[:a[0]] + b[2] + text[a[1]:b[0]] + a[2] + text[b[1]:]
    if what == "drop":
        return what, replaced(i, "")
    changed = {tokenize.NAME: "other", tokenize.NUMBER: rnd.choice(["1", "0x1F", "31", "1_0", "1e1", "10.0", "1j"]),
               tokenize.STRING: rnd.choice(["'a'", "'a' 'b'", "\"ab\"", "b'a'", "f'a'", "'\\x61b'", "f'{a}b'", "f'{a}' 'b'"]),
               tokenize.OP: rnd.choice(["+", "-", "(", ".", ",", ":"])}
    return "token", replaced(i, changed[tokens[i][3]])


def compared(paths: list[str], limit: int, rnd: random.Random) -> Iterator[Pair]:
    found = [piece for path in files(paths) for piece in pieces(path)]
    if len(found) > limit:
        found = rnd.sample(found, limit)
    for text, node in found:
        if len(text) > 20000:
            continue
        written = ast.unparse(node)
        yield "unparse", text, written, tree(text) == tree(written)
        tokens = tokens_of(text)
        base = tree(text)
        for _ in range(6):
            kind, other = mutant(text, tokens, rnd)
            its = tree(other)
            if its is not None:
                yield kind, text, other, its == base


def prints(lexdump: str, texts: list[str]) -> list[str]:
    with tempfile.NamedTemporaryFile() as file:
        file.write(b"".join(text.encode("utf-8", "surrogatepass") + b"\0" for text in texts))
        file.flush()
        run = subprocess.run([lexdump, "prints", file.name], capture_output=True, check=True)
    return [line.split(" ", 1)[0] for line in run.stdout.decode("ascii").splitlines()]


def first_difference(a: str, b: str) -> str:
    for left, right in zip(a.splitlines(), b.splitlines()):
        if left != right:
            return f"  {left.strip()[:160]}\n  {right.strip()[:160]}"
    return "  (one is longer)"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("lexdump")
    parser.add_argument("paths", nargs="*", metavar="PATH")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--limit", type=int, default=1000, help="functions and classes at most (default 1000)")
    parser.add_argument("--show", type=int, default=10, help="misses to show of each sort")
    args = parser.parse_args()
    warnings.simplefilter("ignore")
    library = os.path.dirname(os.__file__)
    paths = args.paths or [os.path.join(library, name) for name in ("asyncio", "concurrent", "email", "json", "unittest")]
    pairs = list(compared(paths, args.limit, random.Random(args.seed)))
    hashes = prints(args.lexdump, [text for pair in pairs for text in pair[1:3]])
    equal = missed = different = confused = 0
    for i, (what, text, other, same) in enumerate(pairs):
        agree = hashes[2 * i] == hashes[2 * i + 1]
        equal += same
        different += not same
        missed += same and not agree
        confused += agree and not same
        if agree != same and (missed if same else confused) <= args.show:
            shown = text[:300] if what == "unparse" else first_difference(text, other)
            print(f"{'missed' if same else 'CONFUSED'} ({what}):\n{shown}")
    print(f"{equal} pairs of one tree, {missed} told apart; {different} pairs of two trees, {confused} not told apart")
    return 1 if confused > 0 or missed * 1000 > equal else 0


if __name__ == "__main__":
    sys.exit(main())
