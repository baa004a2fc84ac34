"""What has become of the demo's nodes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from batchtui.emulator.machines.starttask import completed
from batchtui.emulator.nodes import backdate
from batchtui.emulator.store import Node, World
from batchtui.emulator.times import agent_time

INDEX_FILE = "shared/reference/hg38.fa.fai"
INDEX = "chr1\t248956422\t112\t60\t61\nchr2\t242193529\t253404903\t60\t61\n"
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


def apply_fate(world: World, node: Node, fate: Fate, age: timedelta) -> None:
    """Let a new node be as if it had lived for a while."""
    spread = timedelta(seconds=world.chance.randrange(600))
    ago = min(timedelta(minutes=fate.minutes) + (spread if fate.minutes else timedelta()), age)
    backdate(world, node, fate.state, ago)
    body = node.body
    if fate.state in {"creating", "starting"}:
        return
    if "startTask" in body and fate.exit_code is not None:
        _start_task_ended(world, node, fate.exit_code, ago)
    jitter = world.chance.randrange(20) if fate.tasks_run else 0
    body["totalTasksRun"] = fate.tasks_run + jitter
    body["totalTasksSucceeded"] = max(0, body["totalTasksRun"] - fate.running - jitter // 8)
    body["runningTasksCount"] = body["runningTaskSlotsCount"] = fate.running
    if fate.tasks_run:
        body["recentTasks"] = recent_tasks(world, node, fate, ago)
    if fate.errors:
        body["errors"] = [dict(error) for error in fate.errors]
    if fate.state == "preempted":
        del body["nodeAgentInfo"]


def _start_task_ended(world: World, node: Node, exit_code: int, ago: timedelta) -> None:
    """Its output is made by really running it when somebody looks."""
    end = world.clock.now() - ago
    start = end - timedelta(seconds=2, microseconds=world.chance.randrange(900_000))
    old = {"startTime": agent_time(start), "retryCount": 0}
    node.body["startTaskInfo"] = completed(old, agent_time(end), exit_code, None)
    node.ran_before = True
    if exit_code == 0:
        node.seed_files = {INDEX_FILE: INDEX}


def recent_tasks(world: World, node: Node, fate: Fate, ago: timedelta) -> list[dict[str, Any]]:
    """The last tasks that a node ran, and what it runs now (recorded: recent-tasks-2022)."""
    job = f"{node.pool.id}-{world.chance.randrange(100, 999)}"
    tasks = []
    for back in (2, 1):
        end = world.clock.now() - ago - timedelta(minutes=back, seconds=world.chance.randrange(60))
        tasks.append(_task(world, job, end - timedelta(minutes=4), end))
    if fate.running:
        tasks.append(_task(world, job, world.clock.now() - ago, None))
    return tasks


def _task(world: World, job: str, start: Any, end: Any) -> dict[str, Any]:  # noqa: ANN401
    name = f"task-{world.chance.randrange(10_000):04d}"
    execution: dict[str, Any] = {"startTime": agent_time(start)}
    if end:
        execution |= {"endTime": agent_time(end), "exitCode": 0, "result": "success"}
    return {
        "taskUrl": f"{world.endpoint}/jobs/{job}/tasks/{name}",
        "jobId": job,
        "taskId": name,
        "taskState": "completed" if end else "running",
        "executionInfo": execution | {"retryCount": 0, "requeueCount": 0},
    }
