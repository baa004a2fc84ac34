"""A pool's start task, as the SDK's BatchStartTask has it."""

from collections.abc import Mapping
from typing import Any

from batchtui.emulator.bodies import command
from batchtui.emulator.bodies.read import Json
from batchtui.emulator.bodies.shapes import (
    Shape,
    all_different,
    default,
    flag,
    many,
    required,
    text,
    whole,
    words,
)
from batchtui.emulator.errors import bad_property


def environment(body: Mapping[str, Any], name: str) -> list[Json] | None:
    """Environment variables, each set once; the case of their names counts."""
    settings = many(Shape(name=required(words), value=text))(body, name)
    all_different(name, [(setting["name"],) for setting in settings or ()])
    return settings


START_TASK = Shape(
    commandLine=required(command.command_line),
    containerSettings=command.CONTAINER,
    resourceFiles=command.files,
    environmentSettings=environment,
    userIdentity=default(command.user_identity, command.identity({})),
    maxTaskRetryCount=default(whole(-1, command.MOST_RETRIES), 0),
    waitForSuccess=default(flag, value=True),
)


def check_start_task(pool: Mapping[str, Any]) -> None:
    """400 for a start task whose user or container the rest of the pool doesn't provide."""
    task = pool.get("startTask", {})
    user = task.get("userIdentity", {}).get("username")
    known = {account["name"].lower() for account in pool.get("userAccounts", ())}
    if user is not None and user.lower() not in known:
        raise bad_property("username", user, "The pool has no such user account")
    machine = pool.get("virtualMachineConfiguration", {})
    if "containerSettings" in task and "containerConfiguration" not in machine:
        reason = "The pool has no containerConfiguration"
        raise bad_property("containerSettings", task["containerSettings"]["imageName"], reason)
