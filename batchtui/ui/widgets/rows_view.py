"""What all views of rows have in common: keys, cursor, marks, and what they tell.

A view draws its `data`, and only what of it is on screen. Two views may share one `data`: what
changed in one of them is told to the other by `rearranged`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Generic, TypeVar

from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.message import Message

from batchtui.tables import Column
from batchtui.ui.rows import Rows
from batchtui.ui.widgets.drawn_lines import DrawnLines

Row = TypeVar("Row")


class RowsView(DrawnLines, Generic[Row], can_focus=True):
    """Rows of one kind with a cursor, marks, a sort column and a filter; subclasses draw them."""

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
        Binding("pageup,ctrl+b", "page(-1)", "Page up", show=False, id="table.page-up"),
        Binding("pagedown,ctrl+f", "page(1)", "Page down", show=False, id="table.page-down"),
        Binding("home,g", "edge(0)", "First row", show=False, id="table.first"),
        Binding("end,G,shift+g", "edge(-1)", "Last row", show=False, id="table.last"),
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
    ]

    @dataclass
    class Opened(Message):
        """`enter` or a double click on a row."""

        view: "RowsView[Any]"
        row_id: str

        @property
        def control(self) -> "RowsView[Any]":
            """The view it happened in."""
            return self.view

    @dataclass
    class Changed(Message):
        """The cursor, the marks, the sort or the number of shown rows changed."""

        view: "RowsView[Any]"

        @property
        def control(self) -> "RowsView[Any]":
            """The view it happened in."""
            return self.view

    def __init__(
        self,
        data: Rows[Row],
        *,
        id: str | None = None,  # noqa: A002 - Textual's own name for it
    ) -> None:
        super().__init__(id=id)
        self.data = data
        # Whether the cursor stays on screen as rows come and go: not for who scrolled away.
        self._follows = True

    # What subclasses say

    @property
    def shown_columns(self) -> Sequence[Column[Row]]:
        """The columns that can be read here, in their order."""
        raise NotImplementedError

    def _extent(self) -> Size:
        """How large all of it is, in cells."""
        raise NotImplementedError

    def _page_height(self) -> int:
        """How many lines of rows are on screen."""
        raise NotImplementedError

    def _line_of(self, place: int) -> int:
        """The line, of all, that a row's place is on."""
        return place

    # What happened to the data

    def rearranged(self) -> None:
        """Rows came, went, or stand elsewhere: show it, and tell."""
        self.virtual_size = self._extent()
        self._moved(follow=self._follows)

    def _moved(self, *, follow: bool = True) -> None:
        """The cursor, the marks or the rows changed: show it, and tell."""
        if follow:
            self._follows = True
            if not self._on_screen(self.data.cursor_place):
                self._show_place(self.data.cursor_place)
        self.redraw()
        self.post_message(self.Changed(self))

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Who scrolls away from the cursor is not taken back to it."""
        super().watch_scroll_y(old_value, new_value)
        self._follows = self._on_screen(self.data.cursor_place)

    # Keys

    async def on_key(self, event: events.Key) -> None:
        """Do a key of its own when its turn comes, as an `InOrder` does.

        What a key of the screen is about must be what the keys before it chose.
        """
        bindings = self._bindings.key_to_bindings.get(event.key)
        if bindings:
            event.stop()
            await self.run_action(bindings[0].action)

    # Cursor

    def move_to(self, row_id: str) -> None:
        """Put the cursor on a row; on one that isn't there yet as soon as it comes."""
        self.data.move_to(row_id)
        self._moved()

    def _place_cursor(self, place: int) -> None:
        self.data.move_to_place(place)
        self._moved()

    def _on_screen(self, place: int) -> bool:
        top = int(self.scroll_offset.y)
        return top <= self._line_of(place) < top + max(1, self._page_height())

    def _show_place(self, place: int) -> None:
        line = self._line_of(place)
        above = line < int(self.scroll_offset.y)
        top = line if above else line - self._page_height() + 1
        self.scroll_to(y=max(0, top), animate=False, force=True)

    def action_move(self, step: int) -> None:
        """Move the cursor by rows."""
        self._place_cursor(self.data.cursor_place + step)

    def action_page(self, pages: int) -> None:
        """Move the cursor by screens."""
        self.action_move(pages * max(1, self._page_height() - 1))

    def action_edge(self, place: int) -> None:
        """Move the cursor to the first row (0) or the last one (-1)."""
        self._place_cursor(0 if place == 0 else len(self.data) - 1)

    def action_open(self) -> None:
        """Tell that the row under the cursor is to be opened."""
        if self.data.cursor is not None:
            self.post_message(self.Opened(self, self.data.cursor))

    # Marks and order

    def action_mark(self) -> None:
        """Mark the row under the cursor, or unmark it, and go to the next."""
        if self.data.cursor is not None:
            self.data.mark(self.data.cursor)
            self.action_move(1)

    def action_mark_all(self) -> None:
        """Mark every row that is shown; if all are marked already, unmark them."""
        self.data.mark_all()
        self._moved(follow=False)

    def unmark(self, row_ids: Iterable[str]) -> None:
        """Unmark some rows."""
        self.data.unmark(row_ids)
        self._moved(follow=False)

    def sort_by(self, column: str, *, reversed: bool = False) -> None:  # noqa: A002 - as list.sort has it
        """Order by a column."""
        self.data.sort_by(column, reversed=reversed)
        self.rearranged()

    def action_sort_by(self, step: int) -> None:
        """Sort by the next column to one side of those that can be read."""
        names = [column.name for column in self.shown_columns]
        place = names.index(self.data.sort_column) if self.data.sort_column in names else 0
        self.sort_by(names[(place + step) % len(names)])

    def action_reverse(self) -> None:
        """Turn the order round."""
        self.sort_by(self.data.sort_column, reversed=not self.data.reversed)

    # Drawing

    def _style(self, part: str) -> Style:
        return self.get_component_rich_style(f"table--{part}")

    def watch_has_focus(self, _value: bool) -> None:  # noqa: FBT001 - Textual calls it so
        """The cursor looks different in a view without focus."""
        super().watch_has_focus(_value)
        self.redraw()
