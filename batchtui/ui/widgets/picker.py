"""A text that is typed, and a table below it in which that finds rows."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, ClassVar, Generic, Self, TypeVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.message import Message
from textual.widgets import Input

from batchtui.tables import Column
from batchtui.tables.filter import FilterError, parse
from batchtui.ui.widgets.grouped_table import GroupedTable
from batchtui.ui.widgets.table import Table

Row = TypeVar("Row")


class Picker(Vertical, Generic[Row], can_focus=False):
    """Type to filter, arrows to move, `enter` to choose; the focus stays in the text."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "move(1)", "Down", show=False, id="picker.down"),
        Binding("up", "move(-1)", "Up", show=False, id="picker.up"),
        Binding("ctrl+f", "page(1)", "Page down", show=False, id="picker.page-down", priority=True),
        Binding("ctrl+b", "page(-1)", "Page up", show=False, id="picker.page-up", priority=True),
        Binding("escape", "clear", "Clear", id="picker.clear", tooltip="Show all rows again"),
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
        grouped: bool = False,
        only_finds: bool = False,
        words: Mapping[str, Callable[[Row], bool]] = MappingProxyType({}),
        empty: str = "Asking the service …",
        id: str | None = None,  # noqa: A002 - Textual's own name for it
    ) -> None:
        """`text` is the field that is typed into, with whatever id the form knows it by.

        `grouped` is whether the first column is of headings, `only_finds` whether the text is
        nobody's value, so that it may be cleared, and `words` find rows by a test.
        """
        super().__init__(id=id)
        kind = GroupedTable if grouped else Table
        self.table: Table[Row] = kind(columns, key, empty=empty)
        if not only_finds:
            self.table.nothing_found = "Nothing is like that: enter goes on with what is typed."
        self.text = text
        self._words = words
        self._only_finds = only_finds

    def compose(self) -> ComposeResult:
        """The text above, the rows below."""
        yield self.text
        yield self.table

    def on_mount(self) -> None:
        """The table shows where its cursor is, though the focus is elsewhere."""
        self.table.can_focus = False
        self.table.lit = True

    def set_rows(self, rows: Iterable[Row]) -> None:
        """Show these rows, as far as the text finds them."""
        self.table.set_rows(list(rows))
        self.find(self.text.value)

    def find(self, text: str) -> None:
        """Show the rows that a text finds; all of them if it can't be one to find by."""
        titles = {column.name: column.title for column in self.table.columns}
        words = text.split()
        tests = [word for word in words if word.lower().removeprefix("!") in self._words]
        rest = " ".join(word for word in words if word not in tests) if tests else text
        try:
            wanted = parse(rest, titles)
        except FilterError:
            wanted = None
        self.table.set_filter(wanted, self._test(tests) if tests else None)
        if text.strip():
            self.table.action_edge(0)
        self.post_message(self.Moved(self, self.table.current))
        # Whether there is something to clear.
        self.refresh_bindings()

    def _test(self, words: Iterable[str]) -> Callable[[Row], bool]:
        tests = [(self._words[word.lower().removeprefix("!")], word[0] != "!") for word in words]
        return lambda row: all(test(row) is wanted for test, wanted in tests)

    def mark_only(self, key: str | None) -> None:
        """Mark this row, which is the chosen one, and no other."""
        if self.table.marked != {key}:
            self.table.unmark(set(self.table.marked))
            if key in self.table.rows:
                self.table.data.mark(key)
                self.table.redraw()

    def focus(self, scroll_visible: bool = True) -> Self:  # noqa: FBT001, FBT002 - as its base
        """The text has the focus for it."""
        self.text.focus(scroll_visible)
        return self

    def move_to(self, key: str) -> None:
        """Put the cursor on a row."""
        self.table.move_to(key)
        self.post_message(self.Moved(self, self.table.current))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Choose what is under the cursor; where nothing is, it is for whoever has the picker."""
        if self.table.current is not None:
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

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """There may be nothing to clear: the key is somebody else's then."""
        if action == "clear" and not (self._only_finds and self.text.value):
            return False
        return super().check_action(action, parameters)

    def action_clear(self) -> None:
        """Show all rows again."""
        self.text.value = ""

    def action_page(self, pages: int) -> None:
        """Move the cursor by screens."""
        self.table.action_page(pages)
        self.post_message(self.Moved(self, self.table.current))

    def _choose(self) -> None:
        if self.table.current is not None:
            self.post_message(self.Chosen(self, self.table.current))
