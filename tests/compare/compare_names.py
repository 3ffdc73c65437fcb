#!/usr/bin/env python3
"""Compares the free names of outermost definitions with CPython's symtable module.

usage: compare_names.py LEXDUMP PATH...     (files and folders; prints differences)

Per module-level class or function: the set of global names read in its body. symtable has no place
for what is evaluated outside the body (decorators, defaults, bases, annotations): those are added
from the syntax tree.
"""
import ast
import collections
import subprocess
import symtable
import sys
import warnings

from compare_tokens import files

DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
BLOCKS = (ast.If, ast.For, ast.AsyncFor, ast.While, ast.With, ast.AsyncWith, ast.Try, ast.TryStar, ast.Match,
          ast.ExceptHandler, ast.match_case)


def outermost(statements):
    for node in statements:
        if isinstance(node, DEFINITIONS):
            yield node
        elif isinstance(node, BLOCKS):
            for field in ("body", "handlers", "orelse", "finalbody", "cases"):
                yield from outermost(getattr(node, field, []))


def globals_of(table, out):
    for symbol in table.get_symbols():
        if symbol.is_referenced() and (symbol.is_global() or (table.get_type() == "module")):
            out.add(symbol.get_name())
    for child in table.get_children():
        globals_of(child, out)


def header_source(node, is_def):
    """The expressions that belong to a definition's header, as a module of expression statements."""
    out = list(node.decorator_list)
    if not is_def:
        return out + node.bases + [k.value for k in node.keywords]
    a = node.args
    out += a.defaults + [d for d in a.kw_defaults if d is not None]
    out += [x.annotation for x in a.posonlyargs + a.args + a.kwonlyargs + [a.vararg, a.kwarg] if x and x.annotation]
    return out + ([node.returns] if node.returns else [])


def names_of(text, path):
    """For each outermost definition: line of its keyword, names."""
    tree = ast.parse(text)
    future = "annotations" in [a.name for n in tree.body if isinstance(n, ast.ImportFrom) and n.module == "__future__"
                               for a in n.names]
    out = []
    for node in outermost(tree.body):
        names = set()
        # The definition alone in a module: every name that is not its own is global there too.
        source = ast.unparse(ast.Module([node], []))
        if future:  # symtable would leave annotations out
            pass
        table = symtable.symtable(source, path, "exec")
        for child in table.get_children():
            globals_of(child, names)
        # What the header evaluates stands in the module's table, without the definition's own name.
        for symbol in table.get_symbols():
            if symbol.is_referenced():
                names.add(symbol.get_name())
        out.append((node.lineno, node.name, names))
    return out


def main():
    lexdump, paths = sys.argv[1], sys.argv[2:]
    warnings.simplefilter("ignore")
    total = bad = skipped = 0
    kinds = collections.Counter()
    for path in files(paths):
        with open(path, "rb") as file:
            data = file.read()
        try:
            want = names_of(data, path)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            skipped += 1
            continue
        run = subprocess.run([lexdump, "names", path], capture_output=True, check=True)
        got = collections.defaultdict(set)
        lines = [0]
        for line in data.replace(b"\r\n", b"\n\n").replace(b"\r", b"\n").split(b"\n"):
            lines.append(lines[-1] + len(line) + 1)
        for line in run.stdout.decode("utf-8", "surrogateescape").splitlines():
            owner, head, _ = line.split(" ", 2)
            if owner != "-":
                got[data.count(b"\n", 0, int(owner)) + 1].add(head)
        for line, name, names in want:
            total += 1
            # Private names come mangled from symtable.
            ours = {n for n in got.get(line, set())}
            mangled = {n for n in names if n.startswith("_") and "__" in n[1:]}
            names = {("__" + n.split("__", 1)[1] if n in mangled and not n.startswith("__") and
                      not n.endswith("__") else n) for n in names}
            ours = {("__" + n.split("__", 1)[1] if n.startswith("_") and "__" in n[1:] and not n.startswith("__") and
                     not n.endswith("__") else n) for n in ours}
            if ours != names:
                bad += 1
                for n in ours - names:
                    kinds["extra " + n] += 1
                for n in names - ours:
                    kinds["missing " + n] += 1
                print(f"{path}:{line}: {name}: extra {sorted(ours - names)}, missing {sorted(names - ours)}")
    print(f"{total} definitions, {bad} differ ({100 * (1 - bad / max(total, 1)):.3f} % agree), {skipped} files skipped")
    print(kinds.most_common(30))


if __name__ == "__main__":
    main()
