#!/usr/bin/env python3
"""Golden cases: run onedef on small trees and compare what it says with what a person wrote down.

usage: run_cases.py --onedef PATH [--update] [--list] [CASE_GLOB...]

A case is a folder tests/cases/<group>/<case>/ with

  input/            the tree; copied to a temporary folder, which is the working directory of every run.
                    A name that starts with "dot." stands for one that starts with "." (dot.gitignore), so that a
                    fixture's ignore rules do not act on this repository.
  prepare           optional: a shell script that is run in the copy first (git init, symbolic links, odd bytes)
  args              the command line, quoted as for a shell, over as many lines as wanted; lines with # first are comments
  exit              the exit code, where it is not 0
  expected.stdout, expected.stderr
                    byte for byte; a stream without such a file is not looked at
  expected.NAME     byte for byte the file NAME that the run writes
  expected.jsonl    records that `onedef export -f jsonl` must hold: for each line there is a record with these keys and
                    values (more keys may be there; lists must have the same length). # starts a comment line.
  absent.jsonl      records that must not be there, in the same sense
  findings          `onedef scan -f jsonl` must report exactly what the input says with comments
                        class A: ...   # expect: rule-slug, other-slug       (a finding on this line)
                        # expect-file: rule-slug                             (a finding without a line)
                    Lines of the file itself are either a rule (then only the rules listed are compared) or
                    `path:line: rule` for a file that cannot carry comments.
  options           more arguments for the runs behind expected.jsonl and findings
  why               optional: what the case is about, for people

Every run is made three times: -j1 with an empty cache; -j8 in a copy whose files were created in another order, under another
locale and another working directory, with an empty cache; and -j8 once more with the cache that the second run left.
All three must give the same bytes.

--update rewrites the expected.* files (not the .jsonl ones) and `exit` where they exist. Read the difference before you commit it.
"""

import argparse
import concurrent.futures
import difflib
import fnmatch
import json
import os
import pathlib
import random
import re
import shlex
import shutil
import subprocess
import sys
import tempfile

CASES = pathlib.Path(__file__).resolve().parent / "cases"
INDEXING = {"scan", "graph", "plan", "fix", "export", "where", "explain"}  # the commands that know -j
STREAMS = ("stdout", "stderr")
TIMEOUT = float(os.environ.get("ONEDEF_CASE_TIMEOUT", "60"))
EXPECT = re.compile(r"#\s*expect(-file)?:\s*([\w\-, ]+?)\s*(?:#|$)")


class CaseError(Exception):
    """The case itself is wrong, or the program failed in a way that no expectation covers."""


def visible(name):
    return "." + name[len("dot.") :] if name.startswith("dot.") else name


def copy_input(source, target, seed=None):
    """Copy the tree; with a seed, files and folders come into being in another order."""
    entries = []
    for folder, folders, files in os.walk(source):
        relative = pathlib.Path(folder).relative_to(source)
        entries += [relative / name for name in folders + files]
    entries.sort()
    if seed is not None:
        random.Random(seed).shuffle(entries)
    target.mkdir(parents=True)
    for entry in entries:
        origin = source / entry
        goal = target.joinpath(*(visible(part) for part in entry.parts))
        goal.parent.mkdir(parents=True, exist_ok=True)
        if origin.is_symlink():
            goal.symlink_to(os.readlink(origin))
        elif origin.is_dir():
            goal.mkdir(exist_ok=True)
        else:
            shutil.copyfile(origin, goal)


def environment(home, locale):
    """No configuration of this machine may reach a case."""
    keep = {k: v for k, v in os.environ.items() if k in {"PATH", "TMPDIR", "G_SLICE"} or k.endswith("SAN_OPTIONS")}
    return keep | {
        "LC_ALL": locale,
        "HOME": str(home),
        "XDG_CACHE_HOME": str(home / "cache"),
        "XDG_CONFIG_HOME": str(home / "config"),
        "GIT_CONFIG_GLOBAL": "/dev/null",
        "GIT_CONFIG_SYSTEM": "/dev/null",
        "GIT_AUTHOR_NAME": "A",
        "GIT_AUTHOR_EMAIL": "a@example.org",
        "GIT_AUTHOR_DATE": "2020-01-01T00:00:00Z",
        "GIT_COMMITTER_NAME": "A",
        "GIT_COMMITTER_EMAIL": "a@example.org",
        "GIT_COMMITTER_DATE": "2020-01-01T00:00:00Z",
        "TERM": "dumb",
        "COLUMNS": "120",
    }


