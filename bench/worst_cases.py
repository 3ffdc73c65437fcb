#!/usr/bin/env python3
"""Generated trees that make name resolution or comparison as hard as can be: time, instructions and memory.

Usage: bench/worst_cases.py [--onedef PATH] [--keep FOLDER] [--runs N] [CASE…]

Every case is written to a temporary folder and exported once to warm the cache, then N times more (default 3): the lowest
time counts. `cold` reads the files, `warm` is all that comes after reading: join, resolution, comparison, output.
Nothing here passes or fails.
"""

from __future__ import annotations

import argparse
import os
import pathlib
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator

HERE = pathlib.Path(__file__).resolve().parent
Files = Iterator[tuple[str, str]]


def star_of_everything() -> Files:
    """1,000 modules, each with a star import of all 1,000 and a class: a million stars."""
    stars = "".join(f"from m{i:03} import *\n" for i in range(1000))
    for i in range(1000):
        yield f"m{i:03}.py", f"{stars}\n\nclass C{i:03}:\n    pass\n"


def star_ring() -> Files:
    """10,000 modules in a ring of star imports, a class each."""
    for i in range(10000):
        yield f"m{i}.py", f"from m{(i + 1) % 10000} import *\n\n\nclass C{i % 100}_{i}:\n    pass\n" if i % 100 == 0 else f"from m{(i + 1) % 10000} import *\n"


def star_ladder() -> Files:
    """1,000 modules, each with stars of all those before it and ten classes: names pile up to the top."""
    for i in range(1000):
        stars = "".join(f"from m{k} import *\n" for k in range(i))
        yield f"m{i}.py", stars + f"\n\nclass C{i}:\n    pass\n"


def chain_of_imports() -> Files:
    """X through 10,000 modules."""
    yield "m0.py", "class X:\n    pass\n"
    for i in range(1, 10000):
        yield f"m{i}.py", f"from m{i - 1} import X\n"


def chain_of_aliases() -> Files:
    """X0 = …, X1 = X0, … X10000 in one module, and a module that imports the last."""
    yield "a.py", "class X0:\n    pass\n\n\n" + "".join(f"X{i} = X{i - 1}\n" for i in range(1, 10001))
    yield "b.py", "from a import X10000\n"


def chain_of_stars() -> Files:
    """X through 10,000 star imports."""
    yield "m0.py", "class X:\n    pass\n"
    for i in range(1, 10000):
        yield f"m{i}.py", f"from m{i - 1} import *\n"


def alias_cycles() -> Files:
    """10,000 modules in a ring of `from next import X`, and 10,000 names of one module in a ring of aliases."""
    for i in range(10000):
        yield f"m{i}.py", f"from m{(i + 1) % 10000} import X\n"
    yield "ring.py", "".join(f"A{i} = A{(i + 1) % 10000}\n" for i in range(10000))


def nested_conditions() -> Files:
    """One name bound 20,000 times under alternating if, try and with."""
    yield "a.py", "".join(f"if c{i}:\n    X = Y{i}\nelse:\n    try:\n        X = Z{i}\n    except E:\n        pass\n" for i in range(20000))


def empty_exceptions() -> Files:
    """20,000 identical empty exceptions of one name, a module each 20."""
    for i in range(1000):
        yield f"p{i // 100}/m{i}.py", "".join(f"def f{k}():\n    class Error(Exception):\n        pass\n\n\n" if k else "class Error(Exception):\n    pass\n\n\n" for k in range(20))


def names_of_empty_exceptions() -> Files:
    """20,000 empty exceptions of as many names."""
    for i in range(1000):
        yield f"p{i // 100}/m{i}.py", "".join(f"class Error{i}_{k}(Exception):\n    pass\n\n\n" for k in range(20))


def one_shape() -> Files:
    """5,000 classes of one shape, names and literals of their own."""
    for i in range(5000):
        yield f"p{i // 100}/m{i}.py", f'''class Handler{i}:
    """Handles {i}."""

    kind = "kind-{i}"

    def __init__(self, client, options=None):
        self.client = client
        self.options = options or {{}}

    def handle(self, event):
        payload = self.client.fetch("item-{i}", event.key)
        if payload is None:
            raise KeyError(event.key)
        return self.options.get("mode-{i}", payload)
'''


