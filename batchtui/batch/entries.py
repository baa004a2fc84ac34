"""Entries of a list as lines to edit: those that weren't edited stay what they are. Pure."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Protocol

from batchtui.batch import json_text
from batchtui.batch.json_text import JsonTextError
from batchtui.batch.lens import Answer, AtPath, OfLines, UnreadableError

Line = Callable[[Any], str]


class Notation(Protocol):
    """How an entry is written as a line, which `read` makes the same entry of."""

    def write(self, entry: Any) -> str:  # noqa: ANN401 - JSON
        """The entry in one line."""
        ...

    def read(self, line: str) -> Any:  # noqa: ANN401 - JSON
        """The entry; UnreadableError with a sentence if the line is none."""
        ...


@dataclass(frozen=True, slots=True)
class Entries(AtPath, OfLines):
    """A list of entries, a line each."""

    notation: Notation

    def text(self, value: object) -> Answer:
        """The lines."""
        return as_text(value if isinstance(value, list) else (), self.notation.write)

    def value(self, answer: Answer, before: object) -> object:
        """The entries, those that weren't edited as they were."""
        known = before if isinstance(before, list) else []
        return read_text(str(answer), known, self.notation.write, self.notation.read) or None


def as_text(entries: Iterable[Any], line: Line) -> str:
    """A line for each."""
    return "\n".join(map(line, entries))


def read_text(
    text: str, before: Iterable[Any], line: Line, read: Callable[[str], Any]
) -> list[Any]:
    """What the lines are, the same as before where they are; errors begin with their number."""
    known = defaultdict[str, list[Any]](list)
    for entry in before:
        known[line(entry)].append(entry)
    found = []
    for number, typed in enumerate(text.split("\n"), 1):
        try:
            if there := known.get(typed):
                found.append(there.pop(0))
            elif typed.strip():
                found.append(read(typed.strip()))
        except UnreadableError as error:
            raise UnreadableError(f"Line {number}: {error}") from None
    return found


def read_json(line: str, how: str) -> Any:  # noqa: ANN401 - JSON
    """What a line of JSON says; `how` is said of a line that is none."""
    try:
        return json_text.read_json(line)
    except JsonTextError:
        raise UnreadableError(how) from None
