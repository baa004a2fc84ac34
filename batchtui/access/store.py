"""Rows that outlive the program, in a JSON file, or in memory for the demo."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from batchtui.access.files import locked, read_text, replace_text
from batchtui.errors import ConfigError

Row = dict[str, str | bool | None]

_VERSION = 1


class Store:
    """A list of rows that several runs of this program may change at the same time."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._memory: list[Row] = []
        self._guard = threading.Lock()

    def read(self) -> list[Row]:
        """All rows, oldest first; ConfigError if the file is broken."""
        if self._path is None:
            with self._guard:
                return list(self._memory)
        return _parse(self._path, read_text(self._path))

    @contextmanager
    def edit(self) -> Iterator[list[Row]]:
        """The rows as they are now, to be changed in place; nothing is kept if it raises."""
        with self._guard:
            if self._path is None:
                rows = list(self._memory)
                yield rows
                self._memory = rows
                return
            with locked(self._path):
                before = _parse(self._path, read_text(self._path))
                rows = list(before)
                yield rows
                if rows != before:
                    replace_text(self._path, _text(rows))


def _text(rows: list[Row]) -> str:
    # A row a line: readable, and one broken line is found by its number.
    lines = ",\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
    return f'{{"version": {_VERSION}, "rows": [\n{lines}\n]}}\n'


def _parse(path: Path, text: str | None) -> list[Row]:
    if text is None:
        return []
    try:
        found = json.loads(text)
    except json.JSONDecodeError as error:
        raise _broken(path, f"line {error.lineno}: {error.msg}") from None
    rows = found.get("rows") if isinstance(found, dict) else None
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise _broken(path, "it has no list of rows")
    if found.get("version") != _VERSION:
        raise _broken(path, "another version of this program wrote it")
    return rows


def _broken(path: Path, why: str) -> ConfigError:
    return ConfigError(
        f"{path} can't be used: {why}.",
        advice="Correct it, or move it away: a new one is made.",
    )
