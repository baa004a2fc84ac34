"""A table of any number of rows: only what is on screen is ever rendered.

Cursor, marks, sort and filter belong to row ids, so they survive whatever happens to the rows.
"""

import textwrap
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Generic, TypeVar

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from batchtui.ui.columns import Cell, Column
from batchtui.ui.filter import Filter

Row = TypeVar("Row")

_MARK_WIDTH = 2
_GAP = 1


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
        self.columns = list(columns)
        self.marked: set[str] = set()
        self.sort_column = self.columns[0].name
        self.reversed = False
        self.wide = False
        # Whether the cursor is lit without focus: while an input beside it has that.
        self.lit = False
        self._row_id = row_id
        self._empty = empty
        self._rows: dict[str, Row] = {}
        self._texts: dict[str, tuple[Row, dict[str, str]]] = {}
        self._shown: list[str] = []
        self._places: dict[str, int] = {}
        self._filter: Filter | None = None
        self._test: Callable[[Row], bool] | None = None
        self._cursor: str | None = None
        self._cursor_place = 0

    # What is in it

    @property
    def rows(self) -> dict[str, Row]:
        """Every row by id, also those that the filter hides."""
        return self._rows

    @property
    def shown(self) -> Sequence[str]:
        """The ids of the rows that are shown, in order."""
        return self._shown

    @property
    def cursor(self) -> str | None:
        """The id of the row under the cursor."""
        return self._cursor if self._cursor in self._places else None

    @property
    def current(self) -> Row | None:
        """The row under the cursor."""
        return self._rows[self.cursor] if self.cursor is not None else None

    def targets(self) -> list[Row]:
        """The marked rows in the order shown, hidden ones last; without marks the current one."""
        if not self.marked:
            return [] if self.current is None else [self.current]
        order = sorted(
            self.marked, key=lambda row_id: (self._places.get(row_id, len(self._shown)), row_id)
        )
        return [self._rows[row_id] for row_id in order]

    def set_rows(self, rows: Iterable[Row]) -> None:
        """Show these rows instead; cursor and marks stay with the ids that are still there."""
        old = self._rows
        self._rows = {}
        for row in rows:
            row_id = self._row_id(row)
            before = old.get(row_id)
            # A row that didn't change keeps its texts.
            self._rows[row_id] = row if before is None or before != row else before
        self.marked &= self._rows.keys()
        if len(self._texts) > 2 * len(self._rows):
            self._texts.clear()
        self._arrange()

    def set_empty(self, text: str) -> None:
        """What to say while there is no row to show."""
        self._empty = text
        self.refresh()

    def set_filter(self, wanted: Filter | None, test: Callable[[Row], bool] | None = None) -> None:
        """Show only the rows whose texts pass the filter and that pass the test themselves."""
        self._filter = wanted
        self._test = test
        self._arrange()

    def move_to(self, row_id: str) -> None:
        """Put the cursor on a row, if it is shown."""
        if row_id in self._places:
            self._place_cursor(self._places[row_id])

    def texts(self, row: Row) -> dict[str, str]:
        """The texts of a row by column: what the filter reads. The whole id is always in it."""
        row_id = self._row_id(row)
        known = self._texts.get(row_id)
        if known is None or known[0] is not row:
            texts = {column.name: column.cell(row).text for column in self.columns}
            known = self._texts[row_id] = (row, {**texts, "": row_id})
        return known[1]

    def _arrange(self) -> None:
        followed = self._on_screen(self._cursor_place)
        passed = [
            row_id
            for row_id, row in self._rows.items()
            if (self._test is None or self._test(row))
            and (self._filter is None or self._filter(self.texts(row)))
        ]
        key = next(column.key for column in self.columns if column.name == self.sort_column)
        # By id first: rows that are equal in the sort column then keep one order.
        passed.sort()
        passed.sort(key=lambda row_id: key(self._rows[row_id]), reverse=self.reversed)
        self._shown = passed
        self._places = {row_id: place for place, row_id in enumerate(passed)}
        self.virtual_size = Size(self._line_width(), len(passed) + 1)
        # A row that went leaves the cursor at its place, not at the top. Who scrolled away from
        # the cursor is not taken back to it.
        place = self._places.get(self._cursor or "", self._cursor_place)
        self._place_cursor(place, follow=followed)

    # Cursor

    def _on_screen(self, place: int) -> bool:
        top = int(self.scroll_offset.y)
        return top <= place < top + max(1, self._page_height())

    def _place_cursor(self, place: int, *, follow: bool = True) -> None:
        place = max(0, min(place, len(self._shown) - 1))
        self._cursor_place = place
        self._cursor = self._shown[place] if self._shown else self._cursor
        if follow and not self._on_screen(place):
            self._show_place(place)
        self.refresh()
        self.post_message(self.Changed(self))

    def _show_place(self, place: int) -> None:
        above = place < int(self.scroll_offset.y)
        top = place if above else place - self._page_height() + 1
        self.scroll_to(y=max(0, top), animate=False, force=True)

    def _page_height(self) -> int:
        return max(0, self.scrollable_content_region.height - 1)

    def action_move(self, step: int) -> None:
        """Move the cursor by rows."""
        self._place_cursor(self._cursor_place + step)

    def action_page(self, pages: int) -> None:
        """Move the cursor by screens."""
        self._place_cursor(self._cursor_place + pages * max(1, self._page_height() - 1))

    def action_edge(self, place: int) -> None:
        """Move the cursor to the first row (0) or the last one (-1)."""
        self._place_cursor(0 if place == 0 else len(self._shown) - 1)

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
        if self.cursor is None:
            return
        self.marked ^= {self.cursor}
        self.action_move(1)

    def action_mark_all(self) -> None:
        """Mark every row that is shown; if all are marked already, unmark them."""
        shown = set(self._shown)
        self.marked = self.marked - shown if shown <= self.marked else self.marked | shown
        self.refresh()
        self.post_message(self.Changed(self))

    def unmark(self, row_ids: Iterable[str]) -> None:
        """Unmark some rows."""
        self.marked.difference_update(row_ids)
        self.refresh()
        self.post_message(self.Changed(self))

    def action_sort_by(self, step: int) -> None:
        """Sort by the next visible column to one side."""
        names = [column.name for column, _width in self._layout()]
        place = names.index(self.sort_column) if self.sort_column in names else 0
        self.sort_column = names[(place + step) % len(names)]
        self.reversed = False
        self._arrange()

    def action_reverse(self) -> None:
        """Turn the order round."""
        self.reversed = not self.reversed
        self._arrange()

    def action_wide(self) -> None:
        """Show all columns, whether they fit or not, or only those that fit."""
        self.wide = not self.wide
        self._arrange()
        self.scroll_to(x=0, animate=False)

    # Drawing

    def _layout(self) -> list[tuple[Column[Row], int]]:
        """The visible columns and how wide they are."""
        width = self.scrollable_content_region.width or self.size.width
        columns = [column for column in self.columns if self.wide or column.from_width <= width]
        taken = _MARK_WIDTH + sum(column.width + _GAP for column in columns) - _GAP
        spare = max(0, width - taken)
        weights = sum(column.grow for column in columns)
        laid: list[tuple[Column[Row], int]] = []
        for column in columns:
            extra = spare * column.grow // weights if weights else 0
            laid.append((column, column.width + extra))
        return laid

    @property
    def _alive(self) -> bool:
        return self.has_focus or self.lit

    def _line_width(self) -> int:
        return _MARK_WIDTH + sum(width + _GAP for _column, width in self._layout()) - _GAP

    def on_resize(self) -> None:
        """Columns fit the new width, and the cursor stays on screen."""
        self.virtual_size = Size(self._line_width(), len(self._shown) + 1)
        self._place_cursor(self._cursor_place)

    def notify_style_update(self) -> None:
        """Another theme: draw all again."""
        super().notify_style_update()
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """One line of the screen: the header, a row, or nothing."""
        scroll_x, scroll_y = self.scroll_offset
        width = self.size.width
        place = y + int(scroll_y) - 1
        if y == 0:
            strip = self._header()
        elif place < len(self._shown):
            strip = self._row(self._shown[place])
        elif not self._shown and y >= 2:
            strip = self._message(y - 2)
        else:
            strip = Strip.blank(width, self._style("plain"))
        return strip.crop_extend(int(scroll_x), int(scroll_x) + width, self._style("plain"))

    def _style(self, part: str) -> Style:
        return self.get_component_rich_style(f"table--{part}")

    def _header(self) -> Strip:
        style = self._style("header")
        segments = [Segment(" " * _MARK_WIDTH, style)]
        for column, width in self._layout():
            arrow = ("▼" if self.reversed else "▲") if column.name == self.sort_column else ""
            text = _fit(column.title, width - len(arrow), right=False) + arrow
            if column.right:
                text = _fit(f"{column.title}{arrow}", width, right=True)
            segments += [Segment(text, style), Segment(" " * _GAP, style)]
        strip = Strip(segments)
        return strip.extend_cell_length(max(self.size.width, strip.cell_length), style)

    def _row(self, row_id: str) -> Strip:
        row = self._rows[row_id]
        marked, here = row_id in self.marked, row_id == self._cursor
        base = self._style("cursor") if here and self._alive else self._style("plain")
        mark = "▌" if here else " "
        segments = [Segment(mark + ("✓" if marked else " "), base + self._mark_style(here=here))]
        for column, width in self._layout():
            cell = column.cell(row)
            style = self._cell_style(cell, base, here=here, marked=marked)
            text = _fit(cell.text, width, right=column.right)
            segments += [Segment(text, style), Segment(" " * _GAP, base)]
        strip = Strip(segments)
        return strip.extend_cell_length(max(self.size.width, strip.cell_length), base)

    def _mark_style(self, *, here: bool) -> Style:
        return Style() if here and self._alive else self._foreground("marked")

    def _cell_style(self, cell: Cell, base: Style, *, here: bool, marked: bool) -> Style:
        if here and self._alive:
            return base
        if marked:
            return base + self._foreground("marked")
        return base + self._foreground(cell.tone)

    def _foreground(self, part: str) -> Style:
        style = self._style(part)
        return Style(color=style.color, bold=style.bold, dim=style.dim)

    def _message(self, line: int) -> Strip:
        text = "Nothing passes the filter: esc clears it." if self._rows else self._empty
        lines = textwrap.wrap(text, max(8, self.size.width - 2 * _MARK_WIDTH))
        shown = " " * _MARK_WIDTH + lines[line] if line < len(lines) else ""
        return Strip([Segment(_fit(shown, self.size.width, right=False), self._style("muted"))])

    # Mouse

    async def on_click(self, event: events.Click) -> None:
        """A click moves the cursor or sorts by a column; a double click opens the row."""
        if event.y == 0:
            self._sort_at(event.x + int(self.scroll_offset.x))
            return
        place = event.y + int(self.scroll_offset.y) - 1
        if place < len(self._shown):
            self._place_cursor(place)
            if event.chain == 2:
                self.action_open()

    def _sort_at(self, x: int) -> None:
        left = _MARK_WIDTH
        for column, width in self._layout():
            if left <= x < left + width + _GAP:
                self.reversed = not self.reversed if column.name == self.sort_column else False
                self.sort_column = column.name
                self._arrange()
                return
            left += width + _GAP

    def watch_has_focus(self, _value: bool) -> None:  # noqa: FBT001 - Textual calls it so
        """The cursor looks different in a table without focus."""
        super().watch_has_focus(_value)
        self.refresh()


def _fit(text: str, width: int, *, right: bool) -> str:
    """A text in exactly `width` terminal cells, cut with an ellipsis where it is too long."""
    length = cell_len(text)
    if length > width:
        return set_cell_size(text, max(0, width - 1)) + "…" if width > 0 else ""
    padding = " " * (width - length)
    return padding + text if right else text + padding
