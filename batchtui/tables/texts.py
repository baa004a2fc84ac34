"""Rows as texts: what a filter reads of them, and what other programs are given. Pure."""

from collections.abc import Sequence
from typing import NamedTuple, TypeVar

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


class Texts(NamedTuple):
    """What filters read of a row: its cells, each in its line of one of these."""

    common: str
    own: str


def filter_texts(columns: Sequence[Column[Row]], row: Row, row_id: str) -> Texts:
    """Texts that don't change with time alone, as shown and in full.

    What many rows have in common is apart from what is a row's own, so that it can be looked at
    once for all of them.
    """
    cells = [(column.own, _both(column, row, row_id)) for column in columns]
    common = ["" if own else text for own, text in cells]
    owned = [text if own else "" for own, text in cells]
    return Texts(SEPARATOR.join(common).lower(), SEPARATOR.join([*owned, row_id]).lower())


def _both(column: Column[Row], row: Row, row_id: str) -> str:
    if column.moving:
        return ""
    text = plain_text(column.cell(row))
    if column.exact is None:
        return text
    exact = exact_text(column, row)
    return text if exact in {text, row_id} else f"{text} {exact}"
