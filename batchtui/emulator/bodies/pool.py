"""A pool to be created: checked as the service checks it, its defaults filled in."""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from batchtui.emulator.bodies import read
from batchtui.emulator.bodies.autoscale import autoscale
from batchtui.emulator.bodies.network import network_configuration
from batchtui.emulator.bodies.read import Json
from batchtui.emulator.catalogue import find_image, has_publisher_offer_sku, is_past, vm_size
from batchtui.emulator.errors import BatchError, bad_property, missing_property
from batchtui.emulator.times import write_duration

ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
KNOWN = frozenset({
    "id", "displayName", "vmSize", "virtualMachineConfiguration", "resizeTimeout",
    "targetDedicatedNodes", "targetLowPriorityNodes", "enableAutoScale", "autoScaleFormula",
    "autoScaleEvaluationInterval", "enableInterNodeCommunication", "networkConfiguration",
    "startTask", "applicationPackageReferences", "taskSlotsPerNode", "taskSchedulingPolicy",
    "userAccounts", "metadata", "mountConfiguration", "upgradePolicy", "resourceTags",
    "certificateReferences", "targetNodeCommunicationMode", "identity",
})  # fmt: skip
PASSED_ON = ("mountConfiguration", "upgradePolicy", "identity")
MOST_NODES = 1_000_000
MOST_RETRIES = 2**31 - 1
MAX_SLOTS = 256


def check_id(value: str) -> None:
    """400 unless it is 1 to 64 letters, digits, hyphens and underscores."""
    if not ID.fullmatch(value):
        reason = "The id must be 1 to 64 of letters, digits, hyphens and underscores"
        raise bad_property("id", value, reason)


def normalised(body: Mapping[str, Any], now: datetime) -> Json:
    """The pool as GET shows it, without what the service itself adds; 400 when it can't be."""
    read.only(body, KNOWN)
    check_id(read.text(body, "id"))
    pool: Json = {"id": body["id"]}
    if body.get("displayName") is not None:
        pool["displayName"] = read.text(body, "displayName")
    pool["vmSize"] = _vm_size(body)
    pool["virtualMachineConfiguration"] = _machine(body, now)
    pool |= _scale(body)
    pool |= _scheduling(body)
    pool |= _lists(body)
    if (start_task := read.nested(body, "startTask")) is not None:
        pool["startTask"] = start_task_body(start_task)
    if (network := read.nested(body, "networkConfiguration")) is not None:
        pool["networkConfiguration"] = network_configuration(network)
    pool |= {name: body[name] for name in PASSED_ON if body.get(name) is not None}
    return pool


def _vm_size(body: Mapping[str, Any]) -> str:
    size = read.text(body, "vmSize")
    if vm_size(size) is None:
        raise bad_property("vmSize", size, f"The VM size {size} is not supported in this region")
    return size.lower()


def _machine(body: Mapping[str, Any], now: datetime) -> Json:
    machine = read.nested(body, "virtualMachineConfiguration")
    if machine is None:
        raise missing_property("virtualMachineConfiguration")
    reference = read.nested(machine, "imageReference")
    if reference is None:
        raise missing_property("imageReference")
    agent = read.text(machine, "nodeAgentSKUId")
    image_id = read.text(reference, "virtualMachineImageId", "")
    if image_id:
        raise bad_property("virtualMachineImageId", image_id, "There are no images of one's own")
    _check_image(reference, agent, now)
    disks = [
        {"caching": "none", "managedDisk": {"storageAccountType": "standard_lrs"}} | disk
        for disk in read.objects(machine, "dataDisks")
    ]
    result = {**machine, "imageReference": {"version": "latest"} | reference}
    result["imageReference"] = {
        name: result["imageReference"][name] for name in ("publisher", "offer", "sku", "version")
    }
    return result | ({"dataDisks": disks} if disks else {})


def _check_image(reference: Mapping[str, Any], agent: str, now: datetime) -> None:
    publisher, offer, sku = (read.text(reference, name) for name in ("publisher", "offer", "sku"))
    read.text(reference, "version", "latest")
    named = f"imageReference with publisher {publisher} offer {offer} sku {sku}"
    row = find_image(reference, agent)
    if row is None and has_publisher_offer_sku(reference):
        reason = f"The nodeAgentSKUId {agent} does not match the specified {named}."
        raise bad_property("nodeAgentSKUId", agent, reason)
    if row is None:
        reason = f"The specified {named} is not supported."
        raise BatchError(
            "InvalidPropertyValue", ("PropertyName", "imageReference"), ("Reason", reason)
        )
    if is_past(row, now):
        reason = f"The specified {named} is past the end of its support."
        raise BatchError(
            "InvalidPropertyValue", ("PropertyName", "imageReference"), ("Reason", reason)
        )


def _scale(body: Mapping[str, Any]) -> Json:
    length = resize_timeout(body)
    scale: Json = {"resizeTimeout": write_duration(length)}
    if read.flag(body, "enableAutoScale"):
        return scale | _autoscale(body)
    for name in ("autoScaleFormula", "autoScaleEvaluationInterval"):
        if body.get(name) is not None:
            raise bad_property(name, body[name], "The pool doesn't have enableAutoScale")
    for name in ("targetDedicatedNodes", "targetLowPriorityNodes"):
        scale[name] = read.number(body, name, least=0, most=MOST_NODES, default=0)
    return scale | {"enableAutoScale": False}


def resize_timeout(body: Mapping[str, Any]) -> timedelta:
    """How long a resize may take: 5 minutes to a week, by default 15 minutes."""
    return read.duration(
        body, "resizeTimeout", "PT15M", timedelta(minutes=5), timedelta(minutes=10080)
    )


def _autoscale(body: Mapping[str, Any]) -> Json:
    for name in ("targetDedicatedNodes", "targetLowPriorityNodes"):
        if body.get(name) is not None:
            raise bad_property(name, body[name], "The pool has enableAutoScale")
    return {"targetDedicatedNodes": 0, "targetLowPriorityNodes": 0} | autoscale(body)


def _scheduling(body: Mapping[str, Any]) -> Json:
    policy = read.nested(body, "taskSchedulingPolicy") or {}
    talk = read.flag(body, "enableInterNodeCommunication")
    mixed = body.get("targetDedicatedNodes") and body.get("targetLowPriorityNodes")
    if talk and mixed:
        reason = "Dedicated and spot nodes can't be mixed with inter-node communication"
        raise bad_property("enableInterNodeCommunication", talk, reason)
    order = read.choice(policy, "jobDefaultOrder", "none", "none", "creationtime")
    return {
        "enableInterNodeCommunication": talk,
        "taskSlotsPerNode": read.number(
            body, "taskSlotsPerNode", least=1, most=MAX_SLOTS, default=1
        ),
        "taskSchedulingPolicy": {
            "nodeFillType": read.choice(policy, "nodeFillType", "Spread", "Spread", "Pack"),
            "jobDefaultOrder": order,
        },
    }


def _lists(body: Mapping[str, Any]) -> Json:
    packages = read.objects(body, "applicationPackageReferences")
    if packages:
        name = read.text(packages[0], "applicationId")
        text = "The specified application package does not exist."
        raise BatchError("InvalidApplicationPackageReferences", (name, text))
    found: Json = {}
    if metadata := read.objects(body, "metadata"):
        found["metadata"] = [
            {"name": read.text(item, "name"), "value": read.text(item, "value")}
            for item in metadata
        ]
    if accounts := read.objects(body, "userAccounts"):
        found["userAccounts"] = [_account(account) for account in accounts]
    return found


def _account(account: Mapping[str, Any]) -> Json:
    """A user account as GET shows it: never with its password."""
    read.text(account, "password")
    elevation = read.choice(account, "elevationLevel", "nonadmin", "nonadmin", "admin")
    shown = {k: v for k, v in account.items() if k not in {"password", "elevationLevel"}}
    return {**shown, "name": read.text(account, "name"), "elevationLevel": elevation}


def start_task_body(task: Mapping[str, Any]) -> Json:
    """A start task as GET shows it, with its identity, retries and waiting."""
    command = read.text(task, "commandLine")
    if not command.strip():
        raise bad_property("commandLine", command, "The command line must not be empty")
    settings = read.objects(task, "environmentSettings")
    for setting in settings:
        read.text(setting, "name")
        read.text(setting, "value", "")
    identity = read.nested(task, "userIdentity") or {}
    user = read.nested(identity, "autoUser")
    if user is not None or not identity.get("username"):
        identity = {"autoUser": {"scope": "pool", "elevationLevel": "nonadmin"} | (user or {})}
    known = {k: v for k, v in task.items() if v is not None}
    return {
        **known,
        "commandLine": command,
        "userIdentity": identity,
        "maxTaskRetryCount": read.number(
            task, "maxTaskRetryCount", least=-1, most=MOST_RETRIES, default=0
        ),
        "waitForSuccess": read.flag(task, "waitForSuccess", default=True),
    }
