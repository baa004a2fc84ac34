"""A pool's start task and metadata as they are edited: only what was edited is sent. Pure.

The rest of the pool, and of the start task, goes back as the JSON that it came as.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from batchtui.batch import identity
from batchtui.batch.identity import USER, as_identity, identity_of
from batchtui.batch.models import Json, Pool
from batchtui.batch.pairs import ENVIRONMENT, METADATA, as_lines, from_lines, pairs_problem
from batchtui.batch.rules import command_warnings
from batchtui.visible import editable

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

    command_line: str
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
            command_line=editable(_text(task, "commandLine")),
            identity=identity_of(task.get("userIdentity")),
            wait=task.get("waitForSuccess") is not False,
            retries=str(task.get("maxTaskRetryCount", 0)),
            environment=as_lines(_rows(task, "environmentSettings")),
            metadata=as_lines(_rows(pool.raw, "metadata")),
        )


@dataclass(frozen=True, slots=True)
class Change:
    """What is asked of the service: `replaces` if what the body omits is removed."""

    body: Mapping[str, Any]
    replaces: bool = False


def identities(pool: Pool) -> dict[str, str]:
    """Whom a start task may run as, with its words: auto users, and the pool's own users."""
    return identity.identities(pool.raw)


def keeps_secret(pool: Pool) -> bool:
    """Whether the start task has a password that the service doesn't tell."""
    registry = _registry(_task(pool))
    return "username" in registry and "password" not in registry


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
    resent = edit.command_line.strip() and not wrong and start_task(edit, pool) != task
    if resent and keeps_secret(pool) and not edit.password:
        wrong["password"] = "The service doesn't tell it, and wants it with the start task."  # noqa: S105 - words about it
    return wrong


def warnings(edit: PoolEdit, pool: Pool) -> list[str]:
    """What the service would take, and the operator may regret."""
    said = list(
        command_warnings(
            edit.command_line,
            admin=edit.identity.endswith("-admin") or edit.identity.startswith(USER),
            windows=pool.os == "windows",
        )
    )
    before = _text(_task(pool), "commandLine")
    if edit.command_line not in {before, editable(before)} and editable(before) != before:
        said.append("The command had characters that can't be shown; it is sent as you see it.")
    return said


def start_task(edit: PoolEdit, pool: Pool) -> Json:
    """The whole start task as it is to be, nothing for none; free of problems."""
    if not edit.command_line.strip():
        return {}
    before, task = PoolEdit.of(pool), dict(_task(pool))
    new = not task
    if new or edit.command_line != before.command_line:
        task["commandLine"] = edit.command_line.strip()
    if new or edit.identity != before.identity:
        task["userIdentity"] = as_identity(edit.identity)
    if new or edit.wait != before.wait:
        task["waitForSuccess"] = edit.wait
    if new or edit.retries != before.retries:
        task["maxTaskRetryCount"] = int(edit.retries)
    if edit.environment != before.environment:
        known = _rows(task, "environmentSettings")
        task["environmentSettings"] = from_lines(edit.environment, ENVIRONMENT, known)
    if edit.password and _registry(task):
        registry = {**_registry(task), "password": edit.password}
        task["containerSettings"] = {**_container(task), "registry": registry}
    return task


def change(edit: PoolEdit, pool: Pool) -> Change | None:
    """What is to be sent, None if nothing was edited; the edit must be free of problems.

    A start task is replaced as a whole; one goes only by replacing what a pool's properties are,
    with metadata and packages sent again (source: SERVICE.md, trap 23).
    """
    before, task = _task(pool), start_task(edit, pool)
    metadata = from_lines(edit.metadata, METADATA, _rows(pool.raw, "metadata"))
    if before and not task:
        packages = _rows(pool.raw, "applicationPackageReferences")
        return Change(
            {"applicationPackageReferences": packages, "metadata": metadata}, replaces=True
        )
    body: dict[str, Any] = {}
    if task != before:
        body["startTask"] = task
    if metadata != _rows(pool.raw, "metadata"):
        body["metadata"] = metadata
    return Change(body) if body else None


def kept(pool: Pool) -> list[str]:
    """What no form shows of the start task, and is sent again as it is."""
    task = _task(pool)
    files, image = _rows(task, "resourceFiles"), _container(task).get("imageName")
    return [
        *([f"{len(files):,} of the start task's resource files"] if files else []),
        *([f"its container {image}"] if image else []),
    ]


def differences(edit: PoolEdit, pool: Pool) -> Iterable[str]:
    """What was edited, in lines."""
    before, names = PoolEdit.of(pool), identities(pool)
    if edit.command_line.strip() != before.command_line.strip():
        yield f"Start task: {edit.command_line.strip() or 'none'}"
        yield f"  before: {before.command_line or 'none'}"
    if not edit.command_line.strip():
        yield from _lines_differ("metadata", before.metadata, edit.metadata)
        return
    if edit.identity != before.identity:
        yield f"Runs as {names[edit.identity]}, before as {names[before.identity]}"
    if edit.wait != before.wait:
        yield "Nodes wait for its success" if edit.wait else "Nodes don't wait for its success"
    if edit.retries != before.retries:
        yield f"Retries: {edit.retries}, before {before.retries}"
    yield from _lines_differ("environment", before.environment, edit.environment)
    yield from _lines_differ("metadata", before.metadata, edit.metadata)


def _lines_differ(what: str, before: str, after: str) -> Iterable[str]:
    old, new = before.split("\n"), after.split("\n")
    yield from (f"{what}: - {line}" for line in old if line.strip() and line not in new)
    yield from (f"{what}: + {line}" for line in new if line.strip() and line not in old)


def comparable(task: Json) -> str:
    """A start task as text that is the same for those that do the same, empty for none.

    What one doesn't say is as the service understands it, and secrets don't count.
    """
    if not task:
        return ""
    full = {**_DEFAULTS, **task}
    registry = _registry(task)
    if registry:
        known = {name: part for name, part in registry.items() if name != "password"}
        full["containerSettings"] = {**_container(task), "registry": known}
    return json.dumps(full, sort_keys=True)


def _retries_problem(text: str) -> str:
    digits = text.removeprefix("-")
    right = digits.isascii() and digits.isdigit() and len(digits) < 10 and int(text) >= -1
    return "" if right else "A whole number, 0 for none or -1 for without end."


def _task(pool: Pool) -> Json:
    return _object(pool.raw, "startTask")


def _container(task: Json) -> Json:
    return _object(task, "containerSettings")


def _registry(task: Json) -> Json:
    return _object(_container(task), "registry")


def _text(raw: Json, name: str) -> str:
    found = raw.get(name)
    return found if isinstance(found, str) else ""


def _object(raw: Json, name: str) -> Json:
    found = raw.get(name)
    return found if isinstance(found, dict) else {}


def _rows(raw: Json, name: str) -> list[Any]:
    found = raw.get(name)
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []
