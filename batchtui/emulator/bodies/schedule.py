"""A job schedule to be created or changed: checked as the service checks it, and completed."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from batchtui.emulator.bodies import command, read
from batchtui.emulator.bodies.caller import Caller
from batchtui.emulator.bodies.job import specification
from batchtui.emulator.bodies.pool import check_id
from batchtui.emulator.bodies.read import Json
from batchtui.emulator.errors import bad_property
from batchtui.emulator.times import service_time, write_duration

UPDATED = frozenset({"schedule", "jobSpecification", "metadata"})
NEW = UPDATED | {"id", "displayName"}
TIMES = ("doNotRunUntil", "doNotRunAfter")
LENGTHS = ("startWindow", "recurrenceInterval")
LEAST = timedelta(minutes=1)


def new_schedule(body: Mapping[str, Any], now: datetime, caller: Caller) -> Json:
    """The schedule as GET shows it, without what the service itself adds."""
    read.only(body, NEW)
    check_id(read.text(body, "id"))
    return {"id": body["id"], **command.display_name(body), **_all(body, now, caller)}


def replaced(body: Mapping[str, Any], now: datetime, caller: Caller) -> Json:
    """What PUT asks for: a property that is omitted is gone (SDK: replace_job_schedule)."""
    read.only(body, UPDATED)
    return _all({"schedule": {}, **body}, now, caller)


def patched(body: Mapping[str, Any], now: datetime, caller: Caller) -> Json:
    """What PATCH asks for: what is omitted stays."""
    read.only(body, UPDATED)
    found: Json = {}
    if (times := read.nested(body, "schedule")) is not None:
        found["schedule"] = _times(times)
    if (wanted := read.nested(body, "jobSpecification")) is not None:
        found["jobSpecification"] = specification(wanted, now, caller)
    if body.get("metadata") is not None:
        found["metadata"] = []
    return found | command.pairs(body, "metadata", value_required=True)


def _all(body: Mapping[str, Any], now: datetime, caller: Caller) -> Json:
    return {
        "schedule": _times(read.needed(body, "schedule")),
        "jobSpecification": specification(read.needed(body, "jobSpecification"), now, caller),
        **command.pairs(body, "metadata", value_required=True),
    }


def _times(body: Json) -> Json:
    read.only(body, frozenset({*TIMES, *LENGTHS}))
    at = {name: time for name in TIMES if (time := read.instant(body, name)) is not None}
    if len(at) == len(TIMES) and at["doNotRunAfter"] <= at["doNotRunUntil"]:
        reason = "The value must be later than doNotRunUntil"
        raise bad_property("doNotRunAfter", body["doNotRunAfter"], reason)
    found = {name: service_time(time) for name, time in at.items()}
    for name in LENGTHS:
        if body.get(name) is not None:
            found[name] = write_duration(read.duration(body, name, "", LEAST, timedelta.max))
    return found
