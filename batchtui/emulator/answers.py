"""Answers to requests about resources: one, a page of many, or only word that it was done."""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from aiohttp import web

from batchtui.emulator.kinds import Kind
from batchtui.emulator.query import next_link, page, pick, read_query, read_select
from batchtui.emulator.state import VERSION, state_of
from batchtui.emulator.store import Json
from batchtui.emulator.times import http_date, read_time
from batchtui.emulator.versions import shaped
from batchtui.emulator.wire import empty_response, json_response


def element(request: web.Request, kind: Kind, body: Mapping[str, Any]) -> web.Response:
    """One resource, with its ETag if it has one."""
    shown = pick(shaped(kind.fragment, body, request[VERSION]), names_of(request, kind))
    return tagged(json_response(titled(request, f"{kind.fragment}/@Element", shown)), body)


def listing(
    request: web.Request,
    kind: Kind,
    ids: Sequence[str],
    read: Callable[[str], Mapping[str, Any]],
) -> web.Response:
    """A page of resources by their sorted ids, with an absolute link to the next one.

    What comes and goes between two pages neither repeats nor skips what stays: a page begins
    after the last id of the one before.
    """
    items, token = page(ids, read_query(request, kind.fields), read)
    names, version = names_of(request, kind), request[VERSION]
    shown = [pick(shaped(kind.fragment, item, version), names) for item in items]
    body = titled(request, kind.fragment, {"value": shown})
    if token:
        body["odata.nextLink"] = next_link(request, state_of(request).world.endpoint, token)
    return json_response(body)


def names_of(request: web.Request, kind: Kind) -> Sequence[str]:
    """The properties that a request asks for, in the order of the kind."""
    select = read_select(request)
    return kind.order if select is None else [name for name in kind.order if name in select]


def titled(request: web.Request, fragment: str, body: Mapping[str, Any]) -> Json:
    """A body with its `odata.metadata` in front."""
    return {"odata.metadata": f"{state_of(request).world.endpoint}/$metadata#{fragment}", **body}


def created(url: str, body: Mapping[str, Any] = MappingProxyType({})) -> web.Response:
    """201, with the URL of what there is now."""
    return tagged(empty_response(201, Location=url, DataServiceId=url), body)


def done(status: int, body: Mapping[str, Any], action: str = "") -> web.Response:
    """Word that a resource was changed, or that an action on it is done or begun."""
    name = f"{body['url']}/{action}" if action else body["url"]
    return tagged(empty_response(status, DataServiceId=name), body)


def tagged(response: web.Response, body: Mapping[str, Any]) -> web.Response:
    """The response with a resource's ETag and time of modification, if it has them."""
    if "eTag" in body:
        response.headers["ETag"] = body["eTag"]
        modified = read_time(body["lastModified"])
        if modified:
            response.headers["Last-Modified"] = http_date(modified)
    return response
