"""The status line: what happened last, and how old is what is shown."""

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from batchtui.visible import visible

_TONES = ("good", "warn", "bad")


class Beside(Static):
    """What lives beside the screens; a click asks for it."""

    class Asked(Message):
        """It is to be shown."""

    def on_click(self) -> None:
        """Ask for it."""
        self.post_message(self.Asked())


class StatusLine(Horizontal):
    """A message at the left, up to five lines of it, and the age of the rows at the right."""

    def compose(self) -> ComposeResult:
        """Both empty."""
        yield Static(id="message", markup=False)
        yield Beside(id="beside", markup=False)
        yield Static(id="freshness", markup=False)

    def on_mount(self) -> None:
        """The app knows what lives beside its screens."""
        self.watch(self.app, "beside", self._show_beside)

    def _show_beside(self, words: str | None = None) -> None:
        beside = self.query_one(Beside)
        beside.update(Content(words or ""))
        beside.display = bool(words)

    @property
    def message(self) -> str:
        """What it says."""
        return str(self.query_one("#message", Static).visual)

    def say(self, text: str, tone: str = "plain") -> None:
        """Show a message until the next; `tone` is plain, good, warn or bad."""
        for message in self.query("#message").results(Static):
            for name in _TONES:
                message.set_class(name == tone, f"-{name}")
            message.update(Content(visible(text)))

    def unsay(self, *texts: str) -> None:
        """Take these messages back, where one of them is still shown."""
        for message in self.query("#message").results(Static):
            if str(message.visual) in texts:
                self.say("")

    def age(self, text: str) -> None:
        """Show how old the rows are; nothing is written while that stays the same."""
        for freshness in self.query("#freshness").results(Static):
            if str(freshness.visual) != text:
                freshness.update(Content(text))
