"""A field whose value is chosen from a list."""

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.widgets import Select


class DropDown(Select[str], inherit_bindings=False):
    """`enter` opens the list; while it is closed, arrows go on to other fields."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,space", "show_overlay", "Choose", id="drop-down.open",
                tooltip="Open the list to choose from"),
    ]  # fmt: skip
