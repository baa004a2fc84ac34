"""Conditional requests: 412 ConditionNotMet, or 304 when a read finds nothing new."""

from collections.abc import Mapping
from typing import Any

from aiohttp import web

from batchtui.emulator.errors import BatchError
from batchtui.emulator.times import read_http_date, read_time


def check_conditions(request: web.Request, body: Mapping[str, Any]) -> None:
    """Compare If-Match and its kin with a resource's ETag and time of modification."""
    failed = _failed_precondition(request, body)
    unchanged = _unchanged(request, body)
    if failed:
        raise BatchError("ConditionNotMet")
    if unchanged:
        raise BatchError("ConditionNotMet", status=304 if _is_read(request) else 412)


def _is_read(request: web.Request) -> bool:
    return request.method in {"GET", "HEAD"}


def _failed_precondition(request: web.Request, body: Mapping[str, Any]) -> bool:
    match = request.headers.get("If-Match", "")
    if match and not _names(match, body):
        return True
    since = _time(request, "If-Unmodified-Since")
    return since is not None and _modified(body) > since


def _unchanged(request: web.Request, body: Mapping[str, Any]) -> bool:
    none_match = request.headers.get("If-None-Match", "")
    if none_match:
        return _names(none_match, body)
    since = _time(request, "If-Modified-Since")
    return since is not None and _modified(body) <= since


def _names(tags: str, body: Mapping[str, Any]) -> bool:
    return tags == "*" or body["eTag"] in [
        tag.strip().removeprefix("W/").strip('"') for tag in tags.split(",")
    ]


def _time(request: web.Request, name: str) -> float | None:
    at = read_http_date(request.headers.get(name, ""))
    return at.timestamp() if at else None


def _modified(body: Mapping[str, Any]) -> float:
    """Whole seconds, as HTTP dates have no more."""
    at = read_time(body["lastModified"])
    return at.timestamp() // 1 if at else 0.0
