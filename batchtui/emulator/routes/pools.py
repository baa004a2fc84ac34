"""Pools: list, get, exists, create and delete."""

from aiohttp import web

from batchtui.emulator import query
from batchtui.emulator.body import Json, read_body
from batchtui.emulator.catalogue import POOLS
from batchtui.emulator.conditions import check_conditions
from batchtui.emulator.errors import BatchError
from batchtui.emulator.odata import POOL_FIELDS
from batchtui.emulator.pool_body import normalised
from batchtui.emulator.state import State, state_of
from batchtui.emulator.store import POOL_ORDER, Pool
from batchtui.emulator.times import http_date, read_time
from batchtui.emulator.wire import empty_response, json_response


async def list_pools(request: web.Request) -> web.Response:
    """GET /pools."""
    world = state_of(request).world
    asked = query.read_query(request, POOL_FIELDS)
    bodies = {pool.id: pool.body for pool in world.pools()}
    found = query.page(sorted(bodies), asked, bodies.__getitem__)
    return json_response(query.list_body(request, world.endpoint, "pools", found, POOL_ORDER))


async def get_pool(request: web.Request) -> web.Response:
    """GET and HEAD /pools/{pool}."""
    state = state_of(request)
    pool = state.world.pool(request.match_info["pool"])
    check_conditions(request, pool)
    if request.method == "HEAD":
        return tagged(empty_response(200), pool)
    names = query.read_select(request)
    order = POOL_ORDER if names is None else [name for name in POOL_ORDER if name in names]
    head = {"odata.metadata": f"{state.world.endpoint}/$metadata#pools/@Element"}
    return tagged(json_response(head | query.pick(pool.body, order)), pool)


async def create_pool(request: web.Request) -> web.Response:
    """POST /pools."""
    state = state_of(request)
    body = await read_body(request)
    wanted = normalised(body, state.world.clock.now())
    if state.world.find(wanted["id"]):
        raise BatchError("PoolExists")
    if sum(1 for _ in state.world.pools()) >= POOLS:
        raise BatchError("PoolQuotaReached")
    pool = new_pool(state, wanted)
    pool.passwords = {a["name"]: a["password"] for a in body.get("userAccounts") or ()}
    state.lifecycle.admit(pool)
    state.lifecycle.begin_resize(pool)
    response = empty_response(201, Location=pool.body["url"], DataServiceId=pool.body["url"])
    return tagged(response, pool)


def new_pool(state: State, wanted: Json, *, pretend: bool = False) -> Pool:
    """A pool without nodes, active from now on; it isn't in the world yet."""
    world = state.world
    pool = Pool(wanted["id"], wanted, pretend=pretend or state.pretend)
    world.touch(pool)
    now = world.stamp()
    pool.body |= {
        "url": f"{world.endpoint}/pools/{pool.id}",
        "creationTime": now,
        "state": "active",
        "stateTransitionTime": now,
        "currentDedicatedNodes": 0,
        "currentLowPriorityNodes": 0,
    }
    return pool


async def delete_pool(request: web.Request) -> web.Response:
    """DELETE /pools/{pool}."""
    state = state_of(request)
    pool = active_pool(request)
    check_conditions(request, pool)
    state.lifecycle.delete(pool)
    return empty_response(202)


def active_pool(request: web.Request) -> Pool:
    """The request's pool; 409 PoolBeingDeleted once it is going."""
    pool = state_of(request).world.pool(request.match_info["pool"])
    if pool.body["state"] == "deleting":
        raise BatchError("PoolBeingDeleted")
    return pool


def tagged(response: web.Response, pool: Pool) -> web.Response:
    """The response with the pool's ETag and time of modification."""
    response.headers["ETag"] = pool.body["eTag"]
    modified = read_time(pool.body["lastModified"])
    if modified:
        response.headers["Last-Modified"] = http_date(modified)
    return response
