"""Types of request bodies: which properties each has, how they are read, and what GET shows.

A `Shape` reads an object as the service does: unknown names, wrong types and missing properties
are its 400s, defaults are filled in, and the properties come out in the order of GET.
"""

import re
from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from batchtui.emulator.bodies import read
from batchtui.emulator.bodies.read import Json
from batchtui.emulator.errors import bad_property, missing_property
from batchtui.emulator.times import write_duration

Body = Mapping[str, Any]
# Reads a property that is there; what it returns as None isn't shown by GET.
Reader = Callable[[Body, str], Any]
LONGEST = timedelta(days=10_675_199)
LONG = 64


@dataclass(frozen=True)
class Property:
    """A property: how it is read, and what becomes of it when it is absent."""

    read: Reader
    required: bool = False
    default: object = None


class Shape:
    """A type of object, by its properties in the order in which GET shows them."""

    def __init__(self, **properties: Property | Reader) -> None:
        self._properties = {
            name: prop if isinstance(prop, Property) else Property(prop)
            for name, prop in properties.items()
        }

    def __call__(self, body: Body, name: str) -> Json:
        """Read a property that is such an object."""
        return self.read(read.nested(body, name) or {})

    def read(self, body: Body) -> Json:
        """The object as GET shows it; 400 when it can't be."""
        read.only(body, self._properties)
        found = {name: self._value(body, name) for name in self._properties}
        return {name: value for name, value in found.items() if value is not None}

    def read_given(self, body: Body) -> Json:
        """Only what is there of it, for changes that leave the rest."""
        read.only(body, self._properties)
        given = [name for name in self._properties if body.get(name) is not None]
        return {name: self._properties[name].read(body, name) for name in given}

    def _value(self, body: Body, name: str) -> object:
        prop = self._properties[name]
        if body.get(name) is not None:
            return prop.read(body, name)
        if prop.required:
            raise missing_property(name)
        return deepcopy(prop.default)


def required(reader: Reader) -> Property:
    """A property that has to be there."""
    return Property(reader, required=True)


def default(reader: Reader, value: object) -> Property:
    """A property that the service fills in when it is absent."""
    return Property(reader, default=value)


def secret(reader: Reader) -> Reader:
    """A property that is checked and kept, but never given back."""

    def check(body: Body, name: str) -> None:
        reader(body, name)

    return check


def flag(body: Body, name: str) -> bool:
    """A truth value."""
    return read.flag(body, name)


def text(body: Body, name: str) -> str:
    """A text of any length."""
    return read.text(body, name)


def words(body: Body, name: str) -> str:
    """A text with something in it."""
    value = read.text(body, name)
    if not value.strip():
        raise bad_property(name, value, "The value must not be empty")
    return value


def text_up_to(most: int, reader: Reader = text) -> Reader:
    """A text of so many characters at most."""

    def limited(body: Body, name: str) -> str:
        value: str = reader(body, name)
        if len(value) > most:
            shown = value if most < LONG else f"{value[:LONG]}..."
            raise bad_property(name, shown, f"The value must have at most {most} characters")
        return value

    return limited


def text_like(pattern: str, reason: str) -> Reader:
    """A text that matches, whatever its case; the reason says what it must be."""
    compiled = re.compile(pattern, re.IGNORECASE)

    def reader(body: Body, name: str) -> str:
        value = read.text(body, name)
        if not compiled.fullmatch(value):
            raise bad_property(name, value, reason)
        return value

    return reader


def whole(least: int, most: int) -> Reader:
    """A whole number within bounds."""
    return lambda body, name: read.number(body, name, least=least, most=most)


def one_of(*values: str) -> Reader:
    """One of these words, whatever its case, as they are written here."""
    return lambda body, name: read.choice(body, name, "", *values)


def length_of_time(least: timedelta = timedelta(), most: timedelta = LONGEST) -> Reader:
    """An ISO 8601 duration, written as the service writes it."""
    return lambda body, name: write_duration(read.duration(body, name, "PT0S", least, most))


def as_it_is(reader: Reader) -> Reader:
    """A property that is checked, and given back just as it was sent."""

    def keep(body: Body, name: str) -> object:
        reader(body, name)
        return body[name]

    return keep


def anything(body: Body, name: str) -> Json:
    """An object whose properties are nobody's business."""
    return read.nested(body, name) or {}


def many(shape: Shape, most: int | None = None) -> Callable[[Body, str], list[Json] | None]:
    """A list of objects; empty ones aren't shown by GET."""

    def reader(body: Body, name: str) -> list[Json] | None:
        items = read.objects(body, name)
        _check_count(name, items, most)
        return [shape.read(item) for item in items] or None

    return reader


def texts(each: Reader = words, most: int | None = None) -> Callable[[Body, str], list[str] | None]:
    """A list of texts, each read as said; empty ones aren't shown by GET."""

    def reader(body: Body, name: str) -> list[str] | None:
        items = body[name]
        if not isinstance(items, list):
            raise bad_property(name, items, "The value must be a list")
        _check_count(name, items, most)
        return [each({name: _given(name, item)}, name) for item in items] or None

    return reader


def _given(name: str, item: object) -> object:
    if item is None:
        raise bad_property(name, item, "The list must not have empty items")
    return item


def _check_count(name: str, items: list[Any], most: int | None) -> None:
    if most is not None and len(items) > most:
        raise bad_property(name, len(items), f"At most {most} are allowed")


def texts_by_name(body: Body, name: str) -> dict[str, str]:
    """An object whose values are texts."""
    items = read.nested(body, name) or {}
    return {key: read.text(items, key) for key in items}


def at_most_one(body: Body, *names: str) -> str | None:
    """The one of these properties that is there, if any is; 400 when it is several."""
    given = [name for name in names if body.get(name) is not None]
    if len(given) > 1:
        raise bad_property(given[1], body[given[1]], f"The value excludes {given[0]}")
    return given[0] if given else None


def exactly_one(body: Body, *names: str) -> str:
    """The one of these properties that is there; 400 when it is none or several."""
    given = at_most_one(body, *names)
    if given is None:
        raise missing_property(" or ".join(names))
    return given


def all_different(name: str, values: list[Any]) -> None:
    """400 when a value of a list's items is there twice; texts are compared without case."""
    seen = set()
    for value in values:
        key = value.lower() if isinstance(value, str) else value
        if key in seen:
            raise bad_property(name, value, "The value is used twice")
        seen.add(key)
