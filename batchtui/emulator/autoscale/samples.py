"""The metrics of a pool: counted from the world every 30 seconds, and kept for a day.

The seconds are the service's: with a faster clock samples are still 30 seconds apart for formulas.
"""

from collections import Counter, deque
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from batchtui.emulator.autoscale.values import Metric
from batchtui.emulator.store import Json, Pool, Task, World
from batchtui.emulator.work import Work

MOST_SAMPLES = 24 * 60 * 2
USABLE = ("idle", "running")
# Of what nodes' agents measured until March 2024 there are no samples (docs: deprecated).
UNMEASURED = frozenset({
    "$WallClockSeconds", "$MemoryBytes", "$DiskBytes", "$DiskReadBytes", "$DiskWriteBytes",
    "$DiskReadOps", "$DiskWriteOps", "$NetworkInBytes", "$NetworkOutBytes",
})  # fmt: skip
ALIASES = {
    "$CurrentDedicated": "$CurrentDedicatedNodes",
    "$CurrentLowPriority": "$CurrentLowPriorityNodes",
}


class Sample(NamedTuple):
    """What there was at one moment."""

    active: int = 0
    running: int = 0
    succeeded: int = 0
    failed: int = 0
    dedicated: int = 0
    spot: int = 0
    nodes: int = 0
    usable: int = 0
    preempted: int = 0
    busy: int = 0

    @property
    def pending(self) -> int:
        """Tasks that are ready to run, or run."""
        return self.active + self.running

    @property
    def cpu(self) -> float:
        """The share of usable nodes at work, as if each were used wholly or not at all.

        0 to 1, as the documentation's examples compare it.
        """
        return self.busy / self.usable if self.usable else 0.0


FIELDS = {
    "$ActiveTasks": "active",
    "$RunningTasks": "running",
    "$PendingTasks": "pending",
    "$SucceededTasks": "succeeded",
    "$FailedTasks": "failed",
    "$CurrentDedicatedNodes": "dedicated",
    "$CurrentLowPriorityNodes": "spot",
    "$SampleNodeCount": "nodes",
    "$UsableNodeCount": "usable",
    "$PreemptedNodeCount": "preempted",
    "$CPUPercent": "cpu",
}
KNOWN_NOW = frozenset({
    "$CurrentDedicatedNodes", "$CurrentLowPriorityNodes", "$SampleNodeCount",
    "$UsableNodeCount", "$PreemptedNodeCount",
})  # fmt: skip


def new_history() -> deque[Sample]:
    """A pool's samples, oldest first."""
    return deque(maxlen=MOST_SAMPLES)


def take_sample(world: World, work: Work, pool: Pool) -> Sample:
    """Count a pool's nodes, and the tasks of the jobs that run on it.

    What a seed's nodes run belongs to no job, and is counted by the nodes.
    """
    nodes = Counter(node.state for node in pool.nodes)
    tasks: Counter[str] = Counter()
    for job in world.jobs:
        if job.pool_id.lower() == pool.id.lower():
            for task in job.tasks:
                tasks[_standing(task.body)] += _weight(work, task)
    at_work = sum(node.body["runningTasksCount"] for node in pool.nodes)
    return Sample(
        active=tasks["active"],
        running=max(at_work, tasks["running"] + tasks["preparing"]),
        succeeded=tasks["success"],
        failed=tasks["failure"],
        dedicated=pool.body["currentDedicatedNodes"],
        spot=pool.body["currentLowPriorityNodes"],
        nodes=len(pool.nodes),
        usable=sum(nodes[state] for state in USABLE),
        preempted=nodes["preempted"],
        busy=nodes["running"],
    )


def _standing(task: Json) -> str:
    """What a task counts as: its state, or how it ended."""
    if task["state"] != "completed":
        return str(task["state"])
    return str(task["executionInfo"].get("result", "failure"))


def _weight(work: Work, task: Task) -> int:
    """How often an active task counts: once for each instance, not at all while it waits (docs).

    Nor while its job is disabled, or has ended: it doesn't ask for a node then.
    """
    if task.state != "active":
        return 1
    if task.job.state != "active" or work.waits(task):
        return 0
    return int((task.body.get("multiInstanceSettings") or {}).get("numberOfInstances", 1))


def metric_of(
    name: str, history: Sequence[Sample], now_sample: Sample, slots: int, now: datetime
) -> Metric | None:
    """A metric by its name, or None when the service has none of that name."""
    name = ALIASES.get(name, name)
    if name == "$TaskSlotsPerNode":
        return Metric(name, [float(slots)] * len(history), now, float(slots))
    if name in UNMEASURED:
        return Metric(name, (), now)
    field = FIELDS.get(name)
    if field is None:
        return None
    samples = [float(getattr(sample, field)) for sample in history]
    current = float(getattr(now_sample, field)) if name in KNOWN_NOW else None
    return Metric(name, samples, now, current)
