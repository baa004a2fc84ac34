"""The versions of the contract, and how each shows a resource.

Resources are kept as the newest version shows them, along with what only older ones do. What a
version doesn't have is left out when it is written, and what it had is put in. Sources: the
recordings of each version, and the SDK's change log.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any

from batchtui.emulator.errors import BatchError

Json = dict[str, Any]
Edit = Callable[[Json], Json]

NEWEST = "2025-06-01"
NO_LOGIN_RULE = "2024-07-01"  # from this version on, a pool has no endpoints but its own,
NO_LOGIN_RULE_AT_ALL = datetime(2025, 12, 1, tzinfo=UTC)  # and from then on in every version
VERSIONS = frozenset({
    NEWEST, "2024-07-01.20.0", "2024-02-01.19.0", "2023-11-01.18.0", "2023-05-01.17.0",
    "2022-10-01.16.0", "2022-01-01.15.0", "2021-06-01.14.0", "2020-09-01.12.0",
    "2020-03-01.11.0",
})  # fmt: skip
NEWER = re.compile(r"2026-\d\d-\d\d")  # examples of such exist; they are taken for the newest


@dataclass(frozen=True)
class Change:
    """What a version brought to and took from a kind of resource, by path; `[]` is each item."""

    version: str
    kind: str
    added: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    renamed: tuple[tuple[str, str], ...] = ()  # a path, and the name before


MACHINE = "virtualMachineConfiguration"
CHANGES = (
    Change(
        NEWEST,
        "pools",
        added=(
            "taskSchedulingPolicy.jobDefaultOrder",
            "networkConfiguration.publicIPAddressConfiguration.ipFamilies",
            "networkConfiguration.publicIPAddressConfiguration.ipTags",
            f"{MACHINE}.diskEncryptionConfiguration.customerManagedKey",
            f"{MACHINE}.securityProfile.proxyAgentSettings",
            f"{MACHINE}.osDisk.managedDisk.diskEncryptionSet",
            f"{MACHINE}.dataDisks.[].managedDisk.diskEncryptionSet",
        ),
        gone=("resourceTags", "targetNodeCommunicationMode", "cloudServiceConfiguration"),
    ),
    Change(NEWEST, "nodes", added=("ipv6Address",)),
    Change(
        NEWEST, "remoteloginsettings", added=("ipv6RemoteLoginIPAddress", "ipv6RemoteLoginPort")
    ),
    Change(
        "2024-07-01",
        "pools",
        added=(
            f"{MACHINE}.imageReference.sharedGalleryImageId",
            f"{MACHINE}.imageReference.communityGalleryImageId",
            f"{MACHINE}.osDisk.managedDisk.securityProfile",
            f"{MACHINE}.dataDisks.[].managedDisk.securityProfile",
        ),
    ),
    Change(
        "2024-07-01",
        "poolnodecounts",
        added=tuple(
            f"{kind}.{state}"
            for kind in ("dedicated", "lowPriority")
            for state in ("deallocated", "deallocating")
        ),
    ),
    Change("2024-07-01", "tasks", added=("containerSettings.containerHostBatchBindMounts",)),
    Change("2024-02-01", "pools", added=("upgradePolicy",)),
    Change(
        "2024-02-01", "poolnodecounts", added=("dedicated.upgradingOS", "lowPriority.upgradingOS")
    ),
    Change(
        "2023-11-01",
        "pools",
        added=(
            "resourceTags",
            f"{MACHINE}.securityProfile",
            f"{MACHINE}.serviceArtifactReference",
            f"{MACHINE}.osDisk.caching",
            f"{MACHINE}.osDisk.managedDisk",
            f"{MACHINE}.osDisk.diskSizeGB",
            f"{MACHINE}.osDisk.writeAcceleratorEnabled",
        ),
    ),
    Change("2023-11-01", "nodes", added=("virtualMachineInfo.scaleSetVmResourceId",)),
    Change(
        "2023-05-01",
        "pools",
        added=(
            "networkConfiguration.enableAcceleratedNetworking",
            f"{MACHINE}.containerConfiguration.type",
            f"{MACHINE}.extensions.[].enableAutomaticUpgrade",
        ),
    ),
    Change("2023-05-01", "extensions", added=("vmExtension.enableAutomaticUpgrade",)),
    Change("2022-10-01", "pools", added=("targetNodeCommunicationMode",)),
    Change("2022-01-01", "jobs", added=("allowTaskPreemption",)),
    Change(
        "2021-06-01",
        "pools",
        added=(
            "identity",
            f"{MACHINE}.extensions",
            f"{MACHINE}.nodePlacementConfiguration",
            f"{MACHINE}.osDisk",
        ),
    ),
    Change("2021-06-01", "nodes", added=("virtualMachineInfo",)),
    Change("2021-06-01", "jobs", added=("maxParallelTasks",)),
    Change("2020-09-01", "pools", renamed=(("taskSlotsPerNode", "maxTasksPerNode"),)),
    Change("2020-09-01", "nodes", added=("runningTaskSlotsCount",)),
    Change("2020-09-01", "jobs", added=("jobManagerTask.requiredSlots",)),
    Change("2020-09-01", "tasks", added=("requiredSlots",)),
)
# Where a kind holds another.
WITHIN = {
    ("jobs", "pools"): "poolInfo.autoPoolSpecification.pool.",
    ("jobschedules", "jobs"): "jobSpecification.",
    ("jobschedules", "pools"): "jobSpecification.poolInfo.autoPoolSpecification.pool.",
}


def check_version(version: str) -> None:
    """400 unless a request names a version of the contract."""
    if not version:
        raise BatchError("MissingRequiredQueryParameter", ("QueryParameterName", "api-version"))
    if version not in VERSIONS and not NEWER.fullmatch(version):
        raise BatchError("UnsupportedRequestVersion", ("Reason", f"Unknown version {version}"))


def has_login_rule(version: str, at: datetime) -> bool:
    """Whether a pool made so and then gets ports for logins unasked (docs: pool endpoints)."""
    return version < NO_LOGIN_RULE and at < NO_LOGIN_RULE_AT_ALL


def shaped(kind: str, body: Mapping[str, Any], version: str) -> Mapping[str, Any]:
    """A resource of a kind, named by its list's fragment, as a version shows it."""
    for edit in _edits(kind, version):
        body = edit(dict(body))
    return body


