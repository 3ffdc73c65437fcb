#!/usr/bin/env python3
"""Write a seeded Python tree that looks like a large service codebase.

Usage: generate_tree.py OUTDIR [--files N] [--lines L] [--seed S]

N files of about L lines each (default 10,000 x 400: four million lines) in packages of twenty
modules: imports of every form between them, re-exports, classes with methods, enums, dataclasses,
functions with realistic bodies, docstrings and comments; one class in forty is a copy, exact or
drifted, of one written before. The same seed gives the same bytes on every machine.
"""
import argparse, os, random

WORDS = """account action agent alert batch buffer cache channel client cluster command config context counter
cursor customer device driver endpoint engine event export factory feature filter format frame gateway group handler
header history index input invoice item journal kernel ledger limit listener loader locator manager mapper market
message metric model monitor node notice object order output packet page parser payload pipeline planner player policy
pool portal price process profile proxy queue reader record region registry relay report request resource response
result role route router rule runner sample scanner schedule schema scope sensor server service session shard signal
socket source stage state storage stream subject supply switch table target task tenant ticket timer token topic trace
tracker trade transfer trigger update user validator value vendor version viewer volume wallet warehouse watcher worker
window zone""".split()


def camel(rng, n=2):
    return "".join(rng.choice(WORDS).capitalize() for _ in range(n))


def snake(rng, n=2):
    return "_".join(rng.choice(WORDS) for _ in range(n))


def statement(rng, names, depth):
    pad = "    " * depth
    a, b = rng.choice(names), rng.choice(names)
    kind = rng.randrange(9)
    if kind == 0:
        return [f"{pad}{a} = self.{b}.get({rng.choice(WORDS)!r}, {rng.randrange(100)})"]
    if kind == 1:
        return [f"{pad}if {a} is None or not {b}:", f"{pad}    raise ValueError(f\"{a} of {{{b}!r}} is missing\")"]
    if kind == 2:
        return [f"{pad}for {a}, {b} in enumerate(sorted({rng.choice(names)}, key=lambda item: item.{snake(rng, 1)})):",
                f"{pad}    self._{rng.choice(WORDS)}[{a}] = {b} * {rng.randrange(2, 50)}"]
    if kind == 3:
        return [f"{pad}# {' '.join(rng.choice(WORDS) for _ in range(8))}", f"{pad}{a} += len({b}) // {rng.randrange(1, 9)}"]
    if kind == 4:
        return [f"{pad}logger.info(\"{snake(rng)} %s of %s\", {a}, {b})"]
    if kind == 5:
        return [f"{pad}try:", f"{pad}    {a} = await self.{snake(rng)}({b}, timeout={rng.randrange(60)})",
                f"{pad}except (TimeoutError, KeyError) as error:", f"{pad}    logger.warning(\"failed: %s\", error)"]
    if kind == 6:
        return [f"{pad}{a} = {{", f"{pad}    \"{rng.choice(WORDS)}\": {b},", f"{pad}    \"{rng.choice(WORDS)}\": [x for x in {a} if x.{rng.choice(WORDS)}],", f"{pad}}}"]
    if kind == 7:
        return [f"{pad}with self._lock, open(str({a}), encoding=\"utf-8\") as {b}:", f"{pad}    {rng.choice(names)} = {b}.read().strip()"]
    return [f"{pad}{a} = ({b} if {rng.choice(names)} > {rng.randrange(1000)} else \"{snake(rng, 3)}\")"]


def function(rng, depth, method):
    pad = "    " * depth
    names = rng.sample(WORDS, 5)
    args = (["self"] if method else []) + [f"{names[0]}: {rng.choice(['int', 'str', 'dict', 'Optional[str]'])}", f"{names[1]}=None"]
    lines = [f"{pad}async def {snake(rng)}({', '.join(args)}):", f"{pad}    \"\"\"{camel(rng, 4)} {' '.join(rng.choice(WORDS) for _ in range(9))}.\"\"\""]
    if rng.random() < 0.04:
        lines.append(f"{pad}    from typing import {rng.choice(['Any', 'Dict', 'List'])}")
    for _ in range(rng.randrange(3, 12)):
        lines += statement(rng, names, depth + 1)
    return lines + [f"{pad}    return {names[0]}", ""]


