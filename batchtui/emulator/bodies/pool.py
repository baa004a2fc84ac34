"""A pool to be created: checked as the service checks it, its defaults filled in.

Limits and defaults are those of the SDK's docstrings (BatchPoolCreateOptions) and recordings.
"""

import re
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any

from batchtui.emulator.bodies import command, read
from batchtui.emulator.bodies.autoscale import autoscale
from batchtui.emulator.bodies.caller import SOMEBODY, Caller
from batchtui.emulator.bodies.images import check_image, is_windows
from batchtui.emulator.bodies.machine import check_disks, machine_configuration
from batchtui.emulator.bodies.mounts import mount_configuration
from batchtui.emulator.bodies.network import check_network, network_configuration
from batchtui.emulator.bodies.older import modern
from batchtui.emulator.bodies.read import Json
from batchtui.emulator.bodies.shapes import (
    Property,
    Reader,
    Shape,
    default,
    flag,
    many,
    one_of,
    required,
    text,
    texts_by_name,
    whole,
    words,
)
from batchtui.emulator.bodies.starttask import START_TASK, check_start_task
from batchtui.emulator.bodies.upgrade import check_upgrades, upgrade_policy
from batchtui.emulator.bodies.useraccounts import fitted, user_accounts
from batchtui.emulator.catalogue import size_of
from batchtui.emulator.errors import bad_property, missing_property
from batchtui.emulator.times import write_duration

ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
TARGETS = ("targetDedicatedNodes", "targetLowPriorityNodes")
FORMULA = ("autoScaleFormula", "autoScaleEvaluationInterval")
SCALE = frozenset({*TARGETS, *FORMULA, "enableAutoScale", "resizeTimeout"})
PACKAGES = "applicationPackageReferences"
MOST_NODES = 1_000_000
MAX_SLOTS = 256
SLOTS_PER_CORE = 4


def check_id(value: str) -> None:
    """400 unless it is 1 to 64 letters, digits, hyphens and underscores."""
    if not ID.fullmatch(value):
        reason = "The id must be 1 to 64 of letters, digits, hyphens and underscores"
        raise bad_property("id", value, reason)


def _id(body: Mapping[str, Any], name: str) -> str:
    value = read.text(body, name)
    check_id(value)
    return value


def _lower(body: Mapping[str, Any], name: str) -> str:
    return words(body, name).lower()


METADATA = many(Shape(name=required(words), value=required(text)))
# nodeFillType is documented as required, and was filled in by az's pools of 2024.
POLICY = Shape(
    nodeFillType=default(one_of("Spread", "Pack"), "Spread"),
    jobDefaultOrder=default(one_of("none", "creationtime"), "none"),
)
PARTS: Mapping[str, Property | Reader] = {
    "displayName": command.DISPLAY_NAME,
    "vmSize": required(_lower),
    "enableInterNodeCommunication": default(flag, value=False),
    "startTask": START_TASK,
    "metadata": METADATA,
    "userAccounts": user_accounts,
    "taskSlotsPerNode": default(whole(1, MAX_SLOTS), 1),
    "taskSchedulingPolicy": default(POLICY, POLICY.read({})),
    "virtualMachineConfiguration": machine_configuration,
    "cloudServiceConfiguration": Shape(
        osFamily=required(one_of("2", "3", "4", "5", "6")), osVersion=default(words, "*")
    ),
    "networkConfiguration": network_configuration,
    "mountConfiguration": mount_configuration,
    "targetNodeCommunicationMode": one_of("default", "classic", "simplified"),
    "upgradePolicy": upgrade_policy,
    "resourceTags": texts_by_name,
}
SETTINGS = Shape(id=required(_id), **PARTS)
CHANGES = Shape(**PARTS)


def normalised(body: Mapping[str, Any], now: datetime, caller: Caller = SOMEBODY) -> Json:
    """The pool as GET shows it, without what the service itself adds; 400 when it can't be."""
    body = modern(body, caller.version)
    sizes = {name: value for name, value in body.items() if name in SCALE}
    rest = {name: value for name, value in body.items() if name not in {*SCALE, PACKAGES}}
    pool = SETTINGS.read(rest) | scale_settings(sizes)
    if "cloudServiceConfiguration" not in pool and "virtualMachineConfiguration" not in pool:
        raise missing_property("virtualMachineConfiguration")
    check_parts(pool, pool, now, caller)
    check_mixed(pool)
    return pool | command.packages(body)


def check_parts(pool: Json, fresh: Collection[str], now: datetime, caller: Caller) -> None:
    """400 for parts that are wrong together; the names of `fresh` ones are those just sent.

    User accounts are completed by what the nodes' system adds.
    """
    size, slots = size_of(pool), pool["taskSlotsPerNode"]
    if size is None:
        name = pool["vmSize"]
        raise bad_property("vmSize", name, f"The VM size {name} is not supported in this region")
    if slots > SLOTS_PER_CORE * size.cores:
        reason = f"The value must be between 1 and {SLOTS_PER_CORE * size.cores}"
        raise bad_property("taskSlotsPerNode", slots, reason)
    machine = pool.get("virtualMachineConfiguration")
    if machine and "virtualMachineConfiguration" in fresh:
        check_image(machine, now, caller)
    check_disks(machine or {}, size)
    check_upgrades(pool.get("upgradePolicy", {}), machine or {})
    if "networkConfiguration" in fresh:
        check_network(pool["networkConfiguration"], caller)
    if "userAccounts" in pool:
        windows = machine is None or is_windows(machine)
        pool["userAccounts"] = [fitted(each, windows=windows) for each in pool["userAccounts"]]
    check_start_task(pool)


def check_mixed(pool: Mapping[str, Any]) -> None:
    """400 for both kinds of nodes in a pool whose nodes talk to each other."""
    if pool["enableInterNodeCommunication"] and all(pool[name] for name in TARGETS):
        reason = "Dedicated and spot nodes can't be mixed with inter-node communication"
        raise bad_property("enableInterNodeCommunication", True, reason)


def scale_settings(body: Mapping[str, Any]) -> Json:
    """A pool's size, or the formula for it, with the defaults."""
    scale: Json = {"resizeTimeout": write_duration(resize_timeout(body))}
    if read.flag(body, "enableAutoScale"):
        for name in TARGETS:
            if body.get(name) is not None:
                raise bad_property(name, body[name], "The pool has enableAutoScale")
        return scale | dict.fromkeys(TARGETS, 0) | autoscale(body)
    for name in FORMULA:
        if body.get(name) is not None:
            raise bad_property(name, body[name], "The pool doesn't have enableAutoScale")
    for name in TARGETS:
        scale[name] = read.number(body, name, least=0, most=MOST_NODES, default=0)
    return scale | {"enableAutoScale": False}


def resize_timeout(body: Mapping[str, Any]) -> timedelta:
    """How long a resize may take: 5 minutes to a week, by default 15 minutes."""
    return read.duration(
        body, "resizeTimeout", "PT15M", timedelta(minutes=5), timedelta(minutes=10080)
    )
