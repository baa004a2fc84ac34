"""Programs that are measured from outside: an emulator, and what a process costs (/proc, Linux)."""

import contextlib
import json
import os
import subprocess
import sys
import time
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")


@contextlib.contextmanager
def emulator(nodes, *more):
    """A running emulator with so many nodes: its process, ready line and seconds until ready."""
    started = time.perf_counter()
    command = [sys.executable, "-m", "batchtui", "emulator", "--pretend", "--seed", str(nodes)]
    with subprocess.Popen(
        [*command, *more], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as process:
        try:
            ready = json.loads(process.stdout.readline())
            yield process, ready, time.perf_counter() - started
        finally:
            process.terminate()


def account_of(ready):
    """The variables by which batchtui and az find an emulator's account."""
    return {
        "AZURE_BATCH_ENDPOINT": ready["endpoint"],
        "AZURE_BATCH_ACCOUNT": ready["account"],
        "AZURE_BATCH_ACCESS_KEY": ready["key"],
    }


def processor_seconds(pid):
    """The processor time that a process has taken, all of its threads."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def memory(pid, which="VmRSS"):
    """The memory that a process has, or with `VmHWM` the most that it has had, in MiB."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(which)) / 1024
