"""`$filter`: the service's small language, read into a test of an item.

Documented operators and properties only (docs: odata-filters-in-batch); anything else is a
ValueError, which the service answers with 400 InvalidQueryParameterValue.
"""

import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

Item = Mapping[str, Any]
Test = Callable[[Item], bool]
Value = str | int | bool

COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "eq": operator.eq,
    "ne": operator.ne,
    "gt": operator.gt,
    "ge": operator.ge,
    "lt": operator.lt,
    "le": operator.le,
}
MAX_DEPTH = 50

TOKEN = re.compile(
    r"\s*(?:(?P<time>DateTime'(?P<at>[^']*)')|(?P<text>'(?:[^']|'')*')|(?P<number>-?\d+)"
    r"|(?P<word>[A-Za-z_][A-Za-z0-9_/]*)|(?P<mark>[(),]))",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Field:
    """A property that may be filtered on: its kind of value and its operators.

    `path` is where it is, when it isn't where its name says.
    """

    kind: str
    operators: frozenset[str]
    path: str = ""


def parse_filter(text: str, fields: Mapping[str, Field]) -> Test:
    """A test of an item in its wire form; ValueError says what can't be read."""
    reader = _Reader(_tokens(text), fields)
    test = reader.either()
    if reader.peek()[0]:
        raise ValueError(f"unexpected {reader.peek()[1]}")
    return test


def _tokens(text: str) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    at, end = 0, len(text.rstrip())
    while at < end:
        match = TOKEN.match(text, at)
        if not match:
            raise ValueError(f"unexpected character at {at}")
        kind = match.lastgroup or ""
        kind = "time" if match["time"] else kind
        found.append((kind, match["at"] if kind == "time" else match[kind]))
        at = match.end()
    return found


class _Reader:
    """Reads `or` of `and` of comparisons, groups and startswith."""

    def __init__(self, tokens: list[tuple[str, str]], fields: Mapping[str, Field]) -> None:
        self._tokens = tokens
        self._fields = fields
        self._at = 0
        self._depth = 0

    def peek(self) -> tuple[str, str]:
        return self._tokens[self._at] if self._at < len(self._tokens) else ("", "")

    def take(self, kind: str, *texts: str) -> str:
        found, text = self.peek()
        if found != kind or (texts and text.lower() not in texts):
            raise ValueError(f"expected {' or '.join(texts) or kind}, found {text or 'the end'}")
        self._at += 1
        return text

    def either(self) -> Test:
        tests = [self._both()]
        while self._next_is("or"):
            tests.append(self._both())
        return tests[0] if len(tests) == 1 else lambda item: any(test(item) for test in tests)

    def _both(self) -> Test:
        tests = [self._one()]
        while self._next_is("and"):
            tests.append(self._one())
        return tests[0] if len(tests) == 1 else lambda item: all(test(item) for test in tests)

    def _next_is(self, word: str) -> bool:
        kind, text = self.peek()
        if kind != "word" or text.lower() != word:
            return False
        self._at += 1
        return True

    def _one(self) -> Test:
        if self.peek() == ("mark", "("):
            return self._group()
        if self._next_is("startswith"):
            return self._startswith()
        name = self.take("word")
        field = self._field(name)
        sign = self.take("word", *COMPARE).lower()
        if sign not in field.operators:
            raise ValueError(f"{name} can't be compared with {sign}")
        return comparison(field.path or name, sign, self._value(field), time=field.kind == "time")

    def _group(self) -> Test:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise ValueError("too many parentheses")
        self.take("mark", "(")
        test = self.either()
        self.take("mark", ")")
        self._depth -= 1
        return test

    def _startswith(self) -> Test:
        self.take("mark", "(")
        name = self.take("word")
        if "startswith" not in self._field(name).operators:
            raise ValueError(f"startswith doesn't take {name}")
        self.take("mark", ",")
        prefix = _text(self.take("text"))
        self.take("mark", ")")
        read = reader_of(name)
        return lambda item: str(read(item) or "").startswith(prefix)

    def _field(self, name: str) -> Field:
        field = self._fields.get(name)
        if not field:
            raise ValueError(f"{name} can't be filtered on")
        return field

    def _value(self, field: Field) -> Value:
        if field.kind == "flag":
            return self.take("word", "true", "false").lower() == "true"
        if field.kind == "number":
            return int(self.take("number"))
        if field.kind == "text":
            return _text(self.take("text"))
        return _instant(self.take("time"))


def _text(quoted: str) -> str:
    return quoted[1:-1].replace("''", "'")


def _instant(text: str) -> str:
    """A time in a form that sorts as text: without Z and trailing zeros."""
    match = re.fullmatch(r"(\d{4}-\d\d-\d\d)(?:T(\d\d:\d\d(?::\d\d(?:\.\d+)?)?))?Z?", text)
    if not match:
        raise ValueError(f"{text} is not a time")
    clock = match[2] or "00:00:00"
    clock = clock + ":00" if len(clock) == 5 else clock
    return _sortable(f"{match[1]}T{clock}")


def _sortable(time: str) -> str:
    time = time.removesuffix("Z")
    return time.rstrip("0").rstrip(".") if "." in time else time


def reader_of(path: str) -> Callable[[Item], Any]:
    """Reads a property, or one of a nested object, None where there is none."""
    first, _, second = path.partition("/")
    if not second:
        return lambda item: item.get(first)
    return lambda item: (item.get(first) or {}).get(second)


def comparison(path: str, sign: str, value: Value, *, time: bool) -> Test:
    """A test of one property; an absent one is unequal to all and comes before none."""
    compare, read = COMPARE[sign], reader_of(path)

    def test(item: Item) -> bool:
        found = read(item)
        if found is None:
            return sign == "ne"
        return compare(_sortable(found) if time else found, value)

    return test
