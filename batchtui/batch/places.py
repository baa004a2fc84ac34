"""Values at places in JSON, which is never changed but copied as far as needed. Pure."""

from collections.abc import Mapping
from typing import Any

from batchtui.batch.known import Json, Path


def at(body: object, path: Path) -> Any:  # noqa: ANN401 - JSON
    """What is there, None if there is nothing."""
    for step in path:
        if isinstance(body, Mapping) and isinstance(step, str):
            body = body.get(step)
        elif isinstance(body, list) and isinstance(step, int) and step < len(body):
            body = body[step]
        else:
            return None
    return body


def put(body: object, path: Path, value: object) -> Any:  # noqa: ANN401 - JSON
    """The JSON with a value at a place; what isn't an object on the way becomes one.

    A place behind the end of a list adds to it.
    """
    if not path:
        return value
    first, rest = path[0], path[1:]
    if isinstance(first, int):
        items = list(body) if isinstance(body, list) else []
        if first < len(items):
            items[first] = put(items[first], rest, value)
        else:
            items.append(put(None, rest, value))
        return items
    parts = dict(body) if isinstance(body, Mapping) else {}
    parts[first] = put(parts.get(first), rest, value)
    return parts


def without(body: Json, path: Path) -> dict[str, Any]:
    """The JSON without what is at a place, and without what is empty by that."""
    if not path:
        return {}
    if at(body, path) is None and not _there(body, path):
        return dict(body)
    above = path[:-1]
    parent = at(body, above)
    left: Any
    if isinstance(parent, list):
        left = [each for index, each in enumerate(parent) if index != path[-1]]
    else:
        left = {name: value for name, value in parent.items() if name != path[-1]}
    if above and not left:
        return without(body, above)
    return dict(put(body, above, left))


def dotted(path: Path) -> str:
    """A place as it is written, and as `--set` takes it: `startTask.commandLine`."""
    return ".".join(map(str, path))


def _there(body: Json, path: Path) -> bool:
    parent = at(body, path[:-1])
    return isinstance(parent, Mapping) and path[-1] in parent
