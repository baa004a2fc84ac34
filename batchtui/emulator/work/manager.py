"""Job manager tasks: made from what their job says of them."""

import copy

from batchtui.emulator.store import Job, Json, Task, World
from batchtui.emulator.tasks import add_task

OF_THE_JOB = frozenset({"killJobOnCompletion", "runExclusive", "allowLowPriorityNode"})
NONADMIN = {"autoUser": {"scope": "pool", "elevationLevel": "nonadmin"}}


def manager_task(world: World, job: Job) -> Task:
    """A job's manager task, new and active, on the job's shelf."""
    spec: Json = job.body["jobManagerTask"]
    body = copy.deepcopy({k: v for k, v in spec.items() if k not in OF_THE_JOB})
    body.setdefault("userIdentity", NONADMIN)
    body.setdefault("requiredSlots", 1)
    body.setdefault("constraints", {})
    return add_task(world, job, body)


def is_manager(task: Task) -> bool:
    """Whether a task is its job's manager."""
    manager = task.job.body.get("jobManagerTask") or {}
    return task.id.lower() == str(manager.get("id", "")).lower()
