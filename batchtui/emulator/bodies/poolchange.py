"""Changes of a pool: PATCH leaves what it doesn't name, updateproperties replaces.

What may be changed when is said by the SDK's docstrings (BatchPoolUpdateOptions,
BatchPoolReplaceOptions).
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from batchtui.emulator.bodies import command, read
from batchtui.emulator.bodies.caller import Caller
from batchtui.emulator.bodies.older import modern
from batchtui.emulator.bodies.pool import CHANGES, PACKAGES, PARTS, check_parts
from batchtui.emulator.bodies.read import Json
from batchtui.emulator.errors import BatchError, missing_property

MORE_SINCE = "2024-07-01"
# What may be changed at any time; all else, and in newer versions only, while the pool is empty.
ANYTIME = frozenset({"startTask", "metadata", "targetNodeCommunicationMode"})
LATER = frozenset(PARTS) - ANYTIME - {"cloudServiceConfiguration"}


def given_changes(body: Mapping[str, Any], caller: Caller) -> Json:
    """What PATCH asks for, None for what is to go; 400 for what can't be changed."""
    body = modern(body, caller.version)
    names = ANYTIME | LATER if caller.version >= MORE_SINCE else ANYTIME
    read.only(body, names | {PACKAGES})
    return _given(body)


def given_replacement(body: Mapping[str, Any], caller: Caller) -> Json:
    """What updateproperties asks for, None for what it omits and is to go."""
    body = modern(body, caller.version)
    read.only(body, ANYTIME | {PACKAGES})
    for name in (PACKAGES, "metadata"):
        if body.get(name) is None:
            raise missing_property(name)
    return dict.fromkeys(ANYTIME) | _given(body)


def _given(body: Json) -> Json:
    given = CHANGES.read_given({name: body[name] for name in body if name != PACKAGES})
    command.packages(body)
    return given


def changed(pool: Json, given: Json, now: datetime, caller: Caller) -> Json:
    """A pool's body with what was given; 400 when its parts are wrong together."""
    both = pool | given
    found = {name: value for name, value in both.items() if value is not None}
    check_parts(found, {name for name, value in given.items() if value is not None}, now, caller)
    return found


def check_empty(given: Mapping[str, Any], *, empty: bool) -> None:
    """409 for what may be changed only while the pool is empty.

    That it is this error is not documented; it is the one for all that a state forbids.
    """
    for name in given:
        if name in LATER and not empty:
            reason = f"The property {name} can be updated only while the pool is empty"
            raise BatchError("OperationInvalidForCurrentState", ("Reason", reason))
