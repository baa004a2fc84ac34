"""Rows as texts: what a filter reads of them, and what other programs are given. Pure."""

from collections.abc import Sequence
from typing import TypeVar

from batchtui.tables import Column
from batchtui.tables.states import plain_text
from batchtui.visible import visible

Row = TypeVar("Row")

# What stands between the texts of a row: no text has it, and patterns don't match across it.
SEPARATOR = "\n"
# Cells that only say that there is nothing to say, or not yet.
_NOTHING = {"–", "…"}


def exact_text(column: Column[Row], row: Row) -> str:
    """What a column says of a row, without glyph and in full; empty if it says nothing."""
    if column.exact is not None:
        return visible(column.exact(row))
    text = plain_text(column.cell(row))
    return "" if text in _NOTHING else text


def filter_text(columns: Sequence[Column[Row]], row: Row, row_id: str) -> str:
    """What filters read: texts that don't change with time alone, as shown and in full."""
    texts = [*(_both(column, row, row_id) for column in columns), row_id]
    return SEPARATOR.join(texts).lower()


def _both(column: Column[Row], row: Row, row_id: str) -> str:
    if column.moving:
        return ""
    text = plain_text(column.cell(row))
    if column.exact is None:
        return text
    exact = exact_text(column, row)
    return text if exact in {text, row_id} else f"{text} {exact}"
