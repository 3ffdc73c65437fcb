#!/usr/bin/env python3
"""Write the shells' completions (completions/) from `onedef --help` and `onedef COMMAND --help`.

usage: scripts/completions.py ONEDEF [--check]      run it when a command or option changed; --check only compares

The result is committed, so that an installation needs no Python.
"""

import argparse
import pathlib
import re
import subprocess
import sys

FOLDER = pathlib.Path(__file__).resolve().parent.parent / "completions"
ENTRY = re.compile(r"^ {2}(?:-(\w), | {4})--([a-z][a-z0-9-]*)(?: ([A-Z][\w.]*))?(?:\s{2,}(\S.*))?$")
# Values that several options take and no description lists in full.
VALUES = {
    "SEVERITY": ["info", "warning", "error"],
    "kinds": ["class", "enum", "protocol", "dataclass", "attrs", "typed-dict", "named-tuple", "exception", "abc", "pydantic",
              "django-model", "type-alias", "new-type", "function"],
    "WHAT": ["new", "more"],
    "ROLE": ["production", "test", "vendored", "generated", "backup", "migration", "example"],
}
WORDS = re.compile(r"[\w-]+(?:, [\w-]+)*(?:,? (?:or|and) [\w-]+)?")


class Option:
    def __init__(self, short, long, value, text):
        self.short, self.long, self.value, self.text = short, long, value, text or ""

    def label(self):
        return "output format" if self.long == "format" else self.text

    def names(self):
        return ([f"-{self.short}"] if self.short else []) + [f"--{self.long}"]

    def choices(self):
        """A description that is a plain list of words is the list of values."""
        if not self.value:
            return []
        known = VALUES.get(self.long) or VALUES.get(self.value)
        if known:
            return known
        head = re.sub(r"\s*\([^()]*\)", "", self.text).strip()
        words = re.split(r", | or | and ", head.replace(", or ", ", ").replace(", and ", ", "))
        return words if len(words) > 1 and WORDS.fullmatch(head) else []

    def takes(self):
        if self.choices():
            return "choice"
        return {"FILE": "file", "DIR": "folder"}.get(self.value, "value") if self.value else ""


def ask(onedef, *command):
    done = subprocess.run([onedef, *command, "--help"], capture_output=True, text=True, check=True)
    return done.stdout


def commands_of(text):
    listing = re.search(r"^Commands:\n((?: {2}\S.*\n)+)", text, re.MULTILINE)
    return re.findall(r"^ {2}([a-z][a-z-]*)\s+(\S.*)$", listing.group(1), re.MULTILINE)


def options_of(text):
    options, lines = [], text.split("\n")
    for number, line in enumerate(lines):
        match = ENTRY.match(line)
        if match:
            short, long, value, words = match.groups()
            if words is None and number + 1 < len(lines):
                words = lines[number + 1].strip()
            options.append(Option(short, long, value, words))
    return options


NOTE = "Written by scripts/completions.py from `onedef --help`; change it there."


def bash(commands):
    out = [f"# bash completion for onedef. {NOTE}", "_onedef() {"]
    out += ["    local word=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]} command='' i"]
    out += [f"    local commands='{' '.join(name for name, _, _ in commands)}'"]
    out += ["    for ((i = 1; i < COMP_CWORD; i++)); do",
            "        case \" $commands \" in *\" ${COMP_WORDS[i]} \"*) command=${COMP_WORDS[i]}; break ;; esac",
            "    done",
            "    case $command:$previous in"]
    for name, _, options in commands:
        for option in options:
            pattern = "|".join(f"{name}:{spelling}" for spelling in option.names())
            action = {
                "choice": f"mapfile -t COMPREPLY < <(compgen -W '{' '.join(option.choices())}' -- \"$word\")",
                "file": "mapfile -t COMPREPLY < <(compgen -f -- \"$word\")",
                "folder": "mapfile -t COMPREPLY < <(compgen -d -- \"$word\")",
                "value": "COMPREPLY=()",
            }.get(option.takes())
            if action:
                out.append(f"    {pattern}) {action}; return ;;")
    out += ["    esac", "    case $command:$word in"]
    for name, _, options in commands:
        spelled = " ".join(spelling for option in options for spelling in option.names())
        out.append(f"    {name}:-*) mapfile -t COMPREPLY < <(compgen -W '{spelled}' -- \"$word\") ;;")
    out += ["    :-*) mapfile -t COMPREPLY < <(compgen -W '--help --version' -- \"$word\") ;;",
            "    :*) mapfile -t COMPREPLY < <(compgen -W \"$commands\" -- \"$word\"; compgen -f -- \"$word\") ;;",
            "    *) mapfile -t COMPREPLY < <(compgen -f -- \"$word\") ;;",
            "    esac", "}", "complete -o filenames -F _onedef onedef", ""]
    return "\n".join(out)


