"""Query parameters: those of lists (`$filter`, `$select`, `maxresults`, the page token), flags."""

import base64
import binascii
import re
import time
from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

from aiohttp import web

from batchtui.emulator.errors import bad_query
from batchtui.emulator.odata import Field, Test, parse_filter

MOST = 1000
# How long a page may be looked for: one without end would hold up all other requests.
PATIENCE = 0.5
GLANCE = 1000
SECONDS = re.compile(r"0*[1-9][0-9]*")


@dataclass(frozen=True)
class ListQuery:
    """What a list request asks for."""

    limit: int
    after: str
    select: tuple[str, ...] | None
    test: Test | None


def check_timeout(request: web.Request) -> None:
    """400 unless the server's timeout is a number above 0; one above 30 s counts as 30 (SDK).

    Versions before 2024-07-01 call it `timeout`, and later ones `timeOut`.
    """
    for name in ("timeOut", "timeout"):
        text = request.query.get(name, "1")
        if not SECONDS.fullmatch(text):
            raise bad_query(name, text, f"{name} must be a number of seconds above 0")


def is_asked(request: web.Request, name: str) -> bool:
    """Whether a parameter that is `true` or `false` is true: `recursive`, `force`."""
    return request.query.get(name, "").lower() == "true"


def read_query(request: web.Request, fields: Mapping[str, Field]) -> ListQuery:
    """The list's parameters; 400 InvalidQueryParameterValue in the service's words."""
    query = request.query
    return ListQuery(
        limit=_limit(query.get("maxresults", str(MOST))),
        after=_token(query.get("$skiptoken", "")),
        select=read_select(request),
        test=_filter(query.get("$filter", ""), fields),
    )


def read_select(request: web.Request) -> tuple[str, ...] | None:
    """The names in `$select`, or None for all."""
    names = tuple(name.strip() for name in request.query.get("$select", "").split(","))
    return tuple(name for name in names if name) or None


def _limit(text: str) -> int:
    try:
        limit = int(text)
    except ValueError:
        raise bad_query("maxresults", text, "MaxResults must be a number") from None
    if limit < 1:
        raise bad_query("maxresults", text, "MaxResults cannot be less than 1")
    if limit > MOST:
        raise bad_query("maxresults", text, f"MaxResults cannot be greater than {MOST}")
    return limit


def _filter(text: str, fields: Mapping[str, Field]) -> Test | None:
    if not text.strip():
        return None
    try:
        return parse_filter(text, fields)
    except ValueError as error:
        raise bad_query("$filter", text, f"The filter is not valid: {error}") from None


def _token(text: str) -> str:
    try:
        return base64.b64decode(text, altchars=b"-_", validate=True).decode()
    except (binascii.Error, ValueError):
        raise bad_query("$skiptoken", text, "The skip token is not valid") from None


def page(
    ids: Sequence[str], query: ListQuery, read: Callable[[str], Mapping[str, Any]]
) -> tuple[list[Mapping[str, Any]], str]:
    """One page of the sorted ids after the token, and the next page's token or nothing.

    A page has less than there could be on it, even nothing, when little fits the filter and that
    took long to find out; the next one goes on from there.
    """
    found: list[Mapping[str, Any]] = []
    last, end = "", time.monotonic() + PATIENCE
    start = bisect_right(ids, query.after)
    for at in range(start, len(ids)):
        if at > start and (at - start) % GLANCE == 0 and time.monotonic() > end:
            return found, ids[at - 1]
        item = read(ids[at])
        if query.test and not query.test(item):
            continue
        if len(found) == query.limit:
            return found, last
        found.append(item)
        last = ids[at]
    return found, ""


def pick(item: Mapping[str, Any], names: Sequence[str]) -> dict[str, Any]:
    """The named properties that the item has, in that order."""
    return {name: item[name] for name in names if name in item}


def next_link(request: web.Request, endpoint: str, token: str) -> str:
    """The absolute URL of the page after the token, with the request's other parameters."""
    query = {name: value for name, value in request.query.items() if name != "$skiptoken"}
    query["$skiptoken"] = base64.urlsafe_b64encode(token.encode()).decode()
    return f"{endpoint}{request.rel_url.raw_path}?{urlencode(query, quote_via=quote, safe='$')}"
