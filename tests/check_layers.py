#!/usr/bin/env python3
"""The layer rules of ARCHITECTURE.md, checked on the include lines of src/; also banned functions and file lengths.

usage: check_layers.py [ROOT]     exit 0 when every rule holds, 1 with one line per breach
"""

import pathlib
import re
import sys

# In the order of the pipeline: a stage may include itself, those before it, and the foundations. Only config/ and source/
# know each other: the configuration is read through a Source, and a Source applies the configured patterns.
FOUNDATIONS = ["base", "config"]
STAGES = ["source", "parse", "cache", "model", "resolve", "graph", "detect", "plan", "fix", "report"]
TOP = {
    "engine": FOUNDATIONS + STAGES,
    "cli": FOUNDATIONS + STAGES + ["engine"],
    "draw": [],  # a program of its own: nothing of ours, so that it never links igraph
}

# A third party's header and the only places that may see it (folders, or single files below src/).
CONFINED = [
    (re.compile(r"tree_sitter/"), ["parse"]),
    (re.compile(r"igraph"), ["graph"]),
    (re.compile(r"(graphviz/|gvc\.h|cgraph\.h|gvplugin)"), ["draw"]),
    (re.compile(r"sqlite3\.h"), ["cache", "report/sqlite.c", "report/export_sqlite.c"]),
    (re.compile(r"git2(\.h|/)"), ["source"]),
    (re.compile(r"toml\+\+"), ["config"]),
]

BANNED = {
    "strcpy": "g_strlcpy or a GString",
    "strcat": "a GString",
    "sprintf": "g_snprintf or g_strdup_printf",
    "vsprintf": "g_vsnprintf",
    "strtok": "strchr or g_strsplit",
    "gets": "getline",
    "system": "g_spawn_async, which needs no shell",
    "setlocale": "nothing: output must not depend on the locale",
}
MAX_LINES = 900

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')
CALL = re.compile(r"(?<![\w.>])(" + "|".join(BANNED) + r")\s*\(")
NOT_CODE = re.compile(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', re.DOTALL)


def allowed_layers(folder):
    if folder in TOP:
        return set(TOP[folder]) | {folder}
    if folder == "base":
        return {"base"}
    if folder == "config":
        return {"base", "config", "source"}
    if folder in STAGES:
        return set(FOUNDATIONS) | set(STAGES[: STAGES.index(folder) + 1])
    return None


def blank(match):
    """What is no code becomes white space that keeps the line numbers."""
    return re.sub(r"[^\n]", " ", match.group(0))


def check_file(src, path):
    relative = path.relative_to(src).as_posix()
    folder = relative.split("/")[0] if "/" in relative else ""
    text = path.read_text(encoding="utf-8")
    lines = text.splitlines()
    layers = allowed_layers(folder) if folder else {"base", "cli", "report"}
    if layers is None:
        yield 1, f"the folder {folder}/ is in no layer: add it to tests/check_layers.py and ARCHITECTURE.md"
        return
    for number, line in enumerate(lines, 1):
        found = INCLUDE.match(line)
        if not found:
            continue
        quote, header = found.groups()
        target = header.split("/")[0] if quote == '"' and "/" in header else None
        if ".." in header.split("/"):
            yield number, f"include {header}: write the path from src/"
        elif target and (src / target).is_dir() and target not in layers:
            yield number, f"include {header}: {folder or 'main.c'} may not use {target}/"
        for pattern, places in CONFINED:
            if pattern.match(header) and not any(
                relative == place or relative.startswith(place + "/") for place in places
            ):
                yield number, f"include {header}: allowed in {', '.join(places)} only"
    code = NOT_CODE.sub(blank, text)
    for number, line in enumerate(code.splitlines(), 1):
        for match in CALL.finditer(line):
            yield number, f"{match.group(1)}() is banned: use {BANNED[match.group(1)]}"
        if re.search(r"\bgoto\b", line):
            yield number, "goto: use g_autoptr and early returns"
    if len(lines) > MAX_LINES:
        yield len(lines), f"{len(lines)} lines; split it (the limit is {MAX_LINES}, 600 is where to think again)"


def main():
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).parent.parent).resolve()
    src = root / "src"
    files = sorted(p for p in src.rglob("*") if p.suffix in {".c", ".h", ".cpp"})
    if not files:
        sys.exit(f"no sources below {src}")
    breaches = 0
    for path in files:
        for number, message in check_file(src, path):
            print(f"{path.relative_to(root)}:{number}: {message}")
            breaches += 1
    print(f"{len(files)} files, {breaches} breaches")
    return 1 if breaches else 0


if __name__ == "__main__":
    sys.exit(main())
