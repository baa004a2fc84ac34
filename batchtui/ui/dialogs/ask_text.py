"""One line to type."""

from collections.abc import Callable

from textual.app import ComposeResult
from textual.widgets import Input

from batchtui.ui.dialogs.base import Dialog


class AskText(Dialog[str]):
    """Ends with what was typed, once `problem` says nothing of it."""

    def __init__(self, title: str, value: str, problem: Callable[[str], str]) -> None:
        super().__init__()
        self.title_text = title
        self._value = value
        self._problem = problem

    def compose_body(self) -> ComposeResult:
        """Where to type."""
        yield Input(self._value, compact=True, select_on_focus=False)

    def on_mount(self) -> None:
        """Type at once."""
        self.query_one(Input).focus()

    def on_input_changed(self) -> None:
        """What was wrong may be right now."""
        self.complain("")

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """`enter` ends it, if there is something."""
        event.stop()
        wrong = self._problem(event.value)
        self.complain(wrong)
        if event.value and not wrong:
            self.dismiss(event.value)
