"""Yes or no, with the targets named; the focus starts on Cancel."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.widgets import Button, Input, Static

from batchtui.ui.dialogs.base import Dialog
from batchtui.visible import visible, visible_lines


class Confirm(Dialog[bool]):
    """A question; `typed` is what must be typed before it is done, for what can't be undone."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left,right", "other", "Choose", show=False, id="confirm.choose"),
    ]

    def __init__(self, title: str, text: str, *, yes: str, typed: str = "") -> None:
        super().__init__()
        self.title_text = title
        self._text = text
        self._yes = yes
        self._typed = typed

    def compose_body(self) -> ComposeResult:
        """The question, and where to type."""
        yield Static(visible_lines(self._text), markup=False)
        if self._typed:
            yield Static(f"\nType {visible(self._typed)} to confirm:", markup=False)
            yield Input(compact=True)
        with Horizontal(classes="buttons"):
            yield Button("Cancel", id="cancel", compact=True)
            yield Button(self._yes, id="yes", variant="error", compact=True)

    def on_mount(self) -> None:
        """Whoever presses enter by mistake changes nothing."""
        self.query_one(Input if self._typed else "#cancel").focus()

    def action_other(self) -> None:
        """Go to the other button."""
        yes = self.query_one("#yes", Button)
        (self.query_one("#cancel", Button) if yes.has_focus else yes).focus()

    def on_input_submitted(self) -> None:
        """`enter` after the right word does it."""
        self._decide()

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """One of the two."""
        if event.button.id == "yes":
            self._decide()
        else:
            self.dismiss(False)

    def _decide(self) -> None:
        if self._typed and self.query_one(Input).value != self._typed:
            self.complain(f"That isn't {self._typed}.")
            return
        self.dismiss(True)
