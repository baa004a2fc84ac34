"""Pools' sizes: resize, stop a resize, remove nodes."""

from aiohttp import web

from batchtui.emulator.answers import done
from batchtui.emulator.bodies import read
from batchtui.emulator.bodies.pool import MOST_NODES, TARGETS, check_mixed, resize_timeout
from batchtui.emulator.bodies.read import read_body
from batchtui.emulator.errors import BatchError, bad_property, missing_property
from batchtui.emulator.nodes import DEALLOCATION_OPTIONS
from batchtui.emulator.pools import check_steady, check_stoppable
from batchtui.emulator.routes.pools import changeable_pool
from batchtui.emulator.state import state_of
from batchtui.emulator.store import Pool
from batchtui.emulator.times import write_duration

RESIZE = frozenset({*TARGETS, "resizeTimeout", "nodeDeallocationOption"})
REMOVE = frozenset({"nodeList", "resizeTimeout", "nodeDeallocationOption"})
MOST_REMOVED = 100


routes = web.RouteTableDef()


@routes.post("/pools/{pool}/resize")
async def resize_pool(request: web.Request) -> web.Response:
    """Resize a pool; the body is checked before the pool is looked up."""
    state = state_of(request)
    body = await read_body(request)
    read.only(body, RESIZE)
    if all(body.get(name) is None for name in TARGETS):
        raise missing_property(" and/or ".join(TARGETS))
    timeout = write_duration(resize_timeout(body))
    option = read.choice(body, "nodeDeallocationOption", "requeue", *DEALLOCATION_OPTIONS)
    wanted = {
        name: read.number(body, name, least=0, most=MOST_NODES)
        for name in TARGETS
        if body.get(name) is not None
    }
    pool = steady_pool(request)
    if pool.body["enableAutoScale"]:
        reason = "The specified pool has AutoScale enabled"
        raise BatchError("OperationInvalidForCurrentState", ("Reason", reason))
    check_mixed(pool.body | wanted)
    pool.body |= wanted | {"resizeTimeout": timeout}
    state.world.touch(pool.body)
    state.lifecycle.begin_resize(pool, option=option)
    return done(202, pool.body, "resize")


@routes.post("/pools/{pool}/stopresize")
async def stop_resize(request: web.Request) -> web.Response:
    """Stop a resize, unless a formula began it (recorded: arm-pool-stop-resize); the ETag stays."""
    pool = changeable_pool(request)
    check_stoppable(pool)
    state_of(request).lifecycle.stop_resize(pool)
    return done(202, pool.body, "stopresize")


@routes.post("/pools/{pool}/removenodes")
async def remove_nodes(request: web.Request) -> web.Response:
    """Remove nodes: at most 100, and only while steady; a formula may ask for others later."""
    state = state_of(request)
    body = await read_body(request)
    read.only(body, REMOVE)
    names = body.get("nodeList")
    if names is None:
        raise missing_property("nodeList")
    if not (isinstance(names, list) and all(isinstance(name, str) for name in names)):
        raise bad_property("nodeList", names, "The value must be a list of node ids")
    if not 1 <= len(names) <= MOST_REMOVED:
        raise bad_property("nodeList", names, f"The list must have 1 to {MOST_REMOVED} node ids")
    timeout = write_duration(resize_timeout(body))
    option = read.choice(body, "nodeDeallocationOption", "requeue", *DEALLOCATION_OPTIONS)
    pool = steady_pool(request)
    nodes = [state.world.node(pool.id, name) for name in names]
    state.world.touch(pool.body)
    state.lifecycle.remove(pool, list(dict.fromkeys(nodes)), option, timeout)
    return done(202, pool.body, "removenodes")


def steady_pool(request: web.Request) -> Pool:
    """The request's pool; 409 while it is resizing."""
    pool = changeable_pool(request)
    check_steady(pool)
    return pool
