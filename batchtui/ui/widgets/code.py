"""A field for a text in some language, its words coloured as the theme has it."""

from collections.abc import Callable, Iterable
from typing import ClassVar

from rich.text import Text

from batchtui.batch.word import Word
from batchtui.ui.widgets.lines import Lines


class Code(Lines):
    """`read` tells the words of a line; no word goes over the end of one."""

    KINDS: ClassVar[tuple[str, ...]] = (
        "comment", "number", "text", "name", "variable", "function", "constant", "symbol", "wrong",
    )  # fmt: skip
    COMPONENT_CLASSES: ClassVar[set[str]] = {f"code--{kind}" for kind in KINDS}

    def __init__(self, text: str, read: Callable[[str], Iterable[Word]], *, id: str) -> None:  # noqa: A002 - Textual's own name for it
        self._read = read
        super().__init__(text, id=id)

    def get_line(self, line_index: int) -> Text:
        """A line with its colours."""
        line = super().get_line(line_index)
        for word in self._read(line.plain):
            look = self.get_component_rich_style(f"code--{word.kind}", partial=True)
            line.stylize(look, word.start, word.end)
        return line
