"""Reads a request's body, property by property, with the service's complaints."""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import orjson
from aiohttp import web

from batchtui.emulator.errors import BatchError, bad_property, missing_property
from batchtui.emulator.times import read_duration, read_time

Json = dict[str, Any]
DEEPEST = 50
WHOLE = re.compile(r"-?[0-9]{1,18}")


async def read_body(request: web.Request) -> Json:
    """The body as an object; 400 InvalidRequestBody or 413 RequestBodyTooLarge."""
    try:
        body = orjson.loads(await request.read() or b"{}")
    except web.HTTPRequestEntityTooLarge:
        raise BatchError("RequestBodyTooLarge") from None
    except orjson.JSONDecodeError as error:
        raise BatchError("InvalidRequestBody", ("Reason", str(error))) from None
    if not isinstance(body, dict):
        raise BatchError("InvalidRequestBody", ("Reason", "The body must be an object"))
    if not _shallow(body, DEEPEST):
        raise BatchError("InvalidRequestBody", ("Reason", "The body is nested too deeply"))
    return body


def _shallow(value: object, levels: int) -> bool:
    if isinstance(value, dict):
        value = list(value.values())
    if not isinstance(value, list):
        return True
    return levels > 0 and all(_shallow(item, levels - 1) for item in value)


def only(body: Mapping[str, Any], names: Mapping[str, object] | frozenset[str]) -> None:
    """400 InvalidRequestBody for a property that the type doesn't have.

    OData's own are none of its business: the SDK sends back the `odata.metadata` that it got.
    """
    for name in body:
        if name not in names and not name.startswith("odata."):
            reason = f"The property '{name}' does not exist on the type"
            raise BatchError("InvalidRequestBody", ("Reason", reason))


def text(body: Mapping[str, Any], name: str, default: str | None = None) -> str:
    """A text; 400 when it is missing without a default, or is none."""
    value = body.get(name)
    if value is None:
        if default is None:
            raise missing_property(name)
        return default
    if not isinstance(value, str):
        raise bad_property(name, value, "The value must be a string")
    return value


def number(
    body: Mapping[str, Any], name: str, *, least: int, most: int, default: int | None = None
) -> int:
    """A whole number within bounds; 400 otherwise, or when missing without a default.

    The service takes it as a text too: so the az CLI 2.91 sends what is on its command line.
    """
    value = body.get(name)
    if value is None:
        if default is None:
            raise missing_property(name)
        return default
    if isinstance(value, str) and WHOLE.fullmatch(value):
        value = int(value)
    if not isinstance(value, int) or isinstance(value, bool):
        raise bad_property(name, value, "The value must be a whole number")
    if not least <= value <= most:
        raise bad_property(name, value, f"The value must be between {least} and {most}")
    return value


def decimal(
    body: Mapping[str, Any], name: str, *, least: float, most: float, default: float | None = None
) -> float:
    """A number within bounds; 400 otherwise, or when missing without a default."""
    value = body.get(name)
    if value is None:
        if default is None:
            raise missing_property(name)
        return default
    if not isinstance(value, int | float) or isinstance(value, bool):
        raise bad_property(name, value, "The value must be a number")
    if not least <= value <= most:
        raise bad_property(name, value, f"The value must be between {least:g} and {most:g}")
    return value


def flag(body: Mapping[str, Any], name: str, *, default: bool = False) -> bool:
    """A truth value; 400 for anything else."""
    value = body.get(name)
    if value is None:
        return default
    if not isinstance(value, bool):
        raise bad_property(name, value, "The value must be true or false")
    return value


def choice(body: Mapping[str, Any], name: str, default: str, *values: str) -> str:
    """One of the values, whatever its case; 400 for another."""
    value = text(body, name, default)
    for known in values:
        if known.lower() == value.lower():
            return known
    raise bad_property(name, value, f"The value must be one of {', '.join(values)}")


def nested(body: Mapping[str, Any], name: str) -> Json | None:
    """An object, or None; 400 for anything else."""
    value = body.get(name)
    if value is not None and not isinstance(value, dict):
        raise bad_property(name, value, "The value must be an object")
    return value


def needed(body: Mapping[str, Any], name: str) -> Json:
    """An object that has to be there."""
    found = nested(body, name)
    if found is None:
        raise missing_property(name)
    return found


def objects(body: Mapping[str, Any], name: str) -> list[Json]:
    """A list of objects, empty when absent; 400 for anything else."""
    value = body.get(name)
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        raise bad_property(name, value, "The value must be a list of objects")
    return value


def duration(
    body: Mapping[str, Any], name: str, default: str, least: timedelta, most: timedelta
) -> timedelta:
    """An ISO 8601 duration within bounds; 400 otherwise."""
    value = text(body, name, default)
    length = read_duration(value)
    if length is None:
        raise bad_property(name, value, "The value must be an ISO 8601 duration")
    if not least <= length <= most:
        minutes = int(least.total_seconds() // 60)
        raise bad_property(name, value, f"The value must be at least {minutes} minutes")
    return length


def instant(body: Mapping[str, Any], name: str) -> datetime | None:
    """A time, or None when it is missing; 400 for anything else."""
    if body.get(name) is None:
        return None
    value = text(body, name)
    at = read_time(value)
    if at is None:
        raise bad_property(name, value, "The value must be a time")
    return at
