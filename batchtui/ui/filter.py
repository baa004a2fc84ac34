"""What the filter line means: text, a regular expression, or a column's value. Pure.

`text` is fuzzy on every column, `/re/` or `~re` a regular expression, `!` in front inverts,
`column:value` looks at one column. Words that stand apart must all be found.
"""

import re
from collections.abc import Callable, Mapping

# The texts of one row, by the name of the column.
Texts = Mapping[str, str]
Filter = Callable[[Texts], bool]


class FilterError(ValueError):
    """A filter that can't be read, in words."""


def parse(text: str, columns: Mapping[str, str]) -> Filter | None:
    """A test for rows, or None for no filter; `columns` are titles by name.

    Raises FilterError for a regular expression that isn't one.
    """
    text = text.strip()
    if not text:
        return None
    if text.startswith("!"):
        inner = parse(text[1:], columns)
        return None if inner is None else lambda texts: not inner(texts)
    if text.startswith("~") or (len(text) > 1 and text[0] == text[-1] == "/"):
        return _expression(text[1:] if text[0] == "~" else text[1:-1])
    tests = [_word(word, columns) for word in text.lower().split()]
    return lambda texts: all(test(texts) for test in tests)


def _expression(pattern: str) -> Filter:
    try:
        search = re.compile(pattern, re.IGNORECASE).search
    except re.error as error:
        raise FilterError(f"Not a regular expression: {error}") from None
    return lambda texts: any(search(text) for text in texts.values())


def _word(word: str, columns: Mapping[str, str]) -> Filter:
    name, colon, value = word.partition(":")
    column = _column(name, columns) if colon else None
    if column is None:
        return lambda texts: any(_fuzzy(word, text.lower()) for text in texts.values())
    return lambda texts: value in texts.get(column, "").lower()


def _column(name: str, columns: Mapping[str, str]) -> str | None:
    for key, title in columns.items():
        if name in {key.lower(), title.lower().replace(" ", "")}:
            return key
    return None


def _fuzzy(word: str, text: str) -> bool:
    """Whether the letters of a word stand in a text in order and close together."""
    if word in text:
        return True
    start = text.find(word[0])
    while start >= 0:
        end = start
        for letter in word[1:]:
            end = text.find(letter, end + 1)
            if end < 0:
                return False
        # Letters strewn over a long id would match nearly anything.
        if end - start < 2 * len(word):
            return True
        start = text.find(word[0], start + 1)
    return False
