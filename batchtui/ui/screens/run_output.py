"""What nodes wrote, and what differs between two groups of them, to be read."""

from collections.abc import AsyncIterator, Sequence

from batchtui.access.threads import in_thread
from batchtui.many.groups import Group, difference
from batchtui.many.outcome import ERRORS
from batchtui.tables.many import state_cell
from batchtui.ui.acts.act import Target, named
from batchtui.ui.lines import Span, TextLine
from batchtui.ui.screens.reading import ReadingScreen
from batchtui.visible import visible

_NAMES = 400  # cells for the names of nodes
_LOOKS = {"+": "good", "-": "bad", "@": "busy"}


class OutputScreen(ReadingScreen):
    """The output of the nodes of one group, as far as it has come."""

    remote = False

    def __init__(self, crumbs: tuple[str, ...], group: Group) -> None:
        super().__init__((*crumbs, "output"), every=0)
        self._group = group

    async def fetch(self) -> AsyncIterator[Sequence[TextLine]]:
        """Which nodes, how it ended, and what they wrote."""
        yield await in_thread(lambda: list(_told(self._group)))


class DiffScreen(ReadingScreen):
    """What another group wrote otherwise than one did."""

    remote = False

    def __init__(self, crumbs: tuple[str, ...], one: Group, other: Group) -> None:
        super().__init__((*crumbs, "diff"), every=0)
        self._sides = (one, other)

    async def fetch(self) -> AsyncIterator[Sequence[TextLine]]:
        """A unified diff."""
        lines = await in_thread(lambda: difference(*self._sides))
        yield [_diff_line(visible(line)) for line in lines] or [
            TextLine("They wrote the same, and ended otherwise.")
        ]


def _told(group: Group) -> Sequence[TextLine]:
    state = state_cell(group.first)
    targets = [Target(outcome.place.id, outcome.name) for outcome in group.outcomes]
    lines = [
        TextLine(state.text, [Span(0, len(state.text), state.tone)]),
        TextLine(visible(named(targets, _NAMES))),
        TextLine(""),
    ]
    for line in group.lines():
        text = visible(line)
        lines.append(TextLine(text, [Span(0, len(text), "heading")] if line == ERRORS else ()))
    return lines


def _diff_line(text: str) -> TextLine:
    if text.startswith(("--- ", "+++ ")):
        return TextLine(text, [Span(0, len(text), "heading")])
    look = _LOOKS.get(text[:1])
    return TextLine(text, [Span(0, len(text), look)] if look else ())
