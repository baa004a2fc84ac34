"""How rows are written: JSON and plain fields for programs, tables for people. Pure."""

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from itertools import accumulate
from typing import ClassVar, Generic, TypeVar

from msgspec import Raw

from batchtui.batch.wire import compact, narrowed
from batchtui.ls.cells import cell_len, fit
from batchtui.tables import Cell, Column
from batchtui.tables.layout import GAP
from batchtui.tables.texts import exact_text

Row = TypeVar("Row")

# What a terminal is told for a tone (source: ECMA-48, SGR).
_TONES = {"plain": "", "muted": "2", "good": "32", "busy": "36", "warn": "33", "bad": "31"}
_BOLD = "1"
_REVERSED = "7"
_NOT_ASCII = re.compile(r"[^ -~\n]")


class Form(ABC, Generic[Row]):
    """Writes pages of rows, a line each; `reads` says whether it wants them read from JSON."""

    reads: ClassVar[bool] = True

    @abstractmethod
    def page(self, raws: Sequence[Raw], rows: Sequence[Row]) -> str:
        """The lines of a page: its rows as JSON and, if it reads them, as they are read."""

    def end(self) -> str:
        """What stands behind the last page."""
        return ""


class JsonForm(Form[Row]):
    """An object a line, with all its fields or only some.

    A terminal is given ASCII: what it could take for a command is an escape of JSON's then.
    """

    reads = False

    def __init__(self, fields: Sequence[str], *, ascii_only: bool) -> None:
        self._fields = fields
        self._ascii_only = ascii_only

    def page(self, raws: Sequence[Raw], rows: Sequence[Row]) -> str:
        """The rows as they were sent, but for the spaces between."""
        del rows
        text = b"".join(self._line(raw) + b"\n" for raw in raws).decode()
        return _NOT_ASCII.sub(_escaped, text) if self._ascii_only else text

    def _line(self, raw: Raw) -> bytes:
        return narrowed(raw, self._fields) if self._fields else compact(raw)


def _escaped(found: re.Match[str]) -> str:
    units = found[0].encode("utf-16-be").hex()
    return "".join(f"\\u{units[at : at + 4]}" for at in range(0, len(units), 4))


class PlainForm(Form[Row]):
    """What columns say in full, separated by tabs, which are in none of the texts."""

    def __init__(self, columns: Sequence[Column[Row]]) -> None:
        self._columns = columns

    def page(self, raws: Sequence[Raw], rows: Sequence[Row]) -> str:
        """No header, no glyphs, nothing cut."""
        del raws
        return "".join(
            "\t".join(exact_text(column, row) for column in self._columns) + "\n" for row in rows
        )


class Document(Form[Row]):
    """All rows in one, written when the last of them is there."""

    def __init__(self, written: Callable[[Sequence[Row]], str]) -> None:
        self._written = written
        self._rows: list[Row] = []

    def page(self, raws: Sequence[Raw], rows: Sequence[Row]) -> str:
        """Nothing yet."""
        del raws
        self._rows += rows
        return ""

    def end(self) -> str:
        """All of it."""
        return self._written(self._rows)


class TableForm(Form[Row]):
    """Aligned columns below their titles."""

    gap: ClassVar[int] = GAP

    def __init__(self, columns: Sequence[Column[Row]], widths: Sequence[int]) -> None:
        self.columns = columns
        self.widths = list(widths)
        self._begun = False

    def page(self, raws: Sequence[Raw], rows: Sequence[Row]) -> str:
        """The rows, the first ones below the titles."""
        del raws
        if not rows:
            return ""
        table = [[self.cell(column, row) for column in self.columns] for row in rows]
        self.make_room(table)
        lines = [self._line(cells) for cells in table]
        if not self._begun:
            self._begun = True
            titles = [Cell(column.title) for column in self.columns]
            lines.insert(0, self._line(titles, title=True))
        return "".join(lines)

    @abstractmethod
    def cell(self, column: Column[Row], row: Row) -> Cell:
        """What stands in a column."""

    def make_room(self, table: Sequence[Sequence[Cell]]) -> None:
        """Called before these cells are written."""

    def _line(self, cells: Sequence[Cell], *, title: bool = False) -> str:
        parts = [
            self.drawn(fit(cell.text, width, right=column.right), cell, title=title)
            for column, width, cell in zip(self.columns, self.widths, cells, strict=True)
        ]
        return (" " * self.gap).join(parts).rstrip() + "\n"

    def drawn(self, text: str, cell: Cell, *, title: bool) -> str:
        """The text of a cell as it stands in a line."""
        del cell, title
        return text


class WholeTable(TableForm[Row]):
    """A table in which nothing is cut: each column is as wide as the widest text so far."""

    gap = 2

    def __init__(self, columns: Sequence[Column[Row]]) -> None:
        super().__init__(columns, [cell_len(column.title) for column in columns])

    def cell(self, column: Column[Row], row: Row) -> Cell:
        """All that the column says; an age stays one."""
        return column.cell(row) if column.moving else Cell(exact_text(column, row))

    def make_room(self, table: Sequence[Sequence[Cell]]) -> None:
        """Columns grow, and never shrink."""
        for place, cells in enumerate(zip(*table, strict=True)):
            widest = max(cell_len(cell.text) for cell in cells)
            self.widths[place] = max(self.widths[place], widest)


class ScreenTable(TableForm[Row]):
    """A table as the screens have it, as wide as a terminal, in colour or not."""

    def __init__(self, layout: Sequence[tuple[Column[Row], int]], *, colours: bool) -> None:
        super().__init__([column for column, _ in layout], [width for _, width in layout])
        self._colours = colours

    def cell(self, column: Column[Row], row: Row) -> Cell:
        """What the screens show."""
        return column.cell(row)

    def drawn(self, text: str, cell: Cell, *, title: bool) -> str:
        """Titles are bold, and the parts of a bar stand out by being reversed."""
        if not self._colours or not text.strip():
            return text
        if title:
            return _told(text, _BOLD)
        if not cell.areas:
            return _told(text, _TONES[cell.tone])
        ends = list(accumulate(area.length for area in cell.areas))
        parts = [
            _told(text[end - area.length : end], f"{_REVERSED};{_TONES[area.tone]}")
            for area, end in zip(cell.areas, ends, strict=True)
        ]
        return "".join(parts) + text[ends[-1] :]


def _told(text: str, how: str) -> str:
    return f"\x1b[{how}m{text}\x1b[m" if how else text
