"""A resize that isn't asked for yet: what was typed, what is wrong with it, what it costs. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

from batchtui.batch.durations import as_minutes, from_minutes, minutes_problem
from batchtui.batch.models import Pool

Deallocation = Literal["requeue", "terminate", "taskcompletion", "retaineddata"]
# Source: BatchNodeDeallocationOption of the SDK.
DEALLOCATIONS: dict[Deallocation, str] = {
    "requeue": "stop tasks and run them again elsewhere",
    "terminate": "stop tasks for good",
    "taskcompletion": "wait until their tasks are done",
    "retaineddata": "wait for tasks and their kept files",
}
# Source: BatchPoolResizeOptions; the most is a week (source: the emulator's reading of the docs).
_LEAST, _MOST = 5, 7 * 24 * 60


@dataclass(frozen=True, slots=True)
class ResizeDraft:
    """The resize form's answers; numbers are the text that was typed, `timeout` in minutes."""

    dedicated: str
    spot: str
    deallocation: Deallocation = "requeue"
    timeout: str = "15"

    @classmethod
    def of(cls, pool: Pool) -> "ResizeDraft":
        """The pool's targets as they are now."""
        timeout = as_minutes(str(pool.raw.get("resizeTimeout") or "PT15M"))
        return cls(str(pool.dedicated_target), str(pool.spot_target), timeout=timeout)


def problems(draft: ResizeDraft, pool: Pool) -> dict[str, str]:
    """What must be mended before the service would take it, by field of the draft."""
    found = {
        "dedicated": count_problem(draft.dedicated),
        "spot": count_problem(draft.spot),
        "timeout": minutes_problem(draft.timeout, _LEAST, _MOST),
    }
    counted = not found["dedicated"] and not found["spot"]
    mixed = counted and int(draft.dedicated) and int(draft.spot)
    if mixed and pool.inter_node:
        found["spot"] = "Nodes that communicate with each other can't be of both kinds."
    return {field: text for field, text in found.items() if text}


def body(draft: ResizeDraft) -> dict[str, Any]:
    """The JSON that resizes the pool; the draft must be free of problems."""
    return {
        "targetDedicatedNodes": int(draft.dedicated),
        "targetLowPriorityNodes": int(draft.spot),
        "resizeTimeout": from_minutes(draft.timeout),
        "nodeDeallocationOption": draft.deallocation,
    }


@dataclass(frozen=True, slots=True)
class Change:
    """How many nodes of each kind there are, and are to be."""

    kind: str
    now: int
    wanted: int

    @property
    def going(self) -> int:
        """How many leave."""
        return max(0, self.now - self.wanted)

    @property
    def coming(self) -> int:
        """How many join."""
        return max(0, self.wanted - self.now)


def changes(draft: ResizeDraft, pool: Pool) -> tuple[Change, Change]:
    """What becomes of dedicated and spot nodes; the draft must be free of problems."""
    return (
        Change("dedicated", pool.dedicated, int(draft.dedicated)),
        Change("spot", pool.spot, int(draft.spot)),
    )


def costs(draft: ResizeDraft, pool: Pool, tasks: str = "") -> Iterable[str]:
    """What nodes go, what becomes of their tasks, and what nodes come, in sentences.

    `tasks` says how many tasks run on the pool.
    """
    kinds = changes(draft, pool)
    going = [f"{each.going:,} of {each.now:,} {each.kind}" for each in kinds if each.going]
    coming = [f"{each.coming:,} {each.kind}" for each in kinds if each.coming]
    if going:
        said = f"Nodes that go: {', '.join(going)}; {DEALLOCATIONS[draft.deallocation]}."
        yield f"{said} {tasks}".rstrip()
    if coming:
        yield f"Nodes that come: {', '.join(coming)}. They cost money from then on."
    if not going and not coming:
        yield "As many nodes as there are now."


def count_problem(text: str) -> str:
    """What is wrong with a number of nodes."""
    right = text.isascii() and text.isdigit() and len(text) < 7
    return "" if right else "A whole number from 0 to 999999."
