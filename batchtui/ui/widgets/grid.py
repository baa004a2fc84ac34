"""A table as it is drawn: columns that fit a width, header, rows.

A row that looks as it did is the same Strip as before: Textual keeps with it what it writes to
the terminal, and whoever draws lines sees by it which of them are others now.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Generic, NamedTuple, TypeVar

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from batchtui.tables import Area, Cell, Column
from batchtui.tables.layout import GAP, fitting
from batchtui.ui.rows import Rows

Row = TypeVar("Row")

_PENDING = Cell("…", "muted")
_KEPT = 300  # lines: more than a screen has, with the cursor on them and without
MARK_WIDTH = 2


class _Line(NamedTuple, Generic[Row]):
    """A row as it was drawn; the cells of columns that change with time alone had these texts."""

    row: Row
    moving: tuple[Cell, ...]
    strip: Strip


class Grid(Generic[Row]):
    """Draws rows; `style` gives the style of a part, such as `plain`, `cursor` or `bad`."""

    def __init__(self, rows: Rows[Row], style: Callable[[str], Style]) -> None:
        self.layout: list[tuple[Column[Row], int]] = []
        self._pending: frozenset[str] = frozenset()
        self._rows = rows
        self._style_of = style
        self._styles: dict[str, Style] = {}
        self._headers: dict[tuple[str, bool], Strip] = {}
        self._lines: dict[tuple[str, bool, bool, bool], _Line[Row]] = {}

    @property
    def pending(self) -> frozenset[str]:
        """The names of columns whose cells aren't known yet."""
        return self._pending

    @pending.setter
    def pending(self, names: frozenset[str]) -> None:
        if names != self._pending:
            self._pending = names
            self.forget()

    def forget(self) -> None:
        """Everything looks different now."""
        self._styles.clear()
        self._headers.clear()
        self._lines.clear()

    def fit(self, width: int, *, wide: bool, columns: Sequence[Column[Row]] | None = None) -> None:
        """Choose the columns for a width in cells, or all of them, and how wide each is."""
        chosen = self._rows.columns if columns is None else columns
        self.layout = fitting(chosen, width, wide=wide, margin=MARK_WIDTH)
        self.forget()

    @property
    def width(self) -> int:
        """How many cells a line takes."""
        return MARK_WIDTH + sum(width + GAP for _column, width in self.layout) - GAP

    @property
    def first_width(self) -> int:
        """How many cells the marks and the first column take, which says what a row is."""
        return MARK_WIDTH + self.layout[0][1] + GAP if self.layout else 0

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
        look = (self._rows.sort_column, self._rows.reversed)
        if look not in self._headers:
            texts = [self._title(column, width) for column, width in self.layout]
            line = " " * MARK_WIDTH + (" " * GAP).join(texts)
            self._headers[look] = Strip([Segment(line, self.style("header"))])
        return self._headers[look]

    def _title(self, column: Column[Row], width: int) -> str:
        arrow = ""
        if column.name == self._rows.sort_column:
            arrow = "▼" if self._rows.reversed else "▲"
        if column.right:
            return fit(f"{column.title}{arrow}", width, right=True)
        return fit(column.title, width - len(arrow), right=False) + arrow

    def row(self, place: int, *, lit: bool) -> Strip:
        """The row at a place; `lit` whether the cursor stands out."""
        row_id, row = self._rows.id_at(place), self._rows.row_at(place)
        marked, here = row_id in self._rows.marked, place == self._rows.cursor_place
        moving = tuple(column.cell(row) for column, _width in self.layout if column.moving)
        look = (row_id, marked, here, lit and here)
        drawn = self._lines.get(look)
        if drawn is None or drawn.row is not row or drawn.moving != moving:
            if len(self._lines) >= _KEPT:
                self._lines.clear()
            drawn = _Line(row, moving, self._draw(row, marked=marked, here=here, lit=lit and here))
            self._lines[look] = drawn
        return drawn.strip

    def _draw(self, row: Row, *, marked: bool, here: bool, lit: bool) -> Strip:
        tone = "cursor" if lit else "plain"
        mark = ("▌" if here else " ") + ("✓" if marked else " ")
        segments = [Segment(mark, self.style(tone if lit else "marked"))]
        gap = ""
        for column, width in self.layout:
            cell = _PENDING if column.name in self._pending else column.cell(row)
            text = fit(cell.text, width, right=column.right)
            if not lit:
                tone = "marked" if marked else cell.tone
            if cell.areas and not lit:
                segments += [Segment(gap, self.style("plain")), *self._bar(text, cell.areas)]
            else:
                segments.append(Segment(gap + text, self.style(tone)))
            gap = " " * GAP
        return Strip(segments)

    def _bar(self, text: str, areas: Iterable[Area]) -> Iterator[Segment]:
        """The areas stand out by being reversed, also without colours."""
        start = 0
        for length, tone in areas:
            style = self.style(tone) + Style(reverse=True)
            yield Segment(text[start : start + length], style)
            start += length
        yield Segment(text[start:], self.style("plain"))

    def style(self, part: str) -> Style:
        """The style of a part, with the plain background where it has none of its own."""
        style = self._styles.get(part)
        if style is None:
            style = self._style_of(part)
            if part not in {"cursor", "header", "plain"}:
                style = self._style_of("plain") + Style(
                    color=style.color, bold=style.bold, dim=style.dim
                )
            self._styles[part] = style
        return style


def fit(text: str, width: int, *, right: bool) -> str:
    """A text in exactly `width` terminal cells, cut with an ellipsis where it is too long."""
    length = cell_len(text)
    if length > width:
        return set_cell_size(text, max(0, width - 1)) + "…" if width > 0 else ""
    padding = " " * (width - length)
    return padding + text if right else text + padding
