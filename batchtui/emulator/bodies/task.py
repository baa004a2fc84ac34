"""A task to be added or changed: checked as the service checks it, its defaults filled in.

Limits and defaults are those of the SDK's docstrings (BatchTaskCreateOptions) and recordings.
"""

from collections.abc import Mapping
from typing import Any

from batchtui.emulator.bodies import command, read
from batchtui.emulator.bodies.pool import MAX_SLOTS, check_id
from batchtui.emulator.bodies.read import Json
from batchtui.emulator.bodies.shapes import Shape, one_of, texts
from batchtui.emulator.errors import BatchError, bad_property

KNOWN = frozenset({
    "id", "displayName", "commandLine", "containerSettings", "resourceFiles", "outputFiles",
    "environmentSettings", "affinityInfo", "constraints", "requiredSlots", "userIdentity",
    "multiInstanceSettings", "dependsOn", "exitConditions", "applicationPackageReferences",
    "authenticationTokenSettings",
})  # fmt: skip
# By the job's own task that has the id already.
TAKEN = {
    "jobPreparationTask": "TaskIdSameAsJobPreparationTask",
    "jobReleaseTask": "TaskIdSameAsJobReleaseTask",
}
TOKEN = Shape(access=texts(one_of("job")))
CONDITIONS = ("preProcessingError", "fileUploadError", "default")
LONGEST_DEPENDENCIES = 64_000
LOWEST, HIGHEST = -(2**31), 2**31 - 1


def new_task(body: Mapping[str, Any], job: Mapping[str, Any]) -> Json:
    """The task as GET shows it, without what the service itself adds; `job` is its job's body."""
    read.only(body, KNOWN)
    check_id(read.text(body, "id"))
    for place, code in TAKEN.items():
        if body["id"].lower() == (job.get(place) or {}).get("id", "").lower():
            raise BatchError(code)
    retries = job["constraints"]["maxTaskRetryCount"]
    task = {"id": body["id"], **command.display_name(body)}
    task |= {"commandLine": command.command_line(body), **command.container(body)}
    task |= command.resource_files(body) | command.output_files(body)
    task |= command.pairs(body, "environmentSettings") | _affinity(body)
    task |= {"userIdentity": command.identity(body), **_many_instances(body)}
    if body.get("authenticationTokenSettings") is not None:
        task["authenticationTokenSettings"] = TOKEN(body, "authenticationTokenSettings")
    task["constraints"] = command.constraints(body, retries)
    task["requiredSlots"] = _slots(body)
    task |= _dependencies(body, job) | _exit_conditions(body, job) | command.packages(body)
    return task


def changed_constraints(body: Mapping[str, Any], job: Mapping[str, Any]) -> Json:
    """The limits that PUT asks for: what is omitted is as if the task were new."""
    read.only(body, frozenset({"constraints"}))
    return command.constraints(body, job["constraints"]["maxTaskRetryCount"])


def _affinity(body: Mapping[str, Any]) -> Json:
    given = read.nested(body, "affinityInfo")
    return {} if given is None else {"affinityInfo": {"affinityId": read.text(given, "affinityId")}}


def _many_instances(body: Mapping[str, Any]) -> Json:
    given = read.nested(body, "multiInstanceSettings")
    if given is None:
        return {}
    most = 2**15
    settings: Json = {
        "numberOfInstances": read.number(given, "numberOfInstances", least=1, most=most, default=1),
        "coordinationCommandLine": command.command_line(given, "coordinationCommandLine"),
    }
    settings |= command.resource_files(given, "commonResourceFiles")
    return {"multiInstanceSettings": settings}


def _slots(body: Mapping[str, Any]) -> int:
    slots = read.number(body, "requiredSlots", least=1, most=MAX_SLOTS, default=1)
    if slots > 1 and body.get("multiInstanceSettings") is not None:
        raise bad_property("requiredSlots", slots, "A multi-instance task takes one slot of a node")
    return slots


def _dependencies(body: Mapping[str, Any], job: Mapping[str, Any]) -> Json:
    given = read.nested(body, "dependsOn")
    if given is None:
        return {}
    if not job["usesTaskDependencies"]:
        raise BatchError("TaskDependenciesNotSpecifiedOnJob")
    read.only(given, frozenset({"taskIds", "taskIdRanges"}))
    ids = given.get("taskIds") or []
    if not isinstance(ids, list) or not all(isinstance(item, str) for item in ids):
        raise bad_property("taskIds", ids, "The value must be a list of task ids")
    if sum(map(len, ids)) > LONGEST_DEPENDENCIES:
        raise BatchError("TaskDependencyListTooLong")
    ranges = [_range(item, least=0) for item in read.objects(given, "taskIdRanges")]
    found = {"taskIds": ids, "taskIdRanges": ranges}
    return {"dependsOn": {name: value for name, value in found.items() if value}}


def _range(item: Json, *, least: int) -> Json:
    start, end = (read.number(item, key, least=least, most=HIGHEST) for key in ("start", "end"))
    if start > end:
        raise bad_property("start", start, "The start of a range must not be after its end")
    return {"start": start, "end": end}


def _exit_conditions(body: Mapping[str, Any], job: Mapping[str, Any]) -> Json:
    given = read.nested(body, "exitConditions")
    if given is None:
        return {}
    read.only(given, frozenset({"exitCodes", "exitCodeRanges", *CONDITIONS}))
    found: Json = {
        "exitCodes": [
            {
                "code": read.number(item, "code", least=LOWEST, most=HIGHEST),
                "exitOptions": _options(read.needed(item, "exitOptions"), job),
            }
            for item in read.objects(given, "exitCodes")
        ],
        "exitCodeRanges": [
            _range(item, least=LOWEST)
            | {"exitOptions": _options(read.needed(item, "exitOptions"), job)}
            for item in read.objects(given, "exitCodeRanges")
        ],
    }
    for name in CONDITIONS:
        if (options := read.nested(given, name)) is not None:
            found[name] = _options(options, job)
    return {"exitConditions": {name: value for name, value in found.items() if value}}


def _options(options: Json, job: Mapping[str, Any]) -> Json:
    """What follows an exit; only what its job provides for (docs: add a task, exitOptions)."""
    found = {}
    if options.get("jobAction") is not None:
        action = read.choice(options, "jobAction", "", "none", "disable", "terminate")
        if job["onTaskFailure"] == "noaction":
            raise bad_property("jobAction", action, "The job's onTaskFailure is noaction")
        found["jobAction"] = action
    if options.get("dependencyAction") is not None:
        action = read.choice(options, "dependencyAction", "", "satisfy", "block")
        if not job["usesTaskDependencies"]:
            raise bad_property("dependencyAction", action, "The job uses no task dependencies")
        found["dependencyAction"] = action
    return found
