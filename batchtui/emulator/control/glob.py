"""Patterns of paths and names: `*` is anything but a slash, `**` anything, `?` one character."""

import functools
import re
from collections.abc import Iterator

from batchtui.emulator.store import Node

PART = re.compile(r"\*\*|.", re.DOTALL)
INDEX = re.compile(r"[0-9]{1,9}")
MANY = {"*", "**"}


class Glob:
    """A pattern for a whole text, whatever its case.

    It takes time with the product of their lengths and no more, whoever made it: a regular
    expression may take for ever.
    """

    def __init__(self, pattern: str) -> None:
        self._parts = PART.findall(pattern.lower())
        self._fixed = pattern.lower().split("*") if "?" not in pattern else []

    def matches(self, text: str) -> bool:
        """Whether it is a pattern of the text."""
        if self._parts == ["**"]:
            return True
        if self._fixed and "/" not in text:
            return self._matches_name(text.lower())
        places = {*self._from(0)}
        for char in text.lower():
            places = {there for place in places for there in self._after(place, char)}
            if not places:
                return False
        return len(self._parts) in places

    def _matches_name(self, text: str) -> bool:
        """Whether it is a pattern of a text without slashes: fast, as nodes may be many."""
        first, *others = self._fixed
        if not others:
            return text == first
        if not text.startswith(first):
            return False
        at, end = len(first), len(text) - len(others[-1])
        for part in others[:-1]:
            found = text.find(part, at, end)
            if found < 0:
                return False
            at = found + len(part)
        return at <= end and text.endswith(others[-1])

    def _from(self, place: int) -> Iterator[int]:
        """Where one is at a place in the pattern: also past what may be nothing."""
        yield place
        while place < len(self._parts) and self._parts[place] in MANY:
            place += 1
            yield place

    def _after(self, place: int, char: str) -> Iterator[int]:
        """Where one is in the pattern after a character."""
        part = self._parts[place] if place < len(self._parts) else ""
        if part == "**" or (part == "*" and char != "/"):
            yield from self._from(place)
        elif part == char or (part == "?" and char != "/"):
            yield from self._from(place + 1)


@functools.lru_cache
def compiled(pattern: str) -> Glob:
    """The pattern, read once."""
    return Glob(pattern)


def is_named(node: Node, name: str) -> bool:
    """Whether a name means a node: a pattern of its id, or its place in the pool's list from 0."""
    if INDEX.fullmatch(name):
        ids = node.pool.nodes.ids
        return int(name) < len(ids) and ids[int(name)] == node.id
    return compiled(name).matches(node.id)
