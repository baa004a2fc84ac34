"""How tasks come into their jobs, whoever adds them: a request, or the job for its manager."""

from batchtui.emulator.errors import BatchError
from batchtui.emulator.store import Job, Json, Task, World


def add_task(world: World, job: Job, wanted: Json) -> Task:
    """A new, active task on its job's shelf; 409 TaskExists."""
    if job.tasks.find(wanted["id"]):
        raise BatchError("TaskExists")
    task = Task(job, wanted["id"], wanted, job.next_task)
    job.next_task += 1
    now = world.touch(task.body)
    task.body |= {
        "url": f"{job.body['url']}/tasks/{task.id}",
        "creationTime": now,
        "state": "active",
        "stateTransitionTime": now,
        "executionInfo": {"retryCount": 0, "requeueCount": 0},
    }
    job.tasks.add(task)
    return task
