"""The prompt of the command line: with a history, and completed by `tab`."""

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.widgets import Input

from batchtui.ui.commands import Commands, Typing
from batchtui.ui.widgets.prompt import Prompt


class CommandLine(Prompt):
    """Hidden until it is given the commands that may be typed."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("tab", "complete(1)", "Complete", id="command.complete",
                tooltip="Complete a command, a pool's id or an account"),
        Binding("shift+tab", "complete(-1)", "Complete back", show=False, id="command.back"),
        Binding("up", "recall(-1)", "Older", id="command.older",
                tooltip="The line that was typed before"),
        Binding("down", "recall(1)", "Newer", show=False, id="command.newer",
                tooltip="The line that was typed after it"),
    ]  # fmt: skip

    def __init__(self) -> None:
        super().__init__(":", "", id="command")
        self._typing: Typing | None = None

    def ask(self, commands: Commands, text: str = "") -> None:
        """Show it, with a line that was begun."""
        self._typing = Typing(commands)
        self.query_one(Input).placeholder = commands.hint
        self._put(text)
        self.open()

    def action_complete(self, step: int) -> None:
        """The next thing that this may become."""
        if self._typing:
            self._put(self._typing.completed(step, self.text))

    def action_recall(self, step: int) -> None:
        """Another line of this run."""
        if self._typing:
            self._put(self._typing.recalled(step, self.text))

    def _put(self, text: str) -> None:
        self.text = text
        self.query_one(Input).cursor_position = len(text)
