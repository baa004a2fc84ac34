"""The columns of a folder's table."""

from collections.abc import Callable
from datetime import UTC, datetime

from batchtui.access.entry import Entry
from batchtui.tables import Cell, Column, Tone, natural
from batchtui.transfer.rate import amount
from batchtui.visible import visible
from batchtui.words import age

# What stands behind a name says what it is, as `ls -F` has it.
_MARKS = {"file": "", "folder": "/", "link": "@", "special": "!"}
_LETTERS = "rwxrwxrwx"


def file_columns(now: Callable[[], datetime]) -> list[Column[Entry]]:
    """Columns of what a folder holds; ages are counted from `now`."""
    return [
        Column("name", "Name", 10, _name, _folders_first, grow=1, own=True),
        Column("size", "Size", 6, _size, lambda e: -e.size, right=True),
        Column(
            "age", "Age", 5, lambda e: Cell(age(_changed(e), now()), "muted"),
            lambda e: -(e.modified or 0), right=True, moving=True,
            exact=lambda e: _time(e).text,
        ),
        Column("mode", "Mode", 9, _mode, lambda e: e.mode or 0, from_width=44),
        Column("changed", "Changed (UTC)", 16, _time, lambda e: -(e.modified or 0), from_width=62),
    ]  # fmt: skip


def _name(entry: Entry) -> Cell:
    tones: dict[str, Tone] = {"folder": "busy", "special": "muted"}
    return Cell(visible(entry.name) + _MARKS[entry.kind], tones.get(entry.kind, "plain"))


def _folders_first(entry: Entry) -> tuple[bool, object]:
    return entry.kind != "folder", natural(entry.name)


def _size(entry: Entry) -> Cell:
    return Cell(amount(entry.size) if entry.kind == "file" else "", "muted")


def _changed(entry: Entry) -> datetime | None:
    return None if entry.modified is None else datetime.fromtimestamp(entry.modified, UTC)


def _time(entry: Entry) -> Cell:
    changed = _changed(entry)
    return Cell(f"{changed:%Y-%m-%d %H:%M}" if changed else "", "muted")


def _mode(entry: Entry) -> Cell:
    bits = entry.permissions
    if bits is None:
        return Cell("")
    letters = (letter if bits >> (8 - at) & 1 else "-" for at, letter in enumerate(_LETTERS))
    return Cell("".join(letters), "muted")
