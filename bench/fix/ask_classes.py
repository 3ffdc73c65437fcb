#!/usr/bin/env python3
"""Which class every module attribute is, and which modules can be imported. Run by judge.py, in the tree to judge.

Usage: ask_classes.py all ROOT PACKAGE...     imports every module of the packages in one process
       ask_classes.py each ROOT MODULE...     imports each module in a process of its own, as the first one

Prints JSON lines: {"module", "works"} and {"module", "name", "target": "defining.module:QualName"}. A module that
ends the process when it is imported counts as one that fails; the others are imported again without it.
"""
import contextlib
import fcntl
import importlib
import io
import json
import os
import pathlib
import signal
import sys
import warnings
from typing import Callable, TextIO

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
            names = [getattr(value, name, "?") for name in ("__module__", "__qualname__")]  # zope has a property there
            target = ":".join(name if isinstance(name, str) else "?" for name in names)
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


def ask_all(names: list[str], out: TextIO, progress: int) -> None:
    """Imports all in this process, then reports; each name goes to `progress` before it is imported."""
    failures = {}
    for name in names:
        os.write(progress, name.encode() + b"\n")
        failures[name] = quietly(name)
    os.write(progress, b"\n")
    for name in names:
        report(name, failures[name], out)
    out.flush()


def child(ask: Callable[[int], None]) -> str:
    """Runs `ask` in a process of its own; the last line that it wrote to the pipe it is given."""
    reading, writing = os.pipe()
    if os.fork() == 0:
        os.close(reading)
        try:
            ask(writing)
        finally:
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        lines = pipe.read().split(b"\n")
    os.wait()
    return lines[-2].decode() if len(lines) > 1 else ""


def quiet_output() -> TextIO:
    """The standard output under a number that imported modules do not close; 0 to 2 lead nowhere then."""
    out = os.fdopen(fcntl.fcntl(1, fcntl.F_DUPFD_CLOEXEC, 100), "w")
    nowhere = os.open(os.devnull, os.O_RDWR)
    for number in (0, 1, 2):
        os.dup2(nowhere, number)
    return out


def main() -> None:
    verb, root, *names = sys.argv[1:]
    sys.path.insert(0, root)
    out = quiet_output()
    if verb == "all":
        every = [m for name in names for m in modules(pathlib.Path(root), name)]
        while last := child(lambda progress: ask_all(every, out, progress)):
            every.remove(last)
            report(last, "ends the process", out)
            out.flush()
    else:
        for name in names:
            child(lambda progress: ask_all([name], out, progress))
    os._exit(0)


if __name__ == "__main__":
    main()
