"""Pools: list, get, exists, create and delete."""

from aiohttp import web

from batchtui.emulator.answers import created, element, listing, tagged
from batchtui.emulator.bodies.caller import Caller
from batchtui.emulator.bodies.pool import normalised
from batchtui.emulator.bodies.read import read_body
from batchtui.emulator.conditions import check_conditions
from batchtui.emulator.kinds import POOLS
from batchtui.emulator.pools import check_active
from batchtui.emulator.state import VERSION, state_of
from batchtui.emulator.store import Pool
from batchtui.emulator.wire import empty_response

routes = web.RouteTableDef()


@routes.get("/pools", allow_head=False)
async def list_pools(request: web.Request) -> web.Response:
    """All pools."""
    pools = state_of(request).world.pools
    return listing(request, POOLS, pools.ids, lambda pool_id: pools[pool_id].body)


@routes.get("/pools/{pool}", allow_head=False)
async def get_pool(request: web.Request) -> web.Response:
    """One pool."""
    return element(request, POOLS, checked_pool(request).body)


@routes.head("/pools/{pool}")
async def pool_exists(request: web.Request) -> web.Response:
    """Whether there is such a pool."""
    return tagged(empty_response(200), checked_pool(request).body)


@routes.post("/pools")
async def create_pool(request: web.Request) -> web.Response:
    """Create a pool."""
    state = state_of(request)
    body = await read_body(request)
    caller = caller_of(request)
    wanted = normalised(body, state.world.clock.now(), caller)
    pool = state.pools.create(wanted, body.get("userAccounts") or (), caller.version)
    return created(pool.body["url"], pool.body)


@routes.delete("/pools/{pool}")
async def delete_pool(request: web.Request) -> web.Response:
    """Delete a pool, and its nodes with it."""
    state_of(request).lifecycle.delete(changeable_pool(request))
    return empty_response(202)


def pool_of(request: web.Request) -> Pool:
    """The request's pool; 404 PoolNotFound."""
    return state_of(request).world.pool(request.match_info["pool"])


def checked_pool(request: web.Request) -> Pool:
    """The request's pool, its conditions met."""
    pool = pool_of(request)
    check_conditions(request, pool.body)
    return pool


def active_pool(request: web.Request) -> Pool:
    """The request's pool; 409 PoolBeingDeleted once it is going."""
    pool = pool_of(request)
    check_active(pool)
    return pool


def changeable_pool(request: web.Request) -> Pool:
    """The request's pool, its conditions met; 409 PoolBeingDeleted once it is going."""
    pool = active_pool(request)
    check_conditions(request, pool.body)
    return pool


def caller_of(request: web.Request) -> Caller:
    """Who sends a body, as far as it matters to what they may ask for."""
    by_key = request.headers.get("Authorization", "").lower().startswith("sharedkey")
    return Caller(request[VERSION], by_key, state_of(request).world.image_ends)
