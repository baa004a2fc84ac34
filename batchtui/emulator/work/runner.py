"""Runs command lines of tasks on nodes, and ends all that they started when they end."""

import asyncio
import logging
from collections.abc import Awaitable, Coroutine, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from batchtui.emulator.machines.commands import launch
from batchtui.emulator.machines.guardian import TASK, boot_time, kill_all
from batchtui.emulator.machines.hosts import NodeHosts
from batchtui.emulator.machines.outcomes import OUT_OF_TIME, Failed, Outcome
from batchtui.emulator.machines.resources import DownloadError, fetch_all
from batchtui.emulator.machines.threads import apart
from batchtui.emulator.machines.uploads import upload_all
from batchtui.emulator.store import Job, Json, Node, Task, World
from batchtui.emulator.times import limit_seconds
from batchtui.emulator.tokens import Tokens
from batchtui.emulator.work.environment import task_settings
from batchtui.emulator.work.records import directory_of

T = TypeVar("T")
PRETENDED = 5.0
BROKEN = Failed("UnexpectedError", "The task could not be run", category="ServerError")
log = logging.getLogger(__name__)
PRETENCE = "This task was only pretended.\n"


@dataclass(frozen=True)
class Command:
    """A command line to be run in a directory of a node, after its files were fetched.

    `limit` is in seconds. What it leaves running ends with it, unless it is to `stay`.
    """

    line: str
    directory: str
    settings: dict[str, str]
    files: Sequence[Json] = ()
    common_files: Sequence[Json] = ()
    output_files: Sequence[Json] = ()
    limit: float | None = None
    stay: bool = False


@dataclass(frozen=True)
class Spot:
    """A task's directory on a node, where one thing runs at a time."""

    node: Node
    directory: str


@dataclass
class Runner:
    """Runs commands on nodes, for real or, on nodes that only pretend, in appearance."""

    world: World
    hosts: NodeHosts
    tokens: Tokens
    _busy: dict[Spot, asyncio.Event] = field(default_factory=dict)
    _closing: bool = False

    def root(self, node: Node) -> Path:
        """Where a node's files are, which it may not have yet when it only pretends."""
        return Path("/mnt/batch/tasks") if pretends(node) else self.hosts.directory(node).tasks

    def command_of(self, task: Task, node: Node) -> Command:
        """The command that a task is on its node."""
        directory = directory_of(task.job, task.id)
        return Command(
            task.body["commandLine"],
            directory,
            self.settings(task.job, task.id, task.body, node, directory),
            files=task.body.get("resourceFiles") or (),
            output_files=task.body.get("outputFiles") or (),
            limit=limit_seconds(task.body["constraints"].get("maxWallClockTime")),
        )

    def settings(
        self, job: Job, task_id: str, spec: Json, node: Node, directory: str
    ) -> dict[str, str]:
        """The settings of a task in a directory of a node, beyond those of the node itself."""
        settings = task_settings(job, task_id, spec, self.root(node), directory)
        access = (spec.get("authenticationTokenSettings") or {}).get("access") or ()
        if "job" in access:
            settings["AZ_BATCH_AUTHENTICATION_TOKEN"] = self.tokens.issue_for_job(job.id)
        return settings

    async def run(self, node: Node, command: Command) -> Outcome:
        """Run a command to its end. Cancelling ends it.

        Its output is there when it has ended. A time limit is real time, since processes are.
        """
        if pretends(node):
            await self.world.clock.sleep(PRETENDED)
            self.hosts.put(node, f"{command.directory}/stdout.txt", PRETENCE)
            self.hosts.put(node, f"{command.directory}/stderr.txt", "")
            self.hosts.put(node, f"{command.directory}/wd/", "")
            return Outcome(0)
        spot = Spot(node, command.directory)
        while spot in self._busy:
            await self._busy[spot].wait()
        self._busy[spot] = asyncio.Event()
        try:
            return await self._run(node, command)
        finally:
            self._busy.pop(spot).set()

    async def _run(self, node: Node, command: Command) -> Outcome:
        own = self.root(node) / command.directory
        (own / "wd").mkdir(parents=True, exist_ok=True)
        for name in ("stdout.txt", "stderr.txt"):
            (own / name).write_bytes(b"")
        since = boot_time()
        environment = self.hosts.environment(node) | command.settings
        try:
            async with asyncio.timeout(command.limit):
                await apart(partial(fetch_all, command.common_files, own))
                await apart(partial(fetch_all, command.files, own / "wd"))
                outcome = await launch(command.line, environment, own / "wd", own)
            return await self._stored(command, environment, own / "wd", outcome)
        except DownloadError as error:
            return Outcome(reason=error.failure)
        except TimeoutError:
            return Outcome(exit_code=-9, reason=OUT_OF_TIME)
        finally:
            if not command.stay:
                await self.end_strays(node, command.directory, since)

    async def _stored(
        self, command: Command, environment: dict[str, str], working: Path, outcome: Outcome
    ) -> Outcome:
        """What becomes of a command's outcome when its output files are stored, or can't be."""
        if not command.output_files or outcome.exit_code is None:
            return outcome
        failure = await apart(
            partial(upload_all, command.output_files, environment, working, outcome)
        )
        return outcome if outcome.failure else Outcome(outcome.exit_code, failure)

    async def end_strays(self, node: Node, directory: str, since: float = 0.0) -> None:
        """End what a task left running; the emulator's own end does that for all at once."""
        if not (self._closing or pretends(node)):
            root = self.root(node) / directory
            with suppress(RuntimeError):  # the interpreter is about to end
                await to_its_end(asyncio.to_thread(kill_all, [root], TASK, since))

    def close(self) -> None:
        """Leave strays to those who end all of the emulator's processes."""
        self._closing = True


async def or_broken(steps: Awaitable[T]) -> T | Outcome:
    """An outcome that is a failure of ours when something fails that mustn't, which is logged."""
    try:
        return await steps
    except Exception:
        log.exception("A task can't be run")
        return Outcome(reason=BROKEN)


async def to_its_end(steps: Coroutine[Any, Any, None]) -> None:
    """Await something that must not be left half done: a cancellation takes effect after it."""
    doing = asyncio.ensure_future(steps)
    try:
        await asyncio.shield(doing)
    except asyncio.CancelledError:
        while not doing.done():
            with suppress(asyncio.CancelledError):
                await asyncio.wait([doing])
        raise


def pretends(node: Node) -> bool:
    """Whether tasks on a node take time and succeed, and nothing else."""
    return node.pretend or node.pool.windows
