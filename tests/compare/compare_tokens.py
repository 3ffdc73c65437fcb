#!/usr/bin/env python3
"""Compares lexdump's tokens with CPython's tokenize module.

usage: compare_tokens.py LEXDUMP PATH...     (files and folders; prints mismatches, exits 1 if any)

Kinds, lines and texts of NAME, NUMBER, STRING, OP, NEWLINE, INDENT and DEDENT must agree, for every
file that CPython compiles (tokenize of 3.12 and later splits f-strings: needs 3.11 or older).
"""
import io
import json
import os
import subprocess
import sys
import tokenize
import warnings

KINDS = {tokenize.NAME: "NAME", tokenize.NUMBER: "NUMBER", tokenize.STRING: "STRING", tokenize.OP: "OP",
         tokenize.NEWLINE: "NEWLINE", tokenize.INDENT: "INDENT", tokenize.DEDENT: "DEDENT",
         tokenize.ERRORTOKEN: "ERROR"}


def files(paths):
    for path in paths:
        if os.path.isfile(path):
            yield path
        for base, dirs, names in os.walk(path):
            dirs.sort()
            for name in sorted(names):
                if name.endswith((".py", ".pyi")) and os.path.isfile(os.path.join(base, name)):
                    yield os.path.join(base, name)


def theirs(data):
    out = []
    for token in tokenize.tokenize(io.BytesIO(data).readline):
        if token.type in KINDS:
            layout = token.type in (tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT)
            out.append((KINDS[token.type], token.start[0], "" if layout else token.string))
    return out


def ours(lexdump, path):
    out = []
    run = subprocess.run([lexdump, "tokens", path], capture_output=True, check=True)
    for line in run.stdout.decode("ascii").splitlines():
        kind, place, text = line.split(" ", 2)
        out.append((kind, int(place.split(":")[0]), json.loads(text)))
    return out


def main():
    lexdump, paths = sys.argv[1], sys.argv[2:]
    compared = skipped = bad = 0
    warnings.simplefilter("ignore")
    for path in files(paths):
        with open(path, "rb") as file:
            data = file.read()
        try:
            compile(data, path, "exec", dont_inherit=True)
            encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
            want = theirs(data)
        except (SyntaxError, ValueError, tokenize.TokenError, RecursionError, MemoryError):
            skipped += 1
            continue
        # JSON's \u00xx stand for single bytes: give CPython's text the same shape.
        want = [(k, l, t.encode(encoding, "surrogateescape").decode("latin-1")) for k, l, t in want]
        got = ours(lexdump, path)
        got = [(k, l, t.replace("\r\n", "\n").replace("\r", "\n")) for k, l, t in got]
        want = [(k, l, t.replace("\r\n", "\n").replace("\r", "\n")) for k, l, t in want]
        compared += 1
        # DEDENTs at the end of the file: tokenize gives them the line after the last.
        got, want = ([(k, 0 if k == "DEDENT" else l, t) for k, l, t in x] for x in (got, want))
        if got != want:
            bad += 1
            place = next((i for i, (g, w) in enumerate(zip(got, want)) if g != w), min(len(got), len(want)))
            print(f"{path}: token {place}: got {got[place:place + 2]}, want {want[place:place + 2]}")
    print(f"{compared} files compared, {skipped} skipped (CPython rejects them), {bad} differ")
    return bad > 0


if __name__ == "__main__":
    sys.exit(main())
