"""Models -> the cells of tables. Pure: no widget, no markup, no clock of its own."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, Literal, NamedTuple, TypeVar

from batchtui.access.accounts import Account
from batchtui.batch.faults import counted
from batchtui.batch.models import NodeCounts, Pool, SupportedImage
from batchtui.batch.node import Node
from batchtui.ui.text import age, short_node_id
from batchtui.visible import visible

_DIGITS = 30  # a longer number is text: Python refuses to read very long ones

Row = TypeVar("Row")
Tone = Literal["plain", "muted", "good", "busy", "warn", "bad"]


class Cell(NamedTuple):
    """What stands in one place of a table: text for one line and what it means."""

    text: str
    tone: Tone = "plain"


@dataclass(frozen=True, slots=True)
class Column(Generic[Row]):
    """One column: its cells, what they sort by, and from which table width it is shown.

    `width` is the least number of terminal cells it takes; columns that `grow` share the rest.
    A column `from_width` 0 is always there. The text of one that is `moving` changes with time
    alone, so filters don't read it. `fields` are what it needs of the wire's JSON.
    """

    name: str
    title: str
    width: int
    cell: Callable[[Row], Cell]
    key: Callable[[Row], Any]
    grow: int = 0
    right: bool = False
    from_width: int = 0
    moving: bool = False
    fields: tuple[str, ...] = ()


WIDE = 10_000  # shown only when wide columns are asked for

_STATES: dict[str, tuple[str, Tone]] = {
    "idle": ("●", "good"),
    "running": ("▶", "good"),
    "creating": ("◌", "busy"),
    "starting": ("◔", "busy"),
    "waitingforstarttask": ("◑", "busy"),
    "rebooting": ("↻", "busy"),
    "reimaging": ("↻", "busy"),
    "upgradingos": ("↻", "busy"),
    "leavingpool": ("←", "busy"),
    "deallocating": ("↓", "busy"),
    "deallocated": ("○", "muted"),
    "preempted": ("⚑", "warn"),
    "offline": ("◇", "warn"),
    "unknown": ("?", "warn"),
    "starttaskfailed": ("✗", "bad"),
    "unusable": ("✗", "bad"),
    "active": ("●", "good"),
    "steady": ("●", "good"),
    "resizing": ("↻", "busy"),
    "stopping": ("↻", "busy"),
    "deleting": ("←", "busy"),
}
_GLYPHS = "".join({glyph for glyph, _tone in _STATES.values()}) + " "
_WORDS = {
    "waitingforstarttask": "in start task",
    "starttaskfailed": "start failed",
    "leavingpool": "leaving pool",
    "upgradingos": "upgrading OS",
}


def natural(text: str) -> tuple[tuple[int, str], ...]:
    """What a text sorts by, so that `node-9` stands before `node-10` and case doesn't matter."""
    parts = re.split(r"(\d+)", text.lower())
    return tuple(
        (int(part), "") if part.isdecimal() and len(part) < _DIGITS else (-1, part)
        for part in parts
    )


def plain_text(cell: Cell) -> str:
    """The text of a cell without the glyph that stands before it."""
    return cell.text.lstrip(_GLYPHS)


def state_cell(state: str) -> Cell:
    """A state as glyph, word and colour: never colour alone."""
    glyph, tone = _STATES.get(state, ("·", "muted"))
    return Cell(f"{glyph} {_WORDS.get(state, visible(state)) or 'not known'}", tone)


# Pools


@dataclass(frozen=True, slots=True)
class PoolRow:
    """A pool and its nodes by state."""

    pool: Pool
    counts: NodeCounts | None

    @property
    def id(self) -> str:
        """What the row is known by."""
        return self.pool.id

    @property
    def faulty(self) -> bool:
        """Whether something about the pool or its nodes is wrong."""
        return bool(self.pool.faults or counted(self.counts))


def pool_state(pool: Pool) -> str:
    """The one state that matters: deleting, or what the allocation does."""
    return pool.state if pool.state != "active" else pool.allocation_state


def _now_target(now: int, target: int) -> Cell:
    if not now and not target:
        return Cell("–", "muted")
    return Cell(f"{now}", "plain") if now == target else Cell(f"{now}→{target}", "busy")


def _faults(row: PoolRow) -> Cell:
    parts = [_resize_fault(fault.code) for fault in row.pool.faults]
    parts += [f"{n} {_WORDS.get(state, state)}" for state, n in counted(row.counts).items()]
    if not parts:
        return Cell("" if row.counts else "…", "muted")
    return Cell("✗ " + ", ".join(parts), "bad")


