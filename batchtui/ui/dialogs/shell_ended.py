"""A shell that nobody ended: says what is known of it, and offers another one."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Static

from batchtui.access.visit import Visit
from batchtui.ui.dialogs.base import Dialog
from batchtui.visible import visible, visible_lines


class ShellEnded(Dialog[bool]):
    """Its connection was lost, or it failed by itself; ends with whether to connect again."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("r", "reconnect", "Reconnect", id="shell-ended.reconnect",
                tooltip="Open another shell on the same node"),
        Binding("escape", "give_up", "Close", id="shell-ended.close", tooltip="Leave it"),
    ]  # fmt: skip

    def __init__(self, visit: Visit) -> None:
        super().__init__()
        self._visit = visit
        self.title_text = "Connection lost" if visit.exit.lost else "The shell ended by itself"

    def compose_body(self) -> ComposeResult:
        """How long it lasted, why it ended if that is known, and what was written last."""
        why = self._visit.exit.why
        yield Static(f"{self._visit.words}.", markup=False)
        if why:
            yield Static(visible(f"Why: {why}"), markup=False)
        if self._visit.exit.said:
            yield Static("\nIts last output:", markup=False)
            yield Static(visible_lines(self._visit.exit.said), markup=False)

    def action_reconnect(self) -> None:
        """Once more, from the way to the node on."""
        self.dismiss(True)
