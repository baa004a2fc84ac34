"""Text that is read rather than filled in: its lines, how they fit a screen, what is found. Pure.

Everything is counted in terminal cells, not in characters: half of the world's letters take two.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import NamedTuple

from rich.cells import cell_len

from batchtui.tables.filter import FilterError

MOST_MATCHES = 10_000
_BESIDE = 20  # cells that a value needs to stand beside its label
_MARGIN = 2  # cells before what has no room there
_WIDENING = "\ufe0f"  # may make the character before it a cell wider


class Span(NamedTuple):
    """A part of a line, by the places of its characters, that looks as `look` says."""

    start: int
    end: int
    look: str


@dataclass(frozen=True, slots=True)
class TextLine:
    """One line, safe to show; where it is broken, the rest hangs below its first `hang` letters."""

    text: str
    spans: Sequence[Span] = ()
    hang: int = 0


class Row(NamedTuple):
    """What one row of the screen shows of a line: some of its letters, after some blank cells."""

    line: int
    start: int
    end: int
    indent: int


class Match(NamedTuple):
    """Where in a line something was found."""

    line: int
    start: int
    end: int


def laid_out(lines: Sequence[TextLine], width: int) -> list[Row]:
    """The rows that lines take on a screen so many cells wide."""
    rows: list[Row] = []
    for place, line in enumerate(lines):
        text = line.text
        if cell_len(text) <= width:
            rows.append(Row(place, 0, len(text), 0))
        else:
            broken = _broken(text, line.hang, max(1, width))
            rows += (Row(place, *row) for row in broken if text[row[0] : row[1]].strip())
    return rows


def _broken(text: str, hang: int, width: int) -> Iterator[tuple[int, int, int]]:
    """Where a line that is too long is broken: at blanks, and within words that have no room."""
    margin = _MARGIN if width > _BESIDE else 0
    if cell_len(text[:hang].rstrip()) > width:
        hang = 0  # not even what the rest would hang below has room
    indent = cell_len(text[:hang])
    start = before = 0
    if width - indent < _BESIDE:
        yield 0, hang, 0
        indent = before = margin
        start = hang
    while (end := _reach(text, start, width - before)) < len(text):
        first = max(start, hang)
        cut = text.rfind(" ", first, end + 1) + 1
        if text[first:cut].strip():
            while text[cut : cut + 1] == " ":
                cut += 1
            yield start, cut, before
            start, before = cut, indent
        elif start < hang:
            yield start, hang, before
            start, before = hang, margin
        elif before > margin:
            before = margin
        else:
            yield start, end, before
            start = end
    yield start, len(text), before


def _reach(text: str, start: int, room: int) -> int:
    """How far a text fits into so many cells, at least one letter of it."""
    if text.isascii():
        return start + max(1, room)
    for place in range(start, len(text)):
        room -= 1 if text[place] == _WIDENING else cell_len(text[place])
        if room < 0:
            return max(place, start + 1)
    return len(text)


def pattern(text: str) -> re.Pattern[str] | None:
    """What is looked for: a text, whatever its case, or `/re/` or `~re`; None for nothing.

    Raises FilterError for a regular expression that isn't one.
    """
    if text.startswith("~") or (len(text) > 2 and text[0] == text[-1] == "/"):
        text = text[1:] if text[0] == "~" else text[1:-1]
    else:
        text = re.escape(text)
    try:
        return re.compile(text, re.IGNORECASE) if text else None
    except re.error as error:
        raise FilterError(f"Not a regular expression: {error}") from None


def matches(lines: Iterable[TextLine], wanted: re.Pattern[str]) -> list[Match]:
    """What is found, in order; nobody steps through more than `MOST_MATCHES`."""
    found = (
        Match(place, *each.span())
        for place, line in enumerate(lines)
        for each in wanted.finditer(line.text)
        if each.end() > each.start()
    )
    return list(islice(found, MOST_MATCHES))