def _resize_fault(code: str) -> str:
    known = {
        "accountcorequotareached": "core quota",
        "accountlowprioritycorequotareached": "spot core quota",
        "allocationtimedout": "allocation timed out",
        "allocationfailed": "allocation failed",
        "resizestopped": "resize stopped",
    }
    return known.get(code.lower(), visible(code))


def _access(pool: Pool) -> Cell:
    if pool.ssh:
        return Cell("ssh", "good")
    rdp = any(nat.backend_port == 3389 for nat in pool.nat_pools)
    return Cell("rdp", "plain") if rdp else Cell("–", "muted")


def _node_bar(row: PoolRow) -> Cell:
    states = row.counts.by_state if row.counts else {}
    parts = [f"{_STATES.get(state, ('·',))[0]}{count}" for state, count in sorted(states.items())]
    return Cell(" ".join(parts), "muted")


def pool_columns(now: Callable[[], datetime]) -> list[Column[PoolRow]]:
    """Columns of the pools table; ages are counted from `now`."""
    return [
        Column("id", "Pool", 20, lambda r: Cell(visible(r.id)), lambda r: natural(r.id), grow=1),
        Column(
            "state", "State", 10, lambda r: state_cell(pool_state(r.pool)),
            lambda r: pool_state(r.pool),
        ),
        Column(
            "nodes", "Nodes", 6,
            lambda r: _now_target(r.pool.dedicated, r.pool.dedicated_target),
            lambda r: (r.pool.dedicated, r.pool.dedicated_target), right=True,
        ),
        Column(
            "spot", "Spot", 5, lambda r: _now_target(r.pool.spot, r.pool.spot_target),
            lambda r: (r.pool.spot, r.pool.spot_target), right=True,
        ),
        Column(
            "scale", "Scale", 5,
            lambda r: Cell("auto", "busy") if r.pool.autoscale else Cell("fixed", "muted"),
            lambda r: r.pool.autoscale,
        ),
        Column("access", "SSH", 3, lambda r: _access(r.pool), lambda r: _access(r.pool).text),
        Column("faults", "Faults", 21, _faults, lambda r: _faults(r).text, grow=3),
        Column(
            "size", "VM size", 16, lambda r: Cell(visible(r.pool.vm_size)),
            lambda r: natural(r.pool.vm_size), from_width=100,
        ),
        Column(
            "image", "Image", 22, lambda r: Cell(visible(r.pool.image.short)),
            lambda r: r.pool.image.short, grow=1, from_width=124,
        ),
        Column(
            "states", "Nodes by state", 18, _node_bar, lambda r: _node_bar(r).text,
            grow=1, from_width=144,
        ),
        Column(
            "age", "Age", 5, lambda r: Cell(age(r.pool.created, now()), "muted"),
            lambda r: _newest_first(r.pool.created), right=True, from_width=106, moving=True,
        ),
        Column(
            "agent", "Node agent", 24, lambda r: Cell(visible(r.pool.node_agent_sku)),
            lambda r: r.pool.node_agent_sku, from_width=WIDE,
        ),
    ]  # fmt: skip


def _newest_first(when: datetime | None) -> float:
    return -when.timestamp() if when else 0.0


# Nodes


def _start_task(node: Node) -> Cell:
    run = node.start_task_run
    if run is None:
        return Cell("–", "muted")
    if run.result == "failure":
        return Cell("✗ failed" if run.exit_code is None else f"✗ exit {run.exit_code}", "bad")
    if run.result == "success":
        return Cell("● ok", "good")
    return Cell(f"◑ {visible(run.state)}", "busy")


def _tasks(node: Node) -> Cell:
    return Cell(
        f"{node.tasks_running}/{node.tasks_total}", "plain" if node.tasks_total else "muted"
    )


def _address(node: Node) -> Cell:
    endpoint = node.ssh
    if endpoint:
        return Cell(f"{visible(endpoint.address)}:{endpoint.port}")
    return Cell(f"no ssh · {visible(node.private_ip)}" if node.private_ip else "no ssh", "muted")


def _address_key(node: Node) -> tuple[Any, ...]:
    endpoint = node.ssh
    if endpoint is None:
        return (1, natural(node.private_ip), 0)
    return (0, natural(endpoint.address), endpoint.port)


def node_columns(now: Callable[[], datetime]) -> list[Column[Node]]:
    """Columns of the nodes table; ages are counted from `now`."""
    return [
        Column("id", "Node", 10, lambda n: Cell(visible(short_node_id(n.id))), lambda n: n.id),
        Column("state", "State", 15, lambda n: state_cell(n.state), lambda n: n.state),
        Column(
            "since", "For", 5, lambda n: Cell(age(n.since, now()), "muted"),
            lambda n: _newest_first(n.since), right=True, moving=True,
        ),
        Column(
            "kind", "Kind", 4, lambda n: Cell("ded") if n.dedicated else Cell("spot", "busy"),
            lambda n: n.dedicated,
        ),
        Column("start", "Start task", 10, _start_task, lambda n: _start_task(n).text),
        Column(
            "tasks", "Tasks", 6, _tasks, lambda n: (n.tasks_running, n.tasks_total), right=True,
            fields=("runningTasksCount", "totalTasksRun"),
        ),
        Column(
            "address", "SSH", 21, _address, _address_key, grow=1,
            fields=("endpointConfiguration", "ipAddress"),
        ),
        Column(
            "private", "Private IP", 12, lambda n: Cell(visible(n.private_ip), "muted"),
            lambda n: natural(n.private_ip), from_width=100, fields=("ipAddress",),
        ),
        Column(
            "scheduling", "Scheduling", 10, lambda n: Cell(visible(n.scheduling), "muted"),
            lambda n: n.scheduling, from_width=112, fields=("schedulingState",),
        ),
        Column(
            "agent", "Agent", 8, lambda n: Cell(visible(n.agent_version), "muted"),
            lambda n: natural(n.agent_version), from_width=124, fields=("nodeAgentInfo",),
        ),
        Column(
            "image", "Image version", 14, lambda n: Cell(visible(n.image.exact_version), "muted"),
            lambda n: natural(n.image.exact_version), from_width=140,
            fields=("virtualMachineInfo",),
        ),
        Column("whole", "Id", 72, lambda n: Cell(visible(n.id)), lambda n: n.id, from_width=WIDE),
    ]  # fmt: skip


# Images


# What many of Canonical's offers begin with, and what tells none of them from another.
BOILERPLATE = "0001-com-"


def image_columns(now: Callable[[], datetime]) -> list[Column[SupportedImage]]:
    """Columns of the image chooser."""
    return [
        Column(
            "offer", "Offer", 22, _offer,
            lambda i: _best_first(i, now()), grow=1,
        ),
        Column(
            "sku", "SKU", 16, lambda i: Cell(visible(i.reference.sku)),
            lambda i: natural(i.reference.sku), grow=1,
        ),
        Column("support", "Support", 18, lambda i: _support(i, now()), _until),
        Column("os", "OS", 7, lambda i: Cell(visible(i.os), "muted"), lambda i: i.os),
        Column(
            "agent", "Node agent", 26, lambda i: Cell(visible(i.node_agent_sku), "muted"),
            lambda i: natural(i.node_agent_sku), from_width=104,
        ),
        Column(
            "publisher", "Publisher", 24, lambda i: Cell(visible(i.reference.publisher), "muted"),
            lambda i: natural(i.reference.publisher), from_width=130,
        ),
    ]  # fmt: skip


def _offer(image: SupportedImage) -> Cell:
    return Cell(visible(image.reference.offer.removeprefix(BOILERPLATE)))


def _best_first(image: SupportedImage, now: datetime) -> tuple[Any, ...]:
    """Images that can be used and are verified before others, by name."""
    ended = image.end_of_life is not None and image.end_of_life <= now
    return ended, not image.verified, natural(image.reference.offer), natural(image.reference.sku)


def _until(image: SupportedImage) -> float:
    return image.end_of_life.timestamp() if image.end_of_life else float("inf")


def _support(image: SupportedImage, now: datetime) -> Cell:
    if image.end_of_life and image.end_of_life <= now:
        return Cell(f"✗ ended {image.end_of_life:%Y-%m-%d}", "bad")
    if image.end_of_life:
        return Cell(f"ends {image.end_of_life:%Y-%m-%d}", "warn")
    return Cell("● verified", "good") if image.verified else Cell("unverified", "warn")


# Accounts


def account_columns() -> list[Column[Account]]:
    """Columns of the accounts table."""
    sources = {"file": "keyring", "environment": "environment", "demo": "this run"}
    return [
        Column(
            "name", "Account", 22, lambda a: Cell(visible(a.name)),
            lambda a: natural(a.name), grow=1,
        ),
        Column(
            "endpoint", "Endpoint", 40, lambda a: Cell(visible(a.endpoint), "muted"),
            lambda a: a.endpoint, grow=1,
        ),
        Column("key", "Key from", 11, lambda a: Cell(sources[a.source]), lambda a: a.source),
        Column(
            "account", "Batch account", 20, lambda a: Cell(visible(a.account)),
            lambda a: a.account, from_width=110,
        ),
        Column(
            "mode", "Mode", 10, lambda a: Cell("read-only" if a.read_only else "", "warn"),
            lambda a: a.read_only, from_width=110,
        ),
    ]  # fmt: skip
