"""What a form remarks on what was typed."""

from collections.abc import Iterable

from textual.content import Content
from textual.widgets import Static

from batchtui.visible import visible


class Remark(Static):
    """Lines that are there while there is something to say.

    A form says again at each key what it said before: nothing is then laid out anew.
    """

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id, classes=classes, markup=False)
        self._said = Content("")
        self.display = False

    def say(self, lines: Iterable[str | Content]) -> None:
        """Say these lines in place of what was said; Content is visible already."""
        shown = (each if isinstance(each, Content) else Content(visible(each)) for each in lines)
        text = Content("\n").join(shown)
        if not text.is_same(self._said):
            self._said = text
            self.update(text)
            self.display = bool(text)
