#!/usr/bin/env python3
"""What is kept of damaged files: a seeded corpus of syntax errors in Python's standard library.

usage: check_damage.py FACTSDUMP FOLDER [FILES]

Each of FILES files (default 60) gets one error of every kind at a random line. Shown is how much of
what the file defines and imports is still found, and how many of the files that CPython rejects are
marked as degraded (errors of grammar within function bodies are not looked for). Fails when less is
kept of any kind of error than its bar says: a lost quote may swallow half a file, and half a line
may open one.
"""
import random
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

BARS = {"quote missing": 0.7, "cut off": 0.85}
BAR = 0.95
SEED = 20240229
FACT = re.compile(r"^(?:definition \d+ \w+ \S+|import \d+ \w+ level=\d+ module=\S* name=\S*)")


def without(text: str) -> Callable[[str], str]:
    """The line without the last occurrence of a text."""
    return lambda line: "".join(line.rsplit(text, 1))


DAMAGES: dict[str, tuple[str, Callable[[str], str]]] = {
    "colon missing": (":\n", without(":")),
    "bracket not closed": (")", without(")")),
    "bracket not opened": ("(", without("(")),
    "quote missing": ('"', without('"')),
    "stray bracket": ("", lambda line: line.rstrip("\n") + " )\n"),
    "stray word": ("", lambda line: line.rstrip("\n") + " oops word\n"),
    "indented too far": ("", lambda line: "   " + line),
    "cut off": ("", lambda line: line[: len(line) // 2] + "\n"),
    "conflict marker": ("", lambda line: "<<<<<<< ours\n" + line),
    "bytes that are no text": ("", lambda line: "\x01\x02 " + line),
}


def facts(factsdump: str, path: Path) -> tuple[set[str], bool]:
    """Names of what a file defines and imports, and whether it counts as degraded."""
    out = subprocess.run([factsdump, str(path)], capture_output=True, text=True, check=True, errors="replace").stdout
    flags = int(re.search(r"flags=(0x[0-9a-f]+|0)", out).group(1), 16)
    names = {re.sub(r"^(\w+) \d+", r"\1", match.group(0)) for line in out.splitlines() if (match := FACT.match(line))}
    return names, bool(flags & 1)


def main() -> int:
    factsdump, folder = sys.argv[1], Path(sys.argv[2])
    count = int(sys.argv[3]) if len(sys.argv) > 3 else 60
    chance = random.Random(SEED)
    files = sorted(path for path in folder.glob("*.py") if 2000 < path.stat().st_size < 60000)
    files = chance.sample(files, min(count, len(files)))
    failed = False
    with TemporaryDirectory() as scratch:
        damaged = Path(scratch) / "damaged.py"
        for kind, (needle, change) in DAMAGES.items():
            before = after = rejected = marked = 0
            for path in files:
                lines = path.read_text(encoding="utf-8", errors="replace").splitlines(keepends=True)
                places = [i for i, line in enumerate(lines) if needle in line and line.strip() and line[0] != "#"]
                if not places:
                    continue
                place = chance.choice(places)
                lines[place] = change(lines[place])
                damaged.write_text("".join(lines), encoding="utf-8")
                found, degraded = facts(factsdump, damaged)
                whole, _ = facts(factsdump, path)
                before += len(whole)
                after += len(whole & found)
                try:
                    compile(damaged.read_text(encoding="utf-8"), "damaged", "exec")
                except (SyntaxError, ValueError):
                    rejected += 1
                    marked += degraded
            share = after / before
            failed = failed or share < BARS.get(kind, BAR)
            print(f"{kind:24} kept {share:6.1%} of {before} facts; {marked} of {rejected} files that CPython rejects are marked")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
