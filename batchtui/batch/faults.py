"""What counts as a fault of an account: of its nodes, its pools and their images. Pure.

The pools' table, `z` and the screen of all faults agree because they all ask here.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum
from types import MappingProxyType

from batchtui.batch.image_choice import listed
from batchtui.batch.kinds import (
    ACCOUNT,
    AUTOSCALE,
    IMAGE_ENDED,
    IMAGE_ENDS,
    NODE_ERROR,
    RESIZE,
    START_IGNORED,
    STOPPED,
)
from batchtui.batch.models import NodeCounts, Pool, SupportedImage
from batchtui.batch.node import Node
from batchtui.batch.parts import ServiceFault

FEW = 3  # nodes of a pool with the same fault are told one by one, and more of them together
SOON_DAYS = 90  # so long before it an image's end is a fault


class Severity(IntEnum):
    """How bad a fault is, the worst first."""

    UNSEEN = 0  # an account that can't be looked into: anything may be wrong there
    BROKEN = 1  # doesn't work, and mostly won't by itself
    IMPAIRED = 2  # less than was asked for, or may recover by itself
    SOON = 3  # will be wrong


NODE_STATES: Mapping[str, Severity] = MappingProxyType(
    {
        "starttaskfailed": Severity.BROKEN,
        "unusable": Severity.BROKEN,
        "unknown": Severity.IMPAIRED,
        "offline": Severity.IMPAIRED,
        "preempted": Severity.IMPAIRED,
    }
)
_SEVERITIES: Mapping[str, Severity] = MappingProxyType(
    {
        **NODE_STATES,
        ACCOUNT: Severity.UNSEEN,
        START_IGNORED: Severity.BROKEN,
        NODE_ERROR: Severity.BROKEN,
        RESIZE: Severity.BROKEN,
        AUTOSCALE: Severity.BROKEN,
        IMAGE_ENDED: Severity.BROKEN,
        STOPPED: Severity.IMPAIRED,
        IMAGE_ENDS: Severity.SOON,
    }
)
# What the service doesn't say of these states itself (source: SDK, BatchNodeState; trap 12).
_MEANINGS: Mapping[str, str] = MappingProxyType(
    {
        "unusable": "Batch lost contact with it: it may recover by itself",
        "unknown": "Batch lost contact with it and doesn't know its state",
        "offline": "it takes no new tasks: its scheduling is off",
        "preempted": "Azure took the spot machine back",
    }
)
# The code of an exit status other than 0, whose message says no more than that.
_BAD_EXIT = "FailureExitCode"


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong, in the service's words where it has some.

    Without a `pool` it is about the account. `node` is the id of the only node that has it, and
    `nodes` is how many have it, 0 where it isn't about nodes. `since` is when it began, for the
    first of them, or will begin. `place` tells several of one kind apart.
    """

    kind: str
    message: str
    since: datetime | None
    pool: Pool | None = None
    nodes: int = 0
    node: str = ""
    place: int = 0

    @property
    def id(self) -> str:
        """What it is known by within its account."""
        pool = self.pool.id if self.pool else ""
        return "/".join((pool, self.kind, self.node, str(self.place)))

    @property
    def severity(self) -> Severity:
        """How bad it is."""
        return _SEVERITIES[self.kind]


# Nodes


def of_node(node: Node) -> str:
    """The kind of a node's fault, or nothing; one that looks idle may have failed (trap 11)."""
    if node.state in NODE_STATES:
        return node.state
    run = node.start_task_run
    if run is not None and run.result == "failure":
        return START_IGNORED
    return NODE_ERROR if node.errors else ""


def counted(counts: NodeCounts | None) -> dict[str, int]:
    """How many nodes of a pool are in each faulty state that any of them is in."""
    by_state = counts.by_state if counts else {}
    return {state: by_state[state] for state in NODE_STATES if by_state.get(state)}


def node_filter(pool: Pool, counts: NodeCounts | None) -> str:
    """The OData filter that finds a pool's faulty nodes, or nothing where there can't be any.

    Nothing counts the nodes that look well though their start task failed: they are asked for
    where the pool doesn't wait for its start task (source: SERVICE.md, trap 11), and along with
    others where it does: nodes may still have the start task of before (trap 14).
    """
    tests = [f"state eq '{state}'" for state in counted(counts)]
    task = pool.start_task
    if task and (pool.dedicated or pool.spot) and (tests or not task.waited_for):
        tests.append("startTaskInfo/result eq 'failure'")
    return " or ".join(tests)


