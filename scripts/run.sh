#!/bin/sh
# run.sh SRC OUT — the main job on one Python tree: findings, a picture, a graph and a plan, then how to read them.
# ONEDEF names the binary. Run by `make run`.
set -eu

here=$(cd "$(dirname "$0")/.." && pwd)
onedef=${ONEDEF:-onedef}
src=${1:?run.sh: which tree? usage: scripts/run.sh SRC OUT}
out=${2:-out}

# A shell that is not bash leaves the ~ of SRC=~/project alone.
# shellcheck disable=SC2088 # it is the character itself that is meant
case $src in
'~') src=$HOME ;;
'~/'*) src=$HOME/${src#'~/'} ;;
esac
# shellcheck disable=SC2088
case $out in
'~/'*) out=$HOME/${out#'~/'} ;;
esac
# A name that starts with a dash is a path all the same.
case $src in -*) src=./$src ;; esac
case $out in -*) out=./$out ;; esac
case $onedef in
/*) ;;
*/*) onedef=$here/$onedef ;;
esac

if [ ! -e "$src" ]; then
    printf "make run: there is no '%s' here (in %s).\n" "$src" "$(pwd)" >&2
    printf "  Give the folder of a Python project, for example: make run SRC=~/my/project\n" >&2
    exit 2
fi
mkdir -p "$out" || {
    printf "make run: cannot write to '%s'; name another folder with OUT=folder.\n" "$out" >&2
    exit 2
}

"$onedef" scan "$src" -f text -o "$out/findings.txt"
"$onedef" scan "$src" -f json -o "$out/findings.json"
"$onedef" scan "$src" -f markdown -o "$out/findings.md"
"$onedef" plan "$src" -f markdown -o "$out/plan.md"
"$onedef" plan "$src" -f json -o "$out/plan.json"
"$onedef" plan "$src" -f csv -o "$out/plan.csv"
"$onedef" graph "$src" -f svg -o "$out/graph.svg"
"$onedef" graph "$src" -f dot -o "$out/graph.dot"
"$onedef" graph "$src" --kind duplicates -f svg -o "$out/duplicates.svg"

# The worst comes first, so the beginning is what to show.
lines=$(wc -l <"$out/findings.txt")
head -n 80 "$out/findings.txt"
if [ "$lines" -gt 80 ]; then
    printf '... %d more lines in %s/findings.txt\n' $((lines - 80)) "$out"
fi
cat <<END

Written to $out/ — in the order to read it:
  findings.txt      what is defined more than once, and what each of those definitions really is (above)
  findings.md       the same for a review or an issue; findings.json for programs
  graph.svg         what imports what, folded until it can be read: open it in a browser; graph.dot is the same for Graphviz
  duplicates.svg    every group of definitions that should be one, and who imports which
  plan.md           the worklist, Phases 2A, 2B and 2C, with checkboxes; plan.json and plan.csv for programs

Next:
  $onedef explain -C '$src' NAME   everything about one class: what it truly is, the verdict, its home
  $onedef where -C '$src' NAME     the one place to import it from
  $onedef --help   all commands; 'onedef COMMAND --help' says more, 'make install' puts onedef on your PATH
END
