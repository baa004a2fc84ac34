"""Lists of small objects, such as data disks, as lines of words to edit. Pure.

A line has its words in a fixed order, `-` for one that is left out, and then as JSON whatever
else the object has: `0 64 - premium_lrs {"new": 1}`. So nothing of an object is lost.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from batchtui.batch.json_text import JsonTextError, read_json
from batchtui.batch.known import Path
from batchtui.batch.lens import Answer, Texts, UnreadableError
from batchtui.batch.places import at, put, without
from batchtui.visible import editable

_NONE = "-"


@dataclass(frozen=True, slots=True)
class Part:
    """A word of a line: where it is in the object, and whether it is a whole number."""

    name: str
    path: Path
    whole: bool = False


@dataclass(frozen=True, slots=True)
class InWords(Texts):
    """A list of objects, a line each; those whose line isn't edited stay as they are."""

    parts: Sequence[Part] = ()

    def text(self, value: object) -> Answer:
        """The lines."""
        return "\n".join(self._line(each) for each in _objects(value))

    def value(self, answer: Answer, before: object) -> object:
        """The objects."""
        known = {self._line(each): each for each in _objects(before)}
        lines = enumerate(str(answer).split("\n"), 1)
        return [
            known[line] if line in known else self._entry(line, number)
            for number, line in lines
            if line.strip()
        ] or None

    def _line(self, entry: Mapping[str, Any]) -> str:
        said, rest = list[str](), dict(entry)
        for part in self.parts:
            word = _word(at(entry, part.path), part)
            said.append(word)
            if word != _NONE:
                rest = without(rest, part.path)
        while said and said[-1] == _NONE:
            said.pop()
        # ASCII, so that nothing in it can reorder or hide anything.
        return " ".join([*said, *([json.dumps(rest)] if rest or not said else [])])

    def _entry(self, line: str, number: int) -> dict[str, Any]:
        plain, brace, rest = line.partition("{")
        found, said = plain.split(), ", ".join(part.name for part in self.parts)
        if len(found) > len(self.parts):
            raise UnreadableError(f"Line {number}: a line is {said}.")
        entry = _rest(brace + rest, number) if brace else {}
        for part, word in zip(self.parts, found, strict=False):
            if word != _NONE:
                entry = put(entry, part.path, _value(word, part, number))
        return entry


def _word(value: object, part: Part) -> str:
    """What stands for a value, `-` for one that no word can stand for."""
    if part.whole:
        whole = isinstance(value, int) and not isinstance(value, bool) and value >= 0
        return str(value) if whole else _NONE
    if not isinstance(value, str) or value.split() != [value] or "{" in value:
        return _NONE
    return value if editable(value) == value else _NONE


def _value(word: str, part: Part, number: int) -> str | int:
    if not part.whole:
        return word
    if not (word.isascii() and word.isdigit() and len(word) <= 10):
        raise UnreadableError(f"Line {number}: {part.name} is a whole number.")
    return int(word)


def _rest(text: str, number: int) -> dict[str, Any]:
    try:
        found = read_json(text)
    except JsonTextError as error:
        raise UnreadableError(f"Line {number}: no JSON from the brace on: {error}.") from None
    return dict(found)


def _objects(value: object) -> list[Mapping[str, Any]]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []
