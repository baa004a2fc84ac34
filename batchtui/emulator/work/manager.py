"""Job manager tasks: made from what their job says of them."""

from batchtui.emulator.store import Job, Json, Task, World

OF_THE_JOB = frozenset({"killJobOnCompletion", "runExclusive", "allowLowPriorityNode"})
NONADMIN = {"autoUser": {"scope": "pool", "elevationLevel": "nonadmin"}}


def manager_task(world: World, job: Job) -> Task:
    """A job's manager task, new and active, on the job's shelf."""
    spec: Json = job.body["jobManagerTask"]
    body = {name: value for name, value in spec.items() if name not in OF_THE_JOB}
    now = world.touch(body)
    body |= {
        "url": f"{job.body['url']}/tasks/{spec['id']}",
        "creationTime": now,
        "state": "active",
        "stateTransitionTime": now,
        "executionInfo": {"retryCount": 0, "requeueCount": 0},
    }
    body.setdefault("userIdentity", NONADMIN)
    body.setdefault("requiredSlots", 1)
    body.setdefault("constraints", {})
    task = Task(job, spec["id"], body, job.next_task)
    job.next_task += 1
    job.tasks.add(task)
    return task


def is_manager(task: Task) -> bool:
    """Whether a task is its job's manager."""
    manager = task.job.body.get("jobManagerTask") or {}
    return task.id.lower() == str(manager.get("id", "")).lower()