@cache
def _edits(kind: str, version: str) -> tuple[Edit, ...]:
    """What makes a version's shape of a kind; nothing, for most kinds in the newest version."""
    edits: list[Edit] = []
    for change in CHANGES:
        prefix = "" if change.kind == kind else WITHIN.get((kind, change.kind))
        if prefix is None:
            continue
        if version < change.version:
            edits += [_leave_out(prefix + path) for path in change.added]
            edits += [_rename(prefix + path, former) for path, former in change.renamed]
        else:
            edits += [_leave_out(prefix + path) for path in change.gone]
    if version < NEWEST:
        edits += PUT_IN.get((kind, version[:10]), ())
        edits += PUT_IN.get((kind, ""), ())
    return tuple(edits)


def _leave_out(path: str) -> Edit:
    def without(holder: Json, name: str) -> Json:
        return {key: value for key, value in holder.items() if key != name}

    return lambda body: _edited(body, path.split("."), without)


def _rename(path: str, former: str) -> Edit:
    def renamed(holder: Json, name: str) -> Json:
        return {former if key == name else key: value for key, value in holder.items()}

    return lambda body: _edited(body, path.split("."), renamed)


def _edited(value: Any, path: list[str], edit: Callable[[Json, str], Json]) -> Any:  # noqa: ANN401 - JSON
    """A copy of what holds the path's end, edited; the same value when there is no such path."""
    name, *rest = path
    if name == "[]" and isinstance(value, list):
        return [_edited(item, rest, edit) for item in value]
    if not isinstance(value, dict) or name not in value:
        return value
    return value | {name: _edited(value[name], rest, edit)} if rest else edit(value, name)


def _certificates(body: Json) -> Json:
    return body | {"certificateReferences": []}


def _communication(body: Json) -> Json:
    """How a pool with nodes talks to the service: simplified, unless it was told otherwise."""
    if not body.get("currentDedicatedNodes") and not body.get("currentLowPriorityNodes"):
        return body
    mode = body.get("targetNodeCommunicationMode", "default").lower()
    return body | {"currentNodeCommunicationMode": "classic" if mode == "classic" else "simplified"}


def _reported_certificates(body: Json) -> Json:
    """Nodes have the list once their agent has come up."""
    return _certificates(body) if "nodeAgentInfo" in body else body


# By kind, and by version or for all but the newest: as recorded.
PUT_IN: Mapping[tuple[str, str], tuple[Edit, ...]] = {
    ("pools", "2024-07-01"): (_certificates, _communication),
    ("pools", "2024-02-01"): (_communication,),
    ("pools", "2023-11-01"): (_communication,),
    ("pools", "2023-05-01"): (_communication,),
    ("pools", "2022-10-01"): (_communication,),
    ("nodes", ""): (_reported_certificates,),
}
