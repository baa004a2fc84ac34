"""What has become of the demo's nodes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from batchtui.emulator.machines.outcomes import Outcome
from batchtui.emulator.machines.starttask import completed
from batchtui.emulator.nodes import booted
from batchtui.emulator.store import Json, Node, Pool, World
from batchtui.emulator.times import agent_time, service_time

INDEX_FILES = {
    "shared/reference/hg38.fa.fai": (
        "chr1\t248956422\t112\t60\t61\nchr2\t242193529\t253404903\t60\t61\n"
    )
}
DISK_FULL = {
    "code": "DiskFull",
    "message": "There is not enough disk space on the node",
    "errorDetails": [
        {"name": "Message", "value": "The disk of the node is full: 0 bytes of 100 GB are free"}
    ],
}


@dataclass(frozen=True)
class Fate:
    """A node's state, its start task's exit status and its work.

    A node whose start task succeeded has the files that it looks for.
    """

    state: str
    exit_code: int | None = 0
    running: int = 0
    tasks_run: int = 0
    errors: tuple[Mapping[str, Any], ...] = ()
    minutes: int = field(default=45)


IDLE = Fate("idle", tasks_run=31)
BUSY = Fate("running", running=1, tasks_run=48, minutes=7)
FAILED = Fate("starttaskfailed", exit_code=1, minutes=22)
HIDDEN_FAILURE = Fate("idle", exit_code=1, minutes=190)
UNUSABLE = Fate("unusable", tasks_run=12, errors=(DISK_FULL,), minutes=64)
PREEMPTED = Fate("preempted", tasks_run=9, minutes=18)
STARTING = Fate("starting", exit_code=None, minutes=0)
CREATING = Fate("creating", exit_code=None, minutes=0)


def apply_fate(node: Node, fate: Fate, past: Mapping[str, Any]) -> None:
    """Let a new node be as if it had lived through such a past."""
    node.body |= past
    if "startTask" not in node.body:
        node.body.pop("startTaskInfo", None)
    elif "startTaskInfo" in past:
        node.ran_before = True  # its output is made by really running it when somebody looks
        if fate.exit_code == 0:
            node.seed_files = INDEX_FILES


def past_of(world: World, pool: Pool, fate: Fate, age: timedelta) -> Json:
    """What a node of a pool of that age shows of a fate; nodes may share it, but for its start."""
    spread = timedelta(seconds=world.chance.randrange(600))
    ago = min(timedelta(minutes=fate.minutes) + (spread if fate.minutes else timedelta()), age)
    now, extra = world.clock.now() - ago, world.chance.randrange(1_000_000)
    jitter = timedelta(microseconds=extra)
    past: Json = {
        "state": fate.state,
        "stateTransitionTime": agent_time(now - jitter),
        "allocationTime": service_time(now - timedelta(minutes=3) - jitter, extra),
    }
    if fate.state in {"creating", "starting"}:
        return past
    past |= booted(agent_time(now - timedelta(seconds=40) - jitter))
    if fate.state == "preempted":
        del past["nodeAgentInfo"]
    if fate.exit_code is not None:
        old = {"startTime": agent_time(now - timedelta(seconds=2) - jitter), "retryCount": 0}
        past["startTaskInfo"] = completed(old, agent_time(now), Outcome(fate.exit_code))
    if fate.errors:
        past["errors"] = [dict(error) for error in fate.errors]
    return past | _work(world, pool, fate, now)


def _work(world: World, pool: Pool, fate: Fate, since: datetime) -> Json:
    """The tasks that a node ran and runs (recorded: node-list-recent-tasks-2022)."""
    jitter = world.chance.randrange(20) if fate.tasks_run else 0
    total = fate.tasks_run + jitter
    work: Json = {
        "totalTasksRun": total,
        "totalTasksSucceeded": max(0, total - fate.running - jitter // 8),
        "runningTasksCount": fate.running,
        "runningTaskSlotsCount": fate.running,
    }
    if fate.tasks_run:
        work["recentTasks"] = _recent_tasks(world, pool, fate, since)
    return work


def _recent_tasks(world: World, pool: Pool, fate: Fate, since: datetime) -> list[Json]:
    job = f"{pool.id}-{world.chance.randrange(100, 999)}"
    tasks = []
    for back in (2, 1):
        end = since - timedelta(minutes=back, seconds=world.chance.randrange(60))
        tasks.append(_task(world, job, end - timedelta(minutes=4), end))
    if fate.running:
        tasks.append(_task(world, job, since, None))
    return tasks


def _task(world: World, job: str, start: datetime, end: datetime | None) -> Json:
    name = f"task-{world.chance.randrange(10_000):04d}"
    execution: Json = {"startTime": agent_time(start)}
    if end:
        execution |= {"endTime": agent_time(end), "exitCode": 0, "result": "success"}
    return {
        "taskUrl": f"{world.endpoint}/jobs/{job}/tasks/{name}",
        "jobId": job,
        "taskId": name,
        "taskState": "completed" if end else "running",
        "executionInfo": execution | {"retryCount": 0, "requeueCount": 0},
    }
