"""A word of a text that somebody edits: what it is, and from where to where. Pure."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Word:
    """A word by its kind, such as `number`; what has no meaning is `wrong`."""

    kind: str
    text: str
    start: int
    end: int
