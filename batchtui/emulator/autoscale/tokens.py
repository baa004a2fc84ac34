"""Cuts a formula into words."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from batchtui.emulator.autoscale.problems import FormulaSyntaxError, Place

PATTERN = re.compile(
    r"""
    (?P<space>\s+|//[^\n]*)
    | (?P<number>(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)
    | (?P<name>\$?[A-Za-z_][A-Za-z0-9_]*)
    | (?P<text>"[^"\n]*")
    | (?P<symbol>&&|\|\||[<>=!]=|[-+*/<>=!?:;,.()])
    """,
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Token:
    """A word of a formula: a number, name, text or symbol, or the end."""

    kind: str
    text: str
    place: Place


def tokens(formula: str) -> Iterator[Token]:
    """The words of a formula, without spaces and comments, and an end; FormulaSyntaxError."""
    line, line_start, at = 1, 0, 0
    while at < len(formula):
        place = Place(line, at - line_start + 1)
        found = PATTERN.match(formula, at)
        if not found or found.lastgroup is None:
            raise FormulaSyntaxError(place, f"Unexpected character: {formula[at]}")
        if found.lastgroup != "space":
            yield Token(found.lastgroup, found[0], place)
        if breaks := found[0].count("\n"):
            line += breaks
            line_start = at + found[0].rindex("\n") + 1
        at = found.end()
    yield Token("end", "", Place(line, at - line_start + 1))
