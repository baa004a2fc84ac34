"""What every command that runs on a node is given: files, environment, identity and limits."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from batchtui.emulator.bodies import read
from batchtui.emulator.bodies.machine import IDENTITY, registry
from batchtui.emulator.bodies.mounts import inside
from batchtui.emulator.bodies.read import Json
from batchtui.emulator.bodies.shapes import (
    LONGEST,
    Shape,
    at_most_one,
    default,
    exactly_one,
    flag,
    many,
    one_of,
    required,
    text,
    text_like,
    text_up_to,
    words,
)
from batchtui.emulator.errors import BatchError, bad_property, missing_property
from batchtui.emulator.times import read_duration, write_duration

NO_LIMIT = "P10675199DT2H48M5.4775807S"  # the longest TimeSpan of .NET, as recorded
RETENTION = "P7D"
MOST_RETRIES = 2**31 - 1
MOST_PACKAGES = 10
DISPLAY_NAME = text_up_to(1024)
COMMAND_LINE = text_up_to(32 * 1024, words)
CONSTRAINTS = frozenset({"maxWallClockTime", "retentionTime", "maxTaskRetryCount"})
CONTAINER = Shape(
    containerRunOptions=text,
    imageName=required(words),
    registry=registry,
    workingDirectory=one_of("taskWorkingDirectory", "containerImageDefault"),
    containerHostBatchBindMounts=many(
        Shape(
            source=one_of("Shared", "Startup", "VfsMounts", "Task", "JobPrep", "Applications"),
            isReadOnly=flag,
        )
    ),
)
FILE = Shape(
    autoStorageContainerName=words,
    storageContainerUrl=words,
    httpUrl=words,
    blobPrefix=text,
    filePath=inside,
    fileMode=text_like("0?[0-7]{3,4}", "The value must be a mode in octal digits"),
    identityReference=IDENTITY,
)
PLACE = Shape(
    path=text,
    containerUrl=required(words),
    identityReference=IDENTITY,
    uploadHeaders=many(Shape(name=required(words), value=text)),
)
OUTPUT = Shape(
    filePattern=required(words),
    destination=required(Shape(container=required(PLACE))),
    uploadOptions=required(
        Shape(uploadCondition=required(one_of("TaskSuccess", "TaskFailure", "TaskCompletion")))
    ),
)
AUTO_USER = Shape(
    scope=default(one_of("task", "pool"), "pool"),
    elevationLevel=default(one_of("nonadmin", "admin"), "nonadmin"),
)
USER = Shape(username=words, autoUser=AUTO_USER)
PACKAGE = Shape(applicationId=required(words), version=words)


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
    if body.get("displayName") is None:
        return {}
    return {"displayName": DISPLAY_NAME(body, "displayName")}


def command_line(body: Mapping[str, Any], name: str = "commandLine") -> str:
    """A command line, which has to be there."""
    return str(COMMAND_LINE(body, name))


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


def user_identity(body: Mapping[str, Any], name: str) -> Json:
    """Who runs it: a named user, or by default the pool's user without rights."""
    user = USER(body, name)
    return user if at_most_one(user, "username", "autoUser") else {"autoUser": AUTO_USER.read({})}


def identity(body: Mapping[str, Any]) -> Json:
    """Who runs it, also when the body doesn't say."""
    return user_identity(body, "userIdentity")


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
    found = files(body, name)
    return {name: found} if found else {}


def files(body: Mapping[str, Any], name: str) -> list[Json] | None:
    """The files to fetch, each from one place and with what that place needs."""
    found = many(FILE)(body, name)
    for file in found or ():
        source = exactly_one(file, "autoStorageContainerName", "storageContainerUrl", "httpUrl")
        if source == "httpUrl" and "filePath" not in file:
            raise missing_property("filePath")
        if source == "httpUrl" and file.get("blobPrefix"):
            reason = "The property is valid only with a storage container"
            raise bad_property("blobPrefix", file["blobPrefix"], reason)
    return found


def output_files(body: Mapping[str, Any]) -> Json:
    """The files to keep under their list's own name, if there are any."""
    found = many(OUTPUT)(body, "outputFiles")
    return {"outputFiles": found} if found else {}


def container(body: Mapping[str, Any]) -> Json:
    """The container to run in, if any; the registry's password is never shown."""
    if body.get("containerSettings") is None:
        return {}
    return {"containerSettings": CONTAINER(body, "containerSettings")}


def packages(body: Mapping[str, Any]) -> Json:
    """No packages: 409 InvalidApplicationPackageReferences, as the account has none."""
    text = "The specified application package does not exist."
    named = many(PACKAGE, MOST_PACKAGES)(body, "applicationPackageReferences") or []
    if named:
        values = [(package["applicationId"], text) for package in named]
        raise BatchError("InvalidApplicationPackageReferences", *values)
    return {}
