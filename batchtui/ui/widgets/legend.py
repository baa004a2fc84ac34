"""What the letters of a map mean, and how many nodes there are of each."""

from collections.abc import Callable, Iterable, Iterator

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from batchtui.tables.states import Look

_MOST = 3  # lines
_APART = "   "

# A letter and its word with a number: as styled as they are to be drawn.
Entry = tuple[Segment, Segment]


def legend(
    counts: Iterable[tuple[Look, int]], width: int, letter: Callable[[Look], Style], plain: Style
) -> list[Strip]:
    """Lines of so many cells, at most `_MOST`: what has no room is said to be there."""
    entries = [
        (Segment(f" {look.letter} ", letter(look)), Segment(f" {look.word} {count:,}", plain))
        for look, count in counts
    ]
    lines = list(_lines(entries, width, plain))
    if len(lines) > _MOST:
        lines[_MOST - 1] = Strip([Segment(" … and others, all less bad", plain)])
    return lines[:_MOST]


def _lines(entries: Iterable[Entry], width: int, plain: Style) -> Iterator[Strip]:
    line: list[Segment] = []
    for entry in entries:
        if line and _length([*line, *entry]) > width:
            yield Strip(line)
            line = []
        line += [*entry, Segment(_APART, plain)]
    if line:
        yield Strip(line)


def _length(segments: Iterable[Segment]) -> int:
    return sum(cell_len(segment.text) for segment in segments)
