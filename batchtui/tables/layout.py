"""Which columns fit a table, and how wide each is. Pure."""

from collections.abc import Sequence
from typing import TypeVar

from batchtui.tables import Column

Row = TypeVar("Row")

GAP = 1


def fitting(
    columns: Sequence[Column[Row]], width: int, *, wide: bool = False, margin: int = 0
) -> list[tuple[Column[Row], int]]:
    """The columns for a table of a width in cells, or all of them, and how wide each is.

    `margin` is what lines begin with; between columns is a gap of `GAP`.
    """
    shown = [each for each in columns if wide or each.from_width <= width]
    taken = margin + sum(each.width + GAP for each in shown) - GAP
    spare = max(0, width - taken)
    weights = sum(each.grow for each in shown)
    return [(each, each.width + (spare * each.grow // weights if weights else 0)) for each in shown]
