#!/usr/bin/env python3
"""The documentation must not lie: files it names exist, commands and options it shows are those of --help, and back.

usage: check_docs.py [--onedef PATH] [ROOT]      without --onedef only the paths are checked
"""

import argparse
import itertools
import pathlib
import re
import subprocess
import sys

problems = []

GENERATED = ("build/", "out/", "node_modules/")
CODE_SPAN = re.compile(r"`([^`\n]+)`")
LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")
FENCE = re.compile(r"^```.*?^```[ \t]*$", re.MULTILINE | re.DOTALL)
OPTION = re.compile(r"(?<![\w-])--[a-z][a-z0-9-]*")
# Options of other programs that appear on lines about onedef.
FOREIGN = {"--version", "--install", "--preset", "--build", "--prefix", "--ignore-scripts", "--parallel"}


def complain(where, message):
    problems.append(message)
    print(f"{where}: {message}")


def documents(root):
    return [p for p in [root / "README.md", root / "ARCHITECTURE.md", *sorted(root.glob("docs/**/*.md"))] if p.exists()]


def braces(text):
    """`a/{b,c}.d` -> a/b.d, a/c.d"""
    match = re.search(r"\{([^{}]*,[^{}]*)\}", text)
    if not match:
        return [text]
    parts = (braces(text[: match.start()] + part + text[match.end() :]) for part in match.group(1).split(","))
    return list(itertools.chain.from_iterable(parts))


def names_a_path(span, root):
    """Does the code span name a file of this repository? Only what starts with one of our folders, or looks like a root file."""
    if not re.fullmatch(r"[\w.+*<>{},/@-]+", span) or span.startswith(("-", "/", "http")):
        return False
    first = span.split("/")[0]
    if "/" in span:
        return (root / first).is_dir() and first not in {"."} and not span.startswith(GENERATED)
    return bool(re.fullmatch(r"(Makefile|CMake\w+\.\w+|LICENSE|[A-Z]+\.md|package[\w-]*\.json)", span))


def exists(path, root):
    pattern = re.sub(r"<[^<>]*>", "*", path)
    return any(True for _ in root.glob(pattern.rstrip("/"))) if "*" in pattern else (root / path).exists()


def check_paths(root):
    count = 0
    for document in documents(root):
        text = document.read_text(encoding="utf-8")
        for number, line in enumerate(text.splitlines(), 1):
            where = f"{document.relative_to(root)}:{number}"
            for span in CODE_SPAN.findall(line):
                span = re.sub(r":\d+$", "", span)
                if names_a_path(span, root):
                    count += 1
                    for path in braces(span):
                        if not exists(path, root):
                            complain(where, f"`{span}` does not exist")
            for target in LINK.findall(line):
                if not re.match(r"[a-z]+:", target) and not target.startswith(GENERATED):
                    count += 1
                    if not (document.parent / target).exists():
                        complain(where, f"the link to {target} leads nowhere")
    return count


def help_of(onedef, *command):
    done = subprocess.run([onedef, *command, "--help"], capture_output=True, text=True)
    if done.returncode:
        complain(" ".join(command) or "onedef", f"--help exits with {done.returncode}: {done.stderr.strip()}")
    return done.stdout


def commands_of(text):
    """The indented list below a heading that says commands: `  scan   what it does`."""
    listing = re.search(r"^commands.*?:\s*$(.*?)(?=^\S|\Z)", text, re.MULTILINE | re.DOTALL | re.IGNORECASE)
    return re.findall(r"^\s+([a-z][a-z-]*)\s{2,}\S", listing.group(1) if listing else text, re.MULTILINE)


def check_listing(name, text, helps):
    """Every command and every option of --help is in the text; no option is in the text that no --help has."""
    # A man page writes \\- where it means a hyphen that can be copied, and `Fl -word` for --word; fish says `-l word`.
    text = re.sub(r"\bFl (?:Fl |-)(?=[a-z])", "--", text.replace("\\-", "-"))
    text += " ".join("--" + word for word in re.findall(r"-l ([a-z][a-z0-9-]*)", text))
    known = set().union(*(set(OPTION.findall(h)) for h in helps.values())) - {"--version"}
    written = set(OPTION.findall(text))
    for command in helps:
        if command and not re.search(rf"(?<![\w-]){command}(?![\w-])", text):
            complain(name, f"the command {command} is missing")
    for option in sorted(known - written):
        complain(name, f"{option} is missing")
    for option in sorted(written - known - FOREIGN):
        complain(name, f"{option} is in no --help")


def check_examples(root, helps):
    """`onedef VERB --option` in the documents, in code spans and in code blocks."""
    known = set().union(*(set(OPTION.findall(h)) for h in helps.values()))
    for document in documents(root):
        text = document.read_text(encoding="utf-8")
        shown = CODE_SPAN.findall(FENCE.sub("", text))
        for block in FENCE.findall(text):
            shown += [line.strip().removeprefix("$ ") for line in block.splitlines()]
        for line in shown:
            match = re.match(r"(?:\./)?onedef ([a-z][a-z-]*)\b(.*)", line)
            if not match:
                continue
            # What other issues will bring may be described, not shown as an example: so every verb must be real.
            if match.group(1) not in helps:
                complain(document.name, f"`{line}`: there is no command {match.group(1)}")
            for option in OPTION.findall(re.split(r"[|;]", match.group(2))[0]):
                if option not in known:
                    complain(document.name, f"`{line}`: there is no option {option}")


def check_configuration(root):
    """docs/configuration.md knows every key of the table in src/config/config.c, and its example names no other."""
    source, document = root / "src/config/config.c", root / "docs/configuration.md"
    if not source.exists() or not document.exists():
        return
    table = re.search(r"static const Key keys\[\] = \{(.*?)^\};", source.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
    keys = re.findall(r'\{"([\w-]*)", "([\w-]+)"', table.group(1)) if table else []
    if not keys:
        complain(source.name, "no table of keys was found")
    text = document.read_text(encoding="utf-8")
    for _, key in keys:
        if f"`{key}`" not in text:
            complain("docs/configuration.md", f"the key `{key}` is missing")
    written = re.search(r"^```toml\n(.*?)^```", text, re.DOTALL | re.MULTILINE).group(1)
    top = re.search(r"\[tool\.onedef\]\n(.*?)^\[", written, re.DOTALL | re.MULTILINE).group(1)
    tables = re.findall(r"^\[{1,2}tool\.onedef\.([\w-]+)\]", written, re.MULTILINE)
    for key in re.findall(r"^([\w-]+) *=", top, re.MULTILINE) + tables:
        if ("", key) not in keys:
            complain("docs/configuration.md", f"the example has the key {key}, the program has not")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--onedef")
    parser.add_argument("root", nargs="?", default=pathlib.Path(__file__).parent.parent)
    options = parser.parse_args()
    root = pathlib.Path(options.root).resolve()
    paths = check_paths(root)
    check_configuration(root)
    if options.onedef:
        top = help_of(options.onedef)
        helps = {"": top} | {c: help_of(options.onedef, c) for c in commands_of(top)}
        if len(helps) < 2:
            complain("onedef --help", "lists no commands")
        for pattern in ("man/onedef.1", "completions/*"):
            files = sorted(root.glob(pattern))
            if not files:
                complain(pattern, "does not exist")
            for path in files:
                check_listing(str(path.relative_to(root)), path.read_text(encoding="utf-8"), helps)
        check_examples(root, helps)
    print(f"{paths} paths checked, {len(problems)} problems")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
