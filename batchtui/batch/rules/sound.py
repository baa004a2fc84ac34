"""What is left of a pool's JSON without the parts that the schema finds wrong. Pure.

So rules need not ask of everything whether it is of the right type.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from batchtui.batch.known import Json, Path, Problem
from batchtui.batch.schema import subschema


def sound(body: Json, found: Iterable[Problem]) -> Json:
    """The pool without what problems were found with, and without nulls."""
    return _object(body, (), {problem.path for problem in found})


def _object(value: Mapping[str, Any], path: Path, bad: set[Path]) -> dict[str, Any]:
    parts = {
        name: _part(part, (*path, name), bad)
        for name, part in value.items()
        if (*path, name) not in bad
    }
    return {name: part for name, part in parts.items() if part is not None}


def _part(value: object, path: Path, bad: set[Path]) -> object:
    """The value as far as the schema knows of it; None for a list with items that mean nothing."""
    if isinstance(value, list):
        places = [(*path, index) for index in range(len(value))]
        # An object that is none keeps its place, so that those behind it keep theirs.
        parts = [
            _part({} if place in bad else item, place, bad)
            for place, item in zip(places, value, strict=True)
        ]
        whole = "properties" in subschema((*path, 0)) or bad.isdisjoint(places)
        return parts if whole else None
    if isinstance(value, Mapping) and "properties" in subschema(path):
        return _object(value, path, bad)
    return value
