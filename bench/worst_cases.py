#!/usr/bin/env python3
"""Generated trees that make name resolution or comparison as hard as can be: processor time of each stage, and memory.

Usage: bench/worst_cases.py [--build FOLDER] [--keep FOLDER] [--runs N] [CASE…]

Every case is written to a temporary folder and analysed on one thread by `stage_times` (built beside onedef): once to fill a
cache, then N times (default 3) without parsing. Of those the fastest resolution and comparison count, and the highest
memory at the end of resolution. Nothing here passes or fails.
"""

from __future__ import annotations

import argparse
import pathlib
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator

HERE = pathlib.Path(__file__).resolve().parent
Files = Iterator[tuple[str, str]]


def star_of_everything() -> Files:
    """1,000 modules, each with a star import of all 1,000 and a class: a million stars."""
    stars = "".join(f"from m{i:03} import *\n" for i in range(1000))
    for i in range(1000):
        yield f"m{i:03}.py", f"{stars}\n\nclass C{i:03}:\n    pass\n"


def star_ring() -> Files:
    """10,000 modules in a ring of star imports, a class in every hundredth: a million names."""
    for i in range(10000):
        star = f"from m{(i + 1) % 10000} import *\n"
        yield f"m{i}.py", star + f"\n\nclass C{i}:\n    pass\n" if i % 100 == 0 else star


def star_ladder() -> Files:
    """1,000 modules, each with stars of all those before it and a class: names pile up to the top."""
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


CASES: dict[str, Callable[[], Files]] = {
    "stars-all": star_of_everything,
    "stars-ring": star_ring,
    "stars-ladder": star_ladder,
    "chain-import": chain_of_imports,
    "chain-alias": chain_of_aliases,
    "chain-star": chain_of_stars,
    "cycles": alias_cycles,
    "branches": nested_conditions,
    "empty-one-name": empty_exceptions,
    "empty-names": names_of_empty_exceptions,
    "one-shape": one_shape,
    "one-name": one_name_one_shape,
}


def write(folder: pathlib.Path, files: Files) -> None:
    for name, text in files:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def stages(program: pathlib.Path, tree: pathlib.Path, cache: str) -> dict[str, tuple[float, int]]:
    """Seconds of processor time and megabytes at its end, by stage."""
    done = subprocess.run([program, tree, cache, "scan"], check=True, capture_output=True, text=True)
    found = {}
    for line in done.stdout.splitlines():
        stage, seconds, _, megabytes, _ = line.rsplit(" ", 4)
        found[stage] = float(seconds), int(megabytes)
    return found


def measure(name: str, args: argparse.Namespace, work: pathlib.Path) -> None:
    tree = work / name
    if not tree.exists():
        write(tree, CASES[name]())
    cache = tempfile.mkdtemp(prefix="cache-", dir=work)
    program = args.build / "bench" / "stage_times"
    stages(program, tree, cache)
    runs = [stages(program, tree, cache) for _ in range(args.runs)]
    best = {stage: min(run[stage][0] for run in runs) for stage in ("joining", "resolving", "comparing")}
    memory = max(run["resolving"][1] for run in runs)
    print(f"| {name} | {' '.join(CASES[name].__doc__.split())} | {best['joining']:.2f} | {best['resolving']:.2f} | {best['comparing']:.2f} | {memory} |", flush=True)
    shutil.rmtree(cache)
    if not args.keep:
        shutil.rmtree(tree)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("cases", nargs="*", metavar="CASE", help=", ".join(CASES))
    parser.add_argument("--build", type=pathlib.Path, default=HERE.parent / "build" / "release", help="where onedef was built")
    parser.add_argument("--keep", type=pathlib.Path, help="write the trees here and leave them")
    parser.add_argument("--runs", type=int, default=3)
    args = parser.parse_args()
    unknown = [name for name in args.cases if name not in CASES]
    if unknown:
        parser.error(f"no such case: {unknown[0]}")
    work = args.keep or pathlib.Path(tempfile.mkdtemp(prefix="onedef-worst-"))
    work.mkdir(parents=True, exist_ok=True)
    print("| case | what it is | join s | resolution s | comparison s | MB |\n| --- | --- | ---: | ---: | ---: | ---: |")
    for name in args.cases or CASES:
        measure(name, args, work)
    if not args.keep:
        shutil.rmtree(work)


if __name__ == "__main__":
    main()
