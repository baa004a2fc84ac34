"""JSON Schema's keywords as the service reads pools, and what is said of what they forbid.

Unlike the standard's, enums and patterns hold for any case, and null is as if it weren't there
(source: the service's own answers in tests/recordings, whose case differs from what was sent).
Imported late: jsonschema takes long to load.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from difflib import get_close_matches
from functools import lru_cache
from types import MappingProxyType
from typing import Any, Protocol, TypeGuard

from jsonschema import Draft202012Validator, validators
from jsonschema.exceptions import ValidationError

from batchtui.batch.known import Problem

Errors = Iterator[ValidationError]
Schema = Mapping[str, Any]

_TYPES: Mapping[str, type] = MappingProxyType(
    {"string": str, "boolean": bool, "array": list, "object": Mapping}
)
_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "string": "A text, in quotes",
        "boolean": "true or false, without quotes",
        "integer": "A whole number, without quotes",
        "array": "A list, in square brackets",
        "object": "Names with values, in braces",
    }
)
_LONGEST_SHOWN = 40


def compiled(schema: Schema) -> Callable[[object], list[Problem]]:
    """What finds the problems of a JSON by the schema, in sentences of ours."""
    kind = validators.extend(
        Draft202012Validator,
        {
            "type": _type,
            "enum": _enum,
            "pattern": _pattern,
            "not": _not,
            "minimum": _minimum,
            "maximum": _maximum,
            "maxLength": _max_length,
            "maxItems": _max_items,
            "required": _required,
            "additionalProperties": _additional,
            "properties": _properties,
        },
    )
    validator = kind(schema)
    return lambda body: [
        Problem(tuple(error.absolute_path), error.message) for error in validator.iter_errors(body)
    ]


class _Descending(Protocol):
    def descend(self, instance: object, schema: Schema, path: str, schema_path: str) -> Errors: ...


def _wanted(schema: Schema) -> str:
    """What a place wants, in a sentence."""
    if "x-wanted" in schema:
        return f"{schema['x-wanted']}."
    if "enum" in schema:
        return f"One of {', '.join(schema['enum'])}."
    if "minimum" in schema:
        return f"A whole number from {schema['minimum']} to {schema['maximum']}."
    return f"{_WORDS[schema['type']]}."


def _is_whole(value: object) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool)


def _type(_: object, name: str, value: object, schema: Schema) -> Errors:
    if not (_is_whole(value) if name == "integer" else isinstance(value, _TYPES[name])):
        yield ValidationError(_wanted(schema))


def _enum(_: object, words: list[str], value: object, schema: Schema) -> Errors:
    if isinstance(value, str) and value.lower() not in {word.lower() for word in words}:
        yield ValidationError(_wanted(schema))


def _pattern(_: object, pattern: str, value: object, schema: Schema) -> Errors:
    if isinstance(value, str) and not _regex(pattern).search(value):
        yield ValidationError(_wanted(schema) if value or "x-wanted" in schema else "Not empty.")


@lru_cache
def _regex(pattern: str) -> re.Pattern[str]:
    # The standard's $ is the very end of a text, Python's also before a last newline.
    return re.compile(re.sub(r"\$$", r"\\Z", pattern), re.IGNORECASE | re.ASCII)


def _not(_: object, forbidden: Schema, value: object, schema: Schema) -> Errors:
    if value in forbidden["enum"]:
        yield ValidationError(_wanted(schema))


def _minimum(_: object, least: int, value: object, schema: Schema) -> Errors:
    if _is_whole(value) and value < least:
        yield ValidationError(_wanted(schema))


def _maximum(_: object, most: int, value: object, schema: Schema) -> Errors:
    if _is_whole(value) and value > most:
        yield ValidationError(_wanted(schema))


def _max_length(_: object, most: int, value: object, __: Schema) -> Errors:
    if isinstance(value, str) and len(value) > most:
        yield ValidationError(f"At most {most} characters: these are {len(value)}.")


def _max_items(_: object, most: int, value: object, __: Schema) -> Errors:
    if isinstance(value, list) and len(value) > most:
        yield ValidationError(f"At most {most}: these are {len(value)}.")


def _required(_: object, names: list[str], value: object, schema: Schema) -> Errors:
    if not isinstance(value, Mapping):
        return
    for name in names:
        if value.get(name) is None:
            missing = schema["properties"][name].get("x-missing", f"{name} is missing.")
            yield ValidationError(missing, path=(name,))


def _additional(_: object, __: object, value: object, schema: Schema) -> Errors:
    known = schema["properties"]
    for name in value if isinstance(value, Mapping) else ():
        if name not in known:
            yield ValidationError(_unknown(str(name), known), path=(name,))


def _unknown(name: str, known: Schema) -> str:
    by_lower = {each.lower(): each for each in known}
    close = get_close_matches(name[:_LONGEST_SHOWN].lower(), by_lower, n=1)
    shown = name if len(name) <= _LONGEST_SHOWN else f"{name[:_LONGEST_SHOWN]}…"
    guess = f" Is it {by_lower[close[0]]}?" if close else ""
    return f"There is no property {shown} here.{guess}"


def _properties(validator: _Descending, known: Schema, value: object, _: Schema) -> Errors:
    if not isinstance(value, Mapping):
        return
    for name, schema in known.items():
        there = value.get(name)
        if there is not None:
            yield from validator.descend(there, schema, path=name, schema_path=name)
