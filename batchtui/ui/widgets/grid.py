"""A table as it is drawn: columns that fit a width, header, rows."""

from collections.abc import Callable, Iterable, Iterator
from typing import Generic, TypeVar

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from batchtui.tables import Area, Cell, Column
from batchtui.tables.layout import GAP, fitting
from batchtui.ui.rows import Rows

Row = TypeVar("Row")

_PENDING = Cell("…", "muted")
MARK_WIDTH = 2


class Grid(Generic[Row]):
    """Draws rows; `style` gives the style of a part, such as `plain`, `cursor` or `bad`."""

    def __init__(self, rows: Rows[Row], style: Callable[[str], Style]) -> None:
        self.layout: list[tuple[Column[Row], int]] = []
        # The names of columns whose cells aren't known yet.
        self.pending: frozenset[str] = frozenset()
        self._rows = rows
        self._style = style

    def fit(self, width: int, *, wide: bool) -> None:
        """Choose the columns for a width in cells, or all of them, and how wide each is."""
        self.layout = fitting(self._rows.columns, width, wide=wide, margin=MARK_WIDTH)

    @property
    def width(self) -> int:
        """How many cells a line takes."""
        return MARK_WIDTH + sum(width + GAP for _column, width in self.layout) - GAP

    def column_at(self, x: int) -> Column[Row] | None:
        """The column that a cell of a line belongs to."""
        left = MARK_WIDTH
        for column, width in self.layout:
            if left <= x < left + width + GAP:
                return column
            left += width + GAP
        return None

    def header(self) -> Strip:
        """The titles, with an arrow at the sort column."""
        style = self._style("header")
        segments = [Segment(" " * MARK_WIDTH, style)]
        for column, width in self.layout:
            arrow = ""
            if column.name == self._rows.sort_column:
                arrow = "▼" if self._rows.reversed else "▲"
            text = fit(column.title, width - len(arrow), right=False) + arrow
            if column.right:
                text = fit(f"{column.title}{arrow}", width, right=True)
            segments += [Segment(text, style), Segment(" " * GAP, style)]
        return Strip(segments)

    def row(self, place: int, *, lit: bool) -> Strip:
        """The row at a place; `lit` whether the cursor stands out."""
        row_id = self._rows.id_at(place)
        row = self._rows.by_id[row_id]
        marked, here = row_id in self._rows.marked, row_id == self._rows.cursor
        lit = lit and here
        base = self._style("cursor") if lit else self._style("plain")
        mark = ("▌" if here else " ") + ("✓" if marked else " ")
        segments = [Segment(mark, base if lit else base + self._foreground("marked"))]
        for column, width in self.layout:
            cell = _PENDING if column.name in self.pending else column.cell(row)
            style = base if lit else base + self._foreground("marked" if marked else cell.tone)
            text = fit(cell.text, width, right=column.right)
            if cell.areas and not lit:
                segments += self._bar(text, cell.areas, base)
            else:
                segments.append(Segment(text, style))
            segments.append(Segment(" " * GAP, base))
        return Strip(segments)

    def _bar(self, text: str, areas: Iterable[Area], base: Style) -> Iterator[Segment]:
        """The areas stand out by being reversed, also without colours."""
        start = 0
        for length, tone in areas:
            style = base + self._foreground(tone) + Style(reverse=True)
            yield Segment(text[start : start + length], style)
            start += length
        yield Segment(text[start:], base)

    def _foreground(self, part: str) -> Style:
        style = self._style(part)
        return Style(color=style.color, bold=style.bold, dim=style.dim)


def fit(text: str, width: int, *, right: bool) -> str:
    """A text in exactly `width` terminal cells, cut with an ellipsis where it is too long."""
    length = cell_len(text)
    if length > width:
        return set_cell_size(text, max(0, width - 1)) + "…" if width > 0 else ""
    padding = " " * (width - length)
    return padding + text if right else text + padding
