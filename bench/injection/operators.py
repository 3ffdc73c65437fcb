"""Ways to copy a definition: each takes a subject and a generator, and gives the copy's text and name.

None where an operator does not apply. `EXPECTED` says which verdicts are right for its copies.
"""
from __future__ import annotations

import ast
import io
import random
import textwrap
import tokenize
from collections.abc import Callable

from subjects import METHODS, Definition, Subject, is_telling, members

Copy = tuple[str, str]  # text, qualified name in the new module
Operator = Callable[[Subject, random.Random], Copy | None]
OPERATORS: dict[str, Operator] = {}
EXPECTED: dict[str, set[str]] = {}
BARS: dict[str, float] = {}  # least recall
WORDS = ["Harbor", "Meadow", "Quartz", "Lantern", "Juniper", "Saddle", "Cobalt", "Thicket", "Marble", "Ferry", "Willow",
         "Anchor", "Beacon", "Cinder", "Drift", "Ember", "Falcon", "Garnet", "Hollow", "Ivory"]


def operator(name: str, expected: set[str], bar: float = 0.0) -> Callable[[Operator], Operator]:
    def register(function: Operator) -> Operator:
        OPERATORS[name], EXPECTED[name], BARS[name] = function, expected, bar
        return function
    return register


def written(node: ast.AST) -> str:
    return ast.unparse(ast.fix_missing_locations(node)) + "\n"


def new_name(rnd: random.Random, like: str) -> str:
    word = rnd.choice(WORDS) + rnd.choice(WORDS)
    return word if like[:1].isupper() or like[:1] == "_" else word.lower()


def rename(node: Definition, name: str) -> Definition:
    old, node.name = node.name, name
    for n in ast.walk(node):
        if isinstance(n, ast.Name) and n.id == old:
            n.id = name
    return node


def tokens(text: str) -> list[tokenize.TokenInfo]:
    return list(tokenize.generate_tokens(io.StringIO(text).readline))


# --- what does not change the program ---

@operator("verbatim", {"duplicate"}, 0.99)
def verbatim(subject: Subject, rnd: random.Random) -> Copy:
    return subject.text, subject.name


@operator("layout-unparse", {"duplicate"}, 0.99)
def layout_unparse(subject: Subject, rnd: random.Random) -> Copy:
    return written(subject.node), subject.name


@operator("layout-exploded", {"duplicate"}, 0.99)
def layout_exploded(subject: Subject, rnd: random.Random) -> Copy | None:
    """One element a line within brackets, with a comma behind the last: as formatters write what is long."""
    lines = subject.text.splitlines(keepends=True)
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line))
    out, last, depth = [], 0, 0
    for token in tokens(subject.text):
        start, end = starts[token.start[0] - 1] + token.start[1], starts[token.end[0] - 1] + token.end[1]
        if token.type == tokenize.COMMENT and depth > 0:
            return None
        out.append(subject.text[last:end] if token.type != tokenize.ENDMARKER else "")
        last = end
        if token.type == tokenize.OP and token.string in "([{":
            depth += 1
        elif token.type == tokenize.OP and token.string in ")]}":
            depth -= 1
        if token.type == tokenize.OP and depth > 0 and token.string in "([{,":
            out.append("\n" + " " * (8 + 4 * depth))
    return "".join(out), subject.name


