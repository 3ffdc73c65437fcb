"""What looks like a copy and is none: each builder gives files, and the names that must not be called copies.

A case is (files by path, names). It raises a false alarm when a group that is to be worked on — `duplicate`,
`renamed` or `diverged` — has two of the names' definitions, or one of them and the subject, in its contest.
"""
from __future__ import annotations

import ast
import random
import textwrap
from collections.abc import Callable

from operators import WORDS, written
from subjects import METHODS, Subject, members

Case = tuple[dict[str, str], set[str]]
Builder = Callable[[Subject, str, random.Random], "Case | None"]
NEGATIVES: dict[str, Builder] = {}
ACTIONS = ["fetch", "render", "publish", "resolve", "archive", "measure", "compress", "schedule", "forward", "inspect"]
FIELDS = ["owner", "amount", "region", "channel", "priority", "deadline", "source", "target", "weight", "label", "size", "colour"]


def negative(name: str) -> Callable[[Builder], Builder]:
    def register(function: Builder) -> Builder:
        NEGATIVES[name] = function
        return function
    return register


ENDINGS = ["Ridge", "Field", "Gate", "Crest", "Brook", "Haven", "Stone", "Wood", "Mill", "Cove", "Glen", "Port"]
MIDDLES = ["North", "East", "Upper", "Lower", "Old", "Far", "Deep", "High", "Long", "Red"]
used: set[str] = set()


def words(rnd: random.Random, n: int) -> list[str]:
    """Names that no other case has: otherwise cases would be copies of one another."""
    found: list[str] = []
    while len(found) < n:
        word = rnd.choice(MIDDLES) + rnd.choice(WORDS) + rnd.choice(ENDINGS).lower()
        if word not in used:
            used.add(word)
            found.append(word)
    return found


def word_for(rnd: random.Random) -> str:
    return words(rnd, 1)[0]


def body(rnd: random.Random, action: str, lines: int = 4) -> str:
    """A method body of its own."""
    text = f"    def {action}(self, request):\n        {rnd.choice(FIELDS)} = request.{rnd.choice(FIELDS)}\n"
    for _ in range(lines):
        a, b = rnd.sample(FIELDS, 2)
        text += rnd.choice([f"        self.{a} = request.{b} + {rnd.randrange(90)}\n",
                            f"        if request.{a}:\n            self.{b}.append({rnd.choice(WORDS)!r})\n",
                            f"        for item in request.{a}:\n            item.{b}({rnd.randrange(9)})\n",
                            f"        {a} = [x.{b} for x in self.{a} if x]\n"])
    return text + f"        return self.{rnd.choice(FIELDS)}\n"


def fields(rnd: random.Random, n: int, default: bool = False) -> str:
    return "".join(f"    {f}: {rnd.choice(['int', 'str', 'float', 'bool'])}" + (" = None\n" if default else "\n")
                   for f in rnd.sample(FIELDS, n))


@negative("sibling-events")
def sibling_events(subject: Subject, place: str, rnd: random.Random) -> Case:
    names = [w + "Happened" for w in words(rnd, 5)]
    text = "from dataclasses import dataclass\n\n\n@dataclass\nclass DomainEvent:\n    event_id: str\n    occurred_at: float\n\n"
    for name in names:
        text += f"\n@dataclass\nclass {name}(DomainEvent):\n    account_id: str\n    {rnd.choice(FIELDS)}: int\n    reason: str = ''\n\n"
    return {f"{place}/events.py": text}, set(names)


@negative("tool-wrappers")
def tool_wrappers(subject: Subject, place: str, rnd: random.Random) -> Case:
    files, names = {f"{place}/__init__.py": ""}, set()
    files[f"{place}/base_tool.py"] = "class BaseTool:\n    name = ''\n    description = ''\n\n    def run(self, query):\n        raise NotImplementedError\n"
    module = place.replace("/", ".")
    for word, action in zip(words(rnd, 4), rnd.sample(ACTIONS, 4)):
        names.add(f"{word}Tool")
        files[f"{place}/{word.lower()}_tool.py"] = (
            f"from {module}.base_tool import BaseTool\nfrom {word.lower()}_sdk import {word}Client\n\n\nclass {word}Tool(BaseTool):\n"
            f"    name = '{word.lower()}'\n    description = 'Lets an agent {action} with {word}.'\n\n    def __init__(self, api_key):\n"
            f"        super().__init__()\n        self.client = {word}Client(api_key=api_key)\n\n    def run(self, query):\n"
            f"        return self.client.{action}(query)\n")
    return files, names


@negative("orm-tables")
def orm_tables(subject: Subject, place: str, rnd: random.Random) -> Case:
    a, b, c = words(rnd, 3)
    models = "from sqlalchemy import Column, DateTime, Integer, String\nfrom sqlalchemy.orm import declarative_base\n\nBase = declarative_base()\n\n"
    for word in (a, b, c):
        models += (f"\nclass {word}(Base):\n    __tablename__ = '{word.lower()}s'\n\n    id = Column(Integer, primary_key=True)\n"
                   f"    name = Column(String(100), nullable=False)\n    {rnd.choice(FIELDS)} = Column(Integer)\n    created_at = Column(DateTime)\n\n")
    records = "from pydantic import BaseModel\n\n" + "".join(
        f"\nclass {w}(BaseModel):\n    id: int\n    name: str\n    created_at: str\n\n" for w in (a, b, c))
    return {f"{place}/models.py": models, f"{place}/records.py": records}, {a, b, c}


@negative("backend-adapters")
def backend_adapters(subject: Subject, place: str, rnd: random.Random) -> Case:
    word = word_for(rnd)
    files = {f"{place}/__init__.py": "", f"{place}/backends/__init__.py": "", f"{place}/backends/base.py":
             f"class Base{word}Adapter:\n    vendor = 'unknown'\n\n    def connect(self, request):\n        raise NotImplementedError\n\n    def execute(self, request):\n        raise NotImplementedError\n"}
    module = place.replace("/", ".")
    for vendor in rnd.sample(["redis", "mysql", "oracle", "sqlite", "memcached", "mongo"], 4):
        files[f"{place}/backends/{vendor}/__init__.py"] = ""
        files[f"{place}/backends/{vendor}/adapter.py"] = (
            f"from {module}.backends.base import Base{word}Adapter\n\n\nclass {word}Adapter(Base{word}Adapter):\n    vendor = '{vendor}'\n"
            f"    display_name = '{vendor.upper()}'\n\n" + body(rnd, "connect") + "\n" + body(rnd, "execute"))
    return files, {f"{word}Adapter"}


@negative("endpoint-types")
def endpoint_types(subject: Subject, place: str, rnd: random.Random) -> Case:
    files = {}
    for word in words(rnd, 4):
        files[f"{place}/{word.lower()}_endpoint.py"] = (
            "from typing import TypedDict\n\n\nclass Params(TypedDict):\n" + fields(rnd, 3) + "\n\nclass Result(TypedDict):\n    ok: bool\n" + fields(rnd, 2) +
            f"\n\nclass Handler:\n    path = '/{word.lower()}'\n\n" + body(rnd, "handle"))
    return files, {"Params", "Result", "Handler"}


@negative("placeholder-objects")
def placeholders(subject: Subject, place: str, rnd: random.Random) -> Case:
    names, files = {w + "Pipeline" for w in words(rnd, 4)}, {}
    for backend in ("torch", "flax"):
        text = "# This file is autogenerated by the command `make fix-copies`, do not edit.\nfrom ..utils import DummyObject, requires_backends\n\n"
        for name in sorted(names):
            text += (f"\nclass {name}(metaclass=DummyObject):\n    _backends = ['{backend}']\n\n    def __init__(self, *args, **kwargs):\n"
                     f"        requires_backends(self, ['{backend}'])\n\n")
        files[f"{place}/dummy_{backend}_objects.py"] = text
    return files, names


@negative("alias")
def alias(subject: Subject, place: str, rnd: random.Random) -> Case:
    module = subject_module(subject)
    return {f"{place}/compatible.py": f"from {module} import {subject.name} as _original\n\n{subject.name} = _original\n"}, {subject.name}


@negative("re-export")
def re_export(subject: Subject, place: str, rnd: random.Random) -> Case:
    return {f"{place}/public.py": f"from {subject_module(subject)} import {subject.name}\n\n__all__ = ['{subject.name}']\n"}, {subject.name}


def subject_module(subject: Subject) -> str:
    return PREFIX[0] + subject.path[:-3].replace("/", ".").removesuffix(".__init__")


PREFIX = [""]  # of the corpus's modules


@negative("subclass-of-namesake")
def subclass(subject: Subject, place: str, rnd: random.Random) -> Case | None:
    if subject.kind not in ("ordinary", "abc"):
        return None
    module, action = subject_module(subject), rnd.choice(ACTIONS)
    return {f"{place}/extended.py": f"from {module} import {subject.name} as Base{subject.name}\n\n\nclass {subject.name}(Base{subject.name}):\n"
            f"    def {action}_more(self, request):\n        return request.{rnd.choice(FIELDS)}\n"}, {subject.name}


@negative("fallback")
def fallback(subject: Subject, place: str, rnd: random.Random) -> Case:
    """The copy that stands in where the import fails, contents and all."""
    return {f"{place}/optional.py": f"{subject.head}try:\n    from {subject_module(subject)} import {subject.name}\nexcept ImportError:\n" +
            textwrap.indent(written(subject.node), "    ")}, {subject.name}


@negative("version-branch")
def version_branch(subject: Subject, place: str, rnd: random.Random) -> Case | None:
    if subject.kind == "function":
        return None
    name, text = word_for(rnd) + "Compat", body(rnd, "convert", 6)
    one = f"class {name}:\n" + text + body(rnd, "apply", 2)
    two = f"class {name}:\n" + text + "\n    def narrow(self):\n        return self.convert(None)\n"
    return {f"{place}/versions.py": "import sys\n\nif sys.version_info >= (3, 11):\n" + textwrap.indent(one, "    ") + "else:\n" +
            textwrap.indent(two, "    ")}, {name}


@negative("type-checking-twin")
def typing_twin(subject: Subject, place: str, rnd: random.Random) -> Case:
    name = word_for(rnd) + "Like"
    both = "    amount: int\n    label: str\n\n    def total(self) -> int:\n        return self.amount * 3 + len(self.label)\n"
    return {f"{place}/twins.py": f"from typing import TYPE_CHECKING, Protocol\n\nif TYPE_CHECKING:\n    class {name}(Protocol):\n" +
            textwrap.indent(both, "    ") + f"else:\n    class {name}:\n" + textwrap.indent(both, "    ")}, {name}


@negative("overloads")
def overloads(subject: Subject, place: str, rnd: random.Random) -> Case:
    name = rnd.choice(ACTIONS) + "_" + rnd.choice(FIELDS)
    return {f"{place}/overloaded.py": f"from typing import overload\n\n\n@overload\ndef {name}(value: int) -> int: ...\n@overload\ndef {name}(value: str) -> str: ...\n"
            f"def {name}(value):\n    return value * 2 if isinstance(value, int) else value + value\n"}, {name}


@negative("stub-file")
def stub_file(subject: Subject, place: str, rnd: random.Random) -> Case:
    node = subject.node
    return {f"{place}/typed.py": subject.head + written(renamed(node, "Typed" + subject.name)),
            f"{place}/typed.pyi": written(renamed(node, "Typed" + subject.name))}, {"Typed" + subject.name}


def renamed(node: ast.AST, name: str) -> ast.AST:
    node.name = name  # type: ignore[attr-defined]
    return node


