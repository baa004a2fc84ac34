"""What the filter line means: text, a regular expression, or a column's value. Pure.

`text` is fuzzy on every column, `/re/` or `~re` a regular expression, `!` in front inverts,
`column:value` looks at one column. Words that stand apart must all be found. A word with a
digit is looked for as it stands: strewn over ids and addresses it would match nearly anything.

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
    if not text:
        return None
    if text.startswith("!"):
        inner = parse(text[1:], columns)
        return None if inner is None else lambda row: not inner(row)
    if text.startswith("~") or (len(text) > 1 and text[0] == text[-1] == "/"):
        return _expression(text[1:] if text[0] == "~" else text[1:-1])
    tests = [_word(word, columns) for word in text.lower().split()]
    return tests[0] if len(tests) == 1 else lambda row: all(test(row) for test in tests)


def _expression(pattern: str) -> Filter:
    try:
        return re.compile(pattern, re.IGNORECASE | re.MULTILINE).search
    except re.error as error:
        raise FilterError(f"Not a regular expression: {error}") from None


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
