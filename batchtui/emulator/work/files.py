"""The files of tasks: where they are, and until when."""

from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from batchtui.emulator.errors import BatchError
from batchtui.emulator.machines.hosts import NodeHosts
from batchtui.emulator.store import Job, Node, Task, World
from batchtui.emulator.times import limit_seconds, read_time
from batchtui.emulator.work.records import directory_of


class TaskFiles:
    """Keeps tasks' directories for their retention time, which is real time."""

    def __init__(self, world: World, hosts: NodeHosts) -> None:
        self._world = world
        self._hosts = hosts
        self._cleaned: set[Task] = set()
        self._until: dict[Node, datetime] = {}

    def place(self, task: Task) -> tuple[Node, Path]:
        """The node that a task ran on, and its directory there.

        409 TaskFilesUnavailable before it runs and once the node is gone, TaskFilesCleanedup
        after its retention time.
        """
        node = self.node_of(task)
        if task in self._cleaned:
            raise BatchError("TaskFilesCleanedup")
        if not node or node.away:
            raise BatchError("TaskFilesUnavailable")
        path = self._hosts.directory(node).tasks / directory_of(task.job, task.id)
        path.mkdir(parents=True, exist_ok=True)
        return node, path

    def node_of(self, task: Task) -> Node | None:
        """The node that a task runs or ran on, while it is there."""
        info = task.body.get("nodeInfo") or {}
        pool = self._world.pools.find(info.get("poolId", ""))
        return pool.nodes.find(info["nodeId"]) if pool else None

    def keep(self, task: Task) -> None:
        """Clean up once the retention time of a task that has ended is over."""
        seconds, node = self._seconds_left(task), self.node_of(task)
        if seconds is not None and node:
            until = self._world.clock.now() + timedelta(seconds=seconds)
            self._until[node] = max(self._until.get(node, until), until)
            self._world.clock.after(seconds, partial(self._clean, task))

    def _clean(self, task: Task) -> None:
        seconds = self._seconds_left(task)
        if not task.gone and seconds is not None and seconds <= 0:
            self._cleaned.add(task)
            self.remove(task)

    def _seconds_left(self, task: Task) -> float | None:
        """Until a task's retention time is over, None while it hasn't ended or has no limit."""
        limit = limit_seconds(task.body["constraints"].get("retentionTime"))
        ended = read_time(task.body["executionInfo"].get("endTime", ""))
        if limit is None or ended is None:
            return None
        return limit - (self._world.clock.now() - ended).total_seconds()

    def kept_for(self, node: Node) -> float:
        """How many seconds data of tasks on a node are still to be kept."""
        now = self._world.clock.now()
        return max(0.0, (self._until.get(node, now) - now).total_seconds())

    def remove(self, task: Task) -> None:
        """Remove a task's directory, if its node is still there."""
        if node := self.node_of(task):
            self._hosts.remove(node, directory_of(task.job, task.id))

    def remove_all(self, job: Job, node: Node) -> None:
        """Remove what a job has on a node."""
        self._hosts.remove(node, directory_of(job, "").rstrip("/"))

    def forget_task(self, task: Task) -> None:
        """A task is to run again, or is gone."""
        self._cleaned.discard(task)

    def forget(self, node: Node) -> None:
        """A node is gone."""
        self._until.pop(node, None)
