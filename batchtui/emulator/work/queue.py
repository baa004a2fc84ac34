"""The queue: tasks that could run now, in the order in which they should."""

import heapq
import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from batchtui.emulator.store import Job, Pool, Task
from batchtui.emulator.work.bench import Need
from batchtui.emulator.work.manager import is_manager


@dataclass(eq=False)
class Line:
    """The tasks of a job that ask the same of nodes: when the first can't be placed, none can."""

    job: Job
    need: Need
    heap: list[tuple[int, int, Task]] = field(default_factory=list)


class Queue:
    """Tasks in lines, one for each job and need.

    A task keeps its place for as long as it exists, so that one queued again is not the last.
    """

    def __init__(self) -> None:
        self._count = itertools.count()
        self._arrivals: dict[Task, int] = {}
        self._queued: set[Task] = set()
        self._lines: dict[Job, dict[Need, Line]] = {}

    def add(self, task: Task) -> None:
        """Queue a task at its place."""
        need = need_of(task)
        line = self._lines.setdefault(task.job, {}).setdefault(need, Line(task.job, need))
        arrival = self._arrivals.setdefault(task, next(self._count))
        heapq.heappush(line.heap, (arrival, next(self._count), task))
        self._queued.add(task)

    def remove(self, task: Task) -> None:
        """Take a task out, if it is in; its line passes over it later."""
        self._queued.discard(task)

    def forget(self, task: Task) -> None:
        """A task is gone."""
        self.remove(task)
        self._arrivals.pop(task, None)

    def forget_job(self, job: Job) -> None:
        """A job is gone with its tasks."""
        self._lines.pop(job, None)
        for task in job.tasks:
            self.forget(task)

    def offer(self, pool: Pool, take: Callable[[Task, Need], bool]) -> None:
        """Offer the tasks of a pool's active jobs in order, until every line has been refused.

        Higher priorities come first; among jobs of the same one the task that came first or, with
        the pool's jobDefaultOrder `creationtime`, the job that was made first.
        """
        policy = pool.body.get("taskSchedulingPolicy") or {}
        by_job = str(policy.get("jobDefaultOrder", "")).lower() == "creationtime"
        heads = [
            ((-line.job.body["priority"], made if by_job else 0), line.heap[0][:2], line)
            for made, line in enumerate(self._lines_of(pool))
        ]
        heapq.heapify(heads)
        while heads:
            rank, _, line = heads[0]
            if take(line.heap[0][2], line.need):
                self._queued.discard(heapq.heappop(line.heap)[2])
                if self._settle(line):
                    heapq.heapreplace(heads, (rank, line.heap[0][:2], line))
                    continue
            heapq.heappop(heads)

    def _lines_of(self, pool: Pool) -> Iterator[Line]:
        wanted = pool.id.lower()
        for job, lines in list(self._lines.items()):
            if job.state == "active" and job.pool_id.lower() == wanted:
                for line in list(lines.values()):
                    if self._settle(line):
                        yield line
                    else:
                        del lines[line.need]
            if not lines:
                del self._lines[job]

    def _settle(self, line: Line) -> bool:
        """Pass over what isn't queued any more; whether anything is left."""
        while line.heap and line.heap[0][2] not in self._queued:
            heapq.heappop(line.heap)
        return bool(line.heap)


def need_of(task: Task) -> Need:
    """What a task asks of nodes: a job manager that runs alone takes a whole one."""
    several = task.body.get("multiInstanceSettings") or {}
    manager = task.job.body["jobManagerTask"] if is_manager(task) else {}
    alone = bool(manager) and manager.get("runExclusive", True)
    return Need(
        slots=0 if alone else task.body["requiredSlots"],
        instances=several.get("numberOfInstances", 1),
        dedicated=not manager.get("allowLowPriorityNode", True),
    )
