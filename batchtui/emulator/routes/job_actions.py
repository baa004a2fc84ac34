"""What is done to jobs and asked about them: disable, enable, terminate, counts and statuses."""

from collections import Counter
from typing import Any

from aiohttp import web

from batchtui.emulator.answers import done, listing, titled
from batchtui.emulator.bodies import read
from batchtui.emulator.bodies.read import read_body
from batchtui.emulator.errors import BatchError
from batchtui.emulator.kinds import PREPARATIONS
from batchtui.emulator.query import is_asked
from batchtui.emulator.routes.jobs import JOB, checked_job, job_of
from batchtui.emulator.state import state_of
from batchtui.emulator.wire import json_response

BY_USER = "UserTerminate"
COUNTS = ("active", "running", "completed", "succeeded", "failed")
RUNNING = frozenset({"preparing", "running"})

routes = web.RouteTableDef()


@routes.post(f"{JOB}/disable")
async def disable_job(request: web.Request) -> web.Response:
    """Run no more tasks of a job; the body says what becomes of those that run."""
    body = await read_body(request)
    read.only(body, frozenset({"disableTasks"}))
    read.text(body, "disableTasks")
    option = read.choice(body, "disableTasks", "", "requeue", "terminate", "wait")
    job = checked_job(request)
    state_of(request).work.disable_job(job, option)
    return done(202, job.body, "disable")


@routes.post(f"{JOB}/enable")
async def enable_job(request: web.Request) -> web.Response:
    """Run a job's tasks again."""
    job = checked_job(request)
    state_of(request).work.enable_job(job)
    return done(202, job.body, "enable")


@routes.post(f"{JOB}/terminate")
async def terminate_job(request: web.Request) -> web.Response:
    """End a job; the body may say why."""
    body = await read_body(request)
    read.only(body, frozenset({"terminateReason"}))
    reason = read.text(body, "terminateReason", "") or BY_USER
    job = checked_job(request)
    state_of(request).work.terminate_job(job, reason, force=is_asked(request, "force"))
    return done(202, job.body, "terminate")


@routes.get(f"{JOB}/taskcounts", allow_head=False)
async def count_tasks(request: web.Request) -> web.Response:
    """How many tasks of a job are in which state, and how many slots they take."""
    job = job_of(request)
    tasks: Counter[str] = Counter()
    slots: Counter[str] = Counter()
    for task in job.tasks:
        for name in _counted_as(task.body):
            tasks[name] += 1
            slots[name] += task.body["requiredSlots"]
    counts = {
        "taskCounts": {name: tasks[name] for name in COUNTS},
        "taskSlotCounts": {name: slots[name] for name in COUNTS},
    }
    return json_response(titled(request, "taskcountsresult/@Element", counts))


@routes.get(f"{JOB}/jobpreparationandreleasetaskstatus", allow_head=False)
async def list_preparations(request: web.Request) -> web.Response:
    """How a job's preparation and release tasks went, by node."""
    job = job_of(request)
    if not {"jobPreparationTask", "jobReleaseTask"} & job.body.keys():
        raise BatchError("JobPreparationTaskOrReleaseTaskNotSpecified")
    found = state_of(request).work.preparation_and_release(job)
    items = {f"{item['poolId']} {item['nodeId']}": item for item in found}
    return listing(request, PREPARATIONS, sorted(items), items.__getitem__)


def _counted_as(task: dict[str, Any]) -> tuple[str, ...]:
    if task["state"] != "completed":
        return ("running",) if task["state"] in RUNNING else (task["state"],)
    succeeded = task["executionInfo"].get("result", "").lower() == "success"
    return "completed", "succeeded" if succeeded else "failed"