class Copy:
    """One temporary copy of a case's input, with a home and a cache of its own."""

    def __init__(self, case, base, locale, seed=None):
        self.home = base / "home"
        self.home.mkdir(parents=True)
        self.cwd = base / case.name
        self.base = base
        self.env = environment(self.home, locale)
        if (case / "input").is_dir():
            copy_input(case / "input", self.cwd, seed)
        else:
            self.cwd.mkdir(parents=True)
        if (case / "prepare").exists():
            done = subprocess.run(
                ["sh", "-eu", str(case / "prepare")], cwd=self.cwd, env=self.env, capture_output=True, text=True
            )
            if done.returncode:
                raise CaseError(f"prepare failed: {done.stderr.strip()}")

    def run(self, onedef, args, outputs=()):
        try:
            done = subprocess.run([onedef, *args], cwd=self.cwd, env=self.env, capture_output=True, timeout=TIMEOUT,
                                  stdin=subprocess.DEVNULL)
        except subprocess.TimeoutExpired:
            raise CaseError(f"onedef {shlex.join(args)}: still running after {TIMEOUT:g} s") from None
        place = str(self.base).encode()
        result = {
            "exit": str(done.returncode).encode() + b"\n",
            "stdout": done.stdout.replace(place, b"$TMP"),
            "stderr": done.stderr.replace(place, b"$TMP"),
        }
        for name in outputs:
            path = self.cwd / name
            result[name] = path.read_bytes() if path.is_file() else b"(no such file was written)\n"
            path.unlink(missing_ok=True)
        return result


def with_jobs(args, jobs):
    """The command line with -jN, where the command knows it."""
    if args and args[0] in INDEXING and not {"--help", "-h"} & set(args):
        return [args[0], f"-j{jobs}", *args[1:]]
    return args


def difference(expected, actual, name):
    lines = difflib.unified_diff(
        expected.decode("utf-8", "backslashreplace").splitlines(),
        actual.decode("utf-8", "backslashreplace").splitlines(),
        f"{name} (expected)", f"{name} (actual)", lineterm="",
    )
    text = list(lines)
    more = [f"... {len(text) - 80} more lines"] if len(text) > 80 else []
    return "\n".join("    " + line for line in text[:80] + more) or "    (only the ends of lines differ)"


def run_thrice(onedef, args, copies, problems, outputs=()):
    first, second = copies
    for copy in copies:
        shutil.rmtree(copy.home / "cache", ignore_errors=True)
    reference = first.run(onedef, with_jobs(args, 1), outputs)
    for label in ("-j8, shuffled, other locale", "-j8, warm cache"):
        again = second.run(onedef, with_jobs(args, 8), outputs)
        for key, value in reference.items():
            if again[key] != value:
                problems.append(f"not deterministic: {label}: {key} differs\n" + difference(value, again[key], key))
    code = int(reference["exit"])
    if code < 0 or code > 2:
        text = reference["stderr"].decode("utf-8", "replace")
        raise CaseError(f"onedef {shlex.join(args)}: exit code {code}\n{text[-3000:]}")
    return reference


def read_records(path):
    records = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if line.strip() and not line.lstrip().startswith("#"):
            try:
                records.append(json.loads(line))
            except ValueError as error:
                raise CaseError(f"{path.name}:{number}: {error}") from None
    return records


def matches(pattern, value):
    """Is `pattern` contained in `value`? Keys may be missing from it, list elements may not."""
    if isinstance(pattern, dict):
        return isinstance(value, dict) and all(k in value and matches(v, value[k]) for k, v in pattern.items())
    if isinstance(pattern, list):
        return isinstance(value, list) and len(pattern) == len(value) and all(map(matches, pattern, value))
    return type(pattern) is type(value) and pattern == value


def closest(pattern, records):
    """The record that agrees with the pattern on most keys: what the reader wants to see when none matches."""
    def score(record):
        return sum(k in record and matches(v, record[k]) for k, v in pattern.items())

    candidates = [r for r in records if r.get("record") == pattern.get("record")] or records
    return max(candidates, key=score, default=None)


def check_records(case, onedef, copies, problems):
    options = read_words(case / "options")
    result = run_thrice(onedef, ["export", "-f", "jsonl", *options], copies, problems)
    if result["exit"] != b"0\n":
        raise CaseError("export failed: " + result["stderr"].decode("utf-8", "replace").strip())
    records = [json.loads(line) for line in result["stdout"].splitlines()]
    for pattern in read_records(case / "expected.jsonl") if (case / "expected.jsonl").exists() else []:
        if not any(matches(pattern, record) for record in records):
            near = closest(pattern, records)
            problems.append(f"no record matches {json.dumps(pattern)}\n    the closest is   {json.dumps(near)}")
    for pattern in read_records(case / "absent.jsonl") if (case / "absent.jsonl").exists() else []:
        for record in records:
            if matches(pattern, record):
                problems.append(f"there should be no record {json.dumps(pattern)}\n    but there is     {json.dumps(record)}")


def wanted_findings(case, cwd):
    """(set of (path, line or None, rule), set of the rules to compare or None for all)"""
    wanted, rules = set(), set()
    for path in sorted(cwd.rglob("*.py*")):
        if path.is_symlink() or not path.is_file():
            continue
        for number, line in enumerate(path.read_bytes().split(b"\n"), 1):
            for match in EXPECT.finditer(line.decode("utf-8", "replace")):
                for slug in match.group(2).replace(",", " ").split():
                    wanted.add((path.relative_to(cwd).as_posix(), None if match.group(1) else number, slug))
    for line in (case / "findings").read_text(encoding="utf-8").splitlines():
        line = line.strip()
        explicit = re.fullmatch(r"(.+):(\d+): ([\w-]+)", line)
        if explicit:
            wanted.add((explicit.group(1), int(explicit.group(2)) or None, explicit.group(3)))
        elif line and not line.startswith("#"):
            rules.add(line)
    return wanted, rules or None


