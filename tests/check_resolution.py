#!/usr/bin/env python3
"""The golden cases of name resolution, asked of CPython again.

usage: check_resolution.py [CASE_GLOB...]

A case under tests/cases/resolve/ whose answer CPython can give has a file `ask`:

  path FOLDER      a folder of input/ that stands on sys.path, in this order (none: input/ itself)
  load MODULE      imported first, in this order; asserts in it hold
  fail MODULE      cannot be imported, in an interpreter of its own
  MODULE NAME      a module attribute to look at

Every attribute is read in a fresh interpreter, and expected.jsonl must hold a binding record with that very target (a number
behind `#`, which tells definitions of one name apart, is not Python's and is not compared). A record of another candidate of the
name may stand beside it. The cases are numbered from 1 to LAST_NUMBER, and each number has a folder whose name starts with it. Exit status 1
where a file says something else than Python, or a number has no case.
"""

import fnmatch
import json
import pathlib
import re
import subprocess
import sys

CASES = pathlib.Path(__file__).resolve().parent / "cases" / "resolve"
LAST_NUMBER = 57
ASK = """
import importlib, json, subprocess, sys, types
paths, loads, names, fails = json.loads(sys.argv[1])
sys.path[:0] = paths
sys.dont_write_bytecode = True
for name in loads:
    importlib.import_module(name)
for name in fails:
    failed = subprocess.run([sys.executable, "-S", "-B", "-c", "import sys; sys.path[:0] = %r; import %s" % (paths, name)], stderr=subprocess.DEVNULL)
    print("fails" if failed.returncode else "works")
for module, name in names:
    value = getattr(sys.modules[module], name)
    if isinstance(value, types.ModuleType):
        print(value.__name__ + ":")
    else:
        print(value.__module__ + ":" + value.__qualname__)
"""


def read_ask(case):
    paths, loads, names, fails = [], [], [], []
    for line in (case / "ask").read_text().splitlines():
        first, second = line.split()
        if first == "path":
            paths.append(str(case / "input" / second))
        elif first == "load":
            loads.append(second)
        elif first == "fail":
            fails.append(second)
        else:
            names.append((first, second))
    return paths or [str(case / "input")], loads, names, fails


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
    answers = run.stdout.splitlines()
    wrong = [f"{name} can be imported" for name, answer in zip(ask[3], answers) if answer != "fails"]
    for key, answer in zip(ask[2], answers[len(ask[3]) :]):
        if answer not in expected.get(key, ()):
            wrong.append(f"{key[0]}:{key[1]} is {answer} to Python, {sorted(expected.get(key, ['nothing']))} to the case")
    return wrong


def numbers_without_case():
    have = {case.name.split("-")[0] for case in CASES.iterdir()}
    return [number for number in range(1, LAST_NUMBER + 1) if f"{number:02}" not in have]


def main(patterns):
    failed = asked = 0
    for number in numbers_without_case():
        print(f"FAIL no case with number {number:02}")
        failed += 1
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
