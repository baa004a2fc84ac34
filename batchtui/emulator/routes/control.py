"""The control of the emulator: faults on command, and changes of its world."""

from aiohttp import web

from batchtui.emulator.bodies.read import read_body
from batchtui.emulator.control import PREFIX
from batchtui.emulator.control.changes import change_world
from batchtui.emulator.control.summary import summary
from batchtui.emulator.state import STAGE, state_of
from batchtui.emulator.wire import empty_response, json_response

routes = web.RouteTableDef()


@routes.post(f"{PREFIX}/faults")
async def add_fault(request: web.Request) -> web.Response:
    """Let something go wrong from now on: 201 with the rule, its id in it."""
    return json_response(state_of(request).faults.add(await read_body(request)), 201)


@routes.get(f"{PREFIX}/faults")
async def list_faults(request: web.Request) -> web.Response:
    """The rules in the order in which they are tried, with `hits` and how many are `left`."""
    return json_response({"faults": state_of(request).faults.shown()})


@routes.delete(f"{PREFIX}/faults")
async def clear_faults(request: web.Request) -> web.Response:
    """Let everything go well again; what hangs already goes on hanging."""
    state_of(request).faults.clear()
    return empty_response(204)


@routes.delete(f"{PREFIX}/faults/{{rule}}")
async def drop_fault(request: web.Request) -> web.Response:
    """Forget one rule; 404 when there is none with the id."""
    state_of(request).faults.drop(request.match_info["rule"])
    return empty_response(204)


@routes.get(f"{PREFIX}/world")
async def get_world(request: web.Request) -> web.Response:
    """What there is, in numbers."""
    return json_response(await summary(state_of(request)))


@routes.post(f"{PREFIX}/world")
async def put_world(request: web.Request) -> web.Response:
    """Change the world; then what there is, in numbers."""
    stage = request.app[STAGE]
    await change_world(stage, state_of(request), await read_body(request))
    return json_response(await summary(stage.state))
