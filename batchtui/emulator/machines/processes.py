"""Subprocesses of nodes: started in sessions of their own, and ended with all they started."""

import asyncio
import os
import signal
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from batchtui.emulator.machines.guardian import process_ids

GRACE = 0.3


async def run_to_files(
    command: Sequence[str], environment: Mapping[str, str], working: Path, output: Path
) -> int:
    """Run a program with its output in `stdout.txt` and `stderr.txt`; its exit status.

    A negative status is the signal that ended it; OSError or ValueError when it can't be started.
    Cancelling ends the program's session.
    """
    with (output / "stdout.txt").open("wb") as out, (output / "stderr.txt").open("wb") as err:
        process = await asyncio.create_subprocess_exec(
            *command,
            cwd=working,
            env=environment,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=out,
            stderr=err,
            start_new_session=True,
        )
    try:
        return await process.wait()
    except asyncio.CancelledError:
        kill_session(process.pid)
        await process.wait()
        raise


def kill_session(leader: int) -> None:
    """Kill a session's leader, its group and, where /proc tells, all its other groups."""
    for pid in session_members(leader):
        with suppress(ProcessLookupError, PermissionError):
            os.kill(pid, signal.SIGKILL)
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(leader, signal.SIGKILL)


async def hang_up(process: asyncio.subprocess.Process) -> None:
    """Tell a session's processes that the terminal is gone, then kill those that stay."""
    for pid in {*session_members(process.pid), process.pid}:
        with suppress(ProcessLookupError, PermissionError):
            os.kill(pid, signal.SIGHUP)
    with suppress(TimeoutError):
        await asyncio.wait_for(process.wait(), GRACE)
    kill_session(process.pid)
    await process.wait()


def session_members(leader: int) -> list[int]:
    """The processes of a session (Linux; elsewhere none is known)."""
    return [pid for pid in process_ids() if _session(pid) == leader]


def _session(pid: int) -> int:
    try:
        return os.getsid(pid)
    except (ProcessLookupError, PermissionError):
        return -1
