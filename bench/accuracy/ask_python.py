#!/usr/bin/env python3
"""What Python itself does with some packages, as JSON lines. Run by accuracy.py, in the interpreter asked.

Usage: ask_python.py bindings|imports PACKAGE...
       ask_python.py check < questions        lines {"module": …, "name": … or null}

bindings  imports every submodule; one line for each module attribute that is a class whose `class`
          statement stands in the source of a module of the same top-level package:
          {"module", "name", "target": "defining.module:QualName"}
imports   records every __import__ while importing every submodule; one line for each edge between
          modules of the packages that module-level or class-level code made: {"from", "to", "parent"}
check     does `import module` (name null) or `from module import name` work? The line with "works" added
"""
import ast, builtins, contextlib, importlib, importlib.util, inspect, io, json, os, pkgutil, signal, sys, warnings

warnings.simplefilter("ignore")
# what cannot be imported without a display, a terminal, or side effects on the machine
SKIP = ("__main__", ".tests", ".test", ".conftest", "idlelib", "turtledemo", "lib2to3.tests", ".setup")


class Late(Exception):
    pass


def alarm(*_):
    raise Late


def quietly(name):
    """Imports one module, in silence and within 20 seconds; None where it cannot be."""
    signal.alarm(20)
    try:
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            return importlib.import_module(name)
    except BaseException:
        return None
    finally:
        signal.alarm(0)


def import_all(roots):
    names = []
    for root in roots:
        module = quietly(root)
        names.append(root)
        if module is not None and hasattr(module, "__path__"):
            with contextlib.suppress(BaseException):
                for info in pkgutil.walk_packages(module.__path__, root + ".", onerror=lambda name: None):
                    if not any(part in info.name for part in SKIP):
                        names.append(info.name)
    return sorted(name for name in set(names) if quietly(name) is not None)


def class_statements(path, known={}):
    """Qualified names of the class statements of a file."""
    if path in known:
        return known[path]
    found = known[path] = set()
    with contextlib.suppress(Exception):
        stack = [(ast.parse(open(path, "rb").read()), "")]
        while stack:
            node, prefix = stack.pop()
            for child in ast.iter_child_nodes(node):
                if isinstance(child, ast.ClassDef):
                    found.add(prefix + child.name)
                    stack.append((child, prefix + child.name + "."))
                elif isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef)):
                    stack.append((child, prefix + child.name + ".<locals>."))
                elif isinstance(child, (ast.stmt, ast.excepthandler)):
                    stack.append((child, prefix))
    return found


def source_of(module):
    path = str(getattr(module, "__file__", None) or "")
    return path if path.endswith(".py") else None


def bindings(roots):
    tops = {root.split(".")[0] for root in roots}
    for name in import_all(roots):
        module = sys.modules.get(name)
        if module is None or getattr(module, "__name__", None) != name or not source_of(module):
            continue
        for attribute, value in sorted(vars(module).items()):
            if not issubclass(type(value), type):
                continue
            home, qualname = getattr(value, "__module__", None), getattr(value, "__qualname__", "")
            if not isinstance(home, str) or home.split(".")[0] not in tops or "<locals>" in qualname:
                continue
            path = source_of(sys.modules.get(home))
            if path and qualname in class_statements(path):
                yield {"module": name, "name": attribute, "target": f"{home}:{qualname}"}


def is_submodule(package, item):
    """Does `from package import item` lead to the submodule? A package gets the attribute only when the submodule has run to
    its end; until then Python looks into sys.modules."""
    module = sys.modules.get(f"{package}.{item}")
    return item != "*" and module is not None and getattr(sys.modules.get(package), item, module) is module


def imports(roots):
    """A parent edge (the `a` that `import a.b` loads first) is marked; one whose target is a package
    around the importer is no edge: it is loaded already."""
    tops, edges, original = {root.split(".")[0] for root in roots}, {}, builtins.__import__

    def note(importer, target, parent):
        if target != importer and target.split(".")[0] in tops and target in sys.modules:
            edges[importer, target] = edges.get((importer, target), True) and parent

    def record(name, globals=None, locals=None, fromlist=(), level=0):
        frame = sys._getframe(1)
        importer = (globals or {}).get("__name__")
        result = original(name, globals, locals, fromlist, level)
        if not isinstance(importer, str) or frame.f_code.co_flags & inspect.CO_OPTIMIZED:
            return result  # from inside a function: not what loading the module does by itself
        package = (globals or {}).get("__package__") or ""
        absolute = importlib.util.resolve_name("." * level + name, package) if level else name
        submodules = [f"{absolute}.{item}" for item in fromlist or () if is_submodule(absolute, item)]
        for submodule in submodules:
            note(importer, submodule, False)
        # `from . import sub` asks the package for nothing but the way to its submodule
        only_way = bool(submodules) and len(submodules) == len(fromlist)
        parts = absolute.split(".")
        for end in range(1, len(parts) + 1):
            parent = ".".join(parts[:end])
            direct = end == len(parts) and not only_way
            if direct or not importer.startswith(parent + "."):
                note(importer, parent, not direct)
        return result

    builtins.__import__ = record
    loaded = set(import_all(roots))
    builtins.__import__ = original
    for (importer, target), parent in sorted(edges.items()):
        if importer in loaded and source_of(sys.modules.get(importer)):
            yield {"from": importer, "to": target, "parent": parent}


def check(questions):
    for line in questions:
        question = json.loads(line)
        module = quietly(question["module"])
        works = module is not None
        if works and question.get("name"):
            works = hasattr(module, question["name"]) or quietly(f"{question['module']}.{question['name']}") is not None
        yield dict(question, works=works)


def main(verb, *roots):
    signal.signal(signal.SIGALRM, alarm)
    out = sys.stdout
    for record in {"bindings": bindings, "imports": imports}[verb](roots) if verb != "check" else check(sys.stdin):
        out.write(json.dumps(record) + "\n")
    out.flush()
    os._exit(0)  # whatever threads the packages have started


if __name__ == "__main__":
    main(*sys.argv[1:])
