"""Answers of Resource Manager, compact and with their length, as recorded."""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

import orjson
from aiohttp import web

from batchtui.emulator.arm.errors import error_body
from batchtui.emulator.errors import RefusedError
from batchtui.emulator.odata import Field
from batchtui.emulator.query import next_link, page, read_query
from batchtui.emulator.state import REQUEST_ID, state_of
from batchtui.emulator.times import http_date, read_time


def arm_response(body: object, status: int = 200) -> web.Response:
    """JSON as Resource Manager writes it."""
    response = web.Response(status=status, body=orjson.dumps(body))
    response.headers["Content-Type"] = "application/json; charset=utf-8"
    return response


def arm_page(
    request: web.Request,
    ids: Sequence[str],
    read: Callable[[str], Mapping[str, Any]],
    fields: Mapping[str, Field] = MappingProxyType({}),
) -> web.Response:
    """A page of resources by their sorted ids, with an absolute link to the next one."""
    items, token = page(ids, read_query(request, fields), read)
    body: dict[str, Any] = {"value": items}
    if token:
        body["nextLink"] = next_link(request, state_of(request).world.endpoint, token)
    return arm_response(body)


def arm_error(request: web.Request, error: RefusedError) -> web.Response:
    """An error as Resource Manager writes it."""
    now = state_of(request).world.clock.now()
    return arm_response(error_body(error, request[REQUEST_ID], now), error.status)


def empty(status: int = 200) -> web.Response:
    """No body, and no word of what it would be."""
    response = web.Response(status=status)
    response.headers["Content-Length"] = "0"
    return response


def accepted(location: str, seconds: int | None = None) -> web.Response:
    """202: it goes on, and the URL says how it went; ask again after so many seconds."""
    response = empty(202)
    response.headers["Location"] = location
    if seconds is not None:
        response.headers["Retry-After"] = str(seconds)
    return response


def dated(response: web.Response, tag: str, body: Mapping[str, Any]) -> web.Response:
    """The response with a resource's ETag, quoted here, and its time of modification."""
    response.headers["ETag"] = tag
    modified = read_time(body["lastModified"])
    if modified:
        response.headers["Last-Modified"] = http_date(modified)
    return response
