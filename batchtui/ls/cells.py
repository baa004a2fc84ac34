"""How wide texts are on a terminal, and texts made to fit. Pure."""

import unicodedata


def cell_len(text: str) -> int:
    """How many cells of a terminal a visible text takes (source: Unicode's UAX 11)."""
    return len(text) if text.isascii() else sum(map(_width, text))


def fit(text: str, width: int, *, right: bool) -> str:
    """A text in exactly `width` cells, cut with an ellipsis where it is too long."""
    length = cell_len(text)
    if length > width:
        text = _cut(text, width - 1) + "…"
        length = cell_len(text)
    padding = " " * (width - length)
    return padding + text if right else text + padding


def _cut(text: str, width: int) -> str:
    taken = 0
    for place, character in enumerate(text):
        taken += _width(character)
        if taken > width:
            return text[:place]
    return text


def _width(character: str) -> int:
    if unicodedata.category(character) in {"Mn", "Me"}:
        return 0
    return 2 if unicodedata.east_asian_width(character) in {"W", "F"} else 1
