"""Models -> the cells of tables. Pure: no widget, no markup, no clock of its own."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, Literal, NamedTuple, TypeVar

_DIGITS = 30  # a longer number is text: Python refuses to read very long ones
WIDE = 10_000  # shown only when wide columns are asked for

Row = TypeVar("Row")
Tone = Literal["plain", "muted", "good", "busy", "warn", "bad"]


class Area(NamedTuple):
    """A part of a bar: how many characters of its text it takes, and what they mean."""

    length: int
    tone: Tone


class Cell(NamedTuple):
    """What stands in one place of a table: text for one line and what it means.

    Where there are `areas` it is a bar: the text is divided into them, in their order.
    """

    text: str
    tone: Tone = "plain"
    areas: tuple[Area, ...] = ()


@dataclass(frozen=True, slots=True)
class Column(Generic[Row]):
    """One column: its cells, what they sort by, and from which table width it is shown.

    `width` is the least number of terminal cells it takes; columns that `grow` share the rest.
    A column `from_width` 0 is always there. The text of one that is `moving` changes with time
    alone, so filters don't read it; in one that is `own` most rows have a text that no other has.
    `fields` are what it needs of the wire's JSON. `exact` says for other programs, and filters, in
    full what the cell shortens or draws.
    """

    name: str
    title: str
    width: int
    cell: Callable[[Row], Cell]
    key: Callable[[Row], Any]
    grow: int = 0
    right: bool = False
    from_width: int = 0
    moving: bool = False
    own: bool = False
    fields: tuple[str, ...] = ()
    exact: Callable[[Row], str] | None = None


def natural(text: str) -> tuple[tuple[int, str], ...]:
    """What a text sorts by, so that `node-9` stands before `node-10` and case doesn't matter."""
    parts = re.split(r"(\d+)", text.lower())
    return tuple(
        (int(part), "") if part.isdecimal() and len(part) < _DIGITS else (-1, part)
        for part in parts
    )


def newest_first(when: datetime | None) -> float:
    """What a time sorts by, the newest first; one that isn't known last."""
    return -when.timestamp() if when else 0.0
