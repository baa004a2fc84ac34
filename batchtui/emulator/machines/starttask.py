"""Start tasks: run as subprocesses in the node's directory, or only pretended."""

import asyncio
import logging
from collections.abc import Callable, Coroutine, Mapping
from contextlib import ExitStack, suppress
from functools import partial
from typing import Any

from batchtui.emulator.machines.commands import launch, own_settings
from batchtui.emulator.machines.hosts import NodeHosts
from batchtui.emulator.machines.outcomes import Outcome
from batchtui.emulator.machines.resources import DownloadError, fetch_all
from batchtui.emulator.machines.threads import apart
from batchtui.emulator.store import Node, World
from batchtui.emulator.times import agent_time

AT_ONCE = 4
LONG = 2.0
PRETENDED = 2.0
log = logging.getLogger(__name__)

Ended = Callable[[Node, bool], None]


class StartTasks:
    """Runs the nodes' start tasks, and ends them with their nodes.

    A few begin at a time, so that a large pool doesn't bring the machine down; one that takes LONG
    (seconds) makes room for the next, for it may have no end.
    """

    def __init__(self, world: World, hosts: NodeHosts) -> None:
        self._world = world
        self._hosts = hosts
        self._slots = asyncio.Semaphore(AT_ONCE)
        self._running: dict[Node, asyncio.Task[None]] = {}
        self._replayed: dict[Node, asyncio.Task[None]] = {}

    def begin(self, node: Node, ended: Ended) -> None:
        """Start a node's start task; `ended` is told whether it succeeded."""
        if node.pretend or node.pool.windows:
            self.pretend(node, PRETENDED, ended)
            return
        node.body["startTaskInfo"] = self._begun()
        keep_while_running(self._running, node, self._run(node, ended))

    def pretend(self, node: Node, seconds: float | None, ended: Ended) -> None:
        """Let a start task seem to run for so many of the service's seconds; None has no end."""
        begun = node.body["startTaskInfo"] = self._begun()
        if seconds is not None:
            self._world.clock.later(seconds, lambda: self._pretended(node, begun, ended))

    def cancel(self, node: Node) -> None:
        """End a node's start task, and with it all that it started."""
        for tasks in (self._running, self._replayed):
            if task := tasks.get(node):
                task.cancel()

    async def looked_at(self, node: Node) -> None:
        """Make a node's directory, and the output of a start task that ended before we began."""
        self._hosts.directory(node)
        if node.ran_before and (node.pretend or node.pool.windows):
            node.ran_before = False
            self._hosts.put(node, "startup/stdout.txt", "This start task was only pretended.\n")
            self._hosts.put(node, "startup/stderr.txt", "")
        elif node.ran_before:
            node.ran_before = False
            keep_while_running(self._replayed, node, self._replay(node))
        if task_running := self._replayed.get(node):
            await asyncio.wait([task_running])

    async def _replay(self, node: Node) -> None:
        with suppress(asyncio.CancelledError, OSError):
            await self._in_turn(node)

    async def _in_turn(self, node: Node) -> Outcome:
        await self._slots.acquire()
        with ExitStack() as turn:
            turn.callback(self._slots.release)
            turn.callback(asyncio.get_running_loop().call_later(LONG, turn.close).cancel)
            return await run_start_task(self._hosts, node)

    def pretend_failure(self, node: Node, exit_code: int, stdout: str, stderr: str) -> None:
        """Let a node's start task have failed just now, with this output."""
        self.cancel(node)
        node.ran_before = False
        node.body["startTaskInfo"] = self._begun()
        self._complete(node, Outcome(exit_code))
        self._hosts.put(node, "startup/stdout.txt", stdout)
        self._hosts.put(node, "startup/stderr.txt", stderr)

    async def close(self) -> None:
        """End all start tasks."""
        tasks = [*self._running.values(), *self._replayed.values()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _pretended(self, node: Node, begun: Mapping[str, Any], ended: Ended) -> None:
        if not node.gone and node.body.get("startTaskInfo") is begun:
            self._complete(node, Outcome(0))
            node.ran_before = node.pretend or node.pool.windows
            ended(node, True)

    async def _run(self, node: Node, ended: Ended) -> None:
        with suppress(asyncio.CancelledError):
            try:
                succeeded = await self._attempts(node)
            except Exception:
                log.exception("The start task of %s can't be run", node.id)
                succeeded = False
            if not node.gone:
                ended(node, succeeded)

    async def _attempts(self, node: Node) -> bool:
        retries = node.body["startTask"]["maxTaskRetryCount"]
        attempt = 0
        while True:
            outcome = await self._in_turn(node)
            retry = outcome.exit_code and (retries < 0 or attempt < retries)
            if not retry:
                self._complete(node, outcome)
                return not outcome.failure
            attempt += 1
            await asyncio.sleep(self._world.clock.shorten(1.0))
            started = self._begun(attempt)
            node.body["startTaskInfo"] = started | {"lastRetryTime": started["startTime"]}

    def _begun(self, retries: int = 0) -> dict[str, Any]:
        now = agent_time(self._world.clock.now())
        return {"state": "running", "startTime": now, "retryCount": retries}

    def _complete(self, node: Node, outcome: Outcome) -> None:
        old = node.body["startTaskInfo"]
        end = agent_time(self._world.clock.now())
        node.body["startTaskInfo"] = completed(old, end, outcome)


def completed(old: dict[str, Any], end: str, outcome: Outcome) -> dict[str, Any]:
    """A finished start task's `startTaskInfo`, with its failure in the service's words."""
    info = {"state": "completed", "startTime": old["startTime"], "endTime": end}
    info |= outcome.result() | {"retryCount": old["retryCount"]}
    if "lastRetryTime" in old:
        info["lastRetryTime"] = old["lastRetryTime"]
    return info


def keep_while_running(
    tasks: dict[Node, asyncio.Task[None]], node: Node, work: Coroutine[Any, Any, None]
) -> None:
    """Run a node's work in the background; it is among the tasks until it ends."""
    task = asyncio.create_task(work)
    tasks[node] = task

    def ended(_: asyncio.Task[None]) -> None:
        if tasks.get(node) is task:  # and not what came after it was cancelled
            del tasks[node]

    task.add_done_callback(ended)


async def run_start_task(hosts: NodeHosts, node: Node) -> Outcome:
    """Run it once, after its files were fetched."""
    task = node.body["startTask"]
    environment = hosts.environment(node, task=True) | own_settings(task.get("environmentSettings"))
    startup = hosts.directory(node).tasks / "startup"
    (startup / "wd").mkdir(parents=True, exist_ok=True)  # somebody may have deleted it
    try:
        await apart(partial(fetch_all, task.get("resourceFiles") or (), startup / "wd"))
    except DownloadError as error:
        return Outcome(reason=error.failure)
    return await launch(task["commandLine"], environment, startup / "wd", startup)
