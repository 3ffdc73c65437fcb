#!/usr/bin/env python3
"""Score onedef's verdicts against groups of classes that were labelled by reading the code.

Usage: score.py ONEDEF LABELS.jsonl=TREE...  [--misses]

TREE is a checkout of the codebase at the commit that corpora.json names for LABELS.

A group of LABELS has `members` (path, line of the `class` keyword, name) and, for every pair of them, the labels that two readers gave who
saw neither each other's answer nor onedef's.  Pairs of one label in one group are one *unit*: a unit is what is counted, so that a group of
five does not weigh ten times as much as a group of two.  What onedef says of a pair is the verdict of the group that holds both; where one of the two left the contest (a stub,
a subclass of its namesake, a file in backup/), its role; where no group holds both, `silent`.

  copies    precision and recall of duplicate, renamed and diverged together: does onedef claim a copy where readers see one?  A unit is
            claimed when any of its pairs is, and found when all are connected through claimed pairs.
  verdicts  the label itself.  Silence is the right answer for look-alikes under two names (`family`, `none`); for the same name it is none.

Copies among fakes of tests, examples and backups that onedef shows apart, by their role, are counted as such and left out of both.
Where the two readers disagree whether there is a copy, or one of them could not tell, the unit is unclear: left out and counted.  Where they only
disagree about the kind (`some copy`, `no copy`), it counts for the copies and not for the verdicts.  Intervals are Wilson's, 95 %.
"""
from __future__ import annotations

import argparse
import collections
import itertools
import json
import math
import os
import subprocess
import sys
import tempfile
from typing import Any, NamedTuple

COPIES = {"duplicate", "renamed", "diverged"}
LEAVERS = {"override", "hollow", "conditional", "fallback", "test-double", "stub", "generated", "vendored", "backup", "migration", "example"}
# Labels for which several answers are right.  An empty class is too thin to judge: anything but the claim of a copy will do.
# What leaves both classes alone for another reason is right where a reader would leave them alone.
BY_ROLE = {"test-double", "generated", "vendored", "backup", "migration", "example"}
ALSO_RIGHT = {
    "none": {"silent", "family", "homonym"} | BY_ROLE,
    "family": {"silent", "family", "homonym", "override"} | BY_ROLE,
    "homonym": {"silent", "homonym", "family"} | BY_ROLE,
    "empty": {"silent", "homonym", "family"} | BY_ROLE,
    "test-double": {"silent", "homonym", "family"} | BY_ROLE,
    "override": {"override", "hollow", "family"},
    "conditional": {"conditional", "fallback"},
    "fallback": {"conditional", "fallback"},
}


def components(pairs: list[tuple[int, int]]) -> dict[int, int]:
    """The lowest member that each member of the pairs is connected with."""
    leader = {i: i for pair in pairs for i in pair}
    for _ in leader:
        for a, b in pairs:
            leader[a] = leader[b] = min(leader[a], leader[b])
    return leader


class Unit(NamedTuple):
    group: str
    label: str
    pairs: list[tuple[int, int]]
    said: list[str]

    def right(self) -> bool:
        allowed = {self.label} | (BY_ROLE if self.label in BY_ROLE else set()) | ALSO_RIGHT.get(self.label, set())
        return all(verdict in allowed for verdict in self.said)

    def by_role(self) -> bool:
        return self.label in COPIES | {"some copy"} and all(verdict in BY_ROLE for verdict in self.said)

    def claimed(self) -> bool:
        return any(verdict in COPIES for verdict in self.said)

    def found(self) -> bool:
        """Do the claimed pairs connect everything that the unit's pairs connect?"""
        leader = components([pair for pair, verdict in zip(self.pairs, self.said) if verdict in COPIES])
        return all(leader.get(a, -1) == leader.get(b, -2) for a, b in self.pairs)


def wilson(good: int, total: int) -> str:
    if not total:
        return "none"
    z, p = 1.96, good / total
    middle = (p + z * z / (2 * total)) / (1 + z * z / total)
    half = z * math.sqrt(p * (1 - p) / total + z * z / (4 * total * total)) / (1 + z * z / total)
    return f"{100 * p:.1f} % ({good} of {total}; {100 * (middle - half):.1f}–{100 * (middle + half):.1f})"


def export(onedef: str, tree: str) -> list[dict[str, Any]]:
    with tempfile.TemporaryDirectory() as folder:
        output = os.path.join(folder, "export.jsonl")
        subprocess.run([onedef, "export", "-q", "--no-cache", tree, "-o", output], check=True)
        with open(output, encoding="utf-8") as lines:
            return [record for line in lines if (record := json.loads(line))["record"] in ("definition", "group", "finding")]


