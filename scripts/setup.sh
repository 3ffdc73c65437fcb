#!/bin/sh
# setup.sh [--checks] — install what a build of onedef needs and does not find. Safe to run again; when nothing is
# missing it takes a fraction of a second and touches no network.
#
# Two sources: the distribution (compiler, CMake, libraries) and npm (the C sources of the tree-sitter runtime and of
# the Python grammar, locked by version and integrity hash in package-lock.json, put into node_modules/).
# --checks adds the tools that only .ci/run needs.
set -eu
cd "$(dirname "$0")/.."

# Libraries: a Debian package and the pkg-config modules that show it is there (checked where dpkg is not).
libraries='
libglib2.0-dev:glib-2.0
libjansson-dev:jansson
libsqlite3-dev:sqlite3
libgit2-dev:libgit2
libxxhash-dev:libxxhash
libigraph-dev:igraph
libgraphviz-dev:libgvc,libcgraph
libtomlplusplus-dev:tomlplusplus
'
# Tools: a command and the Debian package that brings it; a command that is on PATH is used, whoever installed it.
tools='
git:git
cc:gcc
c++:g++
cmake:cmake
ninja:ninja-build
pkg-config:pkg-config
python3:python3
'
check_tools='
clang-format:clang-format
shellcheck:shellcheck
'
# Neither a library nor a command: what the pictures need to have letters, and npm to trust its registry.
data='fonts-dejavu-core ca-certificates'

say() {
    printf 'setup: %s\n' "$*"
}

# give_up LINE...: what is wrong and what to do about it, then stop.
give_up() {
    printf '\nsetup: cannot go on.\n' >&2
    for line in "$@"; do
        printf '  %s\n' "$line" >&2
    done
    exit 1
}

have() {
    command -v "$1" >/dev/null 2>&1
}

is_debian() {
    have dpkg-query && have apt-get
}

# The packages among the arguments that dpkg does not have installed, one a line.
not_installed() {
    # dpkg-query fails when it has never heard of one of them, and still answers for the rest.
    installed=$(dpkg-query -W -f='${db:Status-Status} ${Package}\n' "$@" 2>/dev/null | sed -n 's/^installed //p') || true
    for package in "$@"; do
        printf '%s\n' "$installed" | grep -qxF -- "$package" || printf '%s\n' "$package"
    done
}

# --- npm: what is installed must be what the lock file says, by integrity hash ---

grammars_are_current() {
    for file in tree-sitter/vendor/tree-sitter/lib/src/lib.c tree-sitter-python/src/parser.c \
        tree-sitter-python/src/scanner.c .package-lock.json; do
        [ -f "node_modules/$file" ] || return 1
    done
    # npm writes .package-lock.json last, so an installation that was interrupted does not count as current.
    [ "$(grep '"integrity"' package-lock.json | sort)" = "$(grep '"integrity"' node_modules/.package-lock.json | sort)" ]
}

# What npm itself lacks: nothing when one is on PATH (Debian's nodejs is never installed over another one).
npm_packages() {
    if have npm && have node; then
        return
    fi
    if have node && ! dpkg-query -S "$(command -v node)" >/dev/null 2>&1; then
        give_up "There is a node at $(command -v node) that no Debian package owns, and no npm on PATH beside it." \
            "Install the npm that belongs to that node (it comes with the official archives), or take that node off" \
            "PATH to let this script install Debian's nodejs and npm. Then run the same command again."
    fi
    printf 'nodejs npm\n'
}

install_grammars() {
    say "npm ci: the tree-sitter runtime and Python grammar (C sources, no scripts run) into node_modules/"
    # What npm has in its cache is as good as a download, for the hashes decide; and give up soon where there is no network.
    if ! npm ci --ignore-scripts --prefer-offline --fetch-retries=1 --fetch-retry-mintimeout=2000 --fetch-retry-maxtimeout=5000 \
        --no-audit --no-fund --loglevel=error; then
        give_up "npm could not install the packages that package-lock.json names (its own message is above)." \
            "Most often the npm registry cannot be reached: check the network, the proxy (HTTPS_PROXY) and, if you use a" \
            "mirror, 'npm config get registry'. An integrity error means that what was served is not what the lock" \
            "file expects. Nothing else is needed from npm; run the same command again when it is reachable."
    fi
    grammars_are_current || give_up "npm reported success, but node_modules/ does not hold what package-lock.json says." \
        "Remove the folder node_modules and run the same command again."
}

# --- the distribution ---

missing_debian_packages() {
    for pair in $tools; do
        have "${pair%%:*}" || printf '%s\n' "${pair#*:}"
    done
    # shellcheck disable=SC2046,SC2086 # one word a package
    not_installed $(for pair in $libraries; do printf '%s ' "${pair%%:*}"; done) $data
    grammars_are_current || npm_packages
}

install_debian_packages() {
    if [ "$(id -u)" -eq 0 ]; then
        as_root=''
    elif ! have sudo; then
        give_up "These Debian packages are missing: $*" \
            "You are not root and there is no sudo here. Ask whoever administers this machine to run" \
            "    apt-get install --no-install-recommends $*" \
            "and run the same command again: the rest needs no special rights."
    elif sudo -n true 2>/dev/null || [ -t 0 ]; then
        as_root='sudo'
    else
        give_up "These Debian packages are missing: $*" \
            "sudo wants a password and there is no terminal to ask for it. Run 'make setup' in a terminal once, or" \
            "    sudo apt-get install --no-install-recommends $*"
    fi
    say "installing Debian packages${as_root:+ with sudo}: $*"
    # A source of packages that has nothing to do with ours may be out of order: only the installation decides.
    $as_root env DEBIAN_FRONTEND=noninteractive apt-get update -q || say "apt-get update had trouble; trying the installation all the same"
    if ! $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "$@"; then
        give_up "apt-get could not install: $*" \
            "Its own message is above. Most often the Debian mirror cannot be reached (check the network, the proxy and" \
            "/etc/apt/sources.list), another apt-get is running (wait for it), or this release is older than Debian 12" \
            "and has no such package (igraph 0.10 and toml++ are the newest that are needed)."
    fi
}

# Not Debian: everything must be there already; say exactly what is not.
check_other_system() {
    absent=''
    for pair in $tools; do
        have "${pair%%:*}" || absent="$absent ${pair%%:*}"
    done
    grammars_are_current || have npm || absent="$absent npm"
    for pair in $libraries; do
        modules=$(printf '%s' "${pair#*:}" | tr ',' ' ')
        # shellcheck disable=SC2086 # a list of modules
        { have pkg-config && pkg-config --exists $modules; } || absent="$absent ${modules}"
    done
    [ -z "$absent" ] || give_up "This system has no apt-get, and the script can install packages on Debian and its derivatives only." \
        "Missing here (commands, and libraries by their pkg-config names):$absent" \
        "Install them, with their headers, by your system's own means (igraph must be 0.10 or newer, CMake 3.25 or newer)" \
        "and run the same command again: it checks anew and goes on."
}

case "${1-}" in
--checks) tools="$tools $check_tools" ;;
'') ;;
*) give_up "Unknown argument '$1'. Usage: scripts/setup.sh [--checks]" ;;
esac

if is_debian; then
    missing=$(missing_debian_packages)
    if [ -n "$missing" ]; then
        # shellcheck disable=SC2086 # one word a package
        install_debian_packages $missing
    fi
else
    check_other_system
fi
grammars_are_current || install_grammars
