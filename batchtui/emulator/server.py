"""The HTTP server: what every request goes through, and whose operations it serves."""

import logging
import uuid
from collections.abc import Mapping

from aiohttp import web

from batchtui.emulator.auth import check_account_key, check_origin, check_shared_key
from batchtui.emulator.control import is_control
from batchtui.emulator.control.act import Handler
from batchtui.emulator.control.connection import ENDED
from batchtui.emulator.control.service import check_command, skew_of
from batchtui.emulator.errors import BatchError
from batchtui.emulator.query import check_timeout
from batchtui.emulator.routes import (
    applications,
    autoscale,
    changes,
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
    pools,
    resize,
    schedules,
    tasks,
    usage,
    users,
)
from batchtui.emulator.state import REQUEST_ID, STAGE, VERSION, Stage, state_of
from batchtui.emulator.versions import check_version
from batchtui.emulator.wire import empty_response, json_response, undress

MODULES = (
    pools, changes, resize, autoscale, nodes, node_actions, node_logs, extensions, users, files,
    counts, images, jobs, job_actions, tasks, schedules, applications, usage, control,
)  # fmt: skip
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
    return await fault.act.answer(request, handler) if fault else await handler(request)


@web.middleware
async def speak(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Give every response the headers that the service gives."""
    request[REQUEST_ID] = str(uuid.uuid4())
    response = await handler(request)
    headers = response.headers
    headers["request-id"] = request[REQUEST_ID]
    headers["DataServiceVersion"] = "3.0"
    headers["Server"] = "Microsoft-HTTPAPI/2.0"
    headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
    headers["X-Content-Type-Options"] = "nosniff"
    if request.headers.get("return-client-request-id", "").lower() == "true":
        client_id = request.headers.get("client-request-id", "")
        headers["client-request-id"] = client_id.encode("ascii", "ignore").decode()
    return response


@web.middleware
async def refuse_politely(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Turn every failure into an error of the service's shape."""
    try:
        return await handler(request)
    except BatchError as error:
        return error_response(request, error)
    except web.HTTPMethodNotAllowed:
        return error_response(request, BatchError("UnsupportedHttpVerb"))
    except web.HTTPNotFound:
        return error_response(request, BatchError("InvalidUri"))
    except web.HTTPRequestEntityTooLarge:
        return error_response(request, BatchError("RequestBodyTooLarge"))
    except Exception:
        log.exception("%s %s failed", request.method, request.path)
        return error_response(request, BatchError("InternalError"))


def error_response(request: web.Request, error: BatchError) -> web.Response:
    """An error as JSON; without a body for HEAD and 304."""
    response = json_response(error_body(request, error), error.status)
    if request.method == "HEAD" or error.status == 304:
        response = empty_response(error.status)
    response.headers.update(error.headers)
    return response


def error_body(request: web.Request, error: BatchError) -> Mapping[str, object]:
    """An error in the shape of what was asked: the emulator's control, or the service."""
    if is_control(request.path):
        return control.explained(error)
    world = state_of(request).world
    return error.body(world.endpoint, request[REQUEST_ID], world.clock.now())


@web.middleware
async def check(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Who asks, by which name, with which key, in which version of the contract."""
    state = state_of(request)
    check_origin(request.remote, request.headers.get("Host", ""), state.port)
    if is_control(request.path):
        check_account_key(request.headers.get("Authorization", ""), state.keys)
        return await handler(request)
    check_command(request)
    headers = {name.lower(): value for name, value in request.headers.items()}
    check_shared_key(request.method, request.raw_path, headers, state.keys, skew_of(request))
    request[VERSION] = request.query.get("api-version", "")
    check_version(request[VERSION])
    check_timeout(request)
    return await handler(request)
