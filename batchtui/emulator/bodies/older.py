"""Bodies of pools in older versions of the contract, put into the newest one's words."""

from collections.abc import Mapping
from typing import Any

from batchtui.emulator.bodies import read
from batchtui.emulator.bodies.read import Json
from batchtui.emulator.errors import BatchError
from batchtui.emulator.versions import NEWEST

# Gone from the newest version (SDK's change log).
GONE = frozenset({
    "certificateReferences", "cloudServiceConfiguration", "resourceTags",
    "targetNodeCommunicationMode",
})  # fmt: skip
SLOTS_SINCE = "2020-09-01"


def modern(body: Mapping[str, Any], version: str) -> Json:
    """A pool's body as if it had been sent in the newest version, with what only older ones have.

    400 for what the version doesn't have any more; 409 for certificates, as there are none.
    """
    found = dict(body)
    if version >= NEWEST:
        read.only(body, frozenset(body) - GONE)
    if read.objects(found, "certificateReferences"):
        raise BatchError("InvalidCertificateReferences")
    found.pop("certificateReferences", None)
    if version < SLOTS_SINCE and "maxTasksPerNode" in found:
        found["taskSlotsPerNode"] = found.pop("maxTasksPerNode")
    if version < NEWEST and read.nested(found, "virtualMachineConfiguration"):
        machine = dict(found["virtualMachineConfiguration"])
        machine["dataDisks"] = [_disk(disk) for disk in read.objects(machine, "dataDisks")]
        found["virtualMachineConfiguration"] = machine
    return found


def _disk(disk: Json) -> Json:
    """A data disk whose kind of storage was a property of its own."""
    kind = disk.get("storageAccountType")
    rest = {name: value for name, value in disk.items() if name != "storageAccountType"}
    return rest if kind is None else rest | {"managedDisk": {"storageAccountType": kind}}
