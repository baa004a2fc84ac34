"""What may be changed of a pool that exists, and what is sent for it: only what was changed. Pure.

Sources: the SDK's BatchPoolUpdateOptions and BatchPoolReplaceOptions, SERVICE.md, traps 2 and 23.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from batchtui.batch.fields import FIELDS, shown
from batchtui.batch.known import Json, Path, Problem
from batchtui.batch.lens import AsJson, OfLines, PoolDraft, Secret
from batchtui.batch.masked import MASK, masked
from batchtui.batch.places import at, without
from batchtui.batch.template import untold

ANYTIME = ("startTask", "applicationPackageReferences", "metadata")
EMPTY_ONLY = (
    "displayName", "vmSize", "virtualMachineConfiguration", "networkConfiguration",
    "enableInterNodeCommunication", "taskSlotsPerNode", "taskSchedulingPolicy", "userAccounts",
    "mountConfiguration", "upgradePolicy",
)  # fmt: skip
_SIZE = (
    "targetDedicatedNodes", "targetLowPriorityNodes", "resizeTimeout", "enableAutoScale",
    "autoScaleFormula", "autoScaleEvaluationInterval",
)  # fmt: skip
# What the service takes to have none of something; nothing else can be taken away.
_NONE: Mapping[str, Any] = MappingProxyType(
    {
        "metadata": [],
        "applicationPackageReferences": [],
        "userAccounts": [],
        "mountConfiguration": [],
        "displayName": "",
        "taskSlotsPerNode": 1,
        "enableInterNodeCommunication": False,
        "taskSchedulingPolicy": {"nodeFillType": "spread"},
    }
)
# The service's own word for an image's version; nobody else may say it (source: recordings).
_EXACT: Path = ("virtualMachineConfiguration", "imageReference", "exactVersion")
# What the service makes of a start task that doesn't say (source: SERVICE.md, part 2).
_DEFAULTS: Mapping[str, Any] = MappingProxyType(
    {
        "userIdentity": {"autoUser": {"scope": "pool", "elevationLevel": "nonadmin"}},
        "maxTaskRetryCount": 0,
        "waitForSuccess": True,
    }
)


@dataclass(frozen=True, slots=True)
class Change:
    """What is asked of the service: `replaces` if what the body omits is removed."""

    body: Mapping[str, Any]
    replaces: bool = False


def settings(pool: Json) -> dict[str, Any]:
    """What a pool was made with, as far as the service tells, of its JSON."""
    names = ("id", *ANYTIME, *EMPTY_ONLY, *_SIZE)
    return without({name: pool[name] for name in names if name in pool}, _EXACT)


def changeable(pool: Json) -> dict[str, Any]:
    """What of a pool's JSON a change may be about."""
    return {name: pool.get(name) for name in (*ANYTIME, *EMPTY_ONLY)}


def is_empty(pool: Json) -> bool:
    """Whether a pool has no nodes, and is about to get none."""
    counts = ("currentDedicatedNodes", "currentLowPriorityNodes",
              "targetDedicatedNodes", "targetLowPriorityNodes")  # fmt: skip
    return not any(pool.get(name) for name in counts)


def locked(field: str, pool: Json) -> str:
    """Why a field can't be edited now, or nothing."""
    names = {str(path[0]) for path in FIELDS[field].owns if path}
    reasons = [_forbidden(name, pool) for name in names]
    return next((reason for reason in reasons if reason), "")


def _forbidden(name: str, pool: Json) -> str:
    """Why a property at the top of a pool's JSON can't be changed now, or nothing."""
    if name == "id":
        return "A pool keeps its id. ctrl+n makes another like it."
    if name in _SIZE:
        return "On the list of pools r resizes it, and a edits its autoscale."
    if name in ANYTIME or (name in EMPTY_ONLY and is_empty(pool)):
        return ""
    when = "Only while it has no nodes" if name in EMPTY_ONLY else "It can't be changed"
    return f"{when}. ctrl+n makes another pool like this."


