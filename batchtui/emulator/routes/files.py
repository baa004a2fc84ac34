"""Files of nodes and of tasks: list, properties, content by byte range, and delete."""

import asyncio
from collections.abc import AsyncIterator

from aiohttp import web

from batchtui.emulator.answers import listing
from batchtui.emulator.conditions import check_conditions
from batchtui.emulator.errors import BatchError
from batchtui.emulator.kinds import FILES
from batchtui.emulator.machines.files import FileTree, Part, part_of
from batchtui.emulator.query import is_asked
from batchtui.emulator.routes.nodes import NODE, check_machine, node_of
from batchtui.emulator.state import state_of
from batchtui.emulator.times import read_http_date, service_time
from batchtui.emulator.wire import empty_response

TASK = "/jobs/{job}/tasks/{task}"

# What is longer is not held in memory whole.
WHOLE = 1 << 20

routes = web.RouteTableDef()


@routes.get(f"{NODE}/files", allow_head=False)
async def list_node_files(request: web.Request) -> web.Response:
    """The files of a node; names on Windows have backslashes."""
    return await listed(request, await node_tree(request))


@routes.get(f"{NODE}/files/{{path:.+}}")
async def get_node_file(request: web.Request) -> web.Response:
    """A file of a node; HEAD only its properties."""
    return await content(request, await node_tree(request))


@routes.delete(f"{NODE}/files/{{path:.+}}")
async def delete_node_file(request: web.Request) -> web.Response:
    """Delete a file of a node, or a directory."""
    return await deleted(request, await node_tree(request))


@routes.get(f"{TASK}/files", allow_head=False)
async def list_task_files(request: web.Request) -> web.Response:
    """The files of a task, named as from its directory."""
    return await listed(request, await task_tree(request))


@routes.get(f"{TASK}/files/{{path:.+}}")
async def get_task_file(request: web.Request) -> web.Response:
    """A file of a task; HEAD only its properties."""
    return await content(request, await task_tree(request))


@routes.delete(f"{TASK}/files/{{path:.+}}")
async def delete_task_file(request: web.Request) -> web.Response:
    """Delete a file of a task, or a directory."""
    return await deleted(request, await task_tree(request))


async def listed(request: web.Request, tree: FileTree) -> web.Response:
    """A page of a tree's files."""
    items = await asyncio.to_thread(tree.listed, recursive=is_asked(request, "recursive"))
    return listing(request, FILES, sorted(items), items.__getitem__)


async def content(request: web.Request, tree: FileTree) -> web.Response:
    """A file's properties as headers, and its content, whole or by `ocp-range`.

    A part is answered with 200 too: the SDK takes any other status for a failure. One that is
    asked for with HTTP's own `Range` is 206.
    """
    name = request.match_info["path"]
    ocp_range, http_range = (request.headers.get(key, "") for key in ("ocp-range", "Range"))
    try:
        path = tree.find(name)
        headers = tree.headers(path, name)
        _check_times(request, headers["Last-Modified"])
        if request.method == "HEAD":
            size = path.stat().st_size if path.is_file() else 0
            return web.Response(headers=headers | {"Content-Length": str(size)})
        part = part_of(path, ocp_range or http_range)
        body = await asyncio.to_thread(part.read) if part.length <= WHOLE else _streamed(part)
    except OSError:
        raise BatchError("FileNotFound") from None
    partial = http_range and not ocp_range
    response = web.Response(status=206 if partial else 200, body=body, headers=headers)
    response.enable_chunked_encoding()
    return response


async def _streamed(part: Part) -> AsyncIterator[bytes]:
    """A part of a file, read as fast as the client takes it: each piece is read in no time."""
    for chunk in part.chunks():
        yield chunk


async def deleted(request: web.Request, tree: FileTree) -> web.Response:
    """Delete a file; a directory that isn't empty only with `recursive=true`."""
    name = request.match_info["path"]
    try:
        await asyncio.to_thread(tree.delete, name, recursive=is_asked(request, "recursive"))
    except (OSError, ValueError):
        raise BatchError("FileNotFound") from None
    return empty_response(200)


def _check_times(request: web.Request, last_modified: str) -> None:
    at = read_http_date(last_modified)
    if at:
        check_conditions(request, {"lastModified": service_time(at), "eTag": ""})


async def node_tree(request: web.Request) -> FileTree:
    """The files of the request's node; 409 while there is no machine that has them."""
    node = node_of(request)
    check_machine(node)
    state = state_of(request)
    await state.start_tasks.looked_at(node)
    root = state.hosts.directory(node).tasks
    return FileTree(root, f"{node.body['url']}/files", windows=node.pool.windows)


async def task_tree(request: web.Request) -> FileTree:
    """The files of the request's task, on the node where it last ran."""
    state, match = state_of(request), request.match_info
    task = state.world.task(match["job"], match["task"])
    node, root = state.work.task_files(task)
    return FileTree(root, f"{task.body['url']}/files", windows=node.pool.windows)
