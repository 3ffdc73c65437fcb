"""Classes and functions of a corpus that copies are made of."""
from __future__ import annotations

import ast
import dataclasses
import io
import os
import re
from collections import Counter
from collections.abc import Iterator

Definition = ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef
METHODS = (ast.FunctionDef, ast.AsyncFunctionDef)
SKIPPED = {"test", "tests", "testing", "node_modules", "__pycache__", "site-packages", "migrations", "vendor", "_vendor",
           "vendored", "examples", "example", "docs", "doc", "backup", "build", "fixtures", "lib2to3", "idlelib"}


@dataclasses.dataclass(frozen=True)
class Subject:
    path: str  # below the corpus
    name: str
    kind: str
    text: str  # of the statement, decorators included, from column 0
    head: str  # imports that give a copy in another module the names it reads

    @property
    def node(self) -> Definition:
        statement = ast.parse(self.text).body[0]
        assert isinstance(statement, (ast.ClassDef, *METHODS))
        return statement

    @property
    def size(self) -> str:
        lines = len(self.text.splitlines())
        return "small" if lines < 10 else "medium" if lines < 50 else "large"


def members(node: ast.ClassDef) -> list[ast.stmt]:
    """The statements of a class that say something."""
    return [m for m in node.body if not isinstance(m, ast.Pass) and
            not (isinstance(m, ast.Expr) and isinstance(m.value, ast.Constant))]


def weight(node: ast.AST) -> int:
    """About how many tokens it is made of."""
    return sum(1 for _ in ast.walk(node))


def is_telling(node: Definition) -> bool:
    """At least three members, or one method that does something."""
    if isinstance(node, ast.ClassDef):
        return len(members(node)) >= 3 or any(isinstance(m, METHODS) and weight(m) > 40 for m in node.body)
    return weight(node) > 40


def kind_of(node: Definition) -> str:
    if not isinstance(node, ast.ClassDef):
        return "function"
    bases = {ast.unparse(b).split("[")[0].rsplit(".", 1)[-1] for b in node.bases}
    decorators = {ast.unparse(d).split("(")[0] for d in node.decorator_list}
    for base, kind in (("TypedDict", "typeddict"), ("NamedTuple", "namedtuple"), ("Protocol", "protocol"), ("ABC", "abc"),
                       ("BaseModel", "pydantic")):
        if base in bases:
            return kind
    if bases & {"Enum", "IntEnum", "StrEnum", "Flag", "IntFlag"}:
        return "enum"
    if any(d.endswith("dataclass") for d in decorators):
        return "dataclass"
    if decorators & {"attr.s", "attrs.define", "define", "attr.define", "attr.attrs", "frozen", "attrs.frozen"}:
        return "attrs"
    return "ordinary"


def bound_names(statement: ast.stmt) -> set[str]:
    if isinstance(statement, (ast.Import, ast.ImportFrom)):
        return {(a.asname or a.name).split(".")[0] for a in statement.names}
    if isinstance(statement, (ast.ClassDef, *METHODS)):
        return {statement.name}
    names = {n.id for n in ast.walk(statement) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
    for n in ast.walk(statement):
        if isinstance(n, (ast.Import, ast.ImportFrom, ast.ClassDef, *METHODS)):
            names |= bound_names(n)
    return names


def absolute(statement: ast.Import | ast.ImportFrom, module: str, package: bool) -> str:
    if isinstance(statement, ast.Import) or statement.level == 0:
        return ast.unparse(statement)
    parts = module.split(".")
    parts = parts[:len(parts) - statement.level + (1 if package else 0)]
    name = ".".join(parts + ([statement.module] if statement.module else []))
    return ast.unparse(ast.ImportFrom(module=name or "builtins", names=statement.names, level=0))


def head_of(tree: ast.Module, node: Definition, module: str, package: bool) -> str:
    """Imports of what the definition reads: those of its module, and what that module defines."""
    read = {n.id for n in ast.walk(node) if isinstance(n, ast.Name)} - {node.name}
    lines, local = [], set()
    for statement in tree.body:
        bound = bound_names(statement)
        if isinstance(statement, (ast.Import, ast.ImportFrom)):
            if isinstance(statement, ast.ImportFrom) and statement.module == "__future__" or bound & read:
                lines.append(absolute(statement, module, package))
        else:
            local |= bound & read
    if local:
        lines.append(f"from {module} import {', '.join(sorted(local))}")
    return "".join(dict.fromkeys(line + "\n" for line in lines if "import *" not in line))


def python_files(corpus: str) -> Iterator[str]:
    for base, folders, names in os.walk(corpus):
        folders[:] = sorted(f for f in folders if f not in SKIPPED and not f.startswith("."))
        yield from (os.path.relpath(os.path.join(base, n), corpus) for n in sorted(names)
                    if n.endswith(".py") and not n.startswith("test_") and not n.endswith("_test.py"))


def names_elsewhere(corpus: str) -> Iterator[str]:
    """What the files that are left out define, more or less."""
    read = set(python_files(corpus))
    for base, folders, names in os.walk(corpus):
        folders[:] = [f for f in folders if f not in ("node_modules", "site-packages", "dist-packages")]
        for name in names:
            path = os.path.join(base, name)
            if name.endswith(".py") and os.path.relpath(path, corpus) not in read and os.path.isfile(path):
                with open(path, encoding="utf-8", errors="replace") as file:
                    yield from re.findall(r"^\s*(?:class|def|async def)\s+(\w+)", file.read(), re.M)


def find(corpus: str, prefix: str, kinds: set[str]) -> list[Subject]:
    """What stands at the top level of the corpus's modules, under a name that only one of them defines."""
    found, names = [], Counter()
    for path in python_files(corpus):
        try:
            with open(os.path.join(corpus, path), encoding="utf-8") as file:
                text = file.read()
            tree = ast.parse(text)
        except (OSError, SyntaxError, ValueError, RecursionError):
            continue
        names.update(n.name for n in ast.walk(tree) if isinstance(n, (ast.ClassDef, *METHODS)))
        package = path.endswith("__init__.py")
        module = prefix + path[:-3].replace(os.sep, ".").removesuffix(".__init__")
        lines = io.StringIO(text).readlines()  # splitlines() knows more ends than Python
        for node in tree.body:
            if not isinstance(node, (ast.ClassDef, *METHODS)) or kind_of(node) not in kinds:
                continue
            first = min([node.lineno] + [d.lineno for d in node.decorator_list])
            segment = "".join(lines[first - 1:node.end_lineno]).rstrip() + "\n"
            if isinstance(node, ast.ClassDef) and not members(node):
                continue
            try:
                ast.parse(segment)
            except SyntaxError:
                continue  # `x = 1; class A: …`
            found.append(Subject(path, node.name, kind_of(node), segment, head_of(tree, node, module, package)))
    names.update(names_elsewhere(corpus))
    return [s for s in found if names[s.name] == 1 and not s.name.startswith("__")]
