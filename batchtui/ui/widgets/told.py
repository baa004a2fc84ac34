"""A few lines above a table: what is said of all of its rows together."""

from collections.abc import Sequence
from typing import ClassVar

from rich.text import Text
from textual.geometry import Size
from textual.widget import Widget

from batchtui.ui.lines import Row, TextLine, laid_out


class Told(Widget):
    """As high as its lines need, broken where the screen ends; nothing of it has the focus."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        f"told--{look}" for look in ("plain", "muted", "good", "busy", "warn", "bad")
    }

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name for it
        super().__init__(id=id)
        self.lines: Sequence[TextLine] = ()

    def show(self, lines: Sequence[TextLine]) -> None:
        """Show these lines instead."""
        if lines != self.lines:
            self.lines = lines
            self.refresh(layout=True)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """The rows that the lines take."""
        del container, viewport
        return len(laid_out(self.lines, width))

    def notify_style_update(self) -> None:
        """Another theme: draw all again."""
        super().notify_style_update()
        self.refresh()

    def render(self) -> Text:
        """The lines as they fit."""
        rows = laid_out(self.lines, self.size.width)
        return Text("\n").join(map(self._row, rows))

    def _row(self, row: Row) -> Text:
        line = self.lines[row.line]
        text = Text(line.text)
        for start, end, look in line.spans:
            style = self.get_component_rich_style(f"told--{look}", partial=True)
            text.stylize(style, start, end)
        return Text(" " * row.indent) + text[row.start : row.end]
