"""Something must be typed before a login goes on: a passphrase, or what a node's server asks."""

import asyncio
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Input, Static

from batchtui.access.operator import Question
from batchtui.ui.dialogs.base import Dialog
from batchtui.visible import visible, visible_lines


class Answer(Dialog[None]):
    """Lets what waits for it know the answers, or that there are none, when it goes away."""

    # Whoever types a password must not be led elsewhere by its characters.
    ALONE = True

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "answer", "Answer", id="answer.answer", tooltip="Go on with the login"),
    ]

    def __init__(self, question: Question, answered: "asyncio.Future[list[str] | None]") -> None:
        super().__init__()
        self._question = question
        self._answered = answered
        self._answers: list[str] | None = None
        self.title_text = question.title

    def compose_body(self) -> ComposeResult:
        """What is said, and a line to type for each prompt."""
        if self._question.text:
            yield Static(f"{visible_lines(self._question.text)}\n", markup=False)
        for prompt in self._question.prompts:
            yield Static(visible(prompt.text.strip()), markup=False)
            yield Input(password=not prompt.echo, compact=True)

    def on_mount(self) -> None:
        """Begin with the first line."""
        self.query(Input).first().focus()

    def on_unmount(self) -> None:
        """However it ended."""
        if not self._answered.done():
            self._answered.set_result(self._answers)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """`enter` goes on to the next line, and answers from the last."""
        if event.input is self.query(Input).last():
            self.action_answer()
        else:
            self.focus_next(Input)

    def action_answer(self) -> None:
        """Go on with what was typed, be it nothing."""
        self._answers = [each.value for each in self.query(Input)]
        self.dismiss(None)
