"""What becomes of a pool's JSON that two people changed at once. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from batchtui.batch.known import Json, Path
from batchtui.batch.places import put, without


@dataclass(frozen=True, slots=True)
class Conflict:
    """A place that both changed, each to something else; None where there is nothing."""

    path: Path
    before: Any
    mine: Any
    theirs: Any


def three_way(before: Json, mine: Json, theirs: Json) -> tuple[dict[str, Any], list[Conflict]]:
    """Theirs with what I changed, and the places that both changed: mine is kept there, for now.

    A list is one place: what moved within it can't be told.
    """
    return _merged(before, mine, theirs, ())


def settled(body: Json, conflict: Conflict, wanted: object) -> dict[str, Any]:
    """The JSON with another of a conflict's three values."""
    if wanted is None:
        return without(body, conflict.path)
    return dict(put(body, conflict.path, wanted))


def _merged(
    before: Json, mine: Json, theirs: Json, path: Path
) -> tuple[dict[str, Any], list[Conflict]]:
    found: dict[str, Any] = {}
    conflicts: list[Conflict] = []
    for name in dict.fromkeys((*theirs, *mine)):
        was, my, their = before.get(name), mine.get(name), theirs.get(name)
        here = (*path, name)
        if my == was:
            kept = their
        elif their in (was, my):
            kept = my
        elif isinstance(my, Mapping) and isinstance(their, Mapping):
            kept, more = _merged(was if isinstance(was, Mapping) else {}, my, their, here)
            conflicts += more
        else:
            kept = my
            conflicts.append(Conflict(here, was, my, their))
        if kept is not None:
            found[name] = kept
    return found, conflicts
