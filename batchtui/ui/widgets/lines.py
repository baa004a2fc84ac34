"""A field for a text of several lines."""

from textual.widgets import TextArea

from batchtui.ui.widgets.typed import InOrder, editing


class Lines(TextArea, InOrder):
    """As high as its text, within what its style allows; arrows leave it at its ends."""

    edits = editing(TextArea.BINDINGS)

    def __init__(self, text: str, *, id: str, placeholder: str = "") -> None:  # noqa: A002 - Textual's own name for it
        super().__init__(text, id=id, placeholder=placeholder, compact=True, tab_behavior="focus")

    def action_cursor_down(self, select: bool = False) -> None:  # noqa: FBT001, FBT002 - as its base
        """Down, or to the next field."""
        if not select and self.cursor_at_last_line:
            self.screen.focus_next()
        else:
            super().action_cursor_down(select)

    def action_cursor_up(self, select: bool = False) -> None:  # noqa: FBT001, FBT002 - as its base
        """Up, or to the previous field."""
        if not select and self.cursor_at_first_line:
            self.screen.focus_previous()
        else:
            super().action_cursor_up(select)
