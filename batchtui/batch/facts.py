"""A JSON object of the service, read so that nothing in it is lost: what was read is crossed off.

A value of another type than is asked for is taken for missing, and stays among the rest.
"""

import json
from collections.abc import Iterator
from datetime import datetime
from typing import TypeVar

from batchtui.batch import times
from batchtui.batch.models import Json

Value = TypeVar("Value")


class Facts:
    """What a JSON object says, each value once; `rest` is what nobody asked for."""

    def __init__(self, raw: Json) -> None:
        self._left: dict[str, object] = dict(raw)

    def __bool__(self) -> bool:
        """Whether anything is left to say."""
        return bool(self._left)

    def text(self, name: str) -> str:
        """A string, or nothing."""
        return self._taken(name, str) or ""

    def word(self, name: str) -> str:
        """One of the service's words, in lower case: it isn't of one mind about case itself."""
        return self.text(name).lower()

    def number(self, name: str) -> int | None:
        """A whole number."""
        return None if isinstance(self._left.get(name), bool) else self._taken(name, int)

    def flag(self, name: str) -> bool | None:
        """True, false, or None if the service didn't say."""
        return self._taken(name, bool)

    def time(self, name: str) -> datetime | None:
        """A time; text that is none stays among the rest."""
        found = times.time(self._left.get(name))
        if found:
            del self._left[name]
        return found

    def within(self, name: str) -> "Facts":
        """An object inside this one, or an empty one."""
        found = self._left.get(name)
        if isinstance(found, dict):
            found = self._left[name] = Facts(found)
        return found if isinstance(found, Facts) else Facts({})

    def each(self, name: str) -> list["Facts"]:
        """The objects of a list."""
        found = self._left.get(name)
        if not isinstance(found, list):
            return []
        read = [Facts(each) if isinstance(each, dict) else each for each in found]
        self._left[name] = read
        return [each for each in read if isinstance(each, Facts)]

    def words(self, name: str) -> list[str]:
        """A list of strings."""
        found = self._left.get(name)
        if not isinstance(found, list) or not all(isinstance(each, str) for each in found):
            return []
        del self._left[name]
        return found

    def rest(self) -> list[tuple[str, str]]:
        """What nobody asked for, crossed off too: each value's path, and the value as text."""
        left = list(_leaves(self._left))
        self._left.clear()
        return left

    def _taken(self, name: str, kind: type[Value]) -> Value | None:
        found = self._left.get(name)
        if not isinstance(found, kind):
            return None
        del self._left[name]
        return found


def _leaves(value: object) -> Iterator[tuple[str, str]]:
    # Not by recursion: what the service sends may be nested deeper than Python calls.
    todo: list[tuple[str, object]] = [("", value)]
    while todo:
        path, value = todo.pop()
        inner: list[tuple[str, object]] = []
        if isinstance(value, Facts):
            value = value._left  # noqa: SLF001 - one of us
            if not value:
                continue  # everything in it was read
        if isinstance(value, dict):
            above = f"{path}." if path else ""
            inner = [(f"{above}{name}", each) for name, each in value.items()]
        elif isinstance(value, list):
            inner = [(f"{path}[{place}]", each) for place, each in enumerate(value)]
        if inner:
            todo += reversed(inner)
        elif path:
            yield path, value if isinstance(value, str) else json.dumps(value)