def klass(rng):
    kind, name = rng.random(), camel(rng, 3)
    if kind < 0.15:
        lines = [f"class {name}(str, Enum):", f"    \"\"\"{camel(rng, 3)}.\"\"\"", ""]
        return name, lines + [f"    {snake(rng).upper()} = \"{snake(rng)}\"" for _ in range(rng.randrange(2, 9))] + [""]
    if kind < 0.35:
        lines = ["@dataclass", f"class {name}:", f"    \"\"\"{camel(rng, 3)}.\"\"\"", ""]
        return name, lines + [f"    {snake(rng)}: {rng.choice(['int', 'str', 'float'])} = {rng.randrange(9)!r}" for _ in range(rng.randrange(2, 9))] + [""]
    lines = [f"class {name}:", f"    \"\"\"{camel(rng, 5)}.\"\"\"", ""]
    for _ in range(rng.randrange(2, 9)):
        lines += function(rng, 1, True)
    return name, lines


def module(rng, target, earlier, pool):
    lines = [f"\"\"\"{camel(rng, 4)}.\"\"\"", "", "import logging", "from dataclasses import dataclass", "from enum import Enum", "from typing import TYPE_CHECKING, Optional", ""]
    for name, exported in rng.sample(earlier, min(len(earlier), rng.randrange(1, 6))):
        if exported:
            lines.append(rng.choice([f"from {name} import {rng.choice(exported)}", f"import {name}"]))
    if earlier and rng.random() < 0.2 and earlier[0][1]:
        lines += ["", "if TYPE_CHECKING:", f"    from {earlier[0][0]} import {earlier[0][1][0]}"]
    lines += ["", "logger = logging.getLogger(__name__)", f"{snake(rng).upper()} = {rng.randrange(1000)}", ""]
    exported = []
    while len(lines) < target:
        if rng.random() < 0.7:
            if pool and rng.random() < 0.025:
                name, body = rng.choice(pool)
                body = list(body)
                if rng.random() < 0.8 and len(body) > 6:
                    body[3:3] = [f"    {snake(rng)}: int = {rng.randrange(9)}"]
            else:
                name, body = klass(rng)
                if len(pool) < 2000:
                    pool.append((name, body))
            exported.append(name)
            lines += [""] + body
        else:
            lines += [""] + function(rng, 0, False)
    return lines, exported


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("outdir")
    parser.add_argument("--files", type=int, default=10000)
    parser.add_argument("--lines", type=int, default=400)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    rng, recent, pool, package = random.Random(args.seed), [], [], ""
    for i in range(args.files):
        if i % 20 == 0:
            package = f"service_{i // 400:04d}.{snake(rng, 1)}_{i // 20:05d}"
            folder = os.path.join(args.outdir, *package.split("."))
            os.makedirs(folder, exist_ok=True)
            for level in (os.path.dirname(folder), folder):
                with open(os.path.join(level, "__init__.py"), "a", encoding="utf-8"):
                    pass
        name = f"{snake(rng)}_{i:06d}"
        lines, exported = module(rng, max(12, int(rng.gauss(args.lines, args.lines / 2))), recent, pool)
        with open(os.path.join(folder, name + ".py"), "w", encoding="utf-8") as out:
            out.write("\n".join(lines) + "\n")
        if exported and rng.random() < 0.3:
            with open(os.path.join(folder, "__init__.py"), "a", encoding="utf-8") as out:
                out.write(f"from .{name} import {exported[0]}\n")
        recent = ([(f"{package}.{name}", exported)] + recent)[:40]


if __name__ == "__main__":
    main()
