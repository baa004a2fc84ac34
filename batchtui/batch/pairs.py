r"""Names and values, such as environment variables, as lines of text to edit. Pure.

A line is `name=value`. A name or value that can't be told from its surroundings, or not be
typed, is a JSON string in double quotes: `"a=b"="two\nlines"`. What comes from the service and
isn't edited is sent back as it came, whatever else an entry has in it.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

_DECODER = json.JSONDecoder()


class PairsError(ValueError):
    """A line that is no name and value; its text says which, and why."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What a list of pairs allows: names `without_values`, and the same name `twice`."""

    without_values: bool = False
    twice: bool = False


ENVIRONMENT = Rules(without_values=True)
METADATA = Rules(twice=True)


def as_lines(entries: Sequence[Mapping[str, Any]]) -> str:
    """Entries of `name` and `value` as text to edit."""
    return "\n".join(_line(entry) for entry in entries)


def from_lines(
    text: str, rules: Rules, before: Sequence[Mapping[str, Any]] = ()
) -> list[Mapping[str, Any]]:
    """The entries that the text is; PairsError for what is none. `before` are those it was."""
    known = {_line(entry): entry for entry in before}
    found: list[Mapping[str, Any]] = []
    names: set[str] = set()
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        entry = known.get(line) or _entry(line.strip(), number, rules)
        name = entry.get("name")
        if name in names and not rules.twice:
            raise PairsError(f"Line {number}: {name} is there already.")
        names.add(str(name))
        found.append(entry)
    return found


def pairs_problem(text: str, rules: Rules, before: Sequence[Mapping[str, Any]] = ()) -> str:
    """What is wrong with a text of pairs, or nothing."""
    try:
        from_lines(text, rules, before)
    except PairsError as error:
        return str(error)
    return ""


def _line(entry: Mapping[str, Any]) -> str:
    name = _quoted(str(entry.get("name", "")), "=")
    value = entry.get("value")
    return name if value is None else f"{name}={_quoted(str(value))}"


def _quoted(text: str, mark: str = "") -> str:
    plain = text.isprintable() and text == text.strip() and not text.startswith('"')
    if plain and not (mark and (mark in text or not text)):
        return text
    # ASCII, so that nothing in it can reorder or hide anything.
    return json.dumps(text)


def _entry(line: str, number: int, rules: Rules) -> dict[str, str]:
    if line.startswith('"'):
        name, rest = _unquoted(line, number)
    else:
        name, mark, value = line.partition("=")
        name, rest = name.rstrip(), mark + value
    if not name:
        raise PairsError(f"Line {number}: there is no name before the =.")
    rest = rest.lstrip()
    if not rest and rules.without_values:
        return {"name": name}
    if not rest.startswith("="):
        raise PairsError(f"Line {number}: a line is name=value.")
    value = rest[1:].lstrip()
    if value.startswith('"'):
        value, rest = _unquoted(value, number)
        if rest.strip():
            raise PairsError(f"Line {number}: something follows the closing quote.")
    return {"name": name, "value": value}


def _unquoted(text: str, number: int) -> tuple[str, str]:
    try:
        found, end = _DECODER.raw_decode(text)
    except ValueError:
        raise PairsError(f"Line {number}: what begins with a quote must end with one.") from None
    return str(found), text[end:]
