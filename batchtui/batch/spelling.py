"""A pool's JSON in the wire's names, however its source spells them. Pure.

`az batch pool show` (seen with 2.91) and Resource Manager write `nodeAgentSkuId`, the service
`nodeAgentSKUId`; az also writes `null` for what isn't there.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from batchtui.batch.known import Json, Path
from batchtui.batch.schema import subschema

# Names that differ by more than their case, in lower case.
_OTHER_NAMES: Mapping[str, str] = MappingProxyType(
    {
        "maxtaskspernode": "taskSlotsPerNode",  # until 2020 (source: SERVICE.md)
        "id": "virtualMachineImageId",  # of an image (source: Resource Manager's ImageReference)
        # az names what it shows by the SDK's attributes.
        "logicalunitnumber": "lun",
        "ipaddressprovisioningtype": "provision",
    }
)
# What is told of a resource, and not asked for.
_TOLD = frozenset({"exactversion", "resourcegroup"})


def spelled(value: object, path: Path = ()) -> Any:  # noqa: ANN401 - JSON
    """The JSON of a place in the wire's names, without nulls.

    A property that isn't known keeps its name, and so does one whose right name is taken.
    """
    if isinstance(value, list):
        return [spelled(item, (*path, 0)) for item in value if item is not None]
    known = subschema(path).get("properties")
    if not isinstance(value, Mapping) or known is None:
        return value
    found: dict[str, Any] = {}
    for name, part in value.items():
        wire = spelled_name(name, path)
        if part is None or (wire not in known and _is_told(name)):
            continue
        wire = name if wire != name and (wire in value or wire in found) else wire
        found[wire] = spelled(part, (*path, wire))
    return _with_managed_disk(found, known)


def spelled_name(name: str, path: Path) -> str:
    """The wire's name of a property of a place, or the same if there is none."""
    known: Json = subschema(path).get("properties", {})
    if name in known:
        return name
    by_lower = {each.lower(): each for each in known}
    other = _OTHER_NAMES.get(name.lower(), "")
    return by_lower.get(name.lower(), other if other in known else name)


def spelled_path(path: Path) -> Path:
    """A place in the wire's names."""
    found: Path = ()
    for step in path:
        found = (*found, spelled_name(step, found) if isinstance(step, str) else step)
    return found


def _is_told(name: str) -> bool:
    return name.lower() in _TOLD or name.startswith("odata.")


def _with_managed_disk(found: dict[str, Any], known: Json) -> dict[str, Any]:
    """A data disk whose kind of storage is a property of its own (until 2024)."""
    if "lun" not in known or "storageAccountType" not in found or "managedDisk" in found:
        return found
    kind = found.pop("storageAccountType")
    return found | {"managedDisk": {"storageAccountType": kind}}