@dataclass(slots=True)
class _Kin:
    """Nodes with the same kind of fault: how many, what they say, since when, and a few of them."""

    count: int = 0
    messages: Counter[str] = field(default_factory=Counter)
    since: datetime | None = None
    few: list[Node] = field(default_factory=list)


class NodeTally:
    """The faults of a pool's nodes, whose pages are taken as they arrive: there may be many."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._kinds: defaultdict[str, _Kin] = defaultdict(_Kin)

    def take(self, nodes: Iterable[Node]) -> None:
        """Count more nodes, well ones among them."""
        for node in nodes:
            if kind := of_node(node):
                kin, since = self._kinds[kind], _since(kind, node)
                kin.count += 1
                kin.messages[_message(kind, node)] += 1
                kin.since = min(filter(None, (kin.since, since)), default=None)
                if kin.count <= FEW:
                    kin.few.append(node)

    def faults(self) -> Iterator[Fault]:
        """A few nodes of one kind are a fault each, many of them are one."""
        for kind, kin in self._kinds.items():
            if kin.count > FEW:
                yield Fault(kind, _most_say(kin), kin.since, self._pool, kin.count)
                continue
            for node in kin.few:
                message, since = _message(kind, node), _since(kind, node)
                yield Fault(kind, message, since, self._pool, 1, node.id)


def _most_say(kin: _Kin) -> str:
    [(message, count)] = kin.messages.most_common(1)
    return message if count == kin.count else f"{message} ({count:,} of {kin.count:,})"


def _message(kind: str, node: Node) -> str:
    if kind == START_IGNORED:
        return f"{start_failure(node)}, and it takes tasks all the same"
    if kind == "starttaskfailed":
        return start_failure(node)
    return "; ".join(map(_words, node.faults)) or _MEANINGS.get(kind, "")


def start_failure(node: Node) -> str:
    """How a node's start task failed: its exit code, and what the service says of it."""
    run = node.start_task_run
    if run is None:
        return "its start task failed"
    said = [] if run.exit_code is None else [f"exit {run.exit_code}"]
    if run.failure and not (said and run.failure.code == _BAD_EXIT):
        said.append(_words(run.failure))
    return ": ".join(said) or "its start task failed"


def _since(kind: str, node: Node) -> datetime | None:
    run = node.start_task_run
    return run.ended if run and kind == START_IGNORED else node.since


def _words(fault: ServiceFault) -> str:
    return ": ".join(filter(None, (fault.code, fault.message)))


# Pools


def of_pool(pool: Pool) -> Iterator[Fault]:
    """What a pool's last resize and its last autoscale run came to, if they failed."""
    for place, each in enumerate(pool.resize_faults):
        kind = STOPPED if each.code.lower() == "resizestopped" else RESIZE
        yield Fault(kind, _words(each), pool.allocation_since, pool, place=place)
    run = pool.autoscale_run
    if run and run.fault:
        yield Fault(AUTOSCALE, _words(run.fault), run.at, pool)


def of_image(pool: Pool, images: Iterable[SupportedImage], now: datetime) -> Iterator[Fault]:
    """Whether the service's support of a pool's image ended, or ends in `SOON_DAYS`."""
    if not pool.image.offer:
        return  # an image of the operator's own, which no list has
    image, name = listed(pool.image.names, pool.node_agent_sku, images), pool.image.short
    if image is None:
        yield Fault(IMAGE_ENDED, f"{name} is not among the supported images", None, pool)
    elif (end := image.end_of_life) and end <= now:
        text = f"{name} ended {end:%Y-%m-%d}: no pool can be created with it any more"
        yield Fault(IMAGE_ENDED, text, end, pool)
    elif end and (left := (end - now).days) < SOON_DAYS:
        days = "1 day" if left == 1 else f"{left} days"
        yield Fault(IMAGE_ENDS, f"{days} left: {name} ends {end:%Y-%m-%d}", end, pool)
