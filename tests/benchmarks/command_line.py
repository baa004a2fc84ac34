"""The nodes of a pool as JSON on standard output: `batchtui ls nodes POOL --json` and az.

Whole processes, from start to end, against the same emulator in a process of its own. `az` is
found by $BATCHTUI_AZ or on the PATH.
"""

import json
import os
import shutil
import subprocess
import sys
import time
from functools import partial

from measuring import Line, cannot, in_turn, medians, ms, tell
from processes import account_of, emulator
from terminal import environment

RUNS = 3
NODES = 10_000
AZ = os.environ.get("BATCHTUI_AZ") or shutil.which("az")
WHAT = "`batchtui ls nodes POOL --json`, 10,000 nodes, whole process"
THEIRS = [AZ, "batch", "node", "list", "--pool-id", "scale", "--output", "json"]
OURS = [sys.executable, "-m", "batchtui", "ls", "nodes", "scale", "--json"]


def seconds(command, variables, count):
    """How long a command takes to print all nodes, of which `count` tells how many there are."""
    started = time.perf_counter()
    done = subprocess.run(command, env=variables, stdout=subprocess.PIPE, check=True)
    took = time.perf_counter() - started
    if count(done.stdout) != NODES:
        raise RuntimeError(f"{count(done.stdout)} nodes")
    return took


def main():
    if not AZ:
        cannot(WHAT, "there is no az")
        return
    with emulator(NODES) as (_, ready, _), environment(**account_of(ready)) as variables:
        sides = {
            "ours": partial(seconds, OURS, variables, lambda out: out.count(b"\n")),
            "az": partial(seconds, THEIRS, variables, lambda out: len(json.loads(out))),
        }
        took = medians(in_turn(sides, RUNS))
    ratio = took["az"] / took["ours"]
    of = f"{ms(took['ours'])} to {ms(took['az'])}"
    tell(Line(WHAT, "`az batch node list -o json`", ratio, 20, "x faster", at_least=True, of=of))


if __name__ == "__main__":
    main()
