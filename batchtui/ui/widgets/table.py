"""A table of any number of rows: only what is on screen is ever rendered.

Cursor, marks, sort and filter belong to row ids, so they survive whatever happens to the rows.
"""

import textwrap
from collections.abc import Callable, Iterable, Sequence
from typing import ClassVar, TypeVar

from rich.segment import Segment
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.strip import Strip

from batchtui.tables import Column
from batchtui.tables.filter import Filter
from batchtui.ui.rows import Rows
from batchtui.ui.widgets.grid import MARK_WIDTH, Grid, fit
from batchtui.ui.widgets.rows_view import RowsView

Row = TypeVar("Row")


class Table(RowsView[Row]):
    """Rows of one kind in columns, with a cursor, marks, a sort column and a filter."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "move(-1)", "Up", show=False, id="table.up"),
        Binding("down,j", "move(1)", "Down", show=False, id="table.down"),
        Binding("left", "sideways(-8)", "Scroll left", show=False, id="table.left"),
        Binding("right", "sideways(8)", "Scroll right", show=False, id="table.right"),
        Binding(
            "w", "wide", "Wide", show=False, id="table.wide", tooltip="Show all columns, or few"
        ),
    ]

    def __init__(
        self,
        columns: Sequence[Column[Row]],
        row_id: Callable[[Row], str],
        *,
        empty: str = "",
        id: str | None = None,  # noqa: A002 - Textual's own name for it
    ) -> None:
        super().__init__(Rows(columns, row_id), id=id)
        self.wide = False
        # Whether the cursor is lit without focus: while an input beside it has that.
        self.lit = False
        self._empty = empty
        self._grid = Grid(self.data, self._style)

    # What is in it

    @property
    def columns(self) -> Sequence[Column[Row]]:
        """All columns, also those that don't fit."""
        return self.data.columns

    @property
    def shown_columns(self) -> Sequence[Column[Row]]:
        """The columns that are shown at this width."""
        return [column for column, _width in self._grid.layout]

    @property
    def rows(self) -> dict[str, Row]:
        """Every row by id, also those that the filter hides."""
        return self.data.by_id

    @property
    def shown(self) -> Sequence[str]:
        """The ids of the rows that are shown, in order."""
        return self.data.shown

    @property
    def marked(self) -> set[str]:
        """The ids of the marked rows, also those that the filter hides."""
        return self.data.marked

    @property
    def cursor(self) -> str | None:
        """The id of the row under the cursor."""
        return self.data.cursor

    @property
    def current(self) -> Row | None:
        """The row under the cursor."""
        return self.data.current

    def targets(self) -> list[Row]:
        """The marked rows in the order shown, hidden ones last; without marks the current one."""
        return self.data.targets()

    def set_rows(self, rows: Iterable[Row]) -> None:
        """Show these rows instead; cursor and marks stay with the ids that are still there."""
        self.data.replace(rows)
        self.rearranged()

    def update_rows(self, changed: Iterable[Row], gone: Iterable[str] = ()) -> None:
        """Show rows that are new or other than before, and leave out those that went."""
        self.data.update(changed, gone)
        self.rearranged()

    @property
    def pending(self) -> frozenset[str]:
        """The names of columns whose cells aren't known yet."""
        return self._grid.pending

    def set_pending(self, columns: Iterable[str]) -> None:
        """Which columns' cells aren't known yet."""
        self._grid.pending = frozenset(columns)
        self.refresh()

    def set_empty(self, text: str) -> None:
        """What to say while there is no row to show."""
        self._empty = text
        self.refresh()

    def set_filter(self, wanted: Filter | None, test: Callable[[Row], bool] | None = None) -> None:
        """Show only the rows whose texts pass the filter and that pass the test themselves."""
        self.data.set_filter(wanted, test)
        self.rearranged()

    # Where things are

    def _extent(self) -> Size:
        return Size(self._grid.width, len(self.data) + 1)

    def _page_height(self) -> int:
        return max(0, self.scrollable_content_region.height - 1)

    def action_sideways(self, cells: int) -> None:
        """Scroll by cells, where the columns are wider than the screen."""
        self.scroll_to(x=self.scroll_offset.x + cells, animate=False)

    def action_wide(self) -> None:
        """Show all columns, whether they fit or not, or only those that fit."""
        self.wide = not self.wide
        self._fit()
        self.scroll_to(x=0, animate=False)

    # Drawing

    def _fit(self) -> None:
        width = self.scrollable_content_region.width or self.size.width
        self._grid.fit(width, wide=self.wide)
        self.rearranged()

    def on_resize(self) -> None:
        """Columns fit the new width, and the cursor stays on screen."""
        self._fit()
        self._moved()

    def render_line(self, y: int) -> Strip:
        """One line of the screen: the header, a row, or nothing."""
        scroll_x, scroll_y = self.scroll_offset
        width = self.size.width
        place = y + int(scroll_y) - 1
        part = "plain"
        if y == 0:
            strip, part = self._grid.header(), "header"
        elif place < len(self.data):
            lit = self.has_focus or self.lit
            strip = self._grid.row(place, lit=lit)
            if lit and place == self.data.cursor_place:
                part = "cursor"
        elif not len(self.data) and y >= 2:
            strip = self._message(y - 2)
        else:
            strip = Strip.blank(width, self._style("plain"))
        return strip.crop_extend(int(scroll_x), int(scroll_x) + width, self._style(part))

    def _message(self, line: int) -> Strip:
        text = "Nothing passes the filter: esc clears it." if self.rows else self._empty
        lines = textwrap.wrap(text, max(8, self.size.width - 2 * MARK_WIDTH))
        shown = " " * MARK_WIDTH + lines[line] if line < len(lines) else ""
        return Strip([Segment(fit(shown, self.size.width, right=False), self._style("muted"))])

    # Mouse

    async def on_click(self, event: events.Click) -> None:
        """A click moves the cursor or sorts by a column; a double click opens the row."""
        if event.y == 0:
            self._sort_at(event.x + int(self.scroll_offset.x))
            return
        place = event.y + int(self.scroll_offset.y) - 1
        if place < len(self.data):
            self._place_cursor(place)
            if event.chain == 2:
                self.action_open()

    def _sort_at(self, x: int) -> None:
        column = self._grid.column_at(x)
        if column is not None:
            again = column.name == self.data.sort_column
            self.sort_by(column.name, reversed=again and not self.data.reversed)