def change(before: Json, after: Json) -> Change | None:
    """What is to be sent, None if nothing was changed.

    A part is replaced as a whole. A start task goes only by replacing what a pool's properties
    are, with metadata and packages sent again.
    """
    changed = changed_names(before, after)
    if not changed:
        return None
    if "startTask" in changed and "startTask" not in after:
        kept = {name: after.get(name, []) for name in ("applicationPackageReferences", "metadata")}
        return Change(kept, replaces=True)
    return Change({name: after.get(name, _NONE.get(name)) for name in changed})


def changed_names(before: Json, after: Json) -> list[str]:
    """The properties at the top of the pool's JSON that differ."""
    return [
        name for name in dict.fromkeys((*before, *after)) if before.get(name) != after.get(name)
    ]


def cannot(before: Json, after: Json, pool: Json) -> list[Problem]:
    """What no change of the pool, as it is now, can do."""
    changed = changed_names(before, after)
    found = [Problem((name,), text) for name in changed if (text := _forbidden(name, pool))]
    found += [
        Problem((name,), "It can't be taken away from a pool that exists.")
        for name in changed
        if name not in after and name != "startTask" and name not in _NONE
    ]
    found += [
        Problem((*path, "password"), "The service doesn't tell it, and wants it with any change.")
        for path in _registries(after)
        if path[0] in changed and _untold(at(after, path))
    ]
    gone = "startTask" in changed and "startTask" not in after
    if gone and not set(changed) <= set(ANYTIME):
        text = "A start task is removed by itself: send that before the other changes."
        found.append(Problem(("startTask",), text))
    return found


def _registries(pool: Json) -> Iterable[Path]:
    """Where a pool may have a container registry, whose password the service never tells."""
    yield ("startTask", "containerSettings", "registry")
    containers = ("virtualMachineConfiguration", "containerConfiguration", "containerRegistries")
    found = at(pool, containers)
    yield from (
        (*containers, index) for index in range(len(found) if isinstance(found, list) else 0)
    )


def _untold(registry: object) -> bool:
    return isinstance(registry, Mapping) and "username" in registry and not registry.get("password")


def differences(before: Json, after: Json) -> Iterable[str]:
    """What was changed, in lines."""
    told: set[str] = set()
    old, new = PoolDraft(before), PoolDraft(after)
    for name, field in FIELDS.items():
        was, now = shown(old, name), shown(new, name)
        if was == now or () in field.owns:
            continue
        told |= {str(path[0]) for path in field.owns if path}
        label = field.label.strip()
        if isinstance(field.lens, AsJson):
            yield from _values_differ(
                label, *(at(pool, field.lens.path) for pool in (before, after))
            )
        elif isinstance(field.lens, OfLines) or "\n" in f"{was}{now}":
            yield from _lines_differ(label, str(was), str(now))
        else:
            secret = isinstance(field.lens, Secret)
            yield f"{label}: {MASK if secret and now else _said(now)}"
            yield f"  before: {MASK if secret and was else _said(was)}"
    changed = changed_names(before, after)
    for name in changed:
        if name not in told:
            yield from _values_differ(name, before.get(name), after.get(name))
    # A part is sent as a whole: what isn't in it is gone.
    for sentence in untold({name: after[name] for name in changed if name in after}):
        yield f"{sentence} Without it here it is removed."


def _said(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value) or "none"


def _values_differ(what: str, before: object, after: object) -> Iterable[str]:
    yield f"{what}: {_short(after)}"
    yield f"  before: {_short(before)}"


def _short(value: object) -> str:
    return "none" if value is None else json.dumps(masked(value))


def _lines_differ(what: str, before: str, after: str) -> Iterable[str]:
    old, new = before.split("\n"), after.split("\n")
    yield from (f"{what}: - {line}" for line in old if line.strip() and line not in new)
    yield from (f"{what}: + {line}" for line in new if line.strip() and line not in old)


def comparable(task: object) -> str:
    """A start task as text that is the same for those that do the same, empty for none.

    What one doesn't say is as the service understands it, and secrets don't count.
    """
    if not isinstance(task, Mapping) or not task:
        return ""
    full = without({**_DEFAULTS, **task}, ("containerSettings", "registry", "password"))
    return json.dumps(full, sort_keys=True)
