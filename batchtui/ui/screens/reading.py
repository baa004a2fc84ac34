"""A screen with a text to read: it is searched, copied, and kept fresh."""

from collections.abc import AsyncIterator, Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from batchtui.clock import Clock, utc_now
from batchtui.errors import BatchtuiError, NotFoundError
from batchtui.tables.filter import FilterError
from batchtui.ui.lines import MOST_MATCHES, TextLine, pattern
from batchtui.ui.screens.fresh import FreshScreen
from batchtui.ui.widgets.prompt import Prompt
from batchtui.ui.widgets.reader import Reader
from batchtui.visible import visible_lines
from batchtui.words import plural

_WAITING = TextLine("Asking the service …")


class ReadingScreen(FreshScreen):
    """Shows the lines that it fetches; subclasses say which."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("slash", "search", "Search", key_display="/", id="reading.search", priority=True,
                tooltip="Search for a text, or a /regex/"),
        Binding("n", "step(1)", "Next", id="reading.next", tooltip="Go to the next one found"),
        Binding("N,shift+n", "step(-1)", "Previous", show=False, id="reading.previous",
                tooltip="Go to the one found before"),
        Binding("v", "select", "Select", show=False, id="reading.select",
                tooltip="Select the line found; again: all up to there"),
        Binding("c", "copy", "Copy", id="reading.copy",
                tooltip="Copy what is selected, or all of it"),
        Binding("ctrl+r", "refresh", "Refresh", show=False, id="reading.refresh",
                tooltip="Ask the service again, now"),
    ]  # fmt: skip

    def __init__(self, crumbs: tuple[str, ...], *, every: float, now: Clock = utc_now) -> None:
        super().__init__(every=every, now=now)
        self.crumbs = crumbs
        self.reader = Reader(id="reader")
        self._since = 0  # the line from which a search goes on

    def fetch(self) -> AsyncIterator[Sequence[TextLine]]:
        """The lines, and again when more of them is known."""
        raise NotImplementedError

    def compose_body(self) -> ComposeResult:
        """The text and its search."""
        yield self.reader
        yield Prompt("/", "text or /regex/; then n and N", id="search")

    def on_mount(self) -> None:
        """Show at once, though nothing is known yet."""
        self.query_one("#search", Prompt).close()
        self.reader.show([_WAITING])
        self.focus_body()
        self.start_refresh()

    def focus_body(self) -> None:
        """The text has the focus."""
        self.reader.focus()

    def may_ask(self) -> bool:
        """What is selected stays what it is until it is copied."""
        return not self.selections and super().may_ask()

    async def load(self) -> None:
        """Show the lines as they come."""
        async for lines in self.fetch():
            self.reader.show(lines)
            self._tell()

    def failed(self, error: BatchtuiError) -> None:
        """What is gone is said so; where there is no text yet, there is room for all of it."""
        super().failed(error)
        if isinstance(error, NotFoundError):
            self.say(f"Gone: {error.message} esc goes back.", "bad")
        if self._loaded_at is None:
            self.reader.show([TextLine(line) for line in visible_lines(str(error)).split("\n")])

    # Searching

    def action_search(self) -> None:
        """Open the search, which goes on from what is on screen."""
        self._since = self.reader.top_line
        self.query_one("#search", Prompt).open()

    def action_step(self, by: int) -> None:
        """Go to the next one found, or the one before."""
        self.reader.step(by)
        self._tell()

    def on_prompt_typed(self, event: Prompt.Typed) -> None:
        """The search works as it is typed."""
        if event.prompt.id == "search":
            self._search(event.text)

    def on_prompt_entered(self, event: Prompt.Entered) -> None:
        """Keep what was found and go back to the text."""
        if event.prompt.id == "search":
            if not event.text:
                event.prompt.close()
            self.focus_body()

    def on_prompt_left(self, event: Prompt.Left) -> None:
        """Forget the search and go back to the text."""
        if event.prompt.id == "search":
            self._forget()

    def action_back(self) -> None:
        """Forget the search first; without one, leave."""
        if self.query_one("#search", Prompt).text:
            self._forget()
        else:
            super().action_back()

    def _forget(self) -> None:
        prompt = self.query_one("#search", Prompt)
        prompt.text = ""
        prompt.close()
        self.focus_body()

    def _search(self, text: str) -> None:
        try:
            wanted = pattern(text)
        except FilterError as error:
            self.say(str(error), "warn")
            return
        self.say("")
        self.reader.search(wanted, since=self._since)
        self._tell()

    def _tell(self) -> None:
        """How many were found, and which of them one is at."""
        found = len(self.reader.found)
        if not self.query_one("#search", Prompt).text:
            self.note("")
        elif found:
            more = "+" if found == MOST_MATCHES else ""
            self.note(f"{self.reader.place + 1:,} of {found:,}{more}")
        else:
            self.note("not found")

    # Copying

    def action_select(self) -> None:
        """Select the line that was found, or the top one; again: all up to there."""
        selection = self.reader.whole_lines(self.selections.get(self.reader))
        self.selections = {self.reader: selection}
        self.say("c copies what is selected, v selects on.")

    def action_copy(self) -> None:
        """Copy what is selected, or else all of it."""
        selected = self.get_selected_text()
        if selected:
            self.copy("selection", selected)
        else:
            self.copy(f"text, {plural(len(self.reader.lines), 'line')}", self.reader.text)