@operator("layout-indent", {"duplicate"}, 0.99)
def layout_indent(subject: Subject, rnd: random.Random) -> Copy | None:
    """Two columns a level, and a blank line between statements."""
    text = written(strip_docstrings(subject.node))
    if '"""' in text or "'''" in text or "\\\n" in text:
        return None
    lines = [" " * ((len(line) - len(line.lstrip(" "))) // 2) + line.lstrip(" ") for line in text.splitlines()]
    return "\n".join(line + ("\n" if rnd.random() < 0.3 and line.strip() and not line.strip().startswith("@") else "")
                     for line in lines) + "\n", subject.name


@operator("parentheses", {"duplicate"}, 0.99)
def parentheses(subject: Subject, rnd: random.Random) -> Copy:
    """Redundant parentheses around what is returned, assigned and tested."""
    lines = written(subject.node).splitlines()
    for i, line in enumerate(lines):
        body = line.lstrip()
        for word in ("return ", "if ", "while ", "assert "):
            ends = body.endswith(":") if word in ("if ", "while ") else True
            inner = body[len(word):].removesuffix(":") if word in ("if ", "while ") else body[len(word):]
            if not body.startswith(word) or not ends or rnd.random() < 0.4:
                continue
            other = line[:len(line) - len(body)] + word + "(" + inner + ")" + (":" if word in ("if ", "while ") else "")
            candidate = "\n".join(lines[:i] + [other] + lines[i + 1:])
            if same_tree(candidate, "\n".join(lines)):
                lines[i] = other
    return "\n".join(lines) + "\n", subject.name


def same_tree(a: str, b: str) -> bool:
    try:
        return ast.dump(ast.parse(a)) == ast.dump(ast.parse(b))
    except SyntaxError:
        return False


@operator("comments", {"duplicate"}, 0.99)
def comments(subject: Subject, rnd: random.Random) -> Copy:
    lines = subject.text.splitlines()
    first = {m.lineno: m.col_offset for m in ast.walk(subject.node) if isinstance(m, ast.stmt) and m.lineno > 1}
    inner = {n for m in ast.walk(subject.node) if isinstance(m, (ast.Constant, ast.JoinedStr))
             for n in range(m.lineno + 1, m.end_lineno + 1)}
    decorated = {m.lineno for m in ast.walk(subject.node) if isinstance(m, (ast.ClassDef, *METHODS)) and m.decorator_list}
    out = []
    for number, line in enumerate(lines, 1):
        plain = number in first and number not in inner and number not in decorated
        if plain and line[:first[number]].isspace() and rnd.random() < 0.4:
            out.append(line[:first[number]] + f"# {rnd.choice(WORDS).lower()}: kept as it was")
        out.append(line)
    return "\n".join(out) + "\n# end\n", subject.name


def strip_docstrings(node: Definition) -> Definition:
    for n in ast.walk(node):
        if isinstance(n, (ast.ClassDef, *METHODS)) and ast.get_docstring(n) is not None:
            n.body = n.body[1:] or [ast.Pass()]
    return node


@operator("docstrings", {"duplicate"}, 0.99)
def docstrings(subject: Subject, rnd: random.Random) -> Copy:
    node = subject.node
    had = any(isinstance(n, (ast.ClassDef, *METHODS)) and ast.get_docstring(n) for n in ast.walk(node))
    node = strip_docstrings(node)
    if not had or rnd.random() < 0.5:
        for n in ast.walk(node):
            if isinstance(n, (ast.ClassDef, *METHODS)):
                n.body.insert(0, ast.Expr(ast.Constant(f"{rnd.choice(WORDS)} and {rnd.choice(WORDS)}, in other words.")))
    return written(node), subject.name


@operator("quotes", {"duplicate"}, 0.99)
def quotes(subject: Subject, rnd: random.Random) -> Copy | None:
    lines, changed = subject.text.splitlines(keepends=True), False
    for token in reversed(tokens(subject.text)):
        text = token.string
        if token.type != tokenize.STRING or token.start[0] != token.end[0] or text[0] not in "'\"" or text[:3] in ('"""', "'''"):
            continue
        if any(c in text[1:-1] for c in "'\"\\"):
            continue
        quote = "'" if text[0] == '"' else '"'
        line = lines[token.start[0] - 1]
        lines[token.start[0] - 1] = line[:token.start[1]] + quote + text[1:-1] + quote + line[token.end[1]:]
        changed = True
    return ("".join(lines), subject.name) if changed else None


@operator("reorder", {"duplicate"}, 0.99)
def reorder(subject: Subject, rnd: random.Random) -> Copy | None:
    node = subject.node
    if not isinstance(node, ast.ClassDef):
        return None
    names = [m.name for m in node.body if isinstance(m, METHODS)]
    moving = [m for m in node.body if isinstance(m, METHODS) and names.count(m.name) == 1 and
              not any(isinstance(n, ast.Name) and n.id in names for d in m.decorator_list for n in ast.walk(d))]
    if len(moving) < 2 and "auto()" not in subject.text:
        moving = [m for m in members(node) if isinstance(m, (ast.AnnAssign, ast.Assign))]
    order = moving[:]
    rnd.shuffle(order)
    if len(moving) < 2 or order == moving:
        return None
    slots = [i for i, m in enumerate(node.body) if m in moving]
    for slot, member in zip(slots, order):
        node.body[slot] = member
    return written(node), subject.name


@operator("in-if", {"duplicate"}, 0.99)
def in_if(subject: Subject, rnd: random.Random) -> Copy:
    return "if not hasattr(object, 'never'):\n" + textwrap.indent(written(subject.node), "    "), subject.name


@operator("in-try", {"duplicate"}, 0.99)
def in_try(subject: Subject, rnd: random.Random) -> Copy:
    return "try:\n" + textwrap.indent(written(subject.node), "    ") + "except ValueError:\n    raise\n", subject.name


@operator("nested", {"duplicate"}, 0.90)
def nested(subject: Subject, rnd: random.Random) -> Copy | None:
    node = subject.node
    if not isinstance(node, ast.ClassDef) or not is_telling(node):
        return None
    outer = new_name(rnd, "X")
    return f"class {outer}:\n" + textwrap.indent(written(node), "    "), f"{outer}.{subject.name}"


# --- other names ---

@operator("rename-class", {"renamed"}, 0.95)
def rename_class(subject: Subject, rnd: random.Random) -> Copy | None:
    if not is_telling(subject.node):
        return None
    name = new_name(rnd, subject.name)
    return written(rename(subject.node, name)), name


def rename_local_names(node: Definition) -> bool:
    """Local variables of functions, not their parameters."""
    changed = False
    for function in ast.walk(node):
        if not isinstance(function, METHODS):
            continue
        inside = list(ast.walk(function))
        kept = {n for x in inside if isinstance(x, (ast.Global, ast.Nonlocal)) for n in x.names}
        kept |= {x.name for x in inside if isinstance(x, (ast.ClassDef, *METHODS, ast.ExceptHandler)) and x.name}
        kept |= {a.arg for x in inside if isinstance(x, ast.arg) for a in [x]}
        kept |= {(a.asname or a.name).split(".")[0] for x in inside if isinstance(x, (ast.Import, ast.ImportFrom)) for a in x.names}
        kept |= {x.rest if isinstance(x, ast.MatchMapping) else x.name for x in inside
                 if isinstance(x, (ast.MatchAs, ast.MatchStar, ast.MatchMapping))}
        stored = {x.id for x in inside if isinstance(x, ast.Name) and isinstance(x.ctx, ast.Store)} - kept
        for x in inside:
            if isinstance(x, ast.Name) and x.id in stored and not x.id.startswith("own_"):
                x.id = "own_" + x.id
                changed = True
    return changed


@operator("rename-locals", {"duplicate", "diverged"}, 0.95)
def rename_locals(subject: Subject, rnd: random.Random) -> Copy | None:
    node = subject.node
    return (written(node), subject.name) if rename_local_names(node) else None


@operator("rename-class-and-locals", {"renamed", "diverged"}, 0.95)
def rename_class_and_locals(subject: Subject, rnd: random.Random) -> Copy | None:
    node = subject.node
    if not is_telling(node) or not rename_local_names(node):
        return None
    name = new_name(rnd, subject.name)
    return written(rename(node, name)), name


@operator("rename-members-30", {"diverged"}, 0.90)
def rename_members(subject: Subject, rnd: random.Random) -> Copy | None:
    node = subject.node
    if not isinstance(node, ast.ClassDef) or len(members(node)) < 4:
        return None
    named = [m for m in node.body if isinstance(m, METHODS) and not m.name.startswith("__") and not m.decorator_list]
    if not named:
        return None
    for method in rnd.sample(named, min(len(named), max(1, len(members(node)) * 3 // 10))):
        old, method.name = method.name, "own_" + method.name
        for n in ast.walk(node):
            if isinstance(n, ast.Attribute) and n.attr == old and isinstance(n.value, ast.Name) and n.value.id == "self":
                n.attr = method.name
    return written(node), subject.name


# --- drift ---

class Unions(ast.NodeTransformer):
    """`Optional[X]` as `X | None`, or the other way round."""

    def __init__(self) -> None:
        self.count = 0

    def visit_Subscript(self, node: ast.Subscript) -> ast.AST:
        self.generic_visit(node)
        if ast.unparse(node.value) not in ("Optional", "typing.Optional"):
            return node
        self.count += 1
        return ast.BinOp(node.slice, ast.BitOr(), ast.Constant(None))


class Optionals(ast.NodeTransformer):
    def __init__(self) -> None:
        self.count = 0

    def visit_BinOp(self, node: ast.BinOp) -> ast.AST:
        self.generic_visit(node)
        if not isinstance(node.op, ast.BitOr) or not (isinstance(node.right, ast.Constant) and node.right.value is None):
            return node
        self.count += 1
        return ast.Subscript(ast.Name("Optional"), node.left)


@operator("optional", {"duplicate", "diverged"}, 0.95)
def optional(subject: Subject, rnd: random.Random) -> Copy | None:
    for transformer in (Unions(), Optionals()):
        node = transformer.visit(subject.node)
        if transformer.count:
            return ("from typing import Optional\n" if isinstance(transformer, Optionals) else "") + written(node), subject.name
    return None


@operator("annotations-removed", {"diverged"}, 0.95)
def annotations_removed(subject: Subject, rnd: random.Random) -> Copy | None:
    node, count = subject.node, 0
    for n in ast.walk(node):
        if isinstance(n, METHODS):
            count += n.returns is not None
            n.returns = None
        if isinstance(n, ast.arg):
            count += n.annotation is not None
            n.annotation = None
    return (written(node), subject.name) if count else None


@operator("annotations-added", {"diverged"}, 0.95)
def annotations_added(subject: Subject, rnd: random.Random) -> Copy | None:
    node, count = subject.node, 0
    for n in ast.walk(node):
        if isinstance(n, METHODS) and n.returns is None:
            n.returns = ast.Name("object")
            count += 1
    return (written(node), subject.name) if count else None


def new_member(rnd: random.Random, kind: str, i: int) -> ast.stmt:
    word = rnd.choice(WORDS).lower() + str(i)
    if kind == "enum":
        return ast.parse(f"{word.upper()} = {word!r}").body[0]
    if kind in ("dataclass", "pydantic", "attrs", "typeddict", "namedtuple"):
        return ast.parse(f"{word}: str" + ("" if kind == "typeddict" else f" = {word!r}")).body[0]
    return ast.parse(f"def {word}(self, amount):\n    total = 0\n    for part in range(amount):\n        total += part * {i + 3}\n"
                     f"    self.{word}_total = total\n    return total").body[0]


def change(member: ast.stmt, rnd: random.Random) -> None:
    if isinstance(member, METHODS):
        member.body.insert(max(0, len(member.body) - 1), ast.parse(
            f"if {rnd.choice(['audit', 'debug', 'trace'])}_enabled(self):\n    record({rnd.choice(WORDS)!r}, {rnd.randrange(100)})").body[0])
    elif isinstance(member, (ast.Assign, ast.AnnAssign)):
        member.value = ast.Constant(rnd.choice(WORDS).lower())


def drift(subject: Subject, rnd: random.Random, what: str, share: float) -> Definition | None:
    node = subject.node
    if not isinstance(node, ast.ClassDef) or len(members(node)) < 4:
        return None
    real = members(node)
    count = max(1, int(len(real) * share))
    if what == "add":
        for i in range(count):
            node.body.insert(rnd.randrange(1, len(node.body) + 1), new_member(rnd, subject.kind, i))
    elif what == "remove":
        gone = rnd.sample(real, count)
        node.body = [m for m in node.body if m not in gone]
    else:
        editable = [m for m in real if isinstance(m, METHODS) or (isinstance(m, (ast.Assign, ast.AnnAssign)) and subject.kind != "typeddict")]
        if len(editable) < count:
            return None
        for member in rnd.sample(editable, count):
            change(member, rnd)
    return node


def register_drift(what: str, share: float) -> None:
    @operator(f"{what}-{share:.0%}".replace("%", ""), {"diverged"}, 0.90)
    def apply(subject: Subject, rnd: random.Random) -> Copy | None:
        node = drift(subject, rnd, what, share)
        return None if node is None else (written(node), subject.name)


for _what in ("add", "remove", "edit"):
    for _share in (0.1, 0.3):
        register_drift(_what, _share)


@operator("mixed-30", {"diverged"}, 0.90)
def mixed(subject: Subject, rnd: random.Random) -> Copy | None:
    """Up to a third of the members, each changed, dropped or joined by another."""
    node = subject.node
    if not isinstance(node, ast.ClassDef) or len(members(node)) < 10:
        return None
    for what in ("add", "remove", "edit"):
        step = drift(Subject(subject.path, subject.name, subject.kind, written(node), ""), rnd, what, 0.1)
        if step is None:
            return None
        node = step
    return written(node), subject.name


@operator("rename-class-edit-30", {"diverged", "renamed"})
def rename_class_edit(subject: Subject, rnd: random.Random) -> Copy | None:
    node = drift(subject, rnd, "edit", 0.3)
    if node is None or not is_telling(node):
        return None
    name = new_name(rnd, subject.name)
    return written(rename(node, name)), name


@operator("default-changed", {"diverged"}, 0.90)
def default_changed(subject: Subject, rnd: random.Random) -> Copy | None:
    node = subject.node
    if not isinstance(node, ast.ClassDef) or len(members(node)) < 3:
        return None
    constants = [m for m in node.body if isinstance(m, (ast.Assign, ast.AnnAssign)) and isinstance(m.value, ast.Constant)]
    if not constants:
        return None
    rnd.choice(constants).value = ast.Constant("another " + rnd.choice(WORDS).lower())
    return written(node), subject.name


def converted(subject: Subject, kinds: set[str]) -> ast.ClassDef | None:
    node = subject.node
    if not isinstance(node, ast.ClassDef) or subject.kind not in kinds:
        return None
    fields = [m for m in members(node) if isinstance(m, ast.AnnAssign)]
    if len(fields) < 3:
        return None
    node.decorator_list, node.bases, node.keywords = [], [], []
    return node


@operator("to-dataclass", {"diverged"}, 0.90)
def to_dataclass(subject: Subject, rnd: random.Random) -> Copy | None:
    node = converted(subject, {"attrs", "pydantic", "typeddict", "namedtuple"})
    return None if node is None else ("from dataclasses import dataclass\n\n\n@dataclass\n" + written(node), subject.name)


@operator("to-pydantic", {"diverged"}, 0.90)
def to_pydantic(subject: Subject, rnd: random.Random) -> Copy | None:
    node = converted(subject, {"attrs", "dataclass", "typeddict", "namedtuple"})
    if node is None:
        return None
    node.bases = [ast.Name("BaseModel")]
    return "from pydantic import BaseModel\n\n\n" + written(node), subject.name


@operator("to-attrs", {"diverged"}, 0.90)
def to_attrs(subject: Subject, rnd: random.Random) -> Copy | None:
    node = converted(subject, {"dataclass", "pydantic", "typeddict", "namedtuple"})
    return None if node is None else ("import attrs\n\n\n@attrs.define\n" + written(node), subject.name)


@operator("to-typeddict", {"diverged"}, 0.90)
def to_typeddict(subject: Subject, rnd: random.Random) -> Copy | None:
    node = converted(subject, {"dataclass", "pydantic", "attrs", "namedtuple"})
    if node is None or any(isinstance(m, METHODS) for m in node.body):
        return None
    for member in node.body:
        if isinstance(member, ast.AnnAssign):
            member.value = None
    node.bases = [ast.Name("TypedDict")]
    return "from typing import TypedDict\n\n\n" + written(node), subject.name


@operator("str-enum", {"diverged", "duplicate"}, 0.95)
def str_enum(subject: Subject, rnd: random.Random) -> Copy | None:
    node = subject.node
    if subject.kind != "enum" or not isinstance(node, ast.ClassDef):
        return None
    bases = [ast.unparse(b).rsplit(".", 1)[-1] for b in node.bases]
    if bases == ["str", "Enum"]:
        node.bases = [ast.Name("StrEnum")]
    elif bases == ["StrEnum"]:
        node.bases = [ast.Name("str"), ast.Name("Enum")]
    else:
        return None
    return "from enum import Enum, StrEnum\n\n\n" + written(node), subject.name
