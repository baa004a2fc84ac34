"""One-line prompts at the bottom of a screen: the filter, the search and the command line."""

from dataclasses import dataclass
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.message import Message
from textual.widgets import Input, Label


class Prompt(Horizontal):
    """A mark and an input; hidden until it is asked for."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "Clear", id="prompt.leave", tooltip="Clear it and go back"),
    ]

    @dataclass
    class Said(Message):
        """Something happened in a prompt, in which `text` stands now."""

        prompt: "Prompt"
        text: str

        @property
        def control(self) -> "Prompt":
            """The prompt it happened in."""
            return self.prompt

    class Typed(Said):
        """The text changed."""

    class Entered(Said):
        """`enter` was pressed."""

    class Left(Said):
        """`esc` was pressed."""

    def __init__(self, mark: str, placeholder: str, *, id: str) -> None:  # noqa: A002 - Textual's
        super().__init__(id=id)
        self._mark = mark
        self._placeholder = placeholder

    def compose(self) -> ComposeResult:
        """The mark, then the input."""
        yield Label(self._mark, markup=False)
        yield Input(placeholder=self._placeholder, compact=True, select_on_focus=False)

    @property
    def text(self) -> str:
        """What stands in it."""
        return self.query_one(Input).value

    @text.setter
    def text(self, text: str) -> None:
        self.query_one(Input).value = text

    def open(self) -> None:
        """Show it and put the cursor into it, before the next key is read."""
        self.display = True
        self.screen.set_focus(self.query_one(Input))

    def close(self) -> None:
        """Hide it."""
        self.display = False

    def on_input_changed(self, event: Input.Changed) -> None:
        """Tell what stands in it now."""
        event.stop()
        self.post_message(self.Typed(self, event.value))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Tell that it is finished."""
        event.stop()
        self.post_message(self.Entered(self, event.value))

    def action_leave(self) -> None:
        """Tell that it is given up."""
        self.post_message(self.Left(self, self.text))
