#!/usr/bin/env python3
"""The golden cases of name resolution, asked of CPython again.

usage: check_resolution.py [CASE_GLOB...]

A case under tests/cases/resolve/ whose answer CPython can give has a file `ask`:

  path FOLDER      a folder of input/ that stands on sys.path, in this order (none: input/ itself)
  load MODULE      imported first, in this order
  MODULE NAME      a module attribute to look at

Every attribute is read in a fresh interpreter, and expected.jsonl must hold a binding record with that very target (a number
behind `#`, which tells definitions of one name apart, is not Python's and is not compared). A record of another candidate of the
name may stand beside it. Exit status 1 where a file says something else than Python.
"""

import fnmatch
import json
import pathlib
import re
import subprocess
import sys

CASES = pathlib.Path(__file__).resolve().parent / "cases" / "resolve"
ASK = """
import importlib, json, sys, types
paths, loads, names = json.loads(sys.argv[1])
sys.path[:0] = paths
sys.dont_write_bytecode = True
for name in loads:
    importlib.import_module(name)
for module, name in names:
    value = getattr(sys.modules[module], name)
    if isinstance(value, types.ModuleType):
        print(value.__name__ + ":")
    else:
        print(value.__module__ + ":" + value.__qualname__)
"""


def read_ask(case):
    paths, loads, names = [], [], []
    for line in (case / "ask").read_text().splitlines():
        first, second = line.split()
        if first == "path":
            paths.append(str(case / "input" / second))
        elif first == "load":
            loads.append(second)
        else:
            names.append((first, second))
    return paths or [str(case / "input")], loads, names


def expected_targets(case):
    targets = {}
    for line in (case / "expected.jsonl").read_text().splitlines():
        if line.strip() and not line.startswith("#"):
            record = json.loads(line)
            if record["record"] == "binding" and "target" in record:
                targets.setdefault((record["module"], record["name"]), set()).add(re.sub(r"#\d+$", "", record["target"]))
    return targets


def check(case):
    ask = read_ask(case)
    run = subprocess.run([sys.executable, "-S", "-c", ASK, json.dumps(ask)], capture_output=True, text=True, cwd=case)
    if run.returncode != 0:
        return [run.stderr.strip().splitlines()[-1]]
    expected = expected_targets(case)
    wrong = []
    for key, answer in zip(ask[2], run.stdout.splitlines()):
        if answer not in expected.get(key, ()):
            wrong.append(f"{key[0]}:{key[1]} is {answer} to Python, {sorted(expected.get(key, ['nothing']))} to the case")
    return wrong


def main(patterns):
    failed = asked = 0
    for case in sorted(CASES.iterdir()):
        if not (case / "ask").exists() or (patterns and not any(fnmatch.fnmatch(case.name, p) for p in patterns)):
            continue
        asked += 1
        wrong = check(case)
        failed += bool(wrong)
        for message in wrong:
            print(f"FAIL {case.name}: {message}")
    print(f"{asked} cases asked, {failed} failed")
    return 1 if failed or not asked else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
