"""Files on nodes: list, properties and content by byte range."""

import asyncio
import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

from aiohttp import web

from batchtui.emulator.answers import listing
from batchtui.emulator.errors import BatchError
from batchtui.emulator.kinds import FILES
from batchtui.emulator.routes.nodes import NODE, check_machine, node_of
from batchtui.emulator.state import state_of
from batchtui.emulator.times import agent_time, http_date
from batchtui.emulator.wire import empty_response

RANGE = re.compile(r"bytes=(\d+)-(\d*)")


routes = web.RouteTableDef()


@routes.get(f"{NODE}/files", allow_head=False)
async def list_files(request: web.Request) -> web.Response:
    """The files of a node; names on Windows have backslashes."""
    root, url = await _root(request)
    recursive = request.query.get("recursive", "").lower() == "true"
    separator = "\\" if node_of(request).pool.windows else "/"
    items = await asyncio.to_thread(describe_all, root, url, separator, recursive=recursive)
    return listing(request, FILES, sorted(items), items.__getitem__)


@routes.get(f"{NODE}/files/{{path:.+}}")
async def get_file(request: web.Request) -> web.Response:
    """A file, whole or by `ocp-range`; HEAD only its properties."""
    root, url = await _root(request)
    name = request.match_info["path"].replace("\\", "/")
    asked = request.headers.get("ocp-range", "") or request.headers.get("Range", "")
    try:
        path = inside(root, name)
        head = file_headers(path, f"{url}/{quote(name)}")
        if request.method == "HEAD":
            head["Content_Length"] = str(path.stat().st_size if path.is_file() else 0)
            return empty_response(200, **head)
        data = await asyncio.to_thread(read_range, path, asked)
    except OSError:
        raise BatchError("FileNotFound") from None
    response = web.Response(status=206 if asked else 200, body=data)
    response.headers.update({key.replace("_", "-"): value for key, value in head.items()})
    return response


async def _root(request: web.Request) -> tuple[Path, str]:
    state = state_of(request)
    node = node_of(request)
    check_machine(node)
    await state.tasks.looked_at(node)
    return state.hosts.directory(node).tasks, f"{node.body['url']}/files"


def describe_all(
    root: Path, url: str, separator: str, *, recursive: bool
) -> dict[str, dict[str, Any]]:
    """What is below a directory, or only in it, by name; what goes meanwhile is left out."""
    items = {}
    for path in walk(root, recursive=recursive):
        name = path.relative_to(root).as_posix().replace("/", separator)
        with suppress(OSError):
            items[name] = describe(path, name, url)
    return items


def walk(root: Path, *, recursive: bool) -> Iterator[Path]:
    """What is below a directory, or only in it; links are not followed."""
    with suppress(OSError):
        for path in list(root.iterdir()):
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
    """A file's bytes, all or those of `bytes=FIRST-LAST`; 404 or 416 InvalidRange."""
    if not path.is_file():  # a directory, or a pipe that nobody writes to
        raise BatchError("FileNotFound")
    if not asked:
        return path.read_bytes()
    found = RANGE.fullmatch(asked.strip())
    size = path.stat().st_size
    if not found or int(found[1]) >= size or (found[2] and int(found[2]) < int(found[1])):
        raise BatchError("InvalidRange")
    with path.open("rb") as file:
        file.seek(int(found[1]))
        return file.read(int(found[2]) - int(found[1]) + 1 if found[2] else -1)