def check_findings(case, onedef, copies, problems):
    options = read_words(case / "options")
    result = run_thrice(onedef, ["scan", "-f", "jsonl", *options], copies, problems)
    if result["exit"] != b"0\n":
        raise CaseError("scan failed: " + result["stderr"].decode("utf-8", "replace").strip())
    wanted, rules = wanted_findings(case, copies[0].cwd)
    found = set()
    for line in result["stdout"].splitlines():
        finding = json.loads(line)
        if finding.get("record", "finding") != "finding":
            continue
        key = (finding["path"], finding.get("line") or None, finding["rule"])
        if rules is None or key[2] in rules:
            found.add(key)

    def order(key):
        return key[0], key[1] or 0, key[2]

    for path, line, rule in sorted(wanted - found, key=order):
        problems.append(f"expected finding is missing: {path}:{line or 'file'}: {rule}")
    for path, line, rule in sorted(found - wanted, key=order):
        problems.append(f"finding that nobody expects: {path}:{line or 'file'}: {rule}")


def read_words(path):
    if not path.exists():
        return []
    lines = path.read_text(encoding="utf-8").splitlines()
    return shlex.split("\n".join(line for line in lines if not line.lstrip().startswith("#")))


def check_streams(case, onedef, copies, problems, update):
    expected = {p.name[len("expected.") :]: p for p in case.glob("expected.*") if p.name != "expected.jsonl"}
    outputs = [name for name in expected if name not in STREAMS]
    result = run_thrice(onedef, read_words(case / "args"), copies, problems, outputs)
    if update:
        for name, path in expected.items():
            path.write_bytes(result[name])
        if result["exit"] != b"0\n" or (case / "exit").exists():
            (case / "exit").write_bytes(result["exit"])
        return
    code = (case / "exit").read_text().strip() if (case / "exit").exists() else "0"
    if result["exit"].decode().strip() != code:
        text = result["stderr"].decode("utf-8", "replace").strip()
        problems.append(f"exit code {result['exit'].decode().strip()}, expected {code}: {text}")
    for name, path in sorted(expected.items()):
        if path.read_bytes() != result[name]:
            problems.append(f"{name} differs\n" + difference(path.read_bytes(), result[name], name))


def run_case(case, onedef, update):
    problems = []
    try:
        with tempfile.TemporaryDirectory(prefix="onedef-case-") as temporary:
            base = pathlib.Path(temporary)
            copies = [Copy(case, base / "first", "C"), Copy(case, base / "b" / "second one", "C.UTF-8", case.name)]
            did = False
            if (case / "args").exists():
                check_streams(case, onedef, copies, problems, update)
                did = True
            if (case / "expected.jsonl").exists() or (case / "absent.jsonl").exists():
                check_records(case, onedef, copies, problems)
                did = True
            if (case / "findings").exists():
                check_findings(case, onedef, copies, problems)
                did = True
            if not did:
                problems.append("the case expects nothing: it has no args, expected.jsonl, absent.jsonl or findings")
    except (CaseError, OSError, ValueError, KeyError) as error:
        problems.append(f"{type(error).__name__}: {error}" if not isinstance(error, CaseError) else str(error))
    return problems


def find_cases(patterns):
    markers = ("args", "expected.jsonl", "absent.jsonl", "findings", "input")
    cases = {p.parent for m in markers for p in CASES.glob(f"*/*/{m}")}
    names = {case.relative_to(CASES).as_posix(): case for case in cases}
    return [
        names[name] for name in sorted(names)
        if not patterns or any(fnmatch.fnmatch(name, p) or fnmatch.fnmatch(name, p + "/*") for p in patterns)
    ]


def main():
    parser = argparse.ArgumentParser(description="Run the golden cases of tests/cases.")
    parser.add_argument("--onedef", required=True, help="the binary")
    parser.add_argument("--update", action="store_true", help="rewrite the expected.* files that exist")
    parser.add_argument("--list", action="store_true", help="only list the cases")
    parser.add_argument("--jobs", type=int, default=2, help="cases at a time (default 2)")
    parser.add_argument("cases", nargs="*", help="globs on <group>/<case>, or groups (default: all)")
    options = parser.parse_args()
    cases = find_cases(options.cases)
    if options.list:
        print("\n".join(case.relative_to(CASES).as_posix() for case in cases))
        return 0
    if not cases:
        print(f"no case matches {' '.join(options.cases) or CASES}")
        return 1
    onedef = str(pathlib.Path(options.onedef).resolve())
    failed = 0
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        for case, problems in zip(cases, pool.map(lambda c: run_case(c, onedef, options.update), cases)):
            if problems:
                failed += 1
                print(f"FAIL {case.relative_to(CASES).as_posix()}")
                for problem in problems:
                    print("  " + problem)
    print(f"{len(cases)} cases, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
