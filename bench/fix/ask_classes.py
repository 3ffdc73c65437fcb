#!/usr/bin/env python3
"""Which class every module attribute is, and which modules can be imported. Run by judge.py, in the tree to judge.

Usage: ask_classes.py all ROOT PACKAGE...     imports every module of the packages in one process
       ask_classes.py each ROOT MODULE...     imports each module in a process of its own, as the first one

Prints JSON lines: {"module", "works"} and {"module", "name", "target": "defining.module:QualName"}.
"""
import contextlib
import importlib
import io
import json
import os
import pathlib
import signal
import sys
import warnings
from typing import TextIO

warnings.simplefilter("ignore")
SKIP = {"__main__", "setup", "conftest", "idlelib", "turtledemo", "antigravity", "this"}


def late(*_: object) -> None:
    raise TimeoutError


def quietly(name: str) -> str:
    """Imports a module; "" or the kind of failure."""
    signal.signal(signal.SIGALRM, late)
    signal.alarm(30)
    try:
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            importlib.import_module(name)
        return ""
    except BaseException as error:  # a module may raise anything, SystemExit included
        return type(error).__name__
    finally:
        signal.alarm(0)


def report(name: str, failure: str, out: TextIO) -> None:
    out.write(json.dumps({"module": name, "works": not failure, "failure": failure}) + "\n")
    module = sys.modules.get(name)
    if failure or module is None or getattr(module, "__name__", None) != name:
        return
    for attribute, value in sorted(vars(module).items()):
        if issubclass(type(value), type):  # isinstance would ask lazy objects for their class
            target = f"{getattr(value, '__module__', '?')}:{getattr(value, '__qualname__', '?')}"
            out.write(json.dumps({"module": name, "name": attribute, "target": target}) + "\n")


def modules(root: pathlib.Path, package: str) -> list[str]:
    single = root / f"{package}.py"
    if single.is_file():
        return [package]
    names = []
    for path in sorted((root / package).rglob("*.py")):
        parts = list(path.relative_to(root).with_suffix("").parts)
        if parts[-1] == "__init__":
            parts.pop()
        if all(p.isidentifier() and p not in SKIP for p in parts):
            names.append(".".join(parts))
    return names


def main() -> None:
    verb, root, *names = sys.argv[1:]
    sys.path.insert(0, root)
    out = sys.stdout
    if verb == "all":
        every = [m for name in names for m in modules(pathlib.Path(root), name)]
        failures = {name: quietly(name) for name in every}
        for name in every:
            report(name, failures[name], out)
    else:
        for name in names:
            out.flush()
            child = os.fork()
            if child == 0:
                report(name, quietly(name), out)
                out.flush()
                os._exit(0)
            os.waitpid(child, 0)
    out.flush()
    os._exit(0)


if __name__ == "__main__":
    main()
