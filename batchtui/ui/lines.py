"""Text that is read rather than filled in: its lines, how they fit a screen, what is found. Pure.

Everything is counted in terminal cells, not in characters: half of the world's letters take two.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from rich.cells import cell_len

from batchtui.ui.filter import FilterError

_BESIDE = 20  # cells that a value needs to stand beside its label
_MARGIN = 2  # cells before what has no room there
_WORD = re.compile(r"\S+")
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
            rows += (Row(place, *row) for row in _broken(text, line.hang, max(1, width)))
    return rows


def _broken(text: str, hang: int, width: int) -> Iterator[tuple[int, int, int]]:
    """Where a line that is too long is broken: at blanks, and within words that have no room."""
    margin = _MARGIN if width > _BESIDE else 0
    indent = cell_len(text[:hang])
    used = indent
    if width - indent < _BESIDE:
        indent, used = margin, width
    start, before, done = 0, 0, hang
    for word in _WORD.finditer(text, hang):
        begin, end = word.span()
        used += cell_len(text[done:end])
        done = end
        if used <= width:
            continue
        if start < begin:
            yield start, begin, before
        start, before = begin, indent
        used = before + cell_len(word[0])
        if used > width:
            before = margin
            for part in _chopped(text, begin, end, width - margin):
                yield start, part, before
                start = part
            used = before + cell_len(text[start:end])
    yield start, len(text), before


def _chopped(text: str, start: int, end: int, room: int) -> Iterator[int]:
    """Where a word is broken that is longer than a row has room."""
    used = 0
    for place in range(start, end):
        cells = 1 if text[place] == _WIDENING else cell_len(text[place])
        if used and used + cells > room:
            yield place
            used = 0
        used += cells


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
    """Everything that is found, in order."""
    return [
        Match(place, *found.span())
        for place, line in enumerate(lines)
        for found in wanted.finditer(line.text)
        if found.end() > found.start()
    ]
