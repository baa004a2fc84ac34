"""What every command that runs on a node is given: files, environment, identity and limits."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from batchtui.emulator.bodies import read
from batchtui.emulator.bodies.read import Json
from batchtui.emulator.errors import BatchError, bad_property, missing_property
from batchtui.emulator.times import read_duration, write_duration

NO_LIMIT = "P10675199DT2H48M5.4775807S"  # the longest TimeSpan of .NET, as recorded
LONGEST = timedelta(days=10675199)
RETENTION = "P7D"
MOST_RETRIES = 2**31 - 1
LONGEST_NAME = 1024
LONGEST_COMMAND = 32 * 1024
SOURCES = ("autoStorageContainerName", "storageContainerUrl", "httpUrl")
SOURCE = frozenset({*SOURCES, "blobPrefix", "filePath", "fileMode", "identityReference"})
OUTPUT = frozenset({"filePattern", "destination", "uploadOptions"})
CONTAINER = frozenset({
    "containerRunOptions", "imageName", "registry", "workingDirectory",
    "containerHostBatchBindMounts",
})  # fmt: skip
CONSTRAINTS = frozenset({"maxWallClockTime", "retentionTime", "maxTaskRetryCount"})
WHEN = ("TaskSuccess", "TaskFailure", "TaskCompletion")


def span(body: Mapping[str, Any], name: str, default: str, most: timedelta | None = None) -> str:
    """A duration as the service writes it back; 400 when it is none, or longer than allowed."""
    value = read.text(body, name, default)
    length = read_duration(value)
    if length is None:
        raise bad_property(name, value, "The value must be an ISO 8601 duration")
    if most is not None and length > most:
        raise bad_property(name, value, f"The value must be at most {write_duration(most)}")
    return NO_LIMIT if length >= LONGEST else write_duration(length)


def display_name(body: Mapping[str, Any]) -> Json:
    """The display name, if it has one; at most 1,024 characters."""
    name = read.text(body, "displayName", "")
    if len(name) > LONGEST_NAME:
        reason = f"The value must have at most {LONGEST_NAME} characters"
        raise bad_property("displayName", name, reason)
    return {} if body.get("displayName") is None else {"displayName": name}


def command_line(body: Mapping[str, Any], name: str = "commandLine") -> str:
    """A command line, which must not be empty."""
    command = read.text(body, name)
    if not command.strip():
        raise bad_property(name, command, "The command line must not be empty")
    if len(command) > LONGEST_COMMAND:
        reason = f"The value must have at most {LONGEST_COMMAND} characters"
        raise bad_property(name, f"{command[:64]}...", reason)
    return command


def pairs(body: Mapping[str, Any], name: str, *, value_required: bool = False) -> Json:
    """A list of names and values under its own name, if there are any."""
    found = []
    for item in read.objects(body, name):
        read.only(item, frozenset({"name", "value"}))
        pair = {"name": read.text(item, "name")}
        if value_required or item.get("value") is not None:
            pair["value"] = read.text(item, "value")
        found.append(pair)
    return {name: found} if found else {}


def identity(body: Mapping[str, Any]) -> Json:
    """Who runs it: a named user, or by default the pool's user without rights."""
    given = read.nested(body, "userIdentity") or {}
    read.only(given, frozenset({"username", "autoUser"}))
    auto = read.nested(given, "autoUser")
    name = read.text(given, "username", "")
    if name and auto is not None:
        reason = "Only one of username and autoUser may be specified"
        raise bad_property("userIdentity", name, reason)
    if name:
        return {"username": name}
    auto = auto or {}
    read.only(auto, frozenset({"scope", "elevationLevel"}))
    return {
        "autoUser": {
            "scope": read.choice(auto, "scope", "pool", "task", "pool"),
            "elevationLevel": read.choice(auto, "elevationLevel", "nonadmin", "nonadmin", "admin"),
        }
    }


def constraints(body: Mapping[str, Any], retries: int) -> Json:
    """A task's limits; `retries` is how often it is tried again when it doesn't say."""
    given = read.nested(body, "constraints") or {}
    read.only(given, CONSTRAINTS)
    return {
        "maxWallClockTime": span(given, "maxWallClockTime", NO_LIMIT),
        "retentionTime": span(given, "retentionTime", RETENTION),
        "maxTaskRetryCount": retry_count(given, retries),
    }


def retry_count(body: Mapping[str, Any], default: int = 0) -> int:
    """How often it is tried again; -1 is without end."""
    return read.number(body, "maxTaskRetryCount", least=-1, most=MOST_RETRIES, default=default)


def resource_files(body: Mapping[str, Any], name: str = "resourceFiles") -> Json:
    """The files to fetch under their list's own name, if there are any."""
    found = [_resource_file(item) for item in read.objects(body, name)]
    return {name: found} if found else {}


def _resource_file(item: Json) -> Json:
    read.only(item, SOURCE)
    for key in SOURCE - {"identityReference"}:
        read.text(item, key, "")
    read.nested(item, "identityReference")
    given = [key for key in SOURCES if item.get(key)]
    if len(given) != 1:
        reason = f"Exactly one of {', '.join(SOURCES)} must be specified"
        raise bad_property("resourceFiles", ", ".join(given), reason)
    if given == ["httpUrl"]:
        _check_single(item)
    return {key: value for key, value in item.items() if value is not None}


def _check_single(item: Json) -> None:
    if not item.get("filePath"):
        raise missing_property("filePath")
    if item.get("blobPrefix"):
        reason = "The property is valid only with a storage container"
        raise bad_property("blobPrefix", item["blobPrefix"], reason)


def output_files(body: Mapping[str, Any]) -> Json:
    """The files to keep under their list's own name, if there are any."""
    found = [_output_file(item) for item in read.objects(body, "outputFiles")]
    return {"outputFiles": found} if found else {}


def _output_file(item: Json) -> Json:
    read.only(item, OUTPUT)
    destination = needed(item, "destination")
    read.text(needed(destination, "container"), "containerUrl")
    options = needed(item, "uploadOptions")
    read.text(options, "uploadCondition")
    condition = read.choice(options, "uploadCondition", "", *WHEN)
    return {
        "filePattern": read.text(item, "filePattern"),
        "destination": destination,
        "uploadOptions": {"uploadCondition": condition},
    }


def needed(body: Mapping[str, Any], name: str) -> Json:
    """An object that has to be there."""
    found = read.nested(body, name)
    if found is None:
        raise missing_property(name)
    return found


def container(body: Mapping[str, Any]) -> Json:
    """The container to run in, if any; the registry's password is never shown."""
    given = read.nested(body, "containerSettings")
    if given is None:
        return {}
    read.only(given, CONTAINER)
    read.text(given, "imageName")
    shown = {key: value for key, value in given.items() if value is not None}
    if registry := read.nested(given, "registry"):
        shown["registry"] = {k: v for k, v in registry.items() if k != "password"}
    return {"containerSettings": shown}


def packages(body: Mapping[str, Any]) -> Json:
    """No packages: 409 InvalidApplicationPackageReferences, as the account has none."""
    for item in read.objects(body, "applicationPackageReferences"):
        name = read.text(item, "applicationId")
        text = "The specified application package does not exist."
        raise BatchError("InvalidApplicationPackageReferences", (name, text))
    return {}