class Answers:
    """What onedef says of two definitions, each given by path and line."""

    def __init__(self, records: list[dict[str, Any]]) -> None:
        self.ids: dict[tuple[str, int], str] = {}
        self.groups: dict[str, list[tuple[int, str]]] = collections.defaultdict(list)
        self.verdicts: list[str] = []
        self.redefined: set[tuple[str, str]] = set()
        for record in records:
            if record["record"] == "definition":
                self.ids[record["path"], record["line"]] = record["id"]
            elif record["record"] == "group":
                for member, role in zip(record["members"], record["roles"]):
                    self.groups[member].append((len(self.verdicts), role))
                self.verdicts.append(record["verdict"])
            elif record["rule"] == "redefinition":
                self.redefined.update(itertools.permutations(record["subjects"], 2))

    def of(self, one: dict[str, Any], other: dict[str, Any]) -> str:
        a, b = (self.ids.get((member["path"], member["line"])) for member in (one, other))
        if a is None or b is None:
            return "unseen"
        shared = [(v, r, s) for v, r in self.groups[a] for w, s in self.groups[b] if v == w]
        said = []
        for verdict, role, second_role in shared:
            left = sorted({role, second_role} & LEAVERS)
            said.append(left[0] if left else self.verdicts[verdict])
        if (a, b) in self.redefined:
            return "redefinition"
        return next((verdict for verdict in said if verdict in COPIES), said[0] if said else "silent")


def agreed(first: str, second: str) -> str:
    if first == second:
        return first
    if "unclear" in (first, second) or (first in COPIES) != (second in COPIES):
        return "unclear"
    return "some copy" if first in COPIES else "no copy"


def units_of(group: dict[str, Any], answers: Answers) -> list[Unit]:
    """Copies that hang together are one unit, as onedef's groups are: two equal ones and a third that has drifted are `diverged`."""
    members = group["members"]
    labels = {tuple(pair["members"]): agreed(*pair["labels"]) for pair in group["pairs"]}
    leader = components([pair for pair, label in labels.items() if label in COPIES])
    doubtful = {leader[i] for pair, label in labels.items() if label == "unclear" for i in pair if i in leader}
    strongest: dict[int, str] = {}
    for (a, _), label in labels.items():
        if label in COPIES:
            order = ["duplicate", "renamed", "diverged"]
            strongest[leader[a]] = max(strongest.get(leader[a], "duplicate"), label, key=order.index)
    by_label: dict[tuple[str, int], list[tuple[int, int]]] = collections.defaultdict(list)
    for (a, b), label in labels.items():
        if label in COPIES:
            # A third that may or may not be a copy decides between `duplicate` and `diverged`.
            by_label["some copy" if leader[a] in doubtful else strongest[leader[a]], leader[a]].append((a, b))
        elif leader.get(a, -1) != leader.get(b, -2):  # else a doubtful pair within a unit of copies
            by_label[label, -1].append((a, b))
    units = []
    for (label, _), pairs in sorted(by_label.items()):
        said = [answers.of(members[a], members[b]) for a, b in pairs]
        if label in COPIES | {"some copy"} and not set(said) <= BY_ROLE:  # those that are shown apart by their role need no link
            pairs, said = zip(*(both for both in zip(pairs, said) if both[1] not in BY_ROLE))
        units.append(Unit(group["group"], label, pairs, said))
    return units


def report(units: list[Unit], misses: bool) -> None:
    clear = [unit for unit in units if unit.label != "unclear"]
    claimed = [unit for unit in clear if unit.claimed()]
    by_role = [unit for unit in clear if unit.by_role()]
    copies = [unit for unit in clear if unit.label in COPIES | {"some copy"} and not unit.by_role()]
    judged = [unit for unit in clear if unit.label not in ("some copy", "no copy") and not unit.by_role()]
    print(f"units: {len(clear)}, unclear: {len(units) - len(clear)}, copies told by their role: {len(by_role)}")
    print(f"copies, precision: {wilson(sum(u in copies for u in claimed), len(claimed))}")
    print(f"copies, recall:    {wilson(sum(u.found() for u in copies), len(copies))}")
    print(f"verdicts right:    {wilson(sum(u.right() for u in judged), len(judged))}")
    table = collections.Counter((u.label, "|".join(sorted(set(u.said)))) for u in clear)
    print("\nlabel → said: units")
    for (label, said), count in sorted(table.items()):
        print(f"  {label:12} → {said:24} {count:4}")
    if misses:
        print("\nwrong:")
        for unit in clear:
            if (unit in judged and not unit.right()) or (unit in copies and not unit.found()) or (unit in claimed and unit not in copies):
                print(f"  {unit.group} {unit.label} → {'|'.join(sorted(set(unit.said)))}  pairs {unit.pairs}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("onedef")
    parser.add_argument("corpora", nargs="+", metavar="LABELS.jsonl=TREE")
    parser.add_argument("--misses", action="store_true", help="list the units whose verdict is wrong")
    options = parser.parse_args()
    units = []
    for corpus in options.corpora:
        labels, _, tree = corpus.partition("=")
        answers = Answers(export(options.onedef, tree))
        with open(labels, encoding="utf-8") as lines:
            groups = [json.loads(line) for line in lines]
        own = [unit for group in groups for unit in units_of(group, answers)]
        unseen = sum("unseen" in unit.said for unit in own)
        print(f"{os.path.basename(labels)}: {len(groups)} groups, {len(own)} units" + (f", {unseen} not seen" if unseen else ""), file=sys.stderr)
        units += own
    report(units, options.misses)


if __name__ == "__main__":
    main()
