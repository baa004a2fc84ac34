"""A file to read: its beginning and its end if it is long."""

from collections.abc import AsyncIterator, Sequence

from batchtui.clock import Clock
from batchtui.transfer.glance import glance
from batchtui.ui.lines import TextLine
from batchtui.ui.screens.reading import ReadingScreen
from batchtui.ui.widgets.pane import Pane
from batchtui.visible import visible


class ViewFileScreen(ReadingScreen):
    """What one side of the files screen has at a path."""

    def __init__(self, crumbs: tuple[str, ...], pane: Pane, path: str, now: Clock) -> None:
        super().__init__(crumbs, every=0, now=now)
        self._pane = pane
        self._path = path

    async def fetch(self) -> AsyncIterator[Sequence[TextLine]]:
        """Its lines."""
        found = await self._pane.call(lambda store: glance(store, self._path))
        lines = [TextLine(visible(line.expandtabs())) for line in found.lines]
        yield lines or [TextLine("The file is empty.")]
