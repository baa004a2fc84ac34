"""Yes or no; the focus starts on Cancel."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.widgets import Button, Static

from batchtui.ui.dialogs.base import Dialog
from batchtui.visible import visible_lines


class Confirm(Dialog[bool]):
    """A question with a button for each answer."""

    BINDINGS: ClassVar[list[BindingType]] = [
        # Before the button sees the next key, which may be read already.
        Binding("left,right", "other", "Choose", show=False, id="confirm.choose", priority=True),
    ]

    def __init__(self, title: str, text: str, *, yes: str) -> None:
        super().__init__()
        self.title_text = title
        self._text = text
        self._yes = yes

    def compose_body(self) -> ComposeResult:
        """The question and its answers."""
        yield Static(visible_lines(self._text), markup=False)
        with Horizontal(classes="buttons"):
            yield Button("Cancel", id="cancel", compact=True)
            yield Button(self._yes, id="yes", variant="error", compact=True)

    def on_mount(self) -> None:
        """Whoever presses enter by mistake changes nothing."""
        self.set_focus(self.query_one("#cancel"))

    def action_other(self) -> None:
        """Go to the other button."""
        yes = self.query_one("#yes", Button)
        self.set_focus(self.query_one("#cancel") if yes.has_focus else yes)

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """One of the two."""
        self.dismiss(event.button.id == "yes")
