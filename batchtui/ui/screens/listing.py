"""A screen that lists things of the service and keeps the list fresh.

The first page is drawn as it arrives; later lists replace the rows when they are complete. A
refresh that finds one in flight is skipped. When one fails the old rows stay and the wait grows.
"""

from collections.abc import AsyncIterator
from time import monotonic
from typing import Any, ClassVar, Generic, TypeVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.timer import Timer

from batchtui.errors import BatchtuiError
from batchtui.ui.acts.act import Act
from batchtui.ui.dialogs.act import ActDialog, Acted
from batchtui.ui.dialogs.copy import Copy, Copyable
from batchtui.ui.filter import FilterError, parse
from batchtui.ui.screens.base import HouseScreen
from batchtui.ui.text import duration, plural
from batchtui.ui.widgets.prompt import Prompt
from batchtui.ui.widgets.status import StatusLine
from batchtui.ui.widgets.table import Table
from batchtui.visible import visible

Row = TypeVar("Row")
_PATIENCE = 3.0  # s until a request is said to be waited for
_TYPING = 0.08  # s after the last key before the filter works
_LONGEST_WAIT = 120.0  # s between tries while the service doesn't answer


class ListScreen(HouseScreen, Generic[Row]):
    """A table of rows that the service has; subclasses say which."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("slash", "filter", "Filter", key_display="/", id="list.filter",
                priority=True,
                tooltip="Show only what contains a text"),
        Binding("ctrl+r", "refresh", "Refresh", show=False, id="list.refresh",
                tooltip="Ask the service again, now"),
        Binding("d", "details", "Details", id="list.details",
                tooltip="Everything that is known of the row"),
        Binding("y", "raw", "JSON", show=False, id="list.raw", tooltip="The row as raw JSON"),
        Binding("c", "copy", "Copy", show=False, id="list.copy",
                tooltip="Copy the id, an address or a command of the row"),
        Binding("z", "faults", "Faults", id="list.faults",
                tooltip="Show only what went wrong, or all again"),
    ]  # fmt: skip

    noun = "row"

    def __init__(self, table: Table[Row], *, every: float) -> None:
        """`every` is the time between refreshes in seconds, 0 for none."""
        super().__init__()
        self.table = table
        self._every = every
        self._in_flight = False
        self._loaded_at: float | None = None
        self._asked_at = 0.0
        self._wait = every
        self._due = 0.0
        self._faults_only = False
        self._ticker: Timer | None = None
        self._failure = ""
        self._typing: Timer | None = None

    # What subclasses say

    def fetch(self) -> AsyncIterator[list[Row]]:
        """The rows, a page at a time."""
        raise NotImplementedError

    def open_row(self, row_id: str) -> None:
        """What `enter` does on a row."""
        raise NotImplementedError

    async def complete(self, rows: list[Row]) -> list[Row]:
        """All rows are there: what comes in another call may be added."""
        return rows

    def is_faulty(self, row: Row) -> bool:
        """Whether `z` shows this row."""
        raise NotImplementedError

    # Frame

    def compose_body(self) -> ComposeResult:
        """The table and its filter."""
        yield self.table
        yield Prompt("/", "text, /regex/, !not, column:value", id="filter")

    def on_mount(self) -> None:
        """Show at once, empty and loading."""
        self.query_one("#filter", Prompt).close()
        self.focus_body()
        self._ticker = self.set_interval(1.0, self._tick)
        self.start_refresh()

    def on_screen_suspend(self) -> None:
        """Nothing is asked while something covers the screen."""
        if self._ticker:
            self._ticker.pause()

    def on_screen_resume(self) -> None:
        """What was covered may be old."""
        if self._ticker:
            self._ticker.resume()
            self._tick()

    def focus_body(self) -> None:
        """The table has the focus unless somebody types."""
        self.table.focus()

    # Freshness

    def _tick(self) -> None:
        self._show_age()
        typing = self.query_one("#filter", Prompt).has_pseudo_class("focus-within")
        if self._every and not typing and self.clock() >= self._due:
            self.start_refresh()

    def clock(self) -> float:
        """Seconds of a clock that only runs forward."""
        return monotonic()

    def start_refresh(self) -> None:
        """Ask for the rows again, unless that is being done already."""
        if not self._in_flight:
            self._in_flight = True
            self._asked_at = self.clock()
            self.run_worker(self._refresh(), group="refresh")

    async def _refresh(self) -> None:
        try:
            await self._load()
        except BatchtuiError as error:
            self._failed(error)
        else:
            self._failure = ""
            self._wait = self._every
        finally:
            # Also when the screen is left meanwhile: its widgets are gone then.
            self._in_flight = False
            self._due = self.clock() + self._wait
        self._show_age()

    async def _load(self) -> None:
        rows: list[Row] = []
        first = not self.table.rows
        async for page in self.fetch():
            rows += page
            if first:
                self.show_rows(rows)
        self.show_rows(await self.complete(rows))
        self._loaded_at = self.clock()
        self.table.set_empty(f"There is no {self.noun}.")
        self.loaded()

    def loaded(self) -> None:
        """All rows are there."""
        if self._failure:
            self.say("Answering again.", "good")

    def show_rows(self, rows: list[Row]) -> None:
        """Put rows into the table."""
        self.table.set_rows(rows)
        self._show_counts()

    def _failed(self, error: BatchtuiError) -> None:
        self._wait = min(_LONGEST_WAIT, max(self._every, self._wait * 2, 1.0))
        self._failure = str(error)
        self.report(error)
        if not self.table.rows:
            # There is room for all of it, which the status line may not have.
            self.table.set_empty(visible(str(error)))
            self.say(error.title, "bad")

    def _show_age(self) -> None:
        if not self.is_attached or not self._every:
            return
        if self._loaded_at is None:
            text = "loading" if self._in_flight else "not loaded"
        else:
            old = duration(self.clock() - self._loaded_at)
            text = f"old: {old}" if self._failure else f"{old} ago"
        waited = self.clock() - self._asked_at
        if self._in_flight and waited > _PATIENCE:
            text = f"waiting {duration(waited)} · {text}"
        self.query_one(StatusLine).age(text)

    def _show_counts(self) -> None:
        shown, rows = len(self.table.shown), len(self.table.rows)
        parts = [plural(rows, self.noun) if shown == rows else f"{shown:,} of {rows:,}"]
        if self.table.marked:
            hidden = len(self.table.marked - set(self.table.shown))
            parts.append(f"{len(self.table.marked)} marked" + (f", {hidden} hidden" * bool(hidden)))
        if self._faults_only:
            parts.insert(0, "faults only")
        self.note(" · ".join(parts))

    def on_table_changed(self) -> None:
        """Counts follow marks and filter."""
        self._show_counts()

    def on_table_opened(self, event: Table.Opened) -> None:
        """Open a row, once."""
        if self.app.screen is self:
            self.open_row(event.row_id)

    # Actions

    def action_refresh(self) -> None:
        """Ask again now."""
        self.say("Asking again" if not self._in_flight else "Already asking")
        self.start_refresh()

    def action_filter(self) -> None:
        """Open the filter."""
        self.query_one("#filter", Prompt).open()

    def on_prompt_typed(self, event: Prompt.Typed) -> None:
        """The filter works as it is typed, once for keys that come together."""
        if event.prompt.id == "filter":
            if self._typing:
                self._typing.stop()
            self._typing = self.set_timer(_TYPING, self._filter_as_typed)

    def _filter_as_typed(self) -> None:
        self._apply_filter(self.query_one("#filter", Prompt).text)

    def on_prompt_entered(self, event: Prompt.Entered) -> None:
        """Keep the filter and go back to the rows."""
        if event.prompt.id == "filter":
            if not event.text.strip():
                event.prompt.close()
            self.focus_body()

    def on_prompt_left(self, event: Prompt.Left) -> None:
        """Clear the filter and go back to the rows."""
        if event.prompt.id == "filter":
            self._clear_filter()

    def action_back(self) -> None:
        """Clear the filter first; without one, leave."""
        if self.filtered:
            self._clear_filter()
        else:
            super().action_back()

    @property
    def filtered(self) -> bool:
        """Whether anything is hidden on purpose."""
        return bool(self.query_one("#filter", Prompt).text) or self._faults_only

    def action_faults(self) -> None:
        """Show faults only, or all again."""
        self._faults_only = not self._faults_only
        self._apply_filter(self.query_one("#filter", Prompt).text)

    def _clear_filter(self) -> None:
        prompt = self.query_one("#filter", Prompt)
        self._faults_only = False
        prompt.text = ""
        prompt.close()
        self._apply_filter("")
        self.focus_body()

    def _apply_filter(self, text: str) -> None:
        titles = {column.name: column.title for column in self.table.columns}
        try:
            wanted = parse(text, titles)
        except FilterError as error:
            self.say(str(error), "warn")
            return
        self.table.set_filter(wanted, self.is_faulty if self._faults_only else None)
        self._show_counts()

    def copyable(self, row: Row) -> list[Copyable]:
        """What `c` offers to copy of a row."""
        raise NotImplementedError

    def action_copy(self) -> None:
        """Choose something of the row under the cursor and copy it."""
        row = self.table.current
        if row is None:
            self.targets()
            return
        self.app.push_screen(Copy(self.copyable(row)), self._copied)

    def _copied(self, chosen: Copyable | None) -> None:
        if chosen is not None:
            self.copy(*chosen)

    def action_details(self) -> None:
        """Show everything that is known of the row."""

    def action_raw(self) -> None:
        """Show the row as JSON."""

    def perform(self, act: Act) -> None:
        """Ask whether to do something, and do it; what it was done to loses its mark."""
        self.app.push_screen(ActDialog(act), self._acted)

    def _acted(self, acted: Acted | None) -> None:
        if acted is not None:
            self.table.unmark(acted.done)
            self.say(acted.words, acted.tone)
            self.start_refresh()

    def hidden(self) -> set[str]:
        """The ids of the marked rows that the filter hides."""
        return self.table.marked - set(self.table.shown)

    def targets(self) -> list[Any]:
        """What an action is about: the marked rows, or the one under the cursor."""
        found = self.table.targets()
        if not found:
            self.say(f"There is no {self.noun} under the cursor.", "warn")
        return found
