"""Choose what to copy of a row."""

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from batchtui.ui.dialogs.base import Dialog
from batchtui.visible import visible

# A label and the text that is copied.
Copyable = tuple[str, str]


class Copy(Dialog[Copyable]):
    """Ends with what was chosen; whoever opened it puts it onto the clipboard."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "take", "Copy", id="copy.take", priority=True, tooltip="Copy this"),
    ]
    title_text = "Copy"

    def __init__(self, choices: Sequence[Copyable]) -> None:
        super().__init__()
        self._choices = [choice for choice in choices if choice[1]]

    def compose_body(self) -> ComposeResult:
        """A line a choice."""
        width = max(len(label) for label, _text in self._choices)
        yield OptionList(
            *(
                Option(Content(f"{label:<{width}}  {visible(text)}"))
                for label, text in self._choices
            ),
            compact=True,
            markup=False,
        )

    def on_mount(self) -> None:
        """Arrows and `enter` work at once."""
        self.query_one(OptionList).focus()

    def action_take(self) -> None:
        """Take what is under the cursor."""
        self.query_one(OptionList).action_select()

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Take this one."""
        event.stop()
        self.dismiss(self._choices[event.option_index])
