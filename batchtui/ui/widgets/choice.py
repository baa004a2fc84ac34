"""A field whose value is chosen elsewhere."""

from dataclasses import dataclass
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from batchtui.visible import visible


class Choice(Static, can_focus=True):
    """Shows what is chosen; `enter` or a click asks for another."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,space", "ask", "Choose", id="choice.ask", tooltip="Choose another"),
    ]

    @dataclass
    class Asked(Message):
        """Somebody wants to choose."""

        choice: "Choice"

        @property
        def control(self) -> "Choice":
            """The field it is about."""
            return self.choice

    def __init__(self, text: str, *, id: str) -> None:  # noqa: A002 - Textual's own name for it
        super().__init__(Content(visible(text)), id=id, markup=False)

    def show(self, text: str) -> None:
        """Show what is chosen now."""
        self.update(Content(visible(text)))

    def action_ask(self) -> None:
        """Ask for another."""
        self.post_message(self.Asked(self))

    def on_click(self, event: events.Click) -> None:
        """So does a click."""
        event.stop()
        self.action_ask()
