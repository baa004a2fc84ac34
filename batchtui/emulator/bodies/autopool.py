"""Where a job runs: a pool by its id, or one that is made for it."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from batchtui.emulator.bodies import read
from batchtui.emulator.bodies.caller import Caller
from batchtui.emulator.bodies.pool import normalised
from batchtui.emulator.bodies.read import Json
from batchtui.emulator.errors import bad_property, missing_property
from batchtui.emulator.store import Unshown

AUTO = frozenset({"autoPoolIdPrefix", "poolLifetimeOption", "keepAlive", "pool"})
PREFIX = re.compile(r"[A-Za-z0-9_-]{1,20}")
# As recorded in job-get and job-list; what isn't named there follows.
ORDER = (
    "displayName", "vmSize", "taskSlotsPerNode", "taskSchedulingPolicy", "resizeTimeout",
    "targetDedicatedNodes", "targetLowPriorityNodes", "enableAutoScale", "autoScaleFormula",
    "autoScaleEvaluationInterval", "enableInterNodeCommunication", "startTask",
    "virtualMachineConfiguration", "networkConfiguration",
)  # fmt: skip


def pool_info(body: Mapping[str, Any], now: datetime, caller: Caller) -> Json:
    """Where the job runs, as GET shows it."""
    info = read.needed(body, "poolInfo")
    read.only(info, frozenset({"poolId", "autoPoolSpecification"}))
    pool_id = read.text(info, "poolId", "")
    auto = read.nested(info, "autoPoolSpecification")
    if auto is None and not pool_id:
        raise missing_property("poolId")
    if auto is None:
        return {"poolId": pool_id}
    if pool_id:
        reason = "Only one of poolId and autoPoolSpecification may be specified"
        raise bad_property("poolInfo", pool_id, reason)
    return {"autoPoolSpecification": _auto_pool(auto, now, caller)}


def unshown(body: Mapping[str, Any], caller: Caller) -> Unshown:
    """What GET won't show of the pool that a request, already checked, has made for its jobs."""
    auto = (body.get("poolInfo") or {}).get("autoPoolSpecification") or {}
    accounts = (auto.get("pool") or {}).get("userAccounts") or ()
    return Unshown(tuple(accounts), caller.version)


def _auto_pool(auto: Json, now: datetime, caller: Caller) -> Json:
    read.only(auto, AUTO)
    read.text(auto, "poolLifetimeOption")
    prefix = read.text(auto, "autoPoolIdPrefix", "")
    if prefix and not PREFIX.fullmatch(prefix):
        reason = "The prefix must be 1 to 20 of letters, digits, hyphens and underscores"
        raise bad_property("autoPoolIdPrefix", prefix, reason)
    found: Json = {"autoPoolIdPrefix": prefix} if prefix else {}
    found["poolLifetimeOption"] = read.choice(auto, "poolLifetimeOption", "", "jobschedule", "job")
    found["keepAlive"] = read.flag(auto, "keepAlive")
    return found | {"pool": _pool(read.needed(auto, "pool"), now, caller)}


def _pool(pool: Json, now: datetime, caller: Caller) -> Json:
    if "id" in pool:
        raise bad_property("id", pool["id"], "The service itself makes the pool's id")
    made = normalised(pool | {"id": "auto"}, now, caller)
    del made["id"]
    first = {name: made[name] for name in ORDER if name in made}
    return first | made
