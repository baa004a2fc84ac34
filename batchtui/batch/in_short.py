"""What a part of a pool has now, in a few words and without secrets. Pure."""

from collections.abc import Mapping

# What tells things of a list apart, the first that there is.
_TELLING = ("name", "relativeMountPath", "registryServer", "username", "id")


def in_short(value: object) -> str:
    """How many things there are and what they are called; nothing for nothing."""
    if value is None:
        return ""
    if isinstance(value, list):
        names = [name for each in value if (name := _name(each))]
        return " · ".join([f"{len(value):,}", *([", ".join(names)] if names else [])])
    return ", ".join(map(str, value)) if isinstance(value, Mapping) else str(value)


def _name(thing: object) -> str:
    """What a thing is called, also one that is wrapped, as mounts are."""
    if not isinstance(thing, Mapping):
        return ""
    inner = [part for part in thing.values() if isinstance(part, Mapping)]
    found = (each[key] for each in (thing, *inner) for key in _TELLING if key in each)
    return next((name for name in found if isinstance(name, str)), "")
