"""A job, or what a schedule makes jobs from: checked as the service checks it, and completed.

Limits and defaults are those of the SDK's docstrings (BatchJobCreateOptions) and recordings.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from batchtui.emulator.bodies import command, read
from batchtui.emulator.bodies.autopool import pool_info
from batchtui.emulator.bodies.caller import Caller
from batchtui.emulator.bodies.pool import MAX_SLOTS, check_id
from batchtui.emulator.bodies.read import Json
from batchtui.emulator.errors import BatchError, bad_property
from batchtui.emulator.kinds import JOBS
from batchtui.emulator.query import pick

UPDATED = frozenset({
    "priority", "allowTaskPreemption", "maxParallelTasks", "constraints", "poolInfo",
    "onAllTasksComplete", "metadata", "networkConfiguration",
})  # fmt: skip
SPECIFIED = UPDATED | {
    "displayName", "usesTaskDependencies", "onTaskFailure", "jobManagerTask",
    "jobPreparationTask", "jobReleaseTask", "commonEnvironmentSettings",
}  # fmt: skip
NEW = SPECIFIED | {"id"}
COMMAND = frozenset({
    "id", "commandLine", "containerSettings", "resourceFiles", "environmentSettings",
    "userIdentity",
})  # fmt: skip
MANAGER = COMMAND | {
    "displayName", "outputFiles", "constraints", "requiredSlots", "killJobOnCompletion",
    "runExclusive", "applicationPackageReferences", "authenticationTokenSettings",
    "allowLowPriorityNode",
}  # fmt: skip
PREPARATION = COMMAND | {"constraints", "waitForSuccess", "rerunOnNodeRebootAfterSuccess"}
RELEASE = COMMAND | {"maxWallClockTime", "retentionTime"}
MOST_PRIORITY = 1000
MOST_PARALLEL = 2**31 - 1
LONGEST_RELEASE = timedelta(minutes=15)


def new_job(body: Mapping[str, Any], now: datetime, caller: Caller) -> Json:
    """The job as GET shows it, without what the service itself adds; 400 when it can't be."""
    read.only(body, NEW)
    check_id(read.text(body, "id"))
    job = {"id": body["id"], **_specified(body, now, caller)}
    auto = job["poolInfo"].get("autoPoolSpecification", {})
    if auto.get("poolLifetimeOption") == "jobschedule":
        reason = "The value is only for the jobs of a job schedule"
        raise bad_property("poolLifetimeOption", "jobschedule", reason)
    return job


def specification(body: Mapping[str, Any], now: datetime, caller: Caller) -> Json:
    """What a schedule makes jobs from, as GET shows it."""
    read.only(body, SPECIFIED)
    return _specified(body, now, caller)


def replaced(
    body: Mapping[str, Any], job: Mapping[str, Any], now: datetime, caller: Caller
) -> Json:
    """The updatable properties that PUT asks for: what is omitted is the default again."""
    read.only(body, UPDATED)
    return _checked(_updatable(body) | {"poolInfo": pool_info(body, now, caller)}, job)


def patched(body: Mapping[str, Any], job: Mapping[str, Any], now: datetime, caller: Caller) -> Json:
    """The properties that PATCH asks for: what is omitted stays."""
    read.only(body, UPDATED)
    given = {name for name, value in body.items() if value is not None}
    found = {name: value for name, value in _updatable(body).items() if name in given}
    if "poolInfo" in given:
        found["poolInfo"] = pool_info(body, now, caller)
    if "metadata" in given:
        found.setdefault("metadata", [])
    return _checked(found, job)


def _checked(found: Json, job: Mapping[str, Any]) -> Json:
    """What is to change, which may not take back that the job ends by itself (SDK's words)."""
    mode = found.get("onAllTasksComplete")
    if mode == "noaction" and job["onAllTasksComplete"] == "terminatejob":
        reason = "The value can't be changed from terminatejob to noaction"
        raise bad_property("onAllTasksComplete", mode, reason)
    return found


def _specified(body: Mapping[str, Any], now: datetime, caller: Caller) -> Json:
    job = command.display_name(body) | _updatable(body)
    job["usesTaskDependencies"] = read.flag(body, "usesTaskDependencies")
    job["onTaskFailure"] = read.choice(
        body, "onTaskFailure", "noaction", "noaction", "performexitoptionsjobaction"
    )
    job |= _tasks(body, job["constraints"]["maxTaskRetryCount"])
    job |= command.pairs(body, "commonEnvironmentSettings")
    return pick(job | {"poolInfo": pool_info(body, now, caller)}, JOBS.order)


