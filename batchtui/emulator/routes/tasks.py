"""Tasks: list, get, add, change, terminate, reactivate and delete."""

from typing import Any

from aiohttp import web

from batchtui.emulator.answers import created, done, element, listing, tagged, titled
from batchtui.emulator.bodies.read import Json, read_body
from batchtui.emulator.bodies.task import changed_constraints, new_task
from batchtui.emulator.conditions import check_conditions
from batchtui.emulator.errors import BatchError, bad_property, missing_property
from batchtui.emulator.kinds import SUBTASKS, TASKS
from batchtui.emulator.routes.files import TASK
from batchtui.emulator.routes.jobs import JOB, job_of
from batchtui.emulator.state import REQUEST_ID, state_of
from batchtui.emulator.store import Job, Task
from batchtui.emulator.tasks import add_task
from batchtui.emulator.wire import empty_response, json_response
from batchtui.emulator.work.job_life import check_open

MOST_ADDED = 100
# The service's limit isn't documented; the SDK's own tests have a body of 1.5 MB refused.
LARGEST_BODY = 1024 * 1024
# What is wrong with a request as a whole, even if only one of its tasks has it.
MALFORMED = frozenset({"InvalidRequestBody", "MissingRequiredProperty"})

routes = web.RouteTableDef()


@routes.get(f"{JOB}/tasks", allow_head=False)
async def list_tasks(request: web.Request) -> web.Response:
    """The tasks of a job."""
    tasks = job_of(request).tasks
    return listing(request, TASKS, tasks.ids, lambda task_id: tasks[task_id].body)


@routes.get(TASK, allow_head=False)
async def get_task(request: web.Request) -> web.Response:
    """One task."""
    task = checked_task(request)
    return element(request, TASKS, task.body)


@routes.post(f"{JOB}/tasks")
async def create_task(request: web.Request) -> web.Response:
    """Add a task to a job."""
    body = await _read_body(request)
    job = open_job(request)
    task = _add(request, job, new_task(body, job.body))
    return created(task.body["url"], task.body)


@routes.post(f"{JOB}/addtaskcollection")
async def add_tasks(request: web.Request) -> web.Response:
    """Add up to 100 tasks; each has a result of its own, and one's failure is not the others'."""
    body = await _read_body(request)
    bodies = body.get("value")
    if bodies is None:
        raise missing_property("value")
    if not isinstance(bodies, list) or not all(isinstance(item, dict) for item in bodies):
        raise bad_property("value", "", "The value must be a list of tasks")
    if not 1 <= len(bodies) <= MOST_ADDED:
        reason = f"The list must have 1 to {MOST_ADDED} tasks"
        raise bad_property("value", len(bodies), reason)
    job = open_job(request)
    checked = [_checked(job, item) for item in bodies]
    results = [_result(request, job, *each) for each in zip(bodies, checked, strict=True)]
    return json_response(titled(request, "taskaddresult", {"value": results}))


@routes.put(TASK)
async def replace_task(request: web.Request) -> web.Response:
    """Give a task other constraints."""
    body = await read_body(request)
    task = checked_task(request)
    state = state_of(request)
    task.body["constraints"] = changed_constraints(body, task.job.body)
    state.world.touch(task.body)
    state.work.task_changed(task)
    return done(200, task.body)


@routes.delete(TASK)
async def delete_task(request: web.Request) -> web.Response:
    """Delete a task and its files."""
    state_of(request).work.delete_task(checked_task(request))
    return empty_response(200)


@routes.post(f"{TASK}/terminate")
async def terminate_task(request: web.Request) -> web.Response:
    """End a task."""
    task = checked_task(request)
    state_of(request).work.terminate_task(task)
    return done(204, task.body, "terminate")


@routes.post(f"{TASK}/reactivate")
async def reactivate_task(request: web.Request) -> web.Response:
    """Run a task again that failed; the answer has no DataServiceId, as recorded."""
    task = checked_task(request)
    state_of(request).work.reactivate_task(task)
    return tagged(empty_response(204), task.body)


@routes.get(f"{TASK}/subtasksinfo", allow_head=False)
async def list_subtasks(request: web.Request) -> web.Response:
    """The subtasks of a multi-instance task; of another there are none."""
    task = checked_task(request)
    found = state_of(request).work.subtasks(task)
    items = {f"{at:06d}": item for at, item in enumerate(found)}
    return listing(request, SUBTASKS, sorted(items), items.__getitem__)


async def _read_body(request: web.Request) -> Json:
    if len(await request.read()) > LARGEST_BODY:
        raise BatchError("RequestBodyTooLarge")
    return await read_body(request)


def _add(request: web.Request, job: Job, wanted: Json) -> Task:
    state = state_of(request)
    task = add_task(state.world, job, wanted)
    state.work.add_task(task)
    return task


def _checked(job: Job, body: Json) -> Json | BatchError:
    """A task as it is to be added, or why it can't be; 400 before any is, if one is malformed."""
    try:
        return new_task(body, job.body)
    except BatchError as error:
        if error.code in MALFORMED:
            raise
        return error


def _result(
    request: web.Request, job: Job, body: Json, wanted: Json | BatchError
) -> dict[str, Any]:
    try:
        if isinstance(wanted, BatchError):
            raise wanted
        task = _add(request, job, wanted)
    except BatchError as error:
        world = state_of(request).world
        told = error.body(world.endpoint, request[REQUEST_ID], world.clock.now())
        del told["odata.metadata"]
        return {"error": told, "status": "ClientError", "taskId": body["id"]}
    return {
        "status": "Success",
        "taskId": task.id,
        "eTag": task.body["eTag"],
        "lastModified": task.body["lastModified"],
        "location": task.body["url"],
    }


def open_job(request: web.Request) -> Job:
    """The request's job; 409 when it takes no more tasks."""
    job = job_of(request)
    check_open(job)
    return job


def checked_task(request: web.Request) -> Task:
    """The request's task, its conditions met; 404 JobNotFound or TaskNotFound."""
    match = request.match_info
    task = state_of(request).world.task(match["job"], match["task"])
    check_conditions(request, task.body)
    return task
