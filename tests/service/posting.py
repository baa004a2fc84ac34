"""What the tests of jobs, tasks and schedules send, and how they look at what comes back."""

import datetime as dt
import re

from service.commanding import change
from service.helpers import UBUNTU, until

from batchtui.emulator.times import read_time

NO_LIMIT = "P10675199DT2H48M5.4775807S"
GUID = r"[0-9A-F]{8}-[0-9A-F]{4}-[0-9A-F]{4}-[0-9A-F]{4}-[0-9A-F]{12}"
FAST = {"polling_interval": 0.05}
END = {"terminateReason": "enough"}
TASK = "/jobs/j/tasks/t"
PATH = "/jobschedules/s"
NEVER = {"doNotRunUntil": "2999-01-01T00:00:00Z"}
MINUTE = {"recurrenceInterval": "PT1M"}


def job_body(job_id="j", **more):
    """A job that the service takes; None takes a property away."""
    body = {"id": job_id, "poolInfo": {"poolId": "p"}} | more
    return {name: value for name, value in body.items() if value is not None}


def auto_pool(lifetime="job", pool=None, **more):
    pool = {"vmSize": "standard_d2_v2", "virtualMachineConfiguration": UBUNTU} | (pool or {})
    auto = {"poolLifetimeOption": lifetime, "pool": pool} | more
    return {"autoPoolSpecification": auto}


async def create_job(service, job_id="j", **more):
    response = await service.send("POST", "/jobs", job_body(job_id, **more))
    assert response.status_code == 201, response.text()
    return response


async def in_state(service, state, path="/jobs/j", seconds=15.0):
    """What is there once it is in that state."""

    async def there():
        body = await service.get(path)
        return body if body["state"] == state else None

    return await until(there, seconds)


def shape(value):
    """What a body looks like, without what differs from run to run."""
    if isinstance(value, dict):
        return {name: shape(item) for name, item in value.items()}
    if isinstance(value, list):
        return [shape(item) for item in value]
    if isinstance(value, str) and re.match(r"https?://|0x[0-9A-F]+$|\d{4}-\d\d-\d\dT", value):
        return "differs"
    return value


def task_body(task_id="t", **more):
    """A task that the service takes; None takes a property away."""
    body = {"id": task_id, "commandLine": "true"} | more
    return {name: value for name, value in body.items() if value is not None}


async def add_task(service, task_id="t", **more):
    response = await service.send("POST", "/jobs/j/tasks", task_body(task_id, **more))
    assert response.status_code == 201, response.text()
    return response


async def running_job(service, **more):
    """A job on a pool with an idle node."""
    await service.create(targetDedicatedNodes=1, **more)
    await service.nodes()
    await create_job(service)


def schedule_body(schedule_id="s", schedule=None, pool=None, **more):
    """A schedule that the service takes; None takes a property away."""
    specification = {"poolInfo": pool or {"poolId": "p"}} | more.pop("specification", {})
    body = {
        "id": schedule_id,
        "schedule": NEVER if schedule is None else schedule,
        "jobSpecification": specification,
    } | more
    return {name: value for name, value in body.items() if value is not None}


async def create_schedule(service, schedule_id="s", schedule=None, **more):
    body = schedule_body(schedule_id, schedule, **more)
    response = await service.send("POST", "/jobschedules", body)
    assert response.status_code == 201, response.text()
    return response


async def passes(service, **length):
    """Let time pass at once."""
    seconds = dt.timedelta(**length).total_seconds()
    await change(service, clock={"advance": seconds})


async def now_of(service):
    """The time that the service has."""
    response = await service.send("GET", "/pools/nowhere")
    return read_time(response.json()["message"]["value"].partition("Time:")[2])
