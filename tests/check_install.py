#!/usr/bin/env python3
"""Install into a temporary folder and check what came: files, names, links, and that a program can be built on it.

usage: check_install.py --build DIR --cmake PATH [--cc PATH] [--sanitize LIST] [--version X.Y.Z]
"""

import argparse
import os
import pathlib
import re
import shlex
import subprocess
import sys
import tempfile

EXPECTED = [
    "bin/onedef",
    "bin/onedef-draw",
    "include/onedef/onedef.h",
    "lib*/libonedef.so",
    "lib*/libonedef.so.0",
    "lib*/pkgconfig/onedef.pc",
    "share/doc/onedef/LICENSE",
    "share/doc/onedef/licences.md",
    "share/man/man1/onedef.1",
    "share/bash-completion/completions/onedef",
    "share/zsh/site-functions/_onedef",
    "share/fish/vendor_completions.d/onedef.fish",
]
if (pathlib.Path(__file__).parent.parent / "queries").is_dir():
    EXPECTED.append("share/onedef/queries/python/*.scm")
# Graphviz (EPL-1.0) and igraph (GPL) must never meet in one file: docs/licences.md.
GRAPHVIZ = re.compile(r"^lib(gvc|cgraph|cdt|pathplan|xdot)\b")
IGRAPH = re.compile(r"^libigraph\b")

CLIENT = r"""
#include <onedef/onedef.h>
#include <string.h>
int main(int argc, char **argv)
{
    if (argc != 2 || strcmp(onedef_version(), argv[1]) != 0)
        return 1;
    g_autoptr(GError) error = NULL;
    const char *paths[] = {"/nowhere/at/all", NULL};
    OnedefOptions options = {.paths = paths, .no_cache = true};
    Onedef *onedef = onedef_open(&options, &error);
    return onedef == NULL && error != NULL ? 0 : 2;
}
"""

problems = []


def complain(message):
    problems.append(message)
    print(message)


def run(*command, **options):
    done = subprocess.run([str(c) for c in command], capture_output=True, text=True, **options)
    if done.returncode:
        complain(f"{shlex.join(map(str, command))}: exit code {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout


def needed(path):
    return re.findall(r"\(NEEDED\).*\[(.+?)\]", run("readelf", "-d", path))


def check_links(prefix):
    for path in [prefix / "bin/onedef", prefix / "bin/onedef-draw", *prefix.glob("lib*/**/libonedef.so")]:
        if not path.exists():
            continue
        # All that the loader would bring in, not only the direct links.
        libraries = set(needed(path)) | set(re.findall(r"^\s*(\S+) =>", run("ldd", path), re.MULTILINE))
        graphviz = sorted(filter(GRAPHVIZ.match, libraries))
        igraph = sorted(filter(IGRAPH.match, libraries))
        if graphviz and igraph:
            complain(f"{path.name} brings in both {', '.join(graphviz)} and {', '.join(igraph)}")
        if graphviz and path.name != "onedef-draw":
            complain(f"{path.name} brings in Graphviz: {', '.join(graphviz)}")
        if any(lib.startswith("libtree-sitter") for lib in libraries):
            complain(f"{path.name} uses the system's tree-sitter instead of the locked one")


def check_library(prefix, sanitized):
    for path in prefix.glob("lib*/**/libonedef.so"):
        soname = re.findall(r"\(SONAME\).*\[(.+?)\]", run("readelf", "-d", path))
        if soname != ["libonedef.so.0"]:
            complain(f"libonedef.so: SONAME is {soname}")
        names = [line.split()[-1].split("@")[0] for line in run("nm", "-D", "--defined-only", path).splitlines()]
        alien = [n for n in names if not n.startswith("onedef_")]
        if alien and not sanitized:
            complain(f"libonedef.so shows names that are not its own: {', '.join(alien[:10])}")
        if "onedef_open" not in names:
            complain("libonedef.so does not show onedef_open")


def check_client(prefix, cc, version, sanitize, folder):
    pc = next(iter(prefix.glob("lib*/**/onedef.pc")), None)
    if pc is None:
        return
    env = os.environ | {"PKG_CONFIG_PATH": str(pc.parent), "LC_ALL": "C"}
    env.pop("DESTDIR", None)
    if run("pkg-config", "--modversion", "onedef", env=env).strip() != version:
        complain("onedef.pc has another version than the project")
    flags = shlex.split(run("pkg-config", "--cflags", "--libs", "onedef", env=env))
    source = folder / "client.c"
    source.write_text(CLIENT)
    extra = [f"-fsanitize={sanitize}"] if sanitize else []
    run(*cc, "-std=gnu11", "-Wall", "-Wextra", "-Werror", "-o", folder / "client", source, *flags, *extra)
    library = next(iter(prefix.glob("lib*/**/libonedef.so"))).parent
    if (folder / "client").exists():
        run(folder / "client", version, env=env | {"LD_LIBRARY_PATH": str(library)})


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--build", required=True)
    parser.add_argument("--cmake", default="cmake")
    parser.add_argument("--cc", default="cc")
    parser.add_argument("--sanitize", default="")
    parser.add_argument("--version", required=True)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="onedef-install-") as temporary:
        folder = pathlib.Path(temporary)
        run(options.cmake, "--install", options.build, "--prefix", "/opt/one def",
            env=os.environ | {"DESTDIR": str(folder / "dest")})
        prefix = folder / "dest/opt/one def"
        if prefix.is_dir():
            for pattern in EXPECTED:
                # Debian's lib/<triplet> and others' lib64 are as good as lib.
                if not list(prefix.glob(pattern)) and not list(prefix.glob(pattern.replace("lib*/", "lib*/*/"))):
                    complain(f"not installed: {pattern}")
            check_links(prefix)
            check_library(prefix, bool(options.sanitize))
            check_client(prefix, shlex.split(options.cc), options.version, options.sanitize, folder)
            run(prefix / "bin/onedef", "version")
    print(f"{len(problems)} problems")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
