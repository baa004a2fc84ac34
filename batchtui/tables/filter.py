"""What the filter line means: text, a regular expression, or a column's value. Pure.

`text` is fuzzy on every column, `/re/` or `~re` a regular expression, `column:value` looks at
one column, and `!` in front inverts an expression or a word. Words that stand apart must all
pass. One with a digit is looked for as it stands: strewn over ids and addresses it would match
nearly anything.

What is filtered is one text a row: its cells in lower case, each in a line of its own.
"""

import re
from collections.abc import Callable, Mapping

Filter = Callable[[str], object]

# Letters of a fuzzy word may stand so far apart, within a cell.
_APART = "[^\n]{0,2}?"
_CELL = "[^\n]*"


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
        return found if bare == text else _inverted(found)
    tests = [
        _inverted(_word(word[1:], columns)) if word[0] == "!" else _word(word, columns)
        for word in text.lower().split()
        if word != "!"
    ]
    if len(tests) < 2:
        return tests[0] if tests else None
    return lambda row: all(test(row) for test in tests)


def _expression(pattern: str) -> Filter:
    try:
        return re.compile(pattern, re.IGNORECASE | re.MULTILINE).search
    except re.error as error:
        raise FilterError(f"Not a regular expression: {error}") from None


def _inverted(test: Filter) -> Filter:
    return lambda row: not test(row)


def _word(word: str, columns: Mapping[str, str]) -> Filter:
    name, colon, value = word.partition(":")
    place = _place(name, columns) if colon else None
    if place is not None:
        before = f"(?:{_CELL}\n){{{place}}}{_CELL}"
        return re.compile(before + re.escape(value)).match
    if any(letter.isdigit() for letter in word):
        return lambda row: word in row
    fuzzy = re.compile(_APART.join(map(re.escape, word))).search
    return lambda row: word in row or fuzzy(row)


def _place(name: str, columns: Mapping[str, str]) -> int | None:
    for place, (key, title) in enumerate(columns.items()):
        if name in {key.lower(), title.lower().replace(" ", "")}:
            return place
    return None
