"""Choose one of some names."""

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from batchtui.ui.dialogs.base import Dialog
from batchtui.visible import visible


class ChooseOne(Dialog[str]):
    """Ends with the name that was chosen; `text` says what for."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "choose", "Choose", id="choose-one.choose", priority=True,
                tooltip="Choose this one"),
    ]  # fmt: skip

    def __init__(self, title: str, text: str, names: Sequence[str]) -> None:
        super().__init__()
        self.title_text = title
        self._text = text
        self._names = names

    def compose_body(self) -> ComposeResult:
        """What for, and a line a name."""
        yield Static(visible(self._text), markup=False)
        lines = (Option(Content(visible(name))) for name in self._names)
        yield OptionList(*lines, compact=True, markup=False)

    def on_mount(self) -> None:
        """Begin with the first."""
        self.query_one(OptionList).focus()

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """A click chooses, too."""
        event.stop()
        self.dismiss(self._names[event.option_index])

    def action_choose(self) -> None:
        """The one under the cursor."""
        place = self.query_one(OptionList).highlighted
        if place is not None:
            self.dismiss(self._names[place])
