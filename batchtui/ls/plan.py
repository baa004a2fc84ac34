"""What the command line asks for, and how that is done: checked before anything is asked."""

import os
import shutil
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, Literal, TypeVar

from batchtui.clock import Clock
from batchtui.errors import UsageError
from batchtui.ls.choice import chosen_columns, chosen_fields, row_test
from batchtui.ls.forms import Document, Form, JsonForm, PlainForm, ScreenTable, WholeTable
from batchtui.ls.sources import Source
from batchtui.tables import Column
from batchtui.tables.layout import GAP, fitting

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the command line asks for: rows of a kind, which of them, and how they are written."""

    kind: Literal["accounts", "pools", "nodes", "logins", "users", "images"]
    pool: str = ""
    account: str = ""
    form: Literal["table", "plain", "json"] = "table"
    # One of the formats for other programs that logins have, and who logs in if it is another.
    format: str = ""
    user: str = ""
    columns: Sequence[str] = ()
    filter: str = ""
    faults: bool = False


@dataclass(frozen=True, slots=True)
class Plan(Generic[Row]):
    """The fields to ask for (none: all), the tests that rows have to pass, and their form."""

    fields: Sequence[str]
    tests: Sequence[Callable[[Row], bool]]
    form: Form[Row]

    @property
    def reads(self) -> bool:
        """Whether rows have to be read from their JSON."""
        return bool(self.tests) or self.form.reads


def plan(source: type[Source[Row]], wanted: Wanted, now: Clock) -> Plan[Row]:
    """How to list what is wanted; UsageError if a column, field or filter can't be."""
    if wanted.format and wanted.columns:
        raise UsageError(f"What is written as {wanted.format} has its own columns.")
    columns = source.columns(now)
    test = row_test(columns, wanted.filter, source.row_id)
    tests: list[Callable[[Row], bool]] = [source.is_faulty] if wanted.faults else []
    tests += [test] if test else []
    if wanted.form == "json":
        fields = chosen_fields(source.fields, wanted.columns)
        form: Form[Row] = JsonForm(fields, ascii_only=sys.stdout.isatty())
        read = source.needed(columns if test else ()) if tests else ()
        return Plan([*fields, *read] if fields else (), tests, form)
    if wanted.format:
        return Plan(source.needed(columns), tests, Document(source.formats()[wanted.format]))
    chosen = chosen_columns(columns, wanted.columns)
    form = PlainForm(chosen) if wanted.form == "plain" else _table(chosen, wanted)
    return Plan(source.needed(columns if test else chosen), tests, form)


def _table(columns: Sequence[Column[Row]], wanted: Wanted) -> Form[Row]:
    """As wide as the terminal, or nothing cut where that isn't one."""
    if not sys.stdout.isatty():
        return WholeTable(columns)
    width = shutil.get_terminal_size().columns
    layout = fitting(columns, width, wide=bool(wanted.columns))
    while not wanted.columns and len(layout) > 1 and _taken(layout) > width:
        layout.pop()
    colours = not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    return ScreenTable(layout, colours=colours)


def _taken(layout: Sequence[tuple[Column[Row], int]]) -> int:
    return sum(width + GAP for _column, width in layout) - GAP
