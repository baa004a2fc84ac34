"""Small screens above the others: a title, something to read or fill in, and a way out."""

from typing import ClassVar, TypeVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Static

from batchtui.errors import BatchtuiError
from batchtui.ui.ending import EndsWork
from batchtui.ui.widgets.keybar import KeyBar
from batchtui.visible import visible, visible_lines

Result = TypeVar("Result")


class Dialog(ModalScreen[Result], EndsWork):
    """`esc` leaves it without a result."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "scroll(1)", "Down", show=False, id="dialog.down"),
        Binding("up", "scroll(-1)", "Up", show=False, id="dialog.up"),
        Binding("pagedown", "scroll(10)", "Page down", show=False, id="dialog.page-down"),
        Binding("pageup", "scroll(-10)", "Page up", show=False, id="dialog.page-up"),
        Binding("end", "scroll(10000)", "End", show=False, id="dialog.end"),
        Binding("home", "scroll(-10000)", "Start", show=False, id="dialog.home"),
        Binding("escape", "give_up", "Cancel", id="dialog.cancel", tooltip="Leave it as it was"),
    ]

    title_text = ""

    def compose(self) -> ComposeResult:
        """A box: title, body, what is wrong; its keys stand where those below it stood."""
        with Vertical(classes="dialog"):
            yield Static(visible(self.title_text), classes="dialog-title", markup=False)
            with VerticalScroll(classes="dialog-body", can_focus=False):
                yield from self.compose_body()
            yield Static(classes="dialog-problem", markup=False)
            yield from self.compose_foot()
        yield KeyBar()

    def compose_body(self) -> ComposeResult:
        """What the dialog is about."""
        yield from ()

    def compose_foot(self) -> ComposeResult:
        """What stays in sight below the body, however long that is."""
        yield from ()

    def on_mount(self) -> None:
        """Nothing is wrong yet."""
        self.complain("")

    def complain(self, text: str) -> None:
        """Say what is wrong, or nothing; what was typed stays."""
        line = self.query_one(".dialog-problem", Static)
        line.update(visible_lines(text))
        line.display = bool(text)

    def report(self, error: BatchtuiError) -> None:
        """Show an expected failure where it happened."""
        self.complain(str(error))

    def action_scroll(self, lines: int) -> None:
        """Scroll what doesn't fit."""
        self.query_one(".dialog-body").scroll_relative(y=lines, animate=False)

    async def finish(self, result: Result | None) -> None:
        """End with a result, also where something was opened above meanwhile."""
        if self in self.app.screen_stack:
            # With the screens above it, which pop_until_active() would only begin to take away.
            while self.app.screen is not self:
                await self.app.pop_screen()
            self.dismiss(result)

    def action_give_up(self) -> None:
        """Leave without a result."""
        self.dismiss(None)
