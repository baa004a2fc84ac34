"""The HTTP server: what every request goes through, and whose operations it serves."""

import logging
import uuid

from aiohttp import web

from batchtui.emulator.arm.routes import MODULES as MANAGEMENT
from batchtui.emulator.auth import check_origin
from batchtui.emulator.control import is_control
from batchtui.emulator.control.act import Handler
from batchtui.emulator.control.connection import ENDED
from batchtui.emulator.errors import BatchError, RefusedError
from batchtui.emulator.planes import plane_of
from batchtui.emulator.routes import (
    applications,
    autoscale,
    control,
    counts,
    extensions,
    files,
    images,
    job_actions,
    jobs,
    node_actions,
    node_logs,
    nodes,
    pool_changes,
    pools,
    resize,
    schedules,
    signin,
    tasks,
    usage,
    users,
)
from batchtui.emulator.state import REQUEST_ID, STAGE, Stage, state_of
from batchtui.emulator.wire import undress

BATCH = (
    pools, pool_changes, resize, autoscale, nodes, node_actions, node_logs, extensions, users,
    files, counts, images, jobs, job_actions, tasks, schedules, applications, usage,
)  # fmt: skip
MODULES = (*BATCH, control, signin, *MANAGEMENT)
LARGEST_BODY = 4 * 1024 * 1024
log = logging.getLogger(__name__)


def make_app(stage: Stage) -> web.Application:
    """The service as a web application."""
    app = web.Application(
        middlewares=[misbehave, speak, refuse_politely, check], client_max_size=LARGEST_BODY
    )
    app[STAGE] = stage
    app[ENDED] = stage.state.faults.ended
    app.on_shutdown.append(end_faults)
    app.on_response_prepare.append(undress)
    for module in MODULES:
        app.add_routes(module.routes)
    return app


async def end_faults(app: web.Application) -> None:
    """Let go whatever a fault makes wait."""
    app[ENDED].set()


@web.middleware
async def misbehave(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Let happen to a request what was asked for."""
    fault = None if is_control(request.path) else state_of(request).faults.of_request(request)
    if not fault:
        return await handler(request)
    try:
        return await fault.act.answer(request, handler)
    except ConnectionError:  # nobody is there any more to be answered
        return web.Response()


@web.middleware
async def speak(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Give every response the headers that the service gives."""
    request[REQUEST_ID] = str(uuid.uuid4())
    response = await handler(request)
    plane_of(request).finish(request, response)
    return response


@web.middleware
async def refuse_politely(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Turn every failure into an error of the service's shape."""
    try:
        return await handler(request)
    except RefusedError as error:
        refused = error
    except web.HTTPMethodNotAllowed:
        refused = BatchError("UnsupportedHttpVerb")
    except web.HTTPNotFound:
        refused = BatchError("InvalidUri")
    except web.HTTPRequestEntityTooLarge:
        refused = BatchError("RequestBodyTooLarge")
    except Exception:
        log.exception("%s %s failed", request.method, request.path)
        refused = BatchError("InternalError")
    response = plane_of(request).refusal(request, refused)
    response.headers.update(refused.headers)
    return response


@web.middleware
async def check(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Who asks, by which name, and with what right."""
    default = 443 if request.secure else 80
    port = state_of(request).port
    check_origin(request.remote, request.headers.get("Host", ""), port, default)
    plane_of(request).check(request)
    return await handler(request)
