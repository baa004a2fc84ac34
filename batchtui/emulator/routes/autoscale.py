"""Pools' autoscale: enable, disable, and try a formula out."""

from aiohttp import web

from batchtui.emulator.answers import done, titled
from batchtui.emulator.bodies import read
from batchtui.emulator.bodies.autoscale import autoscale, formula, interval
from batchtui.emulator.bodies.read import read_body
from batchtui.emulator.errors import BatchError, missing_property
from batchtui.emulator.pools import check_steady
from batchtui.emulator.routes.pools import active_pool, changeable_pool
from batchtui.emulator.state import state_of
from batchtui.emulator.wire import json_response

FORMULA, INTERVAL = "autoScaleFormula", "autoScaleEvaluationInterval"
SETTINGS = {FORMULA: formula, INTERVAL: interval}
RUN = "Microsoft.Azure.Batch.Protocol.Entities.AutoScaleRun"

routes = web.RouteTableDef()


@routes.post("/pools/{pool}/enableautoscale")
async def enable_autoscale(request: web.Request) -> web.Response:
    """Enable autoscale, or change its formula or interval: at most every 30 seconds.

    A pool goes straight to resizing when the formula asks for other targets (recorded:
    pool-get-autoscale).
    """
    state = state_of(request)
    body = await read_body(request)
    read.only(body, frozenset(SETTINGS))
    given = {name: body[name] for name in SETTINGS if body.get(name) is not None}
    if not given:
        raise missing_property(f"{FORMULA} and/or {INTERVAL}")
    settings = {name: SETTINGS[name](given) for name in given}
    pool = changeable_pool(request)
    if not pool.body["enableAutoScale"]:
        settings = autoscale(given)
    check_steady(pool)
    state.autoscaler.ask(pool)
    pool.body |= settings
    state.world.touch(pool.body)
    state.autoscaler.change(pool, reschedule=INTERVAL in given)
    return done(200, pool.body, "enableautoscale")


@routes.post("/pools/{pool}/disableautoscale")
async def disable_autoscale(request: web.Request) -> web.Response:
    """Disable autoscale; the pool keeps its size, and a resize goes on.

    What the service says when it isn't enabled isn't known: here that is no error.
    """
    state = state_of(request)
    pool = changeable_pool(request)
    state.autoscaler.end(pool)
    state.world.touch(pool.body)
    return done(200, pool.body, "disableautoscale")


@routes.post("/pools/{pool}/evaluateautoscale")
async def evaluate_autoscale(request: web.Request) -> web.Response:
    """What a formula would come to; one that fails is a 200 with an `error` (recorded).

    Text that can't be read as a formula is a 400, which is how the documentation lists that error.
    """
    state = state_of(request)
    body = await read_body(request)
    read.only(body, frozenset({FORMULA}))
    text = formula(body)
    pool = active_pool(request)
    if not pool.body["enableAutoScale"]:
        reason = "The specified pool does not have AutoScale enabled"
        raise BatchError("OperationInvalidForCurrentState", ("Reason", reason))
    response = json_response(titled(request, RUN, state.autoscaler.try_out(pool, text)))
    response.headers["DataServiceId"] = f"{pool.body['url']}/evaluateautoscale"
    return response
