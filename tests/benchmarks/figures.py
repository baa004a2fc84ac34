"""All figures that the README has, or some of them by name; prints a line for each.

Run it from the checkout: `.venv/bin/python tests/benchmarks/figures.py [NAME ...]`. Each is a
program of its own beside this one. A figure is a ratio wherever there is something to compare
with, both sides measured in turn on the same machine. Nothing fails when a goal is missed.
"""

import os
import platform
import subprocess
import sys
from pathlib import Path

from measuring import HEADER

# In the order of the table.
NAMES = [
    "first_frame", "rows", "command_line", "stalls", "tables", "filters", "memory", "refresh",
    "idle", "ssh", "sieve", "copies", "users", "many_nodes",
]  # fmt: skip


def main(names):
    unknown = set(names) - set(NAMES)
    if unknown:
        sys.exit(f"There is no {', '.join(sorted(unknown))}. There are: {', '.join(NAMES)}.")
    load = os.getloadavg()[0]
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores, load {load:.1f}\n")
    print(HEADER, flush=True)
    for name in names or NAMES:
        subprocess.run([sys.executable, Path(__file__).with_name(f"{name}.py")], check=False)


if __name__ == "__main__":
    main(sys.argv[1:])
