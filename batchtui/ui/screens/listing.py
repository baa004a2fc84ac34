"""A screen that lists things of the service and keeps the list fresh.

The first page is drawn as it arrives; later lists replace the rows when they are complete.
"""

import asyncio
from collections.abc import AsyncIterator, Collection, Iterator, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.timer import Timer

from batchtui.clock import Clock, utc_now
from batchtui.errors import BatchtuiError
from batchtui.tables import Column
from batchtui.tables.filter import Filter, FilterError, named, parse
from batchtui.ui.screens.fresh import FreshScreen
from batchtui.ui.views import View
from batchtui.ui.widgets.prompt import Prompt
from batchtui.ui.widgets.table import Table
from batchtui.visible import visible
from batchtui.words import plural

if TYPE_CHECKING:
    from textual.widget import AwaitMount

    from batchtui.ui.acts.act import Act
    from batchtui.ui.dialogs.act import Acted
    from batchtui.ui.dialogs.copy import Copyable

Row = TypeVar("Row")
_TYPING = 0.08  # s after the last key before the filter works
_SLICE = 250  # rows that are taken in at once: the loop must answer keys in between
_INDEXED = 50  # rows that are made ready for the filter at once


class ListScreen(FreshScreen, Generic[Row]):
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

    def __init__(
        self, table: Table[Row], *, every: float, view: View | None = None, now: Clock = utc_now
    ) -> None:
        """`every` is the time between refreshes in seconds, 0 for none.

        The `view` is taken up where it was left, and kept up to date for the next time.
        """
        super().__init__(every=every, now=now)
        self.table = table
        self.view = view or View()
        self._begun = False
        # The wire fields that were asked for, and those that all rows have.
        self._fields_asked: frozenset[str] = frozenset()
        self._fields_known: frozenset[str] = frozenset()
        self._typing: Timer | None = None
        self._filter: Filter | None = None

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
        self._take_up_view()
        self.focus_body()

    def _take_up_view(self) -> None:
        prompt = self.query_one("#filter", Prompt)
        prompt.text = self.view.filter
        prompt.display = bool(self.view.filter)
        self.table.wide = self.view.wide
        if self.view.sort:
            self.table.sort_by(self.view.sort, reversed=self.view.reversed)
        self._apply_filter(self.view.filter)
        if self.view.cursor:
            self.table.move_to(self.view.cursor)

    def _keep_view(self) -> None:
        self.view.sort = self.table.data.sort_column
        self.view.reversed = self.table.data.reversed
        self.view.wide = self.table.wide
        self.view.cursor = self.table.cursor or self.view.cursor

    def focus_body(self) -> None:
        """The table has the focus unless somebody types."""
        self.table.focus()

    # Freshness

    def may_ask(self) -> bool:
        """Not before it is known which columns there is room for."""
        return self._begun and super().may_ask()

    @property
    def shown_columns(self) -> Sequence[Column[Row]]:
        """The columns that can be read now; none until it is known for how many there is room."""
        return self.table.shown_columns

    def columns_in_use(self) -> Iterator[Column[Row]]:
        """The columns that are shown, sorted by or named in the filter."""
        shown, places = self.shown_columns, named(self.view.filter, self._titles)
        for place, column in enumerate(self.table.columns):
            if place in places or column in shown or column.name == self.table.data.sort_column:
                yield column

    @property
    def _titles(self) -> dict[str, str]:
        return {column.name: column.title for column in self.table.columns}

    def fields_in_use(self) -> frozenset[str]:
        """The wire fields that the columns in use are made of."""
        return frozenset(field for column in self.columns_in_use() for field in column.fields)

    def outdated(self) -> bool:
        """Columns came into view whose fields weren't asked for."""
        return not self.fields_in_use() <= self._fields_asked

    def _show_pending(self) -> None:
        """What wasn't asked for isn't known: a node without SSH looks the same."""
        known = self._fields_known
        self.table.set_pending(
            c.name for c in self.columns_in_use() if not known.issuperset(c.fields)
        )

    async def _refresh(self) -> None:
        self._fields_asked |= self.fields_in_use()
        if not self.table.rows:
            self._fields_known = self._fields_asked
        await super()._refresh()

    async def load(self) -> None:
        """Get the rows and show them."""
        rows: list[Row] = []
        first = not self.table.rows
        async for page in self.fetch():
            rows += page
            if first:
                await self.take(page)
        self.table.set_rows(await self.complete(rows))

    async def take(self, rows: Sequence[Row], gone: Collection[str] = ()) -> None:
        """Take rows that are new or changed into the table, and leave out those that went."""
        if gone:
            self.table.update_rows((), gone)
        for start in range(0, len(rows), _SLICE):
            self.table.update_rows(rows[start : start + _SLICE])
            await asyncio.sleep(0)

    async def _index(self) -> None:
        """Prepare for the filter while nobody waits for it."""
        for _step in self.table.data.indexing(_INDEXED):
            await asyncio.sleep(0)

    def loaded(self) -> None:
        """All rows are there."""
        super().loaded()
        self._fields_known = self._fields_asked
        self._show_pending()
        self.table.set_empty(f"There is no {self.noun}.")
        self.run_worker(self._index(), group="index", exclusive=True)

    def failed(self, error: BatchtuiError) -> None:
        """Without rows there is room for all of it, which the status line may not have."""
        super().failed(error)
        if not self.table.rows:
            self.table.set_empty(visible(str(error)))
            self.say(error.title, "bad")

    def _show_counts(self) -> None:
        shown, rows = len(self.table.data), len(self.table.rows)
        parts = [plural(rows, self.noun) if shown == rows else f"{shown:,} of {rows:,}"]
        if self.table.marked:
            hidden = self.table.data.hidden_marks
            marks = f"{len(self.table.marked):,} marked"
            parts.append(marks + (f", {hidden:,} hidden" * bool(hidden)))
        if self.view.faults_only:
            parts.insert(0, "faults only")
        self.note(" · ".join(parts))

    def on_rows_view_changed(self) -> None:
        """Counts follow marks and filter."""
        if not self._begun and self.shown_columns:
            self._begun = True
            self.start_refresh()
        self._show_pending()
        self._keep_view()
        self._show_counts()

    def on_table_widened(self, event: Table.Widened) -> None:
        """At 80 columns what came is out of sight, and it looks as if nothing had happened."""
        words = "All columns." if event.wide else "The columns that fit."
        self.say(words + " → and ← scroll to those beyond the edge." * event.beyond)

    def on_rows_view_opened(self, event: Table.Opened) -> None:
        """Open a row, once."""
        if self.app.screen is self:
            self.open_row(event.row_id)

    # Actions

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
        return bool(self.query_one("#filter", Prompt).text) or self.view.faults_only

    def action_faults(self) -> None:
        """Show faults only, or all again."""
        self.view.faults_only = not self.view.faults_only
        self._apply_filter(self.query_one("#filter", Prompt).text)

    def _clear_filter(self) -> None:
        prompt = self.query_one("#filter", Prompt)
        self.view.faults_only = False
        prompt.text = ""
        prompt.close()
        self._apply_filter("")
        self.focus_body()

    def _apply_filter(self, text: str) -> None:
        self.view.filter = text
        try:
            self._filter = parse(text, self._titles)
        except FilterError as error:
            # The one before stays, with or without the faults only.
            self.say(str(error), "warn")
        self.table.set_filter(self._filter, self.is_faulty if self.view.faults_only else None)
        self._show_counts()

    def copyable(self, row: Row) -> "list[Copyable]":
        """What `c` offers to copy of a row."""
        raise NotImplementedError

    def action_copy(self) -> None:
        """Choose something of the row under the cursor and copy it."""
        row = self.table.current
        if row is None:
            self.targets()
            return
        from batchtui.ui.dialogs.copy import Copy

        self.app.push_screen(Copy(self.copyable(row)), self._copied)

    def _copied(self, chosen: "Copyable | None") -> None:
        if chosen is not None:
            self.copy(*chosen)

    def action_details(self) -> None:
        """Show everything that is known of the row."""
        raise NotImplementedError

    def action_raw(self) -> None:
        """Show the row as JSON."""
        raise NotImplementedError

    def perform(self, act: "Act") -> "AwaitMount":
        """Ask whether to do something, and do it; what it was done to loses its mark.

        May be awaited until it asks.
        """
        from batchtui.ui.dialogs.act import ActDialog

        return self.app.push_screen(ActDialog(act), self._acted)

    def _acted(self, acted: "Acted | None") -> None:
        if acted is not None:
            self.table.unmark(acted.done)
            self.say(acted.words, acted.tone)
            if acted.secret:
                from batchtui.ui.dialogs.notice import Notice

                self.app.push_screen(Notice("Shown once", f"{acted.words}\n\n{acted.secret}"))
            self.changed_here()
            self.start_refresh()

    def changed_here(self) -> None:
        """An act ended: what is known of the rows may be old, and nothing else may tell so."""

    def hidden(self) -> set[str]:
        """The ids of the marked rows that the filter hides."""
        return self.table.marked - set(self.table.shown)

    async def caught_up(self) -> None:
        """Wait until what has the focus did the keys that came before an urgent one."""
        if self.focused is not None:
            done = asyncio.Event()
            self.focused.call_later(done.set)
            await done.wait()

    def targets(self) -> list[Any]:
        """What an action is about: the marked rows, or the one under the cursor."""
        found = self.table.targets()
        if not found:
            self.say(f"There is no {self.noun} under the cursor.", "warn")
        return found
