"""A table of any number of rows: only what is on screen is ever rendered.

Cursor, marks, sort and filter belong to row ids, so they survive whatever happens to the rows.
"""

import textwrap
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, ClassVar, Generic, TypeVar

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from batchtui.ui.columns import Column
from batchtui.ui.filter import Filter
from batchtui.ui.rows import Rows
from batchtui.ui.widgets.grid import MARK_WIDTH, Grid, fit

Row = TypeVar("Row")


class Table(ScrollView, Generic[Row], can_focus=True):
    """Rows of one kind in columns, with a cursor, marks, a sort column and a filter."""

    ALLOW_SELECT = False

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "table--header",
        "table--cursor",
        "table--marked",
        "table--plain",
        "table--muted",
        "table--good",
        "table--busy",
        "table--warn",
        "table--bad",
    }

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "open", "Open", id="table.open", tooltip="Open what is under the cursor"),
        Binding("up,k", "move(-1)", "Up", show=False, id="table.up"),
        Binding("down,j", "move(1)", "Down", show=False, id="table.down"),
        Binding("pageup,ctrl+b", "page(-1)", "Page up", show=False, id="table.page-up"),
        Binding("pagedown,ctrl+f", "page(1)", "Page down", show=False, id="table.page-down"),
        Binding("home,g", "edge(0)", "First row", show=False, id="table.first"),
        Binding("end,G,shift+g", "edge(-1)", "Last row", show=False, id="table.last"),
        Binding("left", "sideways(-8)", "Scroll left", show=False, id="table.left"),
        Binding("right", "sideways(8)", "Scroll right", show=False, id="table.right"),
        Binding("space", "mark", "Mark", show=False, id="table.mark", tooltip="Mark this row"),
        Binding(
            "M,shift+m",
            "mark_all",
            "Mark all",
            show=False,
            id="table.mark-all",
            tooltip="Mark every row that is shown, or none",
        ),
        Binding(
            "less_than_sign",
            "sort_by(-1)",
            "Sort left",
            key_display="<",
            show=False,
            id="table.sort-left",
            tooltip="Sort by the column to the left",
        ),
        Binding(
            "greater_than_sign",
            "sort_by(1)",
            "Sort right",
            key_display=">",
            show=False,
            id="table.sort-right",
            tooltip="Sort by the column to the right",
        ),
        Binding(
            "minus",
            "reverse",
            "Reverse",
            key_display="-",
            show=False,
            id="table.reverse",
            tooltip="Turn the order round",
        ),
        Binding(
            "w", "wide", "Wide", show=False, id="table.wide", tooltip="Show all columns, or few"
        ),
    ]

    @dataclass
    class Opened(Message):
        """`enter` or a double click on a row."""

        table: "Table[Any]"
        row_id: str

        @property
        def control(self) -> "Table[Any]":
            """The table it happened in."""
            return self.table

    @dataclass
    class Changed(Message):
        """The cursor, the marks, the sort or the number of shown rows changed."""

        table: "Table[Any]"

        @property
        def control(self) -> "Table[Any]":
            """The table it happened in."""
            return self.table

    def __init__(
        self,
        columns: Sequence[Column[Row]],
        row_id: Callable[[Row], str],
        *,
        empty: str = "",
        id: str | None = None,  # noqa: A002 - Textual's own name for it
    ) -> None:
        super().__init__(id=id)
        self.data = Rows(columns, row_id)
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
        with self._rearranging():
            self.data.replace(rows)

    def update_rows(self, changed: Iterable[Row], gone: Iterable[str] = ()) -> None:
        """Show rows that are new or other than before, and leave out those that went."""
        with self._rearranging():
            self.data.update(changed, gone)

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
        with self._rearranging():
            self.data.set_filter(wanted, test)

    def sort_by(self, column: str, *, reversed: bool = False) -> None:  # noqa: A002 - as list.sort has it
        """Order by a column."""
        with self._rearranging():
            self.data.sort_by(column, reversed=reversed)

    def move_to(self, row_id: str) -> None:
        """Put the cursor on a row; on one that isn't there yet as soon as it comes."""
        self.data.move_to(row_id)
        self._moved()

    @contextmanager
    def _rearranging(self) -> Iterator[None]:
        """Who scrolled away from the cursor is not taken back to it."""
        followed = self._on_screen(self.data.cursor_place)
        yield
        self.virtual_size = Size(self._grid.width, len(self.data) + 1)
        self._moved(follow=followed)

    # Cursor

    def _on_screen(self, place: int) -> bool:
        top = int(self.scroll_offset.y)
        return top <= place < top + max(1, self._page_height())

    def _moved(self, *, follow: bool = True) -> None:
        """The cursor, the marks or the rows changed: show it and tell."""
        if follow and not self._on_screen(self.data.cursor_place):
            self._show_place(self.data.cursor_place)
        self.refresh()
        self.post_message(self.Changed(self))

    def _place_cursor(self, place: int) -> None:
        self.data.move_to_place(place)
        self._moved()

    def _show_place(self, place: int) -> None:
        above = place < int(self.scroll_offset.y)
        top = place if above else place - self._page_height() + 1
        self.scroll_to(y=max(0, top), animate=False, force=True)

    def _page_height(self) -> int:
        return max(0, self.scrollable_content_region.height - 1)

    def action_move(self, step: int) -> None:
        """Move the cursor by rows."""
        self._place_cursor(self.data.cursor_place + step)

    def action_page(self, pages: int) -> None:
        """Move the cursor by screens."""
        self._place_cursor(self.data.cursor_place + pages * max(1, self._page_height() - 1))

    def action_edge(self, place: int) -> None:
        """Move the cursor to the first row (0) or the last one (-1)."""
        self._place_cursor(0 if place == 0 else len(self.data) - 1)

    def action_sideways(self, cells: int) -> None:
        """Scroll by cells, where the columns are wider than the screen."""
        self.scroll_to(x=self.scroll_offset.x + cells, animate=False)

    def action_open(self) -> None:
        """Tell that the row under the cursor is to be opened."""
        if self.cursor is not None:
            self.post_message(self.Opened(self, self.cursor))

    # Marks, sort, width

    def action_mark(self) -> None:
        """Mark the row under the cursor, or unmark it, and go to the next."""
        if self.cursor is not None:
            self.data.mark(self.cursor)
            self.action_move(1)

    def action_mark_all(self) -> None:
        """Mark every row that is shown; if all are marked already, unmark them."""
        self.data.mark_all()
        self._moved(follow=False)

    def unmark(self, row_ids: Iterable[str]) -> None:
        """Unmark some rows."""
        self.data.unmark(row_ids)
        self._moved(follow=False)

    def action_sort_by(self, step: int) -> None:
        """Sort by the next visible column to one side."""
        names = [column.name for column in self.shown_columns]
        place = names.index(self.data.sort_column) if self.data.sort_column in names else 0
        self.sort_by(names[(place + step) % len(names)])

    def action_reverse(self) -> None:
        """Turn the order round."""
        self.sort_by(self.data.sort_column, reversed=not self.data.reversed)

    def action_wide(self) -> None:
        """Show all columns, whether they fit or not, or only those that fit."""
        self.wide = not self.wide
        self._fit()
        self.scroll_to(x=0, animate=False)

    # Drawing

    def _fit(self) -> None:
        width = self.scrollable_content_region.width or self.size.width
        with self._rearranging():
            self._grid.fit(width, wide=self.wide)

    def on_resize(self) -> None:
        """Columns fit the new width, and the cursor stays on screen."""
        self._fit()
        self._moved()

    def notify_style_update(self) -> None:
        """Another theme: draw all again."""
        super().notify_style_update()
        self.refresh()

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

    def _style(self, part: str) -> Style:
        return self.get_component_rich_style(f"table--{part}")

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

    def watch_has_focus(self, _value: bool) -> None:  # noqa: FBT001 - Textual calls it so
        """The cursor looks different in a table without focus."""
        super().watch_has_focus(_value)
        self.refresh()
