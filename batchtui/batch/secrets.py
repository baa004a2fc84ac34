"""The secrets in a pool's JSON: where they are, where some are missing; it without them. Pure."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from batchtui.batch.known import Json, Path
from batchtui.batch.masked import SECRETS, SIGNATURE, is_secret_name
from batchtui.batch.schema import subschema

# A URL that was signed, and isn't any more.
_UNSIGNED = re.compile(r"[?&]sig=(?=$|[&\s'\"])", re.IGNORECASE)
# A secret's name in JSON that is still being typed, and what is typed behind it.
_TYPED = re.compile(
    rf"({'|'.join(sorted(SECRETS))})((?:\\?[\"']\s*[:=]?|\s*[:=])\s*)"
    r"(\\?\"(?:\\.|[^\"\\\n])*\"?|'(?:\\.|[^'\\\n])*'?|\{.*|[^\s,}\"'{]+)",
    re.IGNORECASE | re.DOTALL,
)

# The & before a signature, as .NET and PowerShell write it in JSON.
_ESCAPED_SIGNATURE = re.compile(r"(\\u0026sig=)(?:(?!\\u0026)[^\s'\"])+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Cleared:
    """A pool's JSON without secrets, and the places that had some."""

    body: Json
    places: tuple[Path, ...]


def without_secrets(body: Json) -> Cleared:
    """The JSON without its secrets; of signed URLs only the signature goes."""
    places: list[Path] = []
    return Cleared(_cleared(body, (), places), tuple(places))


def _cleared(value: Any, path: Path, places: list[Path]) -> Any:  # noqa: ANN401 - JSON
    if isinstance(value, Mapping):
        places += [(*path, name) for name in value if is_secret_name(name)]
        return {
            name: _cleared(part, (*path, name), places)
            for name, part in value.items()
            if not is_secret_name(name)
        }
    if isinstance(value, list):
        return [_cleared(part, (*path, index), places) for index, part in enumerate(value)]
    if isinstance(value, str) and SIGNATURE.search(value):
        places.append(path)
        return SIGNATURE.sub("", value)
    return value


def is_secret(path: Path) -> bool:
    """Whether what stands at a place is a secret, or within one."""
    return any(map(is_secret_name, path))


def missing_secrets(body: Json) -> tuple[Path, ...]:
    """The places of secrets that the pool can't be made without: the service tells none."""
    return tuple(_missing(body, ()))


def _missing(value: object, path: Path) -> Iterator[Path]:
    if isinstance(value, list):
        for index, part in enumerate(value):
            yield from _missing(part, (*path, index))
    elif isinstance(value, Mapping):
        yield from ((*path, name) for name in _needed(value, path) if value.get(name) is None)
        for name, part in value.items():
            yield from _missing(part, (*path, name))
    elif isinstance(value, str) and _UNSIGNED.search(value):
        yield path


def _needed(value: Json, path: Path) -> Iterator[str]:
    """The secrets that an object needs, by the schema and by what else it has."""
    schema = subschema(path)
    known, required = schema.get("properties", {}), schema.get("required", ())
    for name in SECRETS & set(known):
        # Who names a user of a registry, logs in with a password.
        if name in required or (name == "password" and value.get("username") is not None):
            yield name
    ways = ("accountKey", "sasKey", "identityReference")
    if all(name in known for name in ways) and all(value.get(name) is None for name in ways):
        yield ways[0]


def without_typed_secrets(text: str) -> str:
    """JSON as it is being typed, which can't be read yet, without what may be a secret in it."""
    unsigned = _ESCAPED_SIGNATURE.sub(r"\1", SIGNATURE.sub("", text))
    return _TYPED.sub(r"\1\2", unsigned)
