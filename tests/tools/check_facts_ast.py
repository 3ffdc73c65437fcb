#!/usr/bin/env python3
"""Compares facts with CPython's ast: classes, functions, imports, bindings and class members.

usage: check_facts_ast.py FACTSDUMP PATH...     (files, or folders that are searched for *.py)

Files that CPython does not parse are skipped. Exit status 1 when anything differs.
"""
import ast
import re
import subprocess
import sys
import unicodedata
import warnings
from collections import Counter
from pathlib import Path

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
FACTORIES = {"Enum", "IntEnum", "StrEnum", "Flag", "IntFlag", "namedtuple", "NamedTuple", "TypedDict",
             "make_dataclass", "new_class", "NewType", "type"}


def names_in(target):
    """Names that an assignment target binds."""
    if isinstance(target, ast.Name):
        yield target.id
    elif isinstance(target, (ast.Tuple, ast.List)):
        for element in target.elts:
            yield from names_in(element)
    elif isinstance(target, ast.Starred):
        yield from names_in(target.value)


class Reader(ast.NodeVisitor):
    """What one module says, in the terms of facts.h."""

    def __init__(self):
        self.classes, self.functions, self.imports = Counter(), Counter(), Counter()
        self.bindings, self.members = Counter(), Counter()
        self.scope = [("module", "")]
        self.globals = [set()]

    @property
    def kind(self):
        return self.scope[-1][0]

    def bind(self, name, line, kind=None):
        if self.kind in ("module", "class"):
            self.bindings[(self.kind, unicodedata.normalize("NFKC", name), line)] += 1

    def qualified(self, name):
        parts = []
        for kind, scope_name in self.scope[1:]:
            parts.append(scope_name)
            if kind == "function":
                parts.append("<locals>")
        return ".".join(parts + [name])

    def body(self, kind, name, statements):
        self.scope.append((kind, name))
        for statement in statements:
            self.visit(statement)
        self.scope.pop()

    def visit_ClassDef(self, node):
        self.classes[(self.qualified(node.name), node.lineno)] += 1
        if self.kind == "class":
            self.members[(self.qualified(node.name), node.lineno)] += 1
        self.bind(node.name, node.lineno)
        self.body("class", node.name, node.body)

    def visit_function(self, node):
        if self.kind == "module":
            self.functions[(node.name, node.lineno)] += 1
        if self.kind == "class":
            self.members[(self.qualified(node.name), node.lineno)] += 1
        self.bind(node.name, node.lineno)
        self.body("function", node.name, node.body)

    visit_FunctionDef = visit_AsyncFunctionDef = visit_function

    def visit_Lambda(self, node):
        pass

    def visit_Import(self, node):
        for alias in node.names:
            bound = alias.asname or alias.name.split(".")[0]
            self.imports[("module", 0, alias.name, "", bound, alias.lineno)] += 1
            self.bind(bound, node.lineno)

    def visit_ImportFrom(self, node):
        for alias in node.names:
            star = alias.name == "*"
            bound = "" if star else alias.asname or alias.name
            self.imports[("star" if star else "from", node.level, node.module or "", "" if star else alias.name,
                          bound, alias.lineno)] += 1
            self.bind(bound, node.lineno)

    def visit_Assign(self, node):
        for target in node.targets:
            for name in names_in(target):
                self.assigned(name, node, node.value)
        self.visit(node.value)

    def assigned(self, name, node, value):
        count = 1
        if len(node.targets) >= 1 and any(isinstance(t, ast.Name) and t.id == name for t in node.targets):
            count = self.alternatives(value)
        for _ in range(count):
            self.bind(name, node.lineno)
        if self.kind == "class":
            self.members[(self.qualified(name), None)] += 1

    @staticmethod
    def alternatives(value):
        """`A if c else B` and `A or B` count once per side when one side is a dotted name."""
        leaves, stack = [], [value]
        while stack:
            node = stack.pop()
            while isinstance(node, ast.NamedExpr):
                node = node.value
            if isinstance(node, ast.IfExp):
                stack += [node.orelse, node.body]
            elif isinstance(node, ast.BoolOp) and isinstance(node.op, ast.Or):
                stack += reversed(node.values)
            else:
                leaves.append(node)

        def dotted(node):
            while isinstance(node, ast.Attribute):
                node = node.value
            return isinstance(node, ast.Name)

        return len(leaves) if len(leaves) <= 16 and any(map(dotted, leaves)) else 1

    def visit_AnnAssign(self, node):
        if isinstance(node.target, ast.Name):
            for _ in range(self.alternatives(node.value) if node.value else 1):
                self.bind(node.target.id, node.lineno)
            if self.kind == "class":
                self.members[(self.qualified(node.target.id), None)] += 1
        if node.value:
            self.visit(node.value)

    def visit_AugAssign(self, node):
        if isinstance(node.target, ast.Name):
            self.bind(node.target.id, node.lineno)
        self.visit(node.value)

    def visit_For(self, node):
        for name in names_in(node.target):
            self.bind(name, node.lineno)
        self.generic_visit(node)

    visit_AsyncFor = visit_For

    def visit_With(self, node):
        for item in node.items:
            if item.optional_vars is not None:
                for name in names_in(item.optional_vars):
                    self.bind(name, node.lineno)
        self.generic_visit(node)

    visit_AsyncWith = visit_With

    def visit_ExceptHandler(self, node):
        if node.name:
            self.bind(node.name, node.lineno)
            self.bind(node.name, last_line(node))
        self.generic_visit(node)

    def visit_Delete(self, node):
        for target in node.targets:
            for name in names_in(target):
                self.bind(name, node.lineno)

    def visit_NamedExpr(self, node):
        if all(kind != "function" for kind, _ in self.scope):
            self.bind(node.target.id, node.lineno)
        self.visit(node.value)

    def visit_match_case(self, node):
        for part in ast.walk(node.pattern):
            name = getattr(part, "name", None) if isinstance(part, (ast.MatchAs, ast.MatchStar)) else getattr(
                part, "rest", None)
            if name:
                self.bind(name, node.pattern.lineno)
        self.generic_visit(node)


def last_line(node):
    return max((getattr(part, "end_lineno", 0) or 0) for part in ast.walk(node))


PATTERNS = {
    "definition": re.compile(r"definition \d+ (\S+) (.*?) scope=(\S+) context=\d+ parent=-?\d+ flags=\S+ line=(\d+)-"),
    "import": re.compile(r"import \d+ (\S+) level=(\d+) module=(\S*) name=(\S*) bound=(\S*) aliased=\d silenced=\d lazy=\d context=\d+ line=(\d+)/"),
    "binding": re.compile(r"binding (\S+) (\S*) context=(\d+) line=(\d+) "),
    "context": re.compile(r"context (\d+) parent=(-?\d+) kind=(\S+) "),
    "member": re.compile(r"    member (\S+) (\S+) flags=\S+ context=\d+ nested=-?\d+ line=(\d+)-"),
}


def read_dump(lines):
    """The same counters from factsdump's lines for one file."""
    classes, functions, imports, bindings, members = (Counter() for _ in range(5))
    scopes, definition = {}, None
    for line in lines:
        word = line.split(" ", 1)[0] or "member"
        match = PATTERNS[word].match(line) if word in PATTERNS else None
        if match is None:
            continue
        if word == "context":
            number, parent, kind = match.groups()
            own = kind in ("module", "class", "function")
            scopes[number] = kind if own else scopes[parent]
        elif word == "definition":
            syntax, qualname, _, number = match.groups()
            definition = (syntax, qualname)
            if syntax == "class":
                classes[(qualname, int(number))] += 1
            elif syntax == "function":
                functions[(qualname, int(number))] += 1
        elif word == "member":
            kind, name, number = match.groups()
            if definition[0] == "class" and kind != "import":
                members[(definition[1] + "." + name, int(number) if kind in ("method", "class") else None)] += 1
        elif word == "import":
            form, level, module, name, bound, number = match.groups()
            imports[(form, int(level), module, name, bound, int(number))] += 1
        elif word == "binding":
            kind, name, context, number = match.groups()
            if scopes[context] != "function":
                bindings[(scopes[context], name, int(number))] += 1
    return classes, functions, imports, bindings, members


def compare(path, lines):
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(path.read_bytes())
    except (SyntaxError, ValueError, RecursionError):
        return None
    reader = Reader()
    reader.visit(tree)
    expected = (reader.classes, reader.functions, reader.imports, reader.bindings, reader.members)
    differences = []
    for what, want, have in zip(("class", "function", "import", "binding", "member"), expected, read_dump(lines)):
        differences += [f"{path}: {what} {key} missing" for key in want - have]
        differences += [f"{path}: {what} {key} not in ast" for key in have - want]
    return differences


def main():
    dump, *paths = sys.argv[1:]
    files = sorted(f for p in map(Path, paths) for f in (p.rglob("*.py") if p.is_dir() else [p]) if f.is_file())
    compared = skipped = different = shown = totals = 0
    for start in range(0, len(files), 200):
        chunk = files[start:start + 200]
        output = subprocess.run([dump, *map(str, chunk), "/dev/null"], capture_output=True, check=True).stdout
        parts = re.split(r"^file (.*)\n", output.decode("utf-8", "replace"), flags=re.M)
        for name, text in zip(parts[1::2], parts[2::2]):
            differences = compare(Path(name), text.splitlines()) if name != "/dev/null" else None
            if differences is None:
                skipped += name != "/dev/null"
                continue
            compared += 1
            totals += text.count("\n")
            different += bool(differences)
            for line in differences:
                shown += 1
                if shown <= 60:
                    print(line)
    print(f"{compared} files ({totals} facts) compared, {different} differ, {skipped} skipped (not parsed by CPython)")
    return 1 if different else 0


if __name__ == "__main__":
    sys.exit(main())
