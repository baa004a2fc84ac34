"""Jobs: list, get, create, change and delete."""

from aiohttp import web

from batchtui.emulator.answers import created, done, element, listing
from batchtui.emulator.bodies.autopool import unshown
from batchtui.emulator.bodies.job import UPDATED, new_job, patched, replaced
from batchtui.emulator.bodies.read import Json, read_body
from batchtui.emulator.conditions import check_conditions
from batchtui.emulator.errors import BatchError, bad_property
from batchtui.emulator.kinds import JOBS, SCHEDULE_JOBS
from batchtui.emulator.query import is_asked
from batchtui.emulator.routes.pools import caller_of
from batchtui.emulator.state import state_of
from batchtui.emulator.store import Job
from batchtui.emulator.wire import empty_response
from batchtui.emulator.work.job_life import check_open

JOB = "/jobs/{job}"

routes = web.RouteTableDef()


@routes.get("/jobs", allow_head=False)
async def list_jobs(request: web.Request) -> web.Response:
    """All jobs, those of schedules too."""
    jobs = state_of(request).world.jobs
    return listing(request, JOBS, jobs.ids, lambda job_id: jobs[job_id].body)


@routes.get("/jobschedules/{schedule}/jobs", allow_head=False)
async def list_jobs_of_schedule(request: web.Request) -> web.Response:
    """The jobs of a schedule."""
    state = state_of(request)
    schedule = state.world.schedule(request.match_info["schedule"])
    jobs = {job.id: job.body for job in state.schedules.jobs_of(schedule)}
    return listing(request, SCHEDULE_JOBS, sorted(jobs), jobs.__getitem__)


@routes.get(JOB, allow_head=False)
async def get_job(request: web.Request) -> web.Response:
    """One job."""
    return element(request, JOBS, checked_job(request).body)


@routes.post("/jobs")
async def create_job(request: web.Request) -> web.Response:
    """Create a job; the service says literally `job-1` in its headers, whatever the id is."""
    state = state_of(request)
    body = await read_body(request)
    caller = caller_of(request)
    wanted = new_job(body, state.world.clock.now(), caller)
    job = state.jobs.create(wanted, unshown(body, caller))
    return created(f"{state.world.endpoint}/jobs/job-1", job.body)


@routes.put(JOB)
async def replace_job(request: web.Request) -> web.Response:
    """Give a job all of its updatable properties anew."""
    body = await read_body(request)
    job = changeable_job(request)
    now = state_of(request).world.clock.now()
    found = replaced(body, job.body, now, caller_of(request))
    return _changed(request, job, found, gone=UPDATED - {"poolInfo"})


@routes.patch(JOB)
async def patch_job(request: web.Request) -> web.Response:
    """Give a job some of its properties anew."""
    body = await read_body(request)
    job = changeable_job(request)
    now = state_of(request).world.clock.now()
    found = patched(body, job.body, now, caller_of(request))
    return _changed(request, job, found, gone=frozenset())


@routes.delete(JOB)
async def delete_job(request: web.Request) -> web.Response:
    """Delete a job, and its tasks with it."""
    job = checked_job(request)
    state_of(request).work.delete_job(job, force=is_asked(request, "force"))
    return empty_response(202)


def _changed(request: web.Request, job: Job, found: Json, *, gone: frozenset[str]) -> web.Response:
    state = state_of(request)
    if "poolInfo" in found:
        _move(job, found["poolInfo"])
    for name in gone:
        job.body.pop(name, None)
    job.body |= found
    if not job.body.get("metadata"):
        job.body.pop("metadata", None)
    state.world.touch(job.body)
    state.work.job_changed(job)
    return done(200, job.body)


def _move(job: Job, info: Json) -> None:
    """Let a job run on another pool, which it can only while disabled (SDK: BatchJobUpdateOptions).

    Of the specification of a pool that is made for it only `keepAlive` may be another.
    """
    if _fixed(info) == _fixed(job.body["poolInfo"]):
        return
    if "autoPoolSpecification" in info:
        reason = "Only keepAlive can be updated"
        raise bad_property("autoPoolSpecification", "", reason)
    if job.state != "disabled":
        reason = "The pool of a job can be changed only while the job is disabled"
        raise BatchError("OperationInvalidForCurrentState", ("Reason", reason))
    job.body["executionInfo"]["poolId"] = info["poolId"]


def _fixed(info: Json) -> Json:
    auto = info.get("autoPoolSpecification")
    return info if auto is None else {**auto, "keepAlive": None}


def job_of(request: web.Request) -> Job:
    """The request's job; 404 JobNotFound."""
    return state_of(request).world.job(request.match_info["job"])


def checked_job(request: web.Request) -> Job:
    """The request's job, its conditions met; 404 JobNotFound."""
    job = job_of(request)
    check_conditions(request, job.body)
    return job


def changeable_job(request: web.Request) -> Job:
    """The request's job, its conditions met; 409 once it has ended or is about to."""
    job = checked_job(request)
    check_open(job)
    return job
