"""Files on nodes: list, properties and content by byte range."""

import asyncio
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

from aiohttp import web

from batchtui.emulator import query
from batchtui.emulator.errors import BatchError
from batchtui.emulator.odata import FILE_FIELDS
from batchtui.emulator.routes.nodes import node_of
from batchtui.emulator.state import state_of
from batchtui.emulator.times import agent_time, http_date
from batchtui.emulator.wire import empty_response, json_response

RANGE = re.compile(r"bytes=(\d+)-(\d*)")
ORDER = ("name", "url", "isDirectory", "properties")


async def list_files(request: web.Request) -> web.Response:
    """GET /pools/{pool}/nodes/{node}/files."""
    root, url = await _root(request)
    asked = query.read_query(request, FILE_FIELDS)
    recursive = request.query.get("recursive", "").lower() == "true"
    items = await asyncio.to_thread(
        lambda: {
            path.relative_to(root).as_posix(): path for path in walk(root, recursive=recursive)
        }
    )
    found = query.page(sorted(items), asked, lambda name: describe(items[name], name, url))
    endpoint = state_of(request).world.endpoint
    return json_response(query.list_body(request, endpoint, "files", found, ORDER))


async def get_file(request: web.Request) -> web.Response:
    """GET and HEAD /pools/{pool}/nodes/{node}/files/{path}, whole or by `ocp-range`."""
    root, url = await _root(request)
    name = request.match_info["path"].replace("\\", "/")
    path = inside(root, name)
    head = file_headers(path, f"{url}/{quote(name)}")
    if request.method == "HEAD":
        response = empty_response(200, **head)
        response.headers["Content-Length"] = "0" if path.is_dir() else str(path.stat().st_size)
        return response
    if path.is_dir():
        raise BatchError("FileNotFound", ("Reason", "The path is a directory"))
    asked = request.headers.get("ocp-range", "") or request.headers.get("Range", "")
    data = await asyncio.to_thread(read_range, path, asked)
    response = web.Response(status=206 if asked else 200, body=data)
    response.headers.update({key.replace("_", "-"): value for key, value in head.items()})
    return response


async def _root(request: web.Request) -> tuple[Path, str]:
    state = state_of(request)
    node = node_of(request)
    if "lastBootTime" not in node.body:
        raise BatchError("OperationNotValidOnNode", ("Reason", f"The node is {node.state}"))
    await state.tasks.looked_at(node)
    return state.hosts.directory(node).tasks, f"{node.body['url']}/files"


def walk(root: Path, *, recursive: bool) -> Iterator[Path]:
    """What is below a directory, or only in it; links are not followed."""
    for path in root.iterdir():
        yield path
        if recursive and path.is_dir() and not path.is_symlink():
            yield from walk(path, recursive=True)


def inside(root: Path, name: str) -> Path:
    """A file of the node's own; 404 FileNotFound when there is none, or it is elsewhere."""
    try:
        path = (root / name.lstrip("/")).resolve(strict=True)
    except (OSError, ValueError, RuntimeError):
        raise BatchError("FileNotFound") from None
    if not path.is_relative_to(root.resolve()):
        raise BatchError("FileNotFound")
    return path


def describe(path: Path, name: str, url: str) -> dict[str, Any]:
    """A file as lists show it; the length is a string, as recorded."""
    item: dict[str, Any] = {"name": name, "url": f"{url}/{name}", "isDirectory": path.is_dir()}
    if not item["isDirectory"]:
        facts = path.lstat()
        item["properties"] = {
            "lastModified": agent_time(datetime.fromtimestamp(facts.st_mtime, UTC)),
            "contentLength": str(facts.st_size),
            "contentType": content_type(path),
            "fileMode": oct(facts.st_mode),
        }
    return item


def file_headers(path: Path, url: str) -> dict[str, str]:
    """A file's properties as headers, `_` for `-`."""
    facts = path.stat()
    return {
        "Content_Type": content_type(path),
        "Last_Modified": http_date(datetime.fromtimestamp(int(facts.st_mtime), UTC)),
        "ocp_batch_file_isdirectory": str(path.is_dir()),
        "ocp_batch_file_mode": oct(facts.st_mode),
        "ocp_batch_file_url": quote(url, safe=""),
        "ocp_creation_time": http_date(datetime.fromtimestamp(int(facts.st_ctime), UTC)),
    }


def content_type(path: Path) -> str:
    """Text for what is called so, and bytes for the rest."""
    return "text/plain" if path.suffix in {".txt", ".log"} else "application/octet-stream"


def read_range(path: Path, asked: str) -> bytes:
    """A file's bytes, all or those of `bytes=FIRST-LAST`; 416 InvalidRange."""
    if not asked:
        return path.read_bytes()
    found = RANGE.fullmatch(asked.strip())
    size = path.stat().st_size
    if not found or int(found[1]) >= size or (found[2] and int(found[2]) < int(found[1])):
        raise BatchError("InvalidRange")
    with path.open("rb") as file:
        file.seek(int(found[1]))
        return file.read(int(found[2]) - int(found[1]) + 1 if found[2] else -1)