def _updatable(body: Mapping[str, Any]) -> Json:
    """All that may be updated later, but for the pool."""
    given = read.nested(body, "constraints") or {}
    read.only(given, frozenset({"maxWallClockTime", "maxTaskRetryCount"}))
    parallel = read.number(body, "maxParallelTasks", least=-1, most=MOST_PARALLEL, default=-1)
    if parallel == 0:
        raise bad_property("maxParallelTasks", parallel, "The value must be -1 or greater than 0")
    found: Json = {
        "priority": read.number(
            body, "priority", least=-MOST_PRIORITY, most=MOST_PRIORITY, default=0
        ),
        "maxParallelTasks": parallel,
        "allowTaskPreemption": read.flag(body, "allowTaskPreemption"),
        "constraints": {
            "maxWallClockTime": command.span(given, "maxWallClockTime", command.NO_LIMIT),
            "maxTaskRetryCount": command.retry_count(given),
        },
        "onAllTasksComplete": read.choice(
            body, "onAllTasksComplete", "noaction", "noaction", "terminatejob"
        ),
    }
    if (network := read.nested(body, "networkConfiguration")) is not None:
        subnet = read.text(network, "subnetId")
        reason = f"Property subnetId with value {subnet} is not enabled for current account"
        raise BatchError("Forbidden", ("Reason", reason))
    return found | command.pairs(body, "metadata", value_required=True)


def _tasks(body: Mapping[str, Any], retries: int) -> Json:
    found: Json = {}
    if (task := read.nested(body, "jobManagerTask")) is not None:
        found["jobManagerTask"] = _manager(task, retries)
    preparation = read.nested(body, "jobPreparationTask")
    if preparation is not None:
        found["jobPreparationTask"] = _preparation(preparation)
    if (task := read.nested(body, "jobReleaseTask")) is not None:
        if preparation is None:
            reason = "A job release task can't be specified without a job preparation task"
            raise bad_property("jobReleaseTask", task.get("id", ""), reason)
        found["jobReleaseTask"] = _release(task)
    _check_different([task["id"] for task in found.values()])
    return found


def _check_different(ids: list[str]) -> None:
    lowered = [item.lower() for item in ids]
    for item in ids:
        if lowered.count(item.lower()) > 1:
            raise bad_property("id", item, "No two tasks of a job can have the same id")


def _manager(task: Json, retries: int) -> Json:
    read.only(task, MANAGER)
    read.text(task, "id")
    found = _command(task, "", command.output_files(task))
    found["constraints"] = command.constraints(task, retries)
    found["requiredSlots"] = read.number(task, "requiredSlots", least=1, most=MAX_SLOTS, default=1)
    found["userIdentity"] = command.identity(task)
    for name in ("runExclusive", "allowLowPriorityNode", "killJobOnCompletion"):
        found[name] = read.flag(task, name, default=True)
    return found | command.packages(task)


def _preparation(task: Json) -> Json:
    read.only(task, PREPARATION)
    found = _command(task, "jobpreparation")
    found["constraints"] = command.constraints(task, 0)
    found["userIdentity"] = command.identity(task)
    for name in ("waitForSuccess", "rerunOnNodeRebootAfterSuccess"):
        found[name] = read.flag(task, name, default=True)
    return found


def _release(task: Json) -> Json:
    read.only(task, RELEASE)
    found = _command(task, "jobrelease")
    found["maxWallClockTime"] = command.span(task, "maxWallClockTime", "PT15M", LONGEST_RELEASE)
    found["retentionTime"] = command.span(task, "retentionTime", command.RETENTION)
    return found | {"userIdentity": command.identity(task)}


def _command(task: Json, default_id: str, more: Mapping[str, Any] | None = None) -> Json:
    """What a job's own tasks have in common, in the recorded order."""
    name = read.text(task, "id", default_id)
    check_id(name)
    return {
        "id": name,
        **command.display_name(task),
        "commandLine": command.command_line(task),
        **command.container(task),
        **command.resource_files(task),
        **(more or {}),
        **command.pairs(task, "environmentSettings"),
    }
