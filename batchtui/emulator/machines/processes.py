"""Subprocesses of nodes: started in sessions of their own, and ended with all they started."""

import asyncio
import os
import signal
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

GRACE = 0.3


@dataclass(frozen=True)
class Failed:
    """Why a task failed, or couldn't be started: `failureInfo` of the service."""

    code: str
    message: str
    detail: str
    more: Mapping[str, str] = field(default_factory=dict)

    def info(self) -> dict[str, Any]:
        """The failure as JSON."""
        details = {"Message": self.detail, **self.more}
        return {
            "category": "UserError",
            "code": self.code,
            "message": self.message,
            "details": [{"name": name, "value": value} for name, value in details.items()],
        }


async def run_to_files(
    command: Sequence[str], environment: Mapping[str, str], working: Path, output: Path
) -> int | Failed:
    """Run a program with its output in `stdout.txt` and `stderr.txt`; its exit status.

    A negative status is the signal that ended it. Cancelling ends the program's session.
    """
    with (output / "stdout.txt").open("wb") as out, (output / "stderr.txt").open("wb") as err:
        try:
            process = await asyncio.create_subprocess_exec(
                *command,
                cwd=working,
                env=environment,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=out,
                stderr=err,
                start_new_session=True,
            )
        except (OSError, ValueError) as error:
            return Failed("CommandLaunchFailed", "The command could not be launched", str(error))
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


def process_ids() -> Iterator[int]:
    """All processes, as /proc lists them; none where there is no /proc."""
    try:
        entries = list(Path("/proc").iterdir())
    except OSError:
        return iter(())
    return (int(entry.name) for entry in entries if entry.name.isdigit())


def kill_marked(marks: Sequence[str]) -> None:
    """Kill every process whose environment holds one of these settings (Linux)."""
    wanted = [mark.encode() for mark in marks]
    if not wanted:
        return
    for pid in process_ids():
        with suppress(OSError):
            settings = Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
            if any(mark in settings for mark in wanted):
                os.kill(pid, signal.SIGKILL)
