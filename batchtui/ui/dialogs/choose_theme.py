"""Choose a theme by looking at it: the screen below shows the one under the cursor."""

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from batchtui.ui.dialogs.base import Dialog
from batchtui.visible import visible


class ChooseTheme(Dialog[str]):
    """Ends with the theme that is shown then, or without a result and as it was before."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("tab,j", "move('down')", "Next", show=False, id="choose-theme.next"),
        Binding("shift+tab,k", "move('up')", "Previous", show=False, id="choose-theme.previous"),
        Binding("enter", "keep", "Keep it", id="choose-theme.keep", priority=True,
                tooltip="Keep this theme, also next time"),
    ]  # fmt: skip
    title_text = "Theme"

    def __init__(self, names: Sequence[str]) -> None:
        super().__init__()
        self._names = names

    def compose_body(self) -> ComposeResult:
        """A line a theme."""
        lines = (Option(Content(visible(name))) for name in self._names)
        yield OptionList(*lines, compact=True, markup=False)

    def on_mount(self) -> None:
        """Begin with the one that is shown."""
        self._before = self.app.theme
        options = self.query_one(OptionList)
        options.highlighted = self._names.index(self._before)
        options.focus()

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        """Show it."""
        event.stop()
        self.app.theme = self._names[event.option_index]

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """`enter` or a click keeps it."""
        event.stop()
        self.app.theme = self._names[event.option_index]
        self.dismiss(self.app.theme)

    def action_move(self, way: str) -> None:
        """Go to the next or the previous one."""
        options = self.query_one(OptionList)
        (options.action_cursor_down if way == "down" else options.action_cursor_up)()

    def action_keep(self) -> None:
        """Keep the one that is shown."""
        self.dismiss(self.app.theme)

    def action_give_up(self) -> None:
        """Show again what was there before."""
        self.app.theme = self._before
        self.dismiss(None)
