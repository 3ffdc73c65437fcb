#!/usr/bin/env python3
"""Runs a command with the names of all Python files below a folder on its standard input.

usage: over_tree.py FOLDER COMMAND [ARGUMENT…]
"""
import subprocess
import sys
from pathlib import Path

folder, *command = sys.argv[1:]
names = sorted(str(path) for path in Path(folder).rglob("*.py") if "site-packages" not in path.parts)
sys.exit(subprocess.run(command, input="\n".join(names) + "\n", text=True).returncode)