def zsh_quote(text):
    return text.replace("'", "'\\''").replace("[", "\\[").replace("]", "\\]").replace(":", "\\:")


def zsh(commands):
    out = ["#compdef onedef", f"# {NOTE}", "_onedef() {", "    local context state line", "    local -a commands", "    commands=("]
    out += [f"        '{name}:{zsh_quote(summary)}'" for name, summary, _ in commands]
    out += ["    )", "    _arguments -C '(- *)--help[show help]' '(- *)--version[show the version]' '1: :->command' '*:: :->rest'",
            "    case $state in",
            "    command) _alternative 'commands:command:{_describe command commands}' 'files:path:_files' ;;",
            "    rest)", "        case $line[1] in"]
    for name, _, options in commands:
        out.append(f"        {name})")
        out.append("            _arguments -s \\")
        for option in options:
            action = {
                "choice": f":{option.value.lower() if option.value else ''}:({' '.join(option.choices())})",
                "file": ":file:_files", "folder": ":folder:_files -/", "value": f":{(option.value or '').lower()}: ",
            }.get(option.takes(), "")
            many = "*" if "repeatable" in option.text or "twice" in option.text else ""
            for spelling in option.names():
                out.append(f"                '{many}{spelling}[{zsh_quote(option.label())}]{action}' \\")
        out.append("                '*:path:_files'")
        out.append("            ;;")
    out += ["        *) _files ;;", "        esac", "        ;;", "    esac", "}", '_onedef "$@"', ""]
    return "\n".join(out)


def fish_quote(text):
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def fish(commands):
    out = [f"# fish completion for onedef. {NOTE}",
           "complete -c onedef -n __fish_use_subcommand -l help -d 'show help'",
           "complete -c onedef -n __fish_use_subcommand -l version -d 'show the version'"]
    for name, summary, options in commands:
        out.append(f"complete -c onedef -n __fish_use_subcommand -a {name} -d {fish_quote(summary)}")
        for option in options:
            line = f"complete -c onedef -n '__fish_seen_subcommand_from {name}'"
            line += f" -s {option.short}" if option.short else ""
            line += f" -l {option.long}"
            line += {"choice": f" -x -a '{' '.join(option.choices())}'", "file": " -r -F", "folder": " -x -a '(__fish_complete_directories)'",
                     "value": " -x"}.get(option.takes(), "")
            out.append(f"{line} -d {fish_quote(option.label())}")
    return "\n".join(out) + "\n"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("onedef")
    parser.add_argument("--check", action="store_true")
    arguments = parser.parse_args()
    commands = [(name, summary, options_of(ask(arguments.onedef, name))) for name, summary in commands_of(ask(arguments.onedef))]
    stale = []
    for name, text in {"onedef.bash": bash(commands), "_onedef": zsh(commands), "onedef.fish": fish(commands)}.items():
        path = FOLDER / name
        if path.exists() and path.read_text(encoding="utf-8") == text:
            continue
        stale.append(name)
        if not arguments.check:
            FOLDER.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8")
    if arguments.check and stale:
        print(f"out of date: {', '.join(stale)}; run scripts/completions.py {arguments.onedef}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
