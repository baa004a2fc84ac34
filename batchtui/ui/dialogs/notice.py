"""Something to read that doesn't fit on the status line."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Static

from batchtui.errors import BatchtuiError, ServiceError
from batchtui.ui.dialogs.base import Dialog
from batchtui.visible import visible_lines


class Notice(Dialog[None]):
    """A title and a text; any of the usual keys closes it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "give_up", "Close", id="notice.close", tooltip="Close this"),
    ]

    def __init__(self, title: str, text: str) -> None:
        super().__init__()
        self.title_text = title
        self._text = text

    @classmethod
    def of(cls, error: BatchtuiError) -> "Notice":
        """An expected failure in full: what, what to do, and what Azure support asks for."""
        parts = [error.message]
        if error.advice:
            parts.append(error.advice)
        if isinstance(error, ServiceError):
            parts += [f"{name}: {value}" for name, value in error.values.items()]
            facts = (f"Code {error.code}" * bool(error.code), f"request {error.request_id}")
            if error.request_id:
                parts.append(", ".join(fact for fact in facts if fact))
        return cls(error.title, "\n\n".join(parts))

    def compose_body(self) -> ComposeResult:
        """The text."""
        yield Static(visible_lines(self._text), markup=False)
