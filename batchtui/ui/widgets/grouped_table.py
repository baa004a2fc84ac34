"""A table whose rows stand under headings."""

from bisect import bisect_right
from collections.abc import Callable, Sequence
from itertools import groupby
from typing import TypeVar

from rich.segment import Segment
from textual.geometry import Size
from textual.strip import Strip

from batchtui.tables import Column
from batchtui.ui.widgets.grid import MARK_WIDTH, fit
from batchtui.ui.widgets.table import Table

Row = TypeVar("Row")


class GroupedTable(Table[Row]):
    """Rows whose first column is a heading above those that have the same text there.

    Sorted by another column they stand as in any table.
    """

    def __init__(
        self, columns: Sequence[Column[Row]], row_id: Callable[[Row], str], *, empty: str = ""
    ) -> None:
        super().__init__(columns, row_id, empty=empty)
        # The line of each place, and the headings by their lines.
        self._line_by_place: list[int] = []
        self._headings: dict[int, str] = {}

    @property
    def grouped(self) -> bool:
        """Whether there are headings now."""
        return self.data.sort_column == self.columns[0].name

    def rearranged(self) -> None:
        """Rows came, went, or stand elsewhere, and so do their headings."""
        self._group()
        super().rearranged()

    def _group(self) -> None:
        self._line_by_place, self._headings = [], {}
        rows = [self.data.row_at(place) for place in range(len(self.data))]
        if not self.grouped:
            self._line_by_place = list(range(len(rows)))
            return
        line = 0
        for text, group in groupby(rows, key=lambda row: self.columns[0].cell(row).text):
            count = len(list(group))
            self._headings[line] = f"{text} · {count}"
            self._line_by_place += range(line + 1, line + 1 + count)
            line += 1 + count

    def sort_by(self, column: str, *, reversed: bool = False) -> None:  # noqa: A002 - as list.sort has it
        """Order by a column."""
        super().sort_by(column, reversed=reversed)
        self.fit()

    # Where things are

    def _extent(self) -> Size:
        return Size(self.grid.width, len(self.data) + len(self._headings) + 1)

    def _line_of(self, place: int) -> int:
        return self._line_by_place[place] if place < len(self._line_by_place) else 0

    def _place_on(self, line: int) -> int | None:
        if line in self._headings or line >= len(self.data) + len(self._headings):
            return None
        return bisect_right(self._line_by_place, line) - 1

    def _show_place(self, place: int) -> None:
        """Show the row, and its heading if it is the first below that."""
        super()._show_place(place)
        line = self._line_of(place)
        if line - 1 in self._headings and line == int(self.scroll_target_y):
            self.scroll_to(y=line - 1, animate=False, force=True)

    def action_page(self, pages: int) -> None:
        """Move the cursor by screens, headings counted."""
        lines = pages * max(1, self._page_height() - 1)
        wanted = self._line_of(self.data.cursor_place) + lines
        self._place_cursor(max(0, bisect_right(self._line_by_place, wanted) - 1))

    # Drawing

    def _columns_to_draw(self) -> Sequence[Column[Row]]:
        return self.columns[1:] if self.grouped else self.columns

    def _between(self, line: int) -> Strip:
        """A heading."""
        text = " " * MARK_WIDTH + self._headings.get(line, "")
        return Strip([Segment(fit(text, self.size.width, right=False), self.grid.style("header"))])
