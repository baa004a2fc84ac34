"""A text that is typed, and a table below it in which that finds rows."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Generic, TypeVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.message import Message
from textual.widgets import Input

from batchtui.tables import Column
from batchtui.tables.filter import FilterError, parse
from batchtui.ui.widgets.table import Table

Row = TypeVar("Row")


class Picker(Vertical, Generic[Row], can_focus=False):
    """Type to filter, arrows to move, `enter` to choose; the focus stays in the text."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "move(1)", "Down", show=False, id="picker.down"),
        Binding("up", "move(-1)", "Up", show=False, id="picker.up"),
        Binding("ctrl+f", "page(1)", "Page down", show=False, id="picker.page-down"),
        Binding("ctrl+b", "page(-1)", "Page up", show=False, id="picker.page-up"),
    ]

    @dataclass
    class Chosen(Message):
        """A row was chosen."""

        picker: "Picker[Any]"
        row: Any

        @property
        def control(self) -> "Picker[Any]":
            """Where it was."""
            return self.picker

    @dataclass
    class Moved(Message):
        """The cursor is on another row, or on none."""

        picker: "Picker[Any]"
        row: Any

        @property
        def control(self) -> "Picker[Any]":
            """Where it was."""
            return self.picker

    def __init__(
        self,
        columns: Sequence[Column[Row]],
        key: Callable[[Row], str],
        text: Input,
        *,
        empty: str = "Asking the service …",
        id: str | None = None,  # noqa: A002 - Textual's own name for it
    ) -> None:
        """`text` is the field that is typed into, with whatever id the form knows it by."""
        super().__init__(id=id)
        self.table: Table[Row] = Table(columns, key, empty=empty)
        self._text = text

    def compose(self) -> ComposeResult:
        """The text above, the rows below."""
        yield self._text
        yield self.table

    def on_mount(self) -> None:
        """The table shows where its cursor is, though the focus is elsewhere."""
        self.table.can_focus = False
        self.table.lit = True

    def set_rows(self, rows: Iterable[Row]) -> None:
        """Show these rows, as far as the text finds them."""
        self.table.set_rows(list(rows))
        self.find(self._text.value)

    def find(self, text: str) -> None:
        """Show the rows that a text finds; all of them if it can't be one to find by."""
        titles = {column.name: column.title for column in self.table.columns}
        try:
            self.table.set_filter(parse(text, titles))
        except FilterError:
            self.table.set_filter(parse("", titles))
        self.post_message(self.Moved(self, self.table.current))

    def move_to(self, key: str) -> None:
        """Put the cursor on a row."""
        self.table.move_to(key)
        self.post_message(self.Moved(self, self.table.current))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Choose what is under the cursor."""
        event.stop()
        self._choose()

    def on_rows_view_opened(self, event: Table.Opened) -> None:
        """So does a double click."""
        event.stop()
        self._choose()

    def action_move(self, step: int) -> None:
        """Move the cursor."""
        self.table.action_move(step)
        self.post_message(self.Moved(self, self.table.current))

    def action_page(self, pages: int) -> None:
        """Move the cursor by screens."""
        self.table.action_page(pages)
        self.post_message(self.Moved(self, self.table.current))

    def _choose(self) -> None:
        if self.table.current is not None:
            self.post_message(self.Chosen(self, self.table.current))
