"""A table of any number of rows: only what is on screen is ever rendered.

Cursor, marks, sort and filter belong to row ids, so they survive whatever happens to the rows.
"""

import textwrap
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import ClassVar, TypeVar

from rich.segment import Segment
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.message import Message
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

    @dataclass
    class Widened(Message):
        """All columns are shown, of which some may be `beyond` the edge, or few again."""

        wide: bool
        beyond: bool

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
        self.nothing_found = "Nothing passes the filter: esc clears it."
        # How rows are drawn; the map of nodes draws one of them, too.
        self.grid = Grid(self.data, self._style)

    # What is in it

    @property
    def columns(self) -> Sequence[Column[Row]]:
        """All columns, also those that don't fit."""
        return self.data.columns

    @property
    def shown_columns(self) -> Sequence[Column[Row]]:
        """The columns that are shown at this width."""
        return [column for column, _width in self.grid.layout]

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
        return self.grid.pending

    def set_pending(self, columns: Iterable[str]) -> None:
        """Which columns' cells aren't known yet."""
        self.grid.pending = frozenset(columns)
        self.redraw()

    def set_empty(self, text: str) -> None:
        """What to say while there is no row to show."""
        self._empty = text
        self.redraw()

    def set_filter(self, wanted: Filter | None, test: Callable[[Row], bool] | None = None) -> None:
        """Show only the rows whose texts pass the filter and that pass the test themselves."""
        self.data.set_filter(wanted, test)
        self.rearranged()

    # Where things are

    def _extent(self) -> Size:
        return Size(self.grid.width, len(self.data) + 1)

    def _page_height(self) -> int:
        return max(0, self.scrollable_content_region.height - 1)

    def _place_on(self, line: int) -> int | None:
        """The place of the row on a line, of all, if there is one."""
        return line if line < len(self.data) else None

    def action_sideways(self, cells: int) -> None:
        """Scroll by cells, where the columns are wider than the screen."""
        self.scroll_to(x=self.scroll_offset.x + cells, animate=False)

    def action_wide(self) -> None:
        """Show all columns, whether they fit or not, or only those that fit."""
        self.wide = not self.wide
        self.fit()
        self.scroll_to(x=0, animate=False)
        self.post_message(self.Widened(self.wide, self.grid.width > self.size.width))

    # Drawing

    def fit(self) -> None:
        """Choose the columns that there is room for."""
        width = self.scrollable_content_region.width or self.size.width
        self.grid.fit(width, wide=self.wide, columns=self._columns_to_draw())
        self.rearranged()

    def _columns_to_draw(self) -> Sequence[Column[Row]]:
        return self.columns

    def on_resize(self) -> None:
        """Columns fit the new width, and the cursor stays on screen."""
        self.fit()
        self._moved()

    def notify_style_update(self) -> None:
        """Another theme: draw all again."""
        self.grid.forget()
        super().notify_style_update()

    def _liner(self) -> Callable[[int], Strip]:
        """The header, a row, or nothing."""
        top, seen = int(self.scroll_offset.y), self._seen
        count, grid, lit = len(self.data), self.grid, self.has_focus or self.lit
        cursor = self.data.cursor_place if lit else None

        def line(y: int) -> Strip:
            if y == 0:
                return seen(grid.header(), "header")
            place = self._place_on(y + top - 1)
            if place is not None:
                part = "cursor" if place == cursor else "plain"
                return seen(grid.row(place, lit=lit), part)
            strip = self._between(y + top - 1) if count else self.message(y - 2, self.size.width)
            return strip.crop_extend(0, self.size.width, grid.style("plain"))

        return line

    def _between(self, _line: int) -> Strip:
        """What is on a line that is no row's."""
        return Strip([])

    def _seen(self, strip: Strip, part: str) -> Strip:
        """What is on screen of a line: the first column stays where all is scrolled sideways."""
        left, style = int(self.scroll_offset.x), self.grid.style(part)
        right, fixed = left + self.size.width, self._fixed
        if not fixed:
            return strip.crop_extend(left, right, style)
        return Strip.join((strip.crop(0, fixed), strip.crop_extend(left + fixed, right, style)))

    @property
    def _fixed(self) -> int:
        """How many cells at the left aren't scrolled away; none where they take half of it."""
        width = self.grid.first_width
        return width if self.scroll_offset.x and 2 * width < self.size.width else 0

    def message(self, line: int, width: int) -> Strip:
        """A line, of some width, of what is said where there is no row to show."""
        text = self.nothing_found if self.rows else self._empty
        if line < 0:
            return Strip([])
        lines = textwrap.wrap(text, max(8, width - 2 * MARK_WIDTH))
        shown = " " * MARK_WIDTH + lines[line] if line < len(lines) else ""
        return Strip([Segment(fit(shown, width, right=False), self.grid.style("muted"))])

    # Mouse

    async def on_click(self, event: events.Click) -> None:
        """A click moves the cursor or sorts by a column; a double click opens the row."""
        if event.y == 0:
            scrolled = 0 if event.x < self._fixed else int(self.scroll_offset.x)
            self.sort_at(event.x + scrolled)
            return
        place = self._place_on(event.y + int(self.scroll_offset.y) - 1)
        if place is not None:
            self._place_cursor(place)
            if event.chain == 2:
                self.action_open()

    def sort_at(self, x: int) -> None:
        """Sort by the column at a cell of a line; again by it: the other way round."""
        column = self.grid.column_at(x)
        if column is not None:
            again = column.name == self.data.sort_column
            self.sort_by(column.name, reversed=again and not self.data.reversed)
