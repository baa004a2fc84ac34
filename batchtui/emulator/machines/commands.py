"""Command lines run on nodes: Batch splits them into words and adds no shell."""

import shlex
import shutil
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from batchtui.emulator.machines.outcomes import Failed, Outcome
from batchtui.emulator.machines.processes import run_to_files


async def launch(line: str, environment: Mapping[str, str], working: Path, output: Path) -> Outcome:
    """Run a command line with its output in `stdout.txt` and `stderr.txt`.

    Cancelling ends its session.
    """
    words = split(line)
    program = find_program(words[0], environment["PATH"], working) if words else None
    if program is None:
        details = {"Message": line}
        message = "The specified command program is not found"
        return Outcome(reason=Failed("CommandProgramNotFound", message, details))
    try:
        return Outcome(await run_to_files([program, *words[1:]], environment, working, output))
    except (OSError, ValueError) as error:
        details = {"Message": str(error)}
        message = "The command could not be launched"
        return Outcome(reason=Failed("CommandLaunchFailed", message, details))


def split(line: str) -> Sequence[str]:
    """The words of a command line; quotes that don't match are taken as they are."""
    try:
        return shlex.split(line)
    except ValueError:
        return line.split()


def find_program(name: str, path: str, working: Path) -> str | None:
    """A program by its path or by PATH, from the task's working directory, or None."""
    return shutil.which(str(working / name) if "/" in name else name, path=path)


def own_settings(settings: Iterable[Mapping[str, Any]] | None) -> dict[str, str]:
    """The user's `environmentSettings`, by name.

    The service's own variables can't be set; by one of them the node's processes are found.
    """
    return {
        setting["name"]: setting.get("value") or ""
        for setting in settings or ()
        if not setting["name"].startswith("AZ_BATCH_")
    }
