"""A pool's start task and metadata as they are edited: only what was edited is sent. Pure.

The rest of the pool, and of the start task, goes back as the JSON that it came as.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from batchtui.batch.draft import IDENTITIES, command_warnings
from batchtui.batch.models import Json, Pool
from batchtui.batch.pairs import ENVIRONMENT, METADATA, as_lines, from_lines, pairs_problem
from batchtui.visible import visible_lines

_USER = "user "  # before the name of one of the pool's user accounts
# What the service makes of a start task that doesn't say (source: SERVICE.md, part 2).
_DEFAULTS: Mapping[str, Any] = MappingProxyType(
    {
        "userIdentity": {"autoUser": {"scope": "pool", "elevationLevel": "nonadmin"}},
        "maxTaskRetryCount": 0,
        "waitForSuccess": True,
    }
)


@dataclass(frozen=True, slots=True)
class PoolEdit:
    """The edit form's answers as they were typed; pairs are lines of text (see `pairs`).

    `password` is that of the registry of the start task's container, which the service never
    tells and wants again with each change of the start task.
    """

    command: str
    identity: str
    wait: bool
    retries: str
    environment: str
    metadata: str
    password: str = field(default="", repr=False)

    @classmethod
    def of(cls, pool: Pool) -> "PoolEdit":
        """What the pool has now."""
        task = _task(pool)
        return cls(
            command=visible_lines(_text(task, "commandLine")),
            identity=_identity(task),
            wait=task.get("waitForSuccess") is not False,
            retries=str(task.get("maxTaskRetryCount", 0)),
            environment=as_lines(_rows(task, "environmentSettings")),
            metadata=as_lines(_rows(pool.raw, "metadata")),
        )


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked of the service: `replaces` if what the body omits is removed."""

    body: Mapping[str, Any]
    replaces: bool = False


def identities(pool: Pool) -> dict[str, str]:
    """Whom a start task may run as, with its words: auto users, and the pool's own users."""
    names = [_text(each, "name") for each in _rows(pool.raw, "userAccounts")]
    users = [(f"{_USER}{name}", f"the pool's user {name}") for name in names]
    found = dict[str, str]([*IDENTITIES.items(), *users])
    now = _identity(_task(pool))
    return found if now in found else {**found, now: now}


def keeps_secret(pool: Pool) -> bool:
    """Whether the start task has a password that the service doesn't tell."""
    registry = _registry(_task(pool))
    return "username" in registry and "password" not in registry


def changed(edit: PoolEdit, pool: Pool) -> bool:
    """Whether anything was edited."""
    return edit != PoolEdit.of(pool)


def problems(edit: PoolEdit, pool: Pool) -> dict[str, str]:
    """What must be mended before the service would take it, by field of the edit."""
    task = _task(pool)
    environment = pairs_problem(edit.environment, ENVIRONMENT, _rows(task, "environmentSettings"))
    found = {
        "retries": _retries_problem(edit.retries),
        "environment": environment,
        "metadata": pairs_problem(edit.metadata, METADATA, _rows(pool.raw, "metadata")),
    }
    wrong = {name: text for name, text in found.items() if text}
    resent = edit.command.strip() and not wrong and start_task(edit, pool) != task
    if resent and keeps_secret(pool) and not edit.password:
        wrong["password"] = "The service doesn't tell it, and wants it with the start task."  # noqa: S105 - words about it
    return wrong


def warnings(edit: PoolEdit, pool: Pool) -> list[str]:
    """What the service would take, and the operator may regret."""
    said = list(
        command_warnings(
            edit.command,
            admin=edit.identity.endswith("-admin") or edit.identity.startswith(_USER),
            windows=pool.os == "windows",
        )
    )
    before = _text(_task(pool), "commandLine")
    if edit.command not in {before, visible_lines(before)} and visible_lines(before) != before:
        said.append("The command had characters that can't be shown; it is sent as you see it.")
    return said


def start_task(edit: PoolEdit, pool: Pool) -> Json:
    """The whole start task as it is to be, nothing for none; free of problems."""
    if not edit.command.strip():
        return {}
    before, task = PoolEdit.of(pool), dict(_task(pool))
    new = not task
    if new or edit.command != before.command:
        task["commandLine"] = edit.command.strip()
    if new or edit.identity != before.identity:
        task["userIdentity"] = _as_identity(edit.identity)
    if new or edit.wait != before.wait:
        task["waitForSuccess"] = edit.wait
    if new or edit.retries != before.retries:
        task["maxTaskRetryCount"] = int(edit.retries)
    if edit.environment != before.environment:
        known = _rows(task, "environmentSettings")
        task["environmentSettings"] = from_lines(edit.environment, ENVIRONMENT, known)
    if edit.password and _registry(task):
        container = task["containerSettings"]
        registry = {**container["registry"], "password": edit.password}
        task["containerSettings"] = {**container, "registry": registry}
    return task


def request(edit: PoolEdit, pool: Pool) -> Request | None:
    """What is to be sent, None if nothing was edited; the edit must be free of problems.

    A start task is replaced as a whole; one goes only by replacing what a pool's properties are,
    with metadata and packages sent again (source: SERVICE.md, trap 23).
    """
    before, task = _task(pool), start_task(edit, pool)
    metadata = from_lines(edit.metadata, METADATA, _rows(pool.raw, "metadata"))
    if before and not task:
        packages = _rows(pool.raw, "applicationPackageReferences")
        return Request(
            {"applicationPackageReferences": packages, "metadata": metadata}, replaces=True
        )
    body: dict[str, Any] = {}
    if task != before:
        body["startTask"] = task
    if metadata != _rows(pool.raw, "metadata"):
        body["metadata"] = metadata
    return Request(body) if body else None


def same_start_task(one: Json, other: Json) -> bool:
    """Whether two start tasks do the same; what isn't said is as the service understands it."""
    return comparable(one) == comparable(other)


def comparable(task: Json) -> str:
    """A start task as text that is the same for those that do the same, empty for none."""
    if not task:
        return ""
    full = {**_DEFAULTS, **task}
    registry = _registry(task)
    if registry:
        known = {name: part for name, part in registry.items() if name != "password"}
        full["containerSettings"] = {**task["containerSettings"], "registry": known}
    return json.dumps(full, sort_keys=True)


def _retries_problem(text: str) -> str:
    digits = text.removeprefix("-")
    right = digits.isascii() and digits.isdigit() and len(digits) < 10 and int(text) >= -1
    return "" if right else "A whole number, 0 for none or -1 for without end."


def _task(pool: Pool) -> Json:
    found = pool.raw.get("startTask")
    return found if isinstance(found, dict) else {}


def _registry(task: Json) -> Json:
    container = task.get("containerSettings")
    found = container.get("registry") if isinstance(container, dict) else None
    return found if isinstance(found, dict) else {}


def _identity(task: Json) -> str:
    identity = task.get("userIdentity") or {}
    if identity.get("username"):
        return f"{_USER}{identity['username']}"
    auto = identity.get("autoUser") or {}
    scope = str(auto.get("scope") or "pool").lower()
    return f"{scope}-{str(auto.get('elevationLevel') or 'nonadmin').lower()}"


def _as_identity(identity: str) -> dict[str, Any]:
    if identity.startswith(_USER):
        return {"username": identity.removeprefix(_USER)}
    scope, _, elevation = identity.partition("-")
    return {"autoUser": {"scope": scope, "elevationLevel": elevation}}


def _text(raw: Json, name: str) -> str:
    found = raw.get(name)
    return found if isinstance(found, str) else ""


def _rows(raw: Json, name: str) -> list[Any]:
    found = raw.get(name)
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []
