"""A box to tick that can be read without colour."""

from textual.widgets import Checkbox


class Tick(Checkbox):
    """`[x]` when it is ticked, `[ ]` when it isn't."""

    BUTTON_LEFT = ""
    BUTTON_RIGHT = ""
    BUTTON_INNER = "[ ]"

    def __init__(self, label: str, value: bool = False, *, id: str | None = None) -> None:  # noqa: A002, FBT001, FBT002 - as Textual's own
        super().__init__(label, value, id=id, compact=True)
        self._show_value(value)

    def on_mount(self) -> None:
        """Follow the value from here on."""
        self.watch(self, "value", self._show_value, init=True)

    def _show_value(self, value: bool) -> None:  # noqa: FBT001 - a watcher
        """Show the value as a letter too."""
        self.BUTTON_INNER = "[x]" if value else "[ ]"
        self.refresh()
