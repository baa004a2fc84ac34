"""Changes of pools: PATCH, and updateproperties."""

from aiohttp import web

from batchtui.emulator.answers import done
from batchtui.emulator.bodies.poolchange import (
    changed,
    check_empty,
    given_changes,
    given_replacement,
)
from batchtui.emulator.bodies.read import Json, read_body
from batchtui.emulator.routes.pools import caller_of, changeable_pool
from batchtui.emulator.state import state_of

routes = web.RouteTableDef()


@routes.patch("/pools/{pool}")
async def update_pool(request: web.Request) -> web.Response:
    """Change what the body names, and leave the rest."""
    body = await read_body(request)
    return _change(request, body, given_changes(body, caller_of(request)))


@routes.post("/pools/{pool}/updateproperties")
async def replace_pool_properties(request: web.Request) -> web.Response:
    """Replace start task, metadata and packages; an omitted start task is removed (recorded)."""
    body = await read_body(request)
    return _change(request, body, given_replacement(body, caller_of(request)), "updateproperties")


def _change(request: web.Request, body: Json, given: Json, action: str = "") -> web.Response:
    state, pool = state_of(request), changeable_pool(request)
    check_empty(given, empty=pool.empty)
    wanted = changed(pool.body, given, state.world.clock.now(), caller_of(request))
    state.pools.change(pool, wanted, body.get("userAccounts"))
    return done(204 if action else 200, pool.body, action)
