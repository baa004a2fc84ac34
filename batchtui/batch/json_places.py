"""Where in a JSON text the parts of its value are, also while it is still being typed. Pure."""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from batchtui.batch.known import Path
from batchtui.batch.word import Word

_WORD = re.compile(
    r"""
    (?P<name>"(?:\\.|[^"\\\n])*"(?=\s*:))
    | (?P<text>"(?:\\.|[^"\\\n])*")
    | (?P<number>-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?(?![\w.]))
    | (?P<constant>(?:true|false|null)\b)
    | (?P<symbol>[{}\[\]:,])
    | (?P<space>\s+)
    | (?P<wrong>[^\s{}\[\]:,]+)
    """,
    re.VERBOSE,
)


@dataclass(slots=True)
class _Within:
    """An object or a list that isn't closed yet: at which of its parts the text is."""

    part: str | int | None


@dataclass(frozen=True, slots=True)
class _Mark:
    """From here on the text is about this place, at a word of some kind or behind a comma."""

    start: int
    path: Path
    kind: str


def json_words(text: str) -> list[Word]:
    """All words of a text, without the blanks between."""
    return [
        Word(match.lastgroup or "wrong", match[0], match.start(), match.end())
        for match in _WORD.finditer(text)
        if match.lastgroup != "space"
    ]


def path_at(text: str, offset: int) -> Path:
    """The place that the character at an offset belongs to."""
    found: Path = ()
    for mark in _marks(text):
        if mark.start > offset:
            break
        found = mark.path
    return found


def offset_of(text: str, path: Path) -> int:
    """Where a place begins: its name, or its value; that of what it is in, if it isn't there."""
    return _nearest(path, (mark for mark in _marks(text) if mark.kind != "gap"))


def value_of(text: str, path: Path) -> int:
    """Where the value of a place begins, in a text behind its quote; else as `offset_of`."""
    marks = [mark for mark in _marks(text) if mark.kind not in {"gap", "name"}]
    if not any(mark.path == path for mark in marks):
        return offset_of(text, path)
    begin = _nearest(path, marks)
    return begin + 1 if text[begin] == '"' else begin


def _nearest(path: Path, marks: Iterable[_Mark]) -> int:
    begins: dict[Path, int] = {}
    for mark in marks:
        begins.setdefault(mark.path, mark.start)
    return next((begins[path[:n]] for n in range(len(path), -1, -1) if path[:n] in begins), 0)


def _marks(text: str) -> Iterator[_Mark]:
    inside: list[_Within] = []
    for word in json_words(text):
        within = inside[-1] if inside else None
        if word.text in {"{", "["} and word.kind == "symbol":
            yield _Mark(word.start, _path(inside), word.kind)
            inside.append(_Within(0 if word.text == "[" else None))
        elif word.text in {"}", "]"} and word.kind == "symbol":
            del inside[-1:]
            yield _Mark(word.start, _path(inside), word.kind)
        elif word.text == "," and within:
            within.part = within.part + 1 if isinstance(within.part, int) else None
            yield _Mark(word.end, _path(inside), "gap")
        elif word.kind == "name" and within and not isinstance(within.part, int):
            within.part = _unquoted(word.text)
            yield _Mark(word.start, _path(inside), word.kind)
        elif word.kind != "symbol":
            yield _Mark(word.start, _path(inside), word.kind)


def _path(inside: list[_Within]) -> Path:
    return tuple(within.part for within in inside if within.part is not None)


def _unquoted(text: str) -> str:
    try:
        return str(json.loads(text))
    except ValueError:
        return text.strip('"')
