"""What a pool's JSON may look like, by a JSON Schema that is data: `data/pool.schema.json`. Pure.

Help lines and the JSON editor are made of what it says of each place.
"""

import functools
import json
from collections.abc import Callable, Mapping
from importlib.resources import files
from typing import Any

from batchtui.batch.known import Json, Path, Problem


@functools.cache
def pool_schema() -> Json:
    """The schema of a pool to be created (2020-12), in the wire's names."""
    text = (files("batchtui.batch") / "data" / "pool.schema.json").read_text("utf-8")
    found: Json = json.loads(text)
    return found


@functools.lru_cache(maxsize=4096)
def subschema(path: Path) -> Json:
    """The schema of a place, its `$ref` replaced by what that says; empty where anything goes."""
    schema = pool_schema()
    for step in path:
        if isinstance(step, int):
            schema = _resolved(schema.get("items", {}))
        else:
            schema = _resolved(schema.get("properties", {}).get(step, {}))
    return schema


def description_of(path: Path) -> str:
    """What a place means, its default and its limits, in a sentence or two; empty if unknown."""
    return str(subschema(path).get("description", ""))


def default_of(path: Path) -> Any:  # noqa: ANN401 - JSON
    """What the service fills in when a place is left out, None if nothing is known of it."""
    return subschema(path).get("default")


def shape_problems(body: object) -> list[Problem]:
    """What the schema finds wrong with a pool's JSON, each at its place, in our words."""
    return _check()(body)


def _resolved(schema: Json) -> Json:
    reference = schema.get("$ref")
    if reference is None:
        return schema
    named: Mapping[str, Any] = pool_schema()["$defs"][reference.removeprefix("#/$defs/")]
    return {**named, **{name: value for name, value in schema.items() if name != "$ref"}}


@functools.cache
def _check() -> Callable[[object], list[Problem]]:
    # jsonschema takes long to load.
    from batchtui.batch.schema_keywords import compiled

    return compiled(pool_schema())
