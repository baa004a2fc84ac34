"""One side of the files screen: where it is, and what is there."""

import threading
from collections.abc import Callable
from datetime import datetime
from typing import ClassVar, TypeVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from batchtui.access.entry import Entry
from batchtui.access.threads import in_thread
from batchtui.errors import FileError
from batchtui.tables.files import file_columns
from batchtui.tables.filter import Filter
from batchtui.transfer.store import Store
from batchtui.ui.widgets.table import Table
from batchtui.ui.widgets.title import ending
from batchtui.visible import visible

_Result = TypeVar("_Result")


class FileTable(Table[Entry]):
    """A folder's table; sideways is up and down the folders."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left,backspace", "screen.up", "Up", id="files.up", show=False,
                tooltip="Go to the folder above"),
        Binding("right", "open", "Open", id="files.open", show=False,
                tooltip="Open the folder, or read the file"),
    ]  # fmt: skip


class Pane(Vertical):
    """A folder of a store, once there is one; calls on the store come one after the other."""

    def __init__(self, title: str, now: Callable[[], datetime], *, id: str) -> None:  # noqa: A002 - Textual's
        super().__init__(id=id)
        self.title = title
        self.store: Store | None = None
        self.folder = ""
        self.filter_text = ""
        self.hidden = False
        self.table = FileTable(file_columns(now), lambda entry: entry.name)
        self._filter: Filter | None = None
        # Also who left doesn't stop what was begun: whoever comes next waits for its end.
        self._one_at_a_time = threading.Lock()

    def compose(self) -> ComposeResult:
        """Where it is, then what is there."""
        yield Static(classes="pane-where", markup=False)
        yield self.table

    def on_mount(self) -> None:
        """Nothing is there yet."""
        self._show_where()
        self._choose()

    def on_resize(self) -> None:
        """The end of a long path is what matters."""
        self._show_where()

    def _show_where(self) -> None:
        width = max(1, self.size.width - 2)
        where = f"{visible(self.title)} {visible(self.folder)}".rstrip()
        text = where if len(where) <= width else ending(where, width)
        self.query_one(".pane-where", Static).update(Content(text))

    async def call(self, function: Callable[[Store], _Result]) -> _Result:
        """What a blocking call on the store returns; FileError while there is none."""
        store = self.store
        if store is None:
            raise FileError(f"{self.title}: its files aren't reached.")

        def one_call() -> _Result:
            with self._one_at_a_time:
                return function(store)

        return await in_thread(one_call)

    async def show(self, folder: str, cursor: str = "") -> None:
        """Show a folder, with the cursor on a name there; raises what can't be done."""
        entries = await self.call(lambda store: store.entries(folder))
        if folder != self.folder:
            self.table.unmark(self.table.marked.copy())
            self.table.set_rows(())
        self.folder = folder
        self._show_where()
        self.table.set_empty("Nothing is here. ← goes up.")
        self.table.set_rows(entries)
        if cursor:
            self.table.move_to(cursor)

    def wait(self, words: str) -> None:
        """Say why nothing is there yet, or any more."""
        self.table.set_empty(words)

    def lose(self, words: str) -> None:
        """The store is gone; where one was stays known."""
        self.store = None
        self.table.set_rows(())
        self.table.set_empty(words)

    def set_filter(self, text: str, wanted: Filter | None) -> None:
        """Show only what passes."""
        self.filter_text, self._filter = text, wanted
        self._choose()

    def toggle_hidden(self) -> None:
        """Show also what begins with a dot, or not."""
        self.hidden = not self.hidden
        self._choose()

    def _choose(self) -> None:
        shown = None if self.hidden else _is_shown
        self.table.set_filter(self._filter, shown)


def _is_shown(entry: Entry) -> bool:
    return not entry.name.startswith(".")
