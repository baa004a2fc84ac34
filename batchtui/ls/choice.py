"""Which columns, fields and rows are wanted, by what was typed. Pure."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TypeVar

from batchtui.errors import UsageError
from batchtui.tables import WIDE, Column
from batchtui.tables.filter import FilterError, parse
from batchtui.tables.texts import filter_texts

Row = TypeVar("Row")
Found = TypeVar("Found")
Test = Callable[[Row], bool]


def chosen_columns(columns: Sequence[Column[Row]], names: Sequence[str]) -> list[Column[Row]]:
    """Columns by their names or titles, in this order; without names all but the widest."""
    if not names:
        return [column for column in columns if column.from_width < WIDE]
    by_name = {column.title.lower().replace(" ", ""): column for column in columns}
    by_name |= {column.name: column for column in columns}
    known = [column.name for column in columns]
    return [_named(by_name, name, known, "column") for name in names]


def chosen_fields(fields: Sequence[str], names: Sequence[str]) -> list[str]:
    """Fields by their names, whatever the case, in this order."""
    by_name = {field.lower(): field for field in fields}
    return [_named(by_name, name, fields, "field") for name in names]


def _named(by_name: Mapping[str, Found], name: str, known: Iterable[str], what: str) -> Found:
    found = by_name.get(name.lower())
    if found is None:
        raise UsageError(f"There is no {what} {name!r}.", advice=f"There are: {', '.join(known)}.")
    return found


def row_test(
    columns: Sequence[Column[Row]], text: str, row_id: Callable[[Row], str]
) -> "Test[Row] | None":
    """Whether a row passes a filter in the language of the screens; None for no filter."""
    try:
        wanted = parse(text, {column.name: column.title for column in columns})
    except FilterError as error:
        raise UsageError(f"{error}.") from None
    if wanted is None:
        return None
    return lambda row: wanted(*filter_texts(columns, row, row_id(row)))
