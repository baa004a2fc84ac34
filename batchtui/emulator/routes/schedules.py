"""Job schedules: list, get, exists, create, change, disable, enable, terminate and delete."""

from aiohttp import web

from batchtui.emulator.answers import created, done, element, listing, tagged
from batchtui.emulator.bodies.autopool import unshown
from batchtui.emulator.bodies.read import Json, read_body
from batchtui.emulator.bodies.schedule import new_schedule, patched, replaced
from batchtui.emulator.conditions import check_conditions
from batchtui.emulator.kinds import SCHEDULES
from batchtui.emulator.query import is_asked
from batchtui.emulator.routes.pools import caller_of
from batchtui.emulator.state import state_of
from batchtui.emulator.store import Schedule
from batchtui.emulator.wire import empty_response

SCHEDULE = "/jobschedules/{schedule}"

routes = web.RouteTableDef()


@routes.get("/jobschedules", allow_head=False)
async def list_schedules(request: web.Request) -> web.Response:
    """All job schedules."""
    schedules = state_of(request).world.schedules
    return listing(request, SCHEDULES, schedules.ids, lambda name: schedules[name].body)


@routes.get(SCHEDULE, allow_head=False)
async def get_schedule(request: web.Request) -> web.Response:
    """One job schedule."""
    return element(request, SCHEDULES, schedule_of(request).body)


@routes.head(SCHEDULE)
async def schedule_exists(request: web.Request) -> web.Response:
    """Whether there is such a job schedule."""
    return tagged(empty_response(200), schedule_of(request).body)


@routes.post("/jobschedules")
async def create_schedule(request: web.Request) -> web.Response:
    """Create a job schedule."""
    state = state_of(request)
    body = await read_body(request)
    caller = caller_of(request)
    wanted = new_schedule(body, state.world.clock.now(), caller)
    schedule = state.schedules.create(wanted, unshown(body["jobSpecification"], caller))
    return created(schedule.body["url"], schedule.body)


@routes.put(SCHEDULE)
async def replace_schedule(request: web.Request) -> web.Response:
    """Give a job schedule all of its updatable properties anew."""
    state = state_of(request)
    body = await read_body(request)
    schedule = schedule_of(request)
    changed: Json = {"metadata": []} | replaced(body, state.world.clock.now(), caller_of(request))
    return _changed(request, schedule, changed, body)


@routes.patch(SCHEDULE)
async def patch_schedule(request: web.Request) -> web.Response:
    """Give a job schedule some of its properties anew."""
    state = state_of(request)
    body = await read_body(request)
    schedule = schedule_of(request)
    return _changed(
        request, schedule, patched(body, state.world.clock.now(), caller_of(request)), body
    )


@routes.post(f"{SCHEDULE}/disable")
async def disable_schedule(request: web.Request) -> web.Response:
    """Make no more jobs."""
    schedule = schedule_of(request)
    state_of(request).schedules.disable(schedule)
    return done(204, schedule.body, "disable")


@routes.post(f"{SCHEDULE}/enable")
async def enable_schedule(request: web.Request) -> web.Response:
    """Make jobs again."""
    schedule = schedule_of(request)
    state_of(request).schedules.enable(schedule)
    return done(204, schedule.body, "enable")


@routes.post(f"{SCHEDULE}/terminate")
async def terminate_schedule(request: web.Request) -> web.Response:
    """End a job schedule and its active job."""
    schedule = schedule_of(request)
    state_of(request).schedules.terminate(schedule, force=is_asked(request, "force"))
    return done(202, schedule.body, "terminate")


@routes.delete(SCHEDULE)
async def delete_schedule(request: web.Request) -> web.Response:
    """Delete a job schedule, and its jobs with it."""
    schedule = schedule_of(request)
    state_of(request).schedules.delete(schedule, force=is_asked(request, "force"))
    return empty_response(202)


def _changed(request: web.Request, schedule: Schedule, changed: Json, body: Json) -> web.Response:
    pools = unshown(body.get("jobSpecification") or {}, caller_of(request))
    state_of(request).schedules.change(schedule, changed, pools)
    return done(200, schedule.body)


def schedule_of(request: web.Request) -> Schedule:
    """The request's job schedule, its conditions met; 404 JobScheduleNotFound."""
    schedule = state_of(request).world.schedule(request.match_info["schedule"])
    check_conditions(request, schedule.body)
    return schedule
