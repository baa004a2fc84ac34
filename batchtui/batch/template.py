"""A pool's JSON, wherever it comes from, as what creates such a pool. Pure.

Taken are what creates a pool, what the service and `az batch pool show` tell of one, az's template
files, and pools of Resource Manager. What creating takes is kept to the letter.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

from batchtui.batch.json_text import JsonTextError, read_json
from batchtui.batch.known import Json, Path
from batchtui.batch.places import at
from batchtui.batch.schema import pool_schema
from batchtui.batch.secrets import missing_secrets
from batchtui.batch.spelling import spelled
from batchtui.batch.template_forms import opened
from batchtui.errors import TemplateError

_EXPECTED = (
    "Wanted is one pool: what `az batch pool create --json-file` takes, what `az batch pool show` "
    "prints, or a pool of Resource Manager."
)
# What only the service says (source: the SDK's BatchPool against its BatchPoolCreateOptions; of
# Resource Manager: recording arm-pool-get; of az: it names `stats` so).
_TOLD = frozenset({
    "odata.metadata", "url", "etag", "lastmodified", "creationtime", "state",
    "statetransitiontime", "allocationstate", "allocationstatetransitiontime", "resizeerrors",
    "currentdedicatednodes", "currentlowprioritynodes", "autoscalerun", "stats", "poolstatistics",
    "currentnodecommunicationmode", "provisioningstate", "provisioningstatetransitiontime",
    "resizeoperationstatus",
})  # fmt: skip
# What a pool may have had, and none is created with (source: SERVICE.md, 2020-2024; the SDK's
# BatchPoolCreateOptions).
_GONE: Mapping[str, str] = MappingProxyType(
    {
        "cloudserviceconfiguration": "Cloud Services, which Azure Batch no longer has: choose an "
        "image",
        "certificatereferences": "certificates, which Azure Batch no longer has",
        "certificates": "certificates, which Azure Batch no longer has",
        "resourcetags": "resource tags, which Azure Batch no longer has",
        "targetnodecommunicationmode": "the way that nodes talk to the service, which is no "
        "longer chosen",
        "applicationlicenses": "application licences, which Azure Batch no longer has",
        "identity": "managed identities, which only Resource Manager gives to a pool",
    }
)
_AS_USUAL = frozenset({"default", "none"})
_TARGETS = ("targetDedicatedNodes", "targetLowPriorityNodes")


@dataclass(frozen=True, slots=True)
class Template:
    """What would create a pool.

    `dropped` are sentences on what is left out of it, and `secrets` the places of those that
    are to be typed again: nobody tells them.
    """

    body: Json
    dropped: tuple[str, ...] = ()
    secrets: tuple[Path, ...] = ()


def from_text(text: str, where: str) -> Template:
    """The template that a file's text is; TemplateError says where what is wrong.

    `where` is the file's name, as it is told.
    """
    try:
        return from_json(read_json(text.removeprefix("\ufeff")))
    except JsonTextError as error:
        raise TemplateError(f"{where} is no JSON: {error}.", advice=_EXPECTED) from None
    except TemplateError as error:
        raise TemplateError(f"{where}: {error.message}", advice=error.advice) from None


def from_json(value: object) -> Template:
    """The template that a file's JSON is; TemplateError if it is no pool's."""
    try:
        return _read(value)
    except RecursionError:
        raise TemplateError("This JSON is nested too deeply.") from None


def _read(value: object) -> Template:
    pool, left_out = opened(value)
    known = pool_schema()["properties"]
    found = spelled({name: part for name, part in pool.items() if name.lower() not in _TOLD})
    if known.keys().isdisjoint(found):
        raise TemplateError("This JSON isn't a pool's.", advice=_EXPECTED)
    dropped = [*left_out]
    body: dict[str, Any] = {}
    for name, part in found.items():
        words = None if name in known else _GONE.get(name.lower())
        if words is None:
            body[name] = part
        elif _matters(part):
            dropped.append(f"{name} is left out: {words}.")
    if body.get("enableAutoScale") is True:
        # The service refuses both, and tells them of every pool.
        body = {name: part for name, part in body.items() if name not in _TARGETS}
    return Template(body, tuple(dropped), missing_secrets(body))


def clone(pool: Json, taken: Collection[str] = ()) -> Template:
    """What creates a pool like one that the service tells, under an id that is free.

    `taken` are the ids of all pools, in lower case.
    """
    found = from_json(pool)
    body = {**found.body, "id": free_id(str(pool.get("id", "pool")), taken)}
    return replace(found, body=body, dropped=(*found.dropped, *untold(body)))


def free_id(pool_id: str, taken: Collection[str] = ()) -> str:
    """An id that follows another one, such as `render-2`, and isn't taken."""
    stem, _, number = pool_id.rpartition("-")
    if not (stem and number.isascii() and number.isdigit() and len(number) < 9):
        stem, number = pool_id, "1"
    last = int(number)
    while True:
        last += 1
        ending = f"-{last}"
        found = stem[: 64 - len(ending)] + ending
        if found.lower() not in taken:
            return found


def _matters(part: object) -> bool:
    """Whether something is lost that isn't there by default."""
    word = part.get("type", "") if isinstance(part, Mapping) else part
    return bool(part) and str(word).lower() not in _AS_USUAL


def untold(body: Json) -> list[str]:
    """Secrets that a pool may have as the service shows it, in sentences: it tells none."""
    extensions = _objects(body, ("virtualMachineConfiguration", "extensions"))
    accounts = _objects(body, ("userAccounts",))
    return [
        *(
            f"Extension {each.get('name')} may have protectedSettings, which the service doesn't "
            "tell."
            for each in extensions
            if each.get("protectedSettings") is None
        ),
        *(
            f"User {each.get('name')} may have an sshPrivateKey, which the service doesn't tell."
            for each in accounts
            if each.get("linuxUserConfiguration") is not None
            and at(each, ("linuxUserConfiguration", "sshPrivateKey")) is None
        ),
    ]


def _objects(body: Json, path: Path) -> list[Json]:
    found = at(body, path)
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []
