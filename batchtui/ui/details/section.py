"""What details are made of: sections of labels and values, and the lines that they become."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from rich.cells import cell_len

from batchtui.batch.facts import Facts
from batchtui.tables import Cell, Tone
from batchtui.ui.lines import Span, TextLine
from batchtui.visible import visible, visible_lines
from batchtui.words import duration, moment

# A label and its value; without a label, lines that have the whole width.
Line = tuple[str | None, Cell]

_LABEL = 15  # cells; a longer label stands above its value
_INDENT = "  "


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and what is said below it: labels and values, in order of use."""

    title: str
    lines: Sequence[Line]


def sections(*parts: Section) -> list[Section]:
    """Those that have something to say."""
    return [part for part in parts if part.lines]


# Values


def plain(value: object) -> Cell:
    """Whatever the service said, safe to show."""
    return Cell(visible_lines(str(value)))


def known(label: str, value: object) -> Iterator[Line]:
    """A line, if the service said anything."""
    if value not in {"", None}:
        yield label, plain(value)


def yes(label: str, value: bool | None) -> Iterator[Line]:  # noqa: FBT001 - it is the value
    """A line for true or false."""
    if value is not None:
        yield label, Cell("yes" if value else "no")


def when(label: str, moment_: datetime | None, now: datetime) -> Iterator[Line]:
    """A time, and how long ago it was or how soon it will be."""
    if moment_:
        yield label, Cell(f"{moment(moment_)}, {ago(moment_, now)}")


def ago(moment_: datetime, now: datetime) -> str:
    """`5m ago`, or `in 5m`."""
    seconds = (now - moment_).total_seconds()
    return f"{duration(seconds)} ago" if seconds > -1 else f"in {duration(-seconds)}"


def fault(facts: Facts, values: str, tone: Tone = "bad") -> tuple[str, Cell]:
    """An error that the service keeps: its code, message, and every value that explains it."""
    code, text = facts.text("code"), [facts.text("message")]
    text += [
        f"{each.text('name') or each.text('key')}: {each.text('value')}"
        for each in facts.each(values)
    ]
    if category := facts.text("category"):
        text.append(f"category: {category}")
    return visible(code) or "error", Cell(visible_lines("\n".join(filter(None, text))), tone)


def each_in_words(label: str, facts: Facts, name: str) -> Iterator[Line]:
    """A line for each object of a list."""
    for each in facts.each(name):
        yield from known(label, in_words(each))


def pairs(facts: Facts) -> Iterator[Line]:
    """All that is left of an object, by the service's own names."""
    for path, value in facts.rest():
        yield visible(path), plain(value)


def in_words(facts: Facts) -> str:
    """All that is left of an object, in one line."""
    return ", ".join(f"{path} {value}" for path, value in facts.rest())


def also(facts: Facts) -> Section:
    """Whatever has no line of its own, so that nothing is lost."""
    return Section("Also", list(pairs(facts)))


# Lines


def lines_of(parts: Iterable[Section]) -> list[TextLine]:
    """Sections as lines to read, each heading after a blank one."""
    lines: list[TextLine] = []
    for part in parts:
        if lines:
            lines.append(TextLine(""))
        lines.append(TextLine(part.title, (Span(0, len(part.title), "heading"),)))
        lines += labelled(part.lines)
    return lines


def whole_line(cell: Cell) -> TextLine:
    """A value alone, as far left as labels are."""
    text = _INDENT + cell.text
    return TextLine(text, (Span(0, len(text), cell.tone),), 2 * len(_INDENT))


def labelled(lines: Iterable[Line]) -> Iterator[TextLine]:
    """Labels and their values as lines to read."""
    for label, cell in lines:
        yield from _lines(label, cell)


def _lines(label: str | None, cell: Cell) -> Iterator[TextLine]:
    before = below = 2 * _INDENT
    if label is not None:
        below = " " * (len(_INDENT) + _LABEL + 1)
        before = f"{_INDENT}{label}{' ' * (_LABEL + 1 - cell_len(label))}"
        if cell_len(label) > _LABEL:
            before = before.rstrip()
            yield TextLine(before, (Span(0, len(before), "muted"),), len(_INDENT))
            before = below
    for line in cell.text.split("\n"):
        text, hang = before + line, len(before)
        yield TextLine(text, (Span(0, hang, "muted"), Span(hang, len(text), cell.tone)), hang)
        before = below