@negative("test-fake")
def test_fake(subject: Subject, place: str, rnd: random.Random) -> Case | None:
    node = subject.node
    if not isinstance(node, ast.ClassDef):
        return None
    methods = [m for m in node.body if isinstance(m, METHODS) and not m.name.startswith("__")]
    if len(methods) < 2:
        return None
    kept = rnd.sample(methods, max(2, len(methods) // 2))
    name = rnd.choice(["Fake", "Mock", "Stub"]) + subject.name
    text = f"class {name}:\n    def __init__(self):\n        self.calls = []\n\n"
    for m in kept:
        text += f"    def {m.name}(self, *args, **kwargs):\n        self.calls.append(('{m.name}', args))\n        return {rnd.randrange(9)}\n\n"
    return {f"{place}/tests/__init__.py": "", f"{place}/tests/test_{subject.name.lower()}.py":
            f"import pytest\n\n\n{text}\ndef test_it():\n    assert {name}()\n"}, {name}


@negative("test-fixtures")
def test_fixtures(subject: Subject, place: str, rnd: random.Random) -> Case:
    files, name = {f"{place}/tests/__init__.py": ""}, rnd.choice(["Dummy", "Sample", "Thing"])
    for word in words(rnd, 4):
        files[f"{place}/tests/test_{word.lower()}.py"] = (
            f"import unittest\n\n\nclass {name}:\n    {rnd.choice(FIELDS)} = {rnd.randrange(99)}\n\n" + body(rnd, rnd.choice(ACTIONS), 2) +
            f"\n\nclass {word}Test(unittest.TestCase):\n    def test_it(self):\n        self.assertTrue({name}())\n")
    return files, {name}


@negative("nested-slots")
def nested_slots(subject: Subject, place: str, rnd: random.Random) -> Case:
    text = "from django.db import models\nfrom pydantic import BaseModel\n\n"
    for word in words(rnd, 3):
        text += (f"\nclass {word}(models.Model):\n    {rnd.choice(FIELDS)} = models.CharField(max_length={rnd.randrange(9, 99)})\n\n    class Meta:\n"
                 f"        ordering = ['-created_at']\n        abstract = False\n\n"
                 f"\nclass {word}Record(BaseModel):\n" + fields(rnd, 2) + "\n    class Config:\n        orm_mode = True\n        extra = 'forbid'\n\n")
    return {f"{place}/slots.py": text}, {"Meta", "Config"}


@negative("empty-exceptions")
def empty_exceptions(subject: Subject, place: str, rnd: random.Random) -> Case:
    names = [w + "Error" for w in words(rnd, 3)]
    text = "".join(f"\n\nclass {n}(Exception):\n    {rnd.choice(['pass', '...'])}\n" for n in names)
    return {f"{place}/errors_{w.lower()}.py": text for w in words(rnd, 3)}, set(names)


@negative("documented-exceptions")
def documented_exceptions(subject: Subject, place: str, rnd: random.Random) -> Case:
    name = word_for(rnd) + "Failure"
    return {f"{place}/failures_{w.lower()}.py": f'class {name}(Exception):\n    """Raised when {w} cannot go on."""\n' for w in words(rnd, 3)}, {name}


@negative("migrations")
def migrations(subject: Subject, place: str, rnd: random.Random) -> Case:
    files, before = {f"{place}/migrations/__init__.py": ""}, ""
    for number, field in enumerate(rnd.sample(FIELDS, 4), 1):
        files[f"{place}/migrations/{number:04}_{field}.py"] = (
            "from django.db import migrations, models\n\n\nclass Migration(migrations.Migration):\n"
            f"    dependencies = [('shop', '{before or '__first__'}')]\n    operations = [migrations.AddField('order', '{field}', models.IntegerField())]\n")
        before = f"{number:04}_{field}"
    return files, {"Migration"}


@negative("generated-clients")
def generated_clients(subject: Subject, place: str, rnd: random.Random) -> Case:
    names = {w + "Stub" for w in words(rnd, 2)}
    text = "# Generated by the gRPC Python protocol compiler plugin. DO NOT EDIT!\nimport grpc\n\n"
    for name in sorted(names):
        text += f"\nclass {name}:\n    def __init__(self, channel):\n        self.Get = channel.unary_unary('/{name}/Get')\n        self.List = channel.unary_unary('/{name}/List')\n\n"
    return {f"{place}/v1/api_pb2_grpc.py": text, f"{place}/v2/api_pb2_grpc.py": text}, names


@negative("request-families")
def request_families(subject: Subject, place: str, rnd: random.Random) -> Case:
    word, common = word_for(rnd), fields(rnd, 5)
    text = "from typing import Optional\n\nfrom pydantic import BaseModel\n\n"
    text += f"\nclass {word}Create(BaseModel):\n{common}\n\nclass {word}Update(BaseModel):\n"
    text += "".join(f"    {line.split(':')[0].strip()}: Optional[{line.split(':')[1].strip()}] = None\n" for line in common.splitlines())
    text += f"\n\nclass {word}Response(BaseModel):\n    id: int\n{common}\n\nclass {word}InDB(BaseModel):\n    id: int\n{common}    hashed: str\n"
    return {f"{place}/{word.lower()}_schemas.py": text}, {word + s for s in ("Create", "Update", "Response", "InDB")}


@negative("same-shape-enums")
def same_shape_enums(subject: Subject, place: str, rnd: random.Random) -> Case:
    a, b = words(rnd, 2)
    values = rnd.sample(ACTIONS, 4), rnd.sample(FIELDS, 4)
    files = {}
    for name, vs, module in ((a + "Kind", values[0], "kinds"), (b + "Mode", values[1], "modes"), ("Status", values[0][:3], "one"), ("Status", values[1][:3], "two")):
        files[f"{place}/{module}.py"] = f"from enum import Enum\n\n\nclass {name}(str, Enum):\n" + "".join(f"    {v.upper()} = '{v}'\n" for v in vs)
    return files, {a + "Kind", b + "Mode", "Status"}


@negative("level-enums")
def level_enums(subject: Subject, place: str, rnd: random.Random) -> Case:
    """What anybody would write, under other names."""
    a, b = words(rnd, 2)
    text = "from enum import Enum\n\n\nclass {}(str, Enum):\n    LOW = 'low'\n    MEDIUM = 'medium'\n    HIGH = 'high'\n"
    return {f"{place}/a.py": text.format(a + "Severity"), f"{place}/b.py": text.format(b + "Priority")}, {a + "Severity", b + "Priority"}


@negative("namesakes")
def namesakes(subject: Subject, place: str, rnd: random.Random) -> Case:
    name = rnd.choice(["Manager", "Handler", "Context", "Builder", "Result", "Config"])
    files = {}
    for word, actions in zip(words(rnd, 3), (rnd.sample(ACTIONS, 3), rnd.sample(ACTIONS, 3), rnd.sample(ACTIONS, 3))):
        files[f"{place}/{word.lower()}.py"] = f"class {name}:\n    def __init__(self, {rnd.choice(FIELDS)}):\n        self.state = {{}}\n\n" + "\n".join(body(rnd, a) for a in actions)
    return files, {name}


@negative("small-records")
def small_records(subject: Subject, place: str, rnd: random.Random) -> Case:
    """Two fields each, of one shape."""
    text = "from dataclasses import dataclass\n\n"
    names = set()
    for word in words(rnd, 5):
        a, b = rnd.sample(FIELDS, 2)
        names.add(word + "Info")
        text += f"\n@dataclass\nclass {word}Info:\n    {a}: int\n    {b}: str\n\n"
    return {f"{place}/infos.py": text}, names


@negative("version-folders")
def version_folders(subject: Subject, place: str, rnd: random.Random) -> Case:
    name = word_for(rnd) + "Serializer"
    files = {f"{place}/__init__.py": ""}
    base = body(rnd, "to_representation", 3)
    for version in ("v1", "v2"):
        files[f"{place}/{version}/__init__.py"] = ""
        files[f"{place}/{version}/serializers.py"] = f"class {name}:\n    version = '{version}'\n\n{base}\n" + body(rnd, "validate", 4) + "\n" + body(rnd, rnd.choice(ACTIONS), 4)
    return files, {name}
