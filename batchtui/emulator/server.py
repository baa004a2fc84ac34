"""The HTTP server: what every request goes through, and the table of operations."""

import logging
import uuid
from collections.abc import Awaitable, Callable

from aiohttp import web

from batchtui.emulator.auth import check_origin, check_shared_key
from batchtui.emulator.errors import BatchError
from batchtui.emulator.routes import counts, files, images, nodes, pools, resize, users
from batchtui.emulator.state import STATE, State, state_of
from batchtui.emulator.wire import json_response

VERSIONS = frozenset({
    "2025-06-01", "2024-07-01.20.0", "2024-02-01.19.0", "2023-11-01.18.0", "2023-05-01.17.0",
    "2022-10-01.16.0", "2022-01-01.15.0",
})  # fmt: skip
LARGEST_BODY = 4 * 1024 * 1024
REQUEST_ID: web.RequestKey[str] = web.RequestKey("request_id", str)
NODE = "/pools/{pool}/nodes/{node}"
log = logging.getLogger(__name__)

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def make_app(state: State) -> web.Application:
    """The service as a web application."""
    app = web.Application(middlewares=[speak, refuse_politely, check], client_max_size=LARGEST_BODY)
    app[STATE] = state
    app.router.add_get("/pools", pools.list_pools, allow_head=False)
    app.router.add_post("/pools", pools.create_pool)
    app.router.add_get("/pools/{pool}", pools.get_pool)
    app.router.add_delete("/pools/{pool}", pools.delete_pool)
    app.router.add_post("/pools/{pool}/resize", resize.resize_pool)
    app.router.add_post("/pools/{pool}/stopresize", resize.stop_resize)
    app.router.add_post("/pools/{pool}/removenodes", resize.remove_nodes)
    app.router.add_get("/pools/{pool}/nodes", nodes.list_nodes, allow_head=False)
    app.router.add_get(NODE, nodes.get_node, allow_head=False)
    app.router.add_get(f"{NODE}/remoteloginsettings", nodes.remote_login_settings, allow_head=False)
    app.router.add_post(f"{NODE}/users", users.add_user)
    app.router.add_put(f"{NODE}/users/{{user}}", users.replace_user)
    app.router.add_delete(f"{NODE}/users/{{user}}", users.delete_user)
    app.router.add_get(f"{NODE}/files", files.list_files, allow_head=False)
    app.router.add_get(f"{NODE}/files/{{path:.+}}", files.get_file)
    app.router.add_get("/nodecounts", counts.list_node_counts, allow_head=False)
    app.router.add_get("/supportedimages", images.list_supported_images, allow_head=False)
    return app


@web.middleware
async def speak(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Give every response the headers that the service gives."""
    request[REQUEST_ID] = str(uuid.uuid4())
    response = await handler(request)
    headers = response.headers
    headers["request-id"] = request[REQUEST_ID]
    headers["DataServiceVersion"] = "3.0"
    headers["Server"] = "Microsoft-HTTPAPI/2.0"
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
    if request.method == "HEAD" or error.status == 304:
        return web.Response(status=error.status)
    world = state_of(request).world
    body = error.body(world.endpoint, request[REQUEST_ID], world.clock.now())
    return json_response(body, error.status)


@web.middleware
async def check(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Who asks, by which name, with which key, in which version of the contract."""
    state = state_of(request)
    check_origin(request.remote, request.headers.get("Host", ""), state.port)
    headers = {name.lower(): value for name, value in request.headers.items()}
    check_shared_key(request.method, request.raw_path, headers, state.account, state.key)
    version = request.query.get("api-version", "")
    if not version:
        raise BatchError("MissingRequiredQueryParameter", ("QueryParameterName", "api-version"))
    if version not in VERSIONS:
        raise BatchError("UnsupportedRequestVersion", ("Reason", f"Unknown version {version}"))
    return await handler(request)