def one_name_one_shape() -> Files:
    """5,000 classes of one name and one shape, literals of their own."""
    for i in range(5000):
        yield f"p{i // 100}/m{i}.py", f'''class Handler:
    kind = "kind-{i}"

    def __init__(self, client, options=None):
        self.client = client
        self.options = options or {{}}

    def handle(self, event):
        payload = self.client.fetch("item-{i}", event.key)
        return self.options.get("mode-{i}", payload)
'''


CASES: dict[str, tuple[Callable[[], Files], str]] = {
    "stars-all": (star_of_everything, "export"),
    "stars-ring": (star_ring, "export"),
    "stars-ladder": (star_ladder, "export"),
    "chain-import": (chain_of_imports, "export"),
    "chain-alias": (chain_of_aliases, "export"),
    "chain-star": (chain_of_stars, "export"),
    "cycles": (alias_cycles, "export"),
    "branches": (nested_conditions, "export"),
    "empty-one-name": (empty_exceptions, "scan"),
    "empty-names": (names_of_empty_exceptions, "scan"),
    "one-shape": (one_shape, "scan"),
    "one-name": (one_name_one_shape, "scan"),
}


def write(folder: pathlib.Path, files: Files) -> None:
    for name, text in files:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def run(command: list[str]) -> tuple[float, float]:
    """Seconds of processor time, peak memory in MB."""
    pid = os.fork()
    if pid == 0:
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, 1)
        os.execvp(command[0], command)
    _, status, usage = os.wait4(pid, 0)
    if os.waitstatus_to_exitcode(status) != 0:
        sys.exit(f"{' '.join(command)}: failed")
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def instructions(command: list[str]) -> str:
    """Millions of instructions in user space, where perf can count them."""
    if shutil.which("perf") is None:
        return "-"
    done = subprocess.run(["perf", "stat", "-x", ",", "-e", "instructions:u", *command], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    for line in done.stderr.splitlines():
        count = line.split(",")[0]
        if "instructions" in line and count.isdigit():
            return f"{int(count) // 1_000_000:,}"
    return "-"


def measure(name: str, args: argparse.Namespace, work: pathlib.Path) -> None:
    make, verb = CASES[name]
    tree = work / name
    if not tree.exists():
        write(tree, make())
    cache = tempfile.mkdtemp(prefix="cache-", dir=work)
    command = [args.onedef, verb, "-q", "-j1", "--cache-dir", cache, str(tree)]
    started = time.perf_counter()
    cold, _ = run(command)
    wall = time.perf_counter() - started
    runs = [run(command) for _ in range(args.runs)]
    print(f"| {name} | {verb} | {wall:.2f} | {cold:.2f} | {min(t for t, _ in runs):.2f} | {instructions(command)} | {max(m for _, m in runs):.0f} |", flush=True)
    shutil.rmtree(cache)
    if not args.keep:
        shutil.rmtree(tree)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("cases", nargs="*", metavar="CASE", help=", ".join(CASES))
    parser.add_argument("--onedef", default=str(HERE.parent / "build" / "release" / "onedef"))
    parser.add_argument("--keep", type=pathlib.Path, help="write the trees here and leave them")
    parser.add_argument("--runs", type=int, default=3)
    args = parser.parse_args()
    unknown = [name for name in args.cases if name not in CASES]
    if unknown:
        parser.error(f"no such case: {unknown[0]}")
    work = args.keep or pathlib.Path(tempfile.mkdtemp(prefix="onedef-worst-"))
    work.mkdir(parents=True, exist_ok=True)
    print("| case | command | cold wall s | cold processor s | warm processor s | warm Minstructions | peak MB |\n| --- | --- | ---: | ---: | ---: | ---: | ---: |")
    for name in args.cases or CASES:
        measure(name, args, work)
    if not args.keep:
        shutil.rmtree(work)


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    main()
