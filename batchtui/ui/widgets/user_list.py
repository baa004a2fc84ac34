"""A list of users to edit one by one, and to add one to."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.widgets import OptionList

_ADD = "add a user"


class UserList(OptionList, inherit_bindings=False):
    """`enter` chooses one, or the last line, which is for another one; arrows leave its ends."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "cursor_down", "Down", show=False, id="users.down"),
        Binding("up", "cursor_up", "Up", show=False, id="users.up"),
        Binding("enter", "select", "Edit", id="users.edit", tooltip="Edit the user, or add one"),
    ]

    @dataclass
    class Chosen(Message):
        """A user is to be edited; behind the last one is a new one."""

        place: int

    def __init__(self, *, id: str) -> None:  # noqa: A002 - Textual's own name for it
        super().__init__(Content(_ADD), id=id, compact=True)
        self._told: tuple[str, ...] = ()

    def show(self, lines: Sequence[str]) -> None:
        """Show these users; the cursor stays where it is."""
        if tuple(lines) == self._told:
            return
        self._told = tuple(lines)
        here = self.highlighted
        self.clear_options()
        self.add_options([Content(line) for line in (*lines, _ADD)])
        self.highlighted = None if here is None else min(here, len(lines))

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """One was chosen."""
        event.stop()
        self.post_message(self.Chosen(event.option_index))

    def action_cursor_down(self) -> None:
        """Down, or to the next field."""
        if self.highlighted in (None, *range(len(self._told))):
            super().action_cursor_down()
        else:
            self.screen.focus_next()

    def action_cursor_up(self) -> None:
        """Up, or to the field before."""
        if self.highlighted:
            super().action_cursor_up()
        else:
            self.screen.focus_previous()
