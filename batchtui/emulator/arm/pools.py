"""Pools as Resource Manager has them, and as the data plane does: other names, same things."""

from collections.abc import Mapping
from typing import Any

from batchtui.emulator.bodies import read
from batchtui.emulator.bodies.pool import TARGETS
from batchtui.emulator.errors import BatchError, missing_property
from batchtui.emulator.store import Json

# What Resource Manager calls a property of the data plane's, anywhere in a pool.
NAMES = {
    "nodeAgentSKUId": "nodeAgentSkuId",
    "inboundNATPools": "inboundNatPools",
    "dynamicVNetAssignmentScope": "dynamicVnetAssignmentScope",
    "virtualMachineImageId": "id",
}
# Its words for the data plane's, by the property in which they stand (azure-mgmt-batch: _enums).
WORDS = {
    "allocationState": ("Steady", "Resizing", "Stopping"),
    "elevationLevel": ("NonAdmin", "Admin"),
    "scope": ("Task", "Pool"),
    "loginMode": ("Batch", "Interactive"),
    "jobDefaultOrder": ("None", "CreationTime"),
    "caching": ("None", "ReadOnly", "ReadWrite"),
    "storageAccountType": ("Standard_LRS", "Premium_LRS", "StandardSSD_LRS"),
    "placement": ("CacheDisk",),
    "type": ("DockerCompatible", "CriCompatible"),
    "targets": ("OsDisk", "TemporaryDisk"),
    "securityType": ("trustedLaunch", "confidentialVM"),
    "access": ("Allow", "Deny"),
    "protocol": ("TCP", "UDP"),
    "provision": ("BatchManaged", "UserManaged", "NoPublicIPAddresses"),
    "workingDirectory": ("TaskWorkingDirectory", "ContainerImageDefault"),
}
SAME = (
    "displayName", "vmSize", "taskSlotsPerNode", "taskSchedulingPolicy", "networkConfiguration",
    "startTask", "userAccounts", "metadata", "mountConfiguration", "upgradePolicy",
)  # fmt: skip
SLOTS = ("taskSlotsPerNode", "maxTasksPerNode")  # the second until 2020
TALK = {True: "Enabled", False: "Disabled"}


def properties_of(pool: Mapping[str, Any]) -> Json:
    """A pool's properties in the recorded order (arm-pool-get, arm-pool-list)."""
    times = {name: pool[name] for name in ("lastModified", "creationTime")}
    machine = pool.get("virtualMachineConfiguration")
    cloud = pool.get("cloudServiceConfiguration")
    found = {
        "displayName": pool.get("displayName"),
        **times,
        "provisioningState": "Succeeded" if pool["state"] == "active" else "Deleting",
        "provisioningStateTransitionTime": pool["stateTransitionTime"],
        "allocationState": pool["allocationState"],
        "allocationStateTransitionTime": pool["allocationStateTransitionTime"],
        "vmSize": pool["vmSize"].upper() if machine else pool["vmSize"].capitalize(),
        "interNodeCommunication": TALK[pool["enableInterNodeCommunication"]],
        **{name: pool[name] for name in SLOTS if name in pool},
        "taskSchedulingPolicy": pool["taskSchedulingPolicy"],
        "deploymentConfiguration": {"virtualMachineConfiguration": machine}
        if machine
        else {"cloudServiceConfiguration": cloud},
        "scaleSettings": _scale(pool),
        **{name: pool.get(name) for name in SAME[4:]},
        "resizeOperationStatus": None if pool["enableAutoScale"] else _resize(pool),
        "currentDedicatedNodes": pool["currentDedicatedNodes"],
        "currentLowPriorityNodes": pool["currentLowPriorityNodes"],
        "autoScaleRun": _run(pool.get("autoScaleRun")),
    }
    return {name: _renamed(name, value) for name, value in found.items() if value is not None}


def _scale(pool: Mapping[str, Any]) -> Json:
    if pool["enableAutoScale"]:
        return {
            "autoScale": {
                "formula": pool["autoScaleFormula"],
                "evaluationInterval": pool["autoScaleEvaluationInterval"],
            }
        }
    names = (*TARGETS, "resizeTimeout")
    return {"fixedScale": {name: pool[name] for name in names if name in pool}}


def _resize(pool: Mapping[str, Any]) -> Json:
    """The last resize; nodes of a kind that was not asked for aren't named (recorded)."""
    spot = {TARGETS[1]: pool[TARGETS[1]]} if pool[TARGETS[1]] else {}
    errors = [_error(error) for error in pool.get("resizeErrors", ())]
    return {
        TARGETS[0]: pool[TARGETS[0]],
        **spot,
        "nodeDeallocationOption": "Requeue",
        "resizeTimeout": pool["resizeTimeout"],
        "startTime": pool["allocationStateTransitionTime"],
        **({"errors": errors} if errors else {}),
    }


def _run(run: Mapping[str, Any] | None) -> Json | None:
    if not run:
        return None
    found = {"evaluationTime": run["timestamp"]}
    if "results" in run:
        found["results"] = run["results"]
    return found | ({"error": _error(run["error"])} if "error" in run else {})


def _error(error: Mapping[str, Any]) -> Json:
    found = {"code": error["code"], "message": error.get("message", "")}
    details = [
        {"code": value.get("key", value.get("name", "")), "message": value.get("value", "")}
        for value in error.get("values", ())
    ]
    return found | ({"details": details} if details else {})


def _renamed(name: str, value: Any) -> Any:  # noqa: ANN401 - any JSON
    """A value of the data plane's in Resource Manager's names and words."""
    if isinstance(value, Mapping):
        return {_name(key, name): _renamed(key, item) for key, item in value.items()}
    if isinstance(value, list):
        return [_renamed(name, item) for item in value]
    if isinstance(value, str):
        return next((w for w in WORDS.get(name, ()) if w.lower() == value.lower()), value)
    return value


def _name(key: str, inside: str) -> str:
    return "userName" if (key, inside) == ("username", "userIdentity") else NAMES.get(key, key)


def wanted_pool(body: Mapping[str, Any]) -> Json:
    """What a request for a pool says, as the data plane would be told; its scale is apart."""
    given = read.nested(body, "properties") or {}
    wanted = {name: _told(name, given[name]) for name in SAME if given.get(name) is not None}
    if given.get("interNodeCommunication") is not None:
        talk = read.choice(given, "interNodeCommunication", "", *TALK.values())
        wanted["enableInterNodeCommunication"] = talk == TALK[True]
    if given.get("applicationPackages"):
        packages = read.objects(given, "applicationPackages")
        names = [read.text(package, "id").rpartition("/")[2] for package in packages]
        wanted["applicationPackageReferences"] = [{"applicationId": name} for name in names]
    for name, value in (read.nested(given, "deploymentConfiguration") or {}).items():
        wanted[name] = _told(name, value)
    return wanted


def wanted_scale(body: Mapping[str, Any]) -> Json | None:
    """The scale that a request asks for, as the data plane creates a pool with it, if any."""
    settings = read.nested(read.nested(body, "properties") or {}, "scaleSettings")
    if settings is None:
        return None
    fixed, formula = read.nested(settings, "fixedScale"), read.nested(settings, "autoScale")
    if (fixed is None) == (formula is None):
        reason = "scaleSettings must have one of fixedScale and autoScale"
        raise BatchError("InvalidRequestBody", ("Reason", reason))
    if formula is not None:
        if formula.get("formula") is None:
            raise missing_property("formula")
        names = {
            "formula": "autoScaleFormula",
            "evaluationInterval": "autoScaleEvaluationInterval",
        }
        told = {names[name]: value for name, value in formula.items() if name in names}
        return {"enableAutoScale": True} | told
    sizes = {*TARGETS, "resizeTimeout"}
    return {name: value for name, value in (fixed or {}).items() if name in sizes}


TOLD = {new: old for old, new in NAMES.items() if new != "id"} | {"userName": "username"}


def _told(name: str, value: Any) -> Any:  # noqa: ANN401 - any JSON
    """A value of Resource Manager's in the data plane's names; words have no case there."""
    if isinstance(value, Mapping):
        names = TOLD | ({"id": "virtualMachineImageId"} if name == "imageReference" else {})
        return {names.get(key, key): _told(key, item) for key, item in value.items()}
    if isinstance(value, list):
        return [_told(name, item) for item in value]
    return value
