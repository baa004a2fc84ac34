"""A beginning for a part of a pool that isn't there: what it must have, with defaults. Pure."""

from typing import Any

from batchtui.batch.known import Path
from batchtui.batch.schema import subschema


def skeleton(path: Path) -> Any:  # noqa: ANN401 - JSON
    """What the schema asks for at a place; where it asks for nothing, what it names first."""
    schema = subschema(path)
    if "default" in schema:
        return schema["default"]
    if "enum" in schema:
        return schema["enum"][0]
    if schema.get("type") == "array":
        return [skeleton((*path, 0))]
    if "properties" in schema:
        names = schema.get("required") or list(schema["properties"])[:1]
        return {name: skeleton((*path, name)) for name in names}
    plain: dict[str, Any] = {
        "integer": schema.get("minimum", 0), "boolean": False, "object": {},
    }  # fmt: skip
    return plain.get(schema.get("type", ""), "")


def unknown_places(body: object, path: Path = ()) -> list[Path]:
    """Where a pool has properties that the schema doesn't, such as newer ones."""
    if isinstance(body, list):
        return [
            place
            for index, item in enumerate(body)
            for place in unknown_places(item, (*path, index))
        ]
    known = subschema(path).get("properties")
    if not isinstance(body, dict) or known is None:
        return []
    return [
        place
        for name, value in body.items()
        for place in (
            unknown_places(value, (*path, name)) if name in known else [(*path, str(name))]
        )
    ]
