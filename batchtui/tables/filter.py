"""What the filter line means: text, a regular expression, or a column's value. Pure.

`text` is fuzzy on every column, `/re/` or `~re` a regular expression, `column:value` looks at
one column, and `!` in front inverts an expression or a word. Words that stand apart must all
pass. One with a digit is looked for as it stands: strewn over ids and addresses it would match
nearly anything.

What is filtered are the texts of a row: cells in lower case, each in a line of its own.
"""

import re
from collections.abc import Callable, Mapping
from typing import NamedTuple

# Letters of a fuzzy word may stand so far apart, within a cell.
_APART = "[^\n]{0,2}?"
_CELL = "[^\n]*"
# What nearly every id and address is full of.
_EVERYWHERE = "aebcdpsmtv"


class Test(NamedTuple):
    """One test of a row: something is found in one of its texts, or isn't.

    It is looked for in all columns, or in the one at a place.
    """

    found: Callable[[str], object]
    inverted: bool = False
    place: int | None = None

    def __call__(self, *texts: str) -> bool:
        """Whether a row with these texts passes."""
        return any(map(self.found, texts)) is not self.inverted


class Filter(NamedTuple):
    """All tests that a row must pass."""

    tests: tuple[Test, ...]

    def __call__(self, *texts: str) -> bool:
        """Whether a row with these texts passes."""
        return all(test(*texts) for test in self.tests)


class FilterError(ValueError):
    """A filter that can't be read, in words."""


def parse(text: str, columns: Mapping[str, str]) -> Filter | None:
    """A test for rows, or None for no filter; `columns` are titles by name, in their order.

    Raises FilterError for a regular expression that isn't one.
    """
    text = text.strip()
    bare = text.removeprefix("!")
    if bare.startswith("~") or (len(bare) > 1 and bare[0] == bare[-1] == "/"):
        found = _expression(bare[1:] if bare[0] == "~" else bare[1:-1])
        return Filter((Test(found, inverted=bare != text),))
    tests = [
        _word(word.removeprefix("!"), columns, inverted=word[0] == "!")
        for word in text.lower().split()
        if word != "!"
    ]
    return Filter(tuple(tests)) if tests else None


def named(text: str, columns: Mapping[str, str]) -> set[int]:
    """The places of the columns that a filter names, if it is no regular expression."""
    words = (word.removeprefix("!").partition(":") for word in text.lower().split())
    places = (_place(name, columns) for name, colon, _value in words if colon)
    return {place for place in places if place is not None}


def _expression(pattern: str) -> Callable[[str], object]:
    try:
        return re.compile(pattern, re.IGNORECASE | re.MULTILINE).search
    except re.error as error:
        raise FilterError(f"Not a regular expression: {error}") from None


def _word(word: str, columns: Mapping[str, str], *, inverted: bool) -> Test:
    name, colon, value = word.partition(":")
    place = _place(name, columns) if colon else None
    if place is not None:
        before = f"(?:{_CELL}\n){{{place}}}{_CELL}"
        there = re.compile(before + re.escape(value)).match
        return Test(lambda text: value in text and there(text), inverted, place)
    if any(letter.isdigit() for letter in word):
        return Test(lambda text: word in text, inverted)
    fuzzy = re.compile(_APART.join(map(re.escape, word))).search
    # Looking for a letter is much faster than for a pattern, and mostly says enough.
    rare = max(word, key=lambda letter: _EVERYWHERE.find(letter) < 0)
    return Test(lambda text: rare in text and (word in text or fuzzy(text)), inverted)


def _place(name: str, columns: Mapping[str, str]) -> int | None:
    for place, (key, title) in enumerate(columns.items()):
        if name in {key.lower(), title.lower().replace(" ", "")}:
            return place
    return None
