"""Pools through Resource Manager: the same ones as the data plane's."""

from aiohttp import web

from batchtui.emulator.arm.answers import accepted, arm_page, arm_response, dated, empty
from batchtui.emulator.arm.paths import ACCOUNT_PATH, account_of, path
from batchtui.emulator.arm.pools import properties_of, wanted_pool, wanted_scale
from batchtui.emulator.bodies.caller import Caller
from batchtui.emulator.bodies.pool import normalised, scale_settings
from batchtui.emulator.bodies.poolchange import changed, check_empty, given_changes
from batchtui.emulator.bodies.read import read_body
from batchtui.emulator.conditions import check_conditions
from batchtui.emulator.errors import BatchError
from batchtui.emulator.filters import MANAGED_POOL_FIELDS
from batchtui.emulator.pools import check_active, check_steady, check_stoppable
from batchtui.emulator.state import VERSION, State, state_of
from batchtui.emulator.store import Json, Pool
from batchtui.emulator.versions import shaped

RETRY_SECONDS = 15
DELETE = "delete-"
LIST_PATH = f"{ACCOUNT_PATH}/pools"
POOL_PATH = f"{LIST_PATH}/{{pool}}"
RESULT_PATH = f"{ACCOUNT_PATH}/poolOperationResults/{{operation}}"

routes = web.RouteTableDef()


@routes.get(path(LIST_PATH), allow_head=False)
async def list_pools(request: web.Request) -> web.Response:
    """All pools."""
    account_of(request)
    pools = state_of(request).world.pools
    return arm_page(
        request, pools.ids, lambda name: shown(request, pools[name]), MANAGED_POOL_FIELDS
    )


@routes.get(path(POOL_PATH), allow_head=False)
async def get_pool(request: web.Request) -> web.Response:
    """One pool."""
    return element(request, pool_of(request))


@routes.put(path(POOL_PATH))
async def create_pool(request: web.Request) -> web.Response:
    """A new pool, or the old one changed."""
    account_of(request)
    body = await read_body(request)
    state, name = state_of(request), request.match_info["pool"]
    old = state.world.pools.find(name)
    if old:
        if request.headers.get("If-None-Match") == "*":
            raise BatchError("ConditionNotMet")
        return change(request, changeable(request, old), body)
    wanted = wanted_pool(body) | (wanted_scale(body) or {}) | {"id": name}
    now = state.world.clock.now()
    made = normalised(wanted, now, caller(request))
    pool = state.pools.create(made, wanted.get("userAccounts") or (), request[VERSION])
    return element(request, pool)


@routes.patch(path(POOL_PATH))
async def update_pool(request: web.Request) -> web.Response:
    """Change what is given; the rest stays."""
    body = await read_body(request)
    return change(request, changeable(request, pool_of(request)), body)


def change(request: web.Request, pool: Pool, body: Json) -> web.Response:
    """The pool with what a request asks for; its scale only while it is steady."""
    state = state_of(request)
    wanted, scale = wanted_pool(body), wanted_scale(body)
    asked = given_changes(wanted, caller(request))
    given = {name: value for name, value in asked.items() if pool.body.get(name) != value}
    check_empty(given, empty=pool.empty)
    found = changed(pool.body, given, state.world.clock.now(), caller(request))
    sizes = {} if scale is None else scale_settings(scale)
    resized = not sizes.items() <= pool.body.items()
    if resized:
        check_steady(pool)
    if given:
        state.pools.change(pool, found, wanted.get("userAccounts"))
    if resized:
        rescale(state, pool, sizes)
    return element(request, pool)


def rescale(state: State, pool: Pool, sizes: Json) -> None:
    """Let a pool have another size, or a formula for it."""
    state.autoscaler.end(pool)
    pool.body |= sizes
    state.world.touch(pool.body)
    if pool.body["enableAutoScale"]:
        formula = pool.body["autoScaleFormula"]
        # Recorded in the answer already: arm-pool-patch-200.
        pool.body["autoScaleRun"] = state.autoscaler.try_out(pool, formula)
        state.autoscaler.begin(pool)
    state.lifecycle.begin_resize(pool)


@routes.delete(path(POOL_PATH))
async def delete_pool(request: web.Request) -> web.Response:
    """Delete a pool, and its nodes with it: 202 until it is gone (recorded), 204 without one."""
    account_of(request)
    state, name = state_of(request), request.match_info["pool"]
    pool = state.world.pools.find(name)
    if pool is None:
        return empty(204)
    state.lifecycle.delete(changeable(request, pool))
    return deleting(request, pool.id)


@routes.get(path(RESULT_PATH), allow_head=False)
async def deletion_result(request: web.Request) -> web.Response:
    """How a deletion goes: 202 until the pool is gone."""
    account_of(request)
    name = request.match_info["operation"].removeprefix(DELETE)
    going = state_of(request).world.pools.find(name)
    return deleting(request, name) if going else empty(204)


def deleting(request: web.Request, name: str) -> web.Response:
    """202 with the place to ask again."""
    base = f"{state_of(request).world.endpoint}{account_of(request).id}/poolOperationResults"
    return accepted(f"{base}/{DELETE}{name}?api-version={request[VERSION]}", RETRY_SECONDS)


@routes.post(path(f"{POOL_PATH}/disableAutoScale"))
async def disable_autoscale(request: web.Request) -> web.Response:
    """Disable autoscale; the pool keeps its size."""
    pool, state = changeable(request, pool_of(request)), state_of(request)
    state.autoscaler.end(pool)
    state.world.touch(pool.body)
    return element(request, pool)


@routes.post(path(f"{POOL_PATH}/stopResize"))
async def stop_resize(request: web.Request) -> web.Response:
    """Stop a resize, unless a formula began it."""
    pool = changeable(request, pool_of(request))
    check_stoppable(pool)
    state_of(request).lifecycle.stop_resize(pool)
    return element(request, pool)


def pool_of(request: web.Request) -> Pool:
    """The path's pool; 404 PoolNotFound."""
    account_of(request)
    return state_of(request).world.pool(request.match_info["pool"])


def changeable(request: web.Request, pool: Pool) -> Pool:
    """The pool, the request's conditions met; 409 PoolBeingDeleted once it is going."""
    check_active(pool)
    check_conditions(request, pool.body)
    return pool


def caller(request: web.Request) -> Caller:
    """Who comes with a token; what a version has, the data plane's of the same day had too."""
    ends = state_of(request).world.image_ends
    return Caller(request[VERSION], by_key=False, image_ends=ends)


def tag_of(pool: Pool) -> str:
    """A pool's ETag, weak here."""
    return f'W/"{pool.body["eTag"]}"'


def element(request: web.Request, pool: Pool) -> web.Response:
    """A pool with its ETag."""
    return dated(arm_response(shown(request, pool)), tag_of(pool), pool.body)


def shown(request: web.Request, pool: Pool) -> Json:
    """A pool as a resource."""
    identity = {"identity": pool.body["identity"]} if "identity" in pool.body else {}
    return {
        "id": f"{account_of(request).id}/pools/{pool.id}",
        "name": pool.id,
        "type": "Microsoft.Batch/batchAccounts/pools",
        "etag": tag_of(pool),
        "properties": properties_of(shaped("pools", pool.body, request[VERSION])),
        **identity,
    }
