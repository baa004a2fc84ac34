"""The columns of the pools table."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from batchtui.batch.faults import counted
from batchtui.batch.models import NodeCounts, Pool
from batchtui.batch.node import RDP_PORT
from batchtui.batch.resize_errors import meaning
from batchtui.batch.times import stamp
from batchtui.tables import WIDE, Cell, Column, natural, newest_first
from batchtui.tables.bar import bar
from batchtui.tables.states import NODE_LOOKS, look, state_cell, worst_first
from batchtui.visible import visible
from batchtui.words import age

_BAR = 7  # cells
_UNKNOWN = Cell("…", "muted")
_NONE = Cell("–", "muted")


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


def pool_columns(now: Callable[[], datetime]) -> list[Column[PoolRow]]:
    """Columns of the pools table; ages are counted from `now`."""
    return [
        Column("id", "Pool", 18, lambda r: Cell(visible(r.id)), lambda r: natural(r.id), grow=1),
        Column(
            "state", "State", 10, lambda r: state_cell(pool_state(r.pool)),
            lambda r: pool_state(r.pool), exact=lambda r: pool_state(r.pool),
        ),
        Column(
            "for", "For", 4, lambda r: Cell(age(_under_way_since(r.pool), now()), "busy"),
            lambda r: newest_first(_under_way_since(r.pool)), right=True, moving=True,
            exact=lambda r: _moment(_under_way_since(r.pool)),
        ),
        Column(
            "nodes", "Nodes", 7,
            lambda r: _now_target(r.pool.dedicated, r.pool.dedicated_target),
            lambda r: (r.pool.dedicated, r.pool.dedicated_target), right=True,
            exact=lambda r: f"{r.pool.dedicated}/{r.pool.dedicated_target}",
        ),
        Column(
            "spot", "Spot", 5, lambda r: _now_target(r.pool.spot, r.pool.spot_target),
            lambda r: (r.pool.spot, r.pool.spot_target), right=True,
            exact=lambda r: f"{r.pool.spot}/{r.pool.spot_target}",
        ),
        Column("bar", "States", _BAR, _bar, _by_severity, exact=_counts),
        Column("faults", "Faults", 16, _faults, lambda r: _faults(r).text, grow=3),
        Column("access", "SSH", 3, lambda r: _access(r.pool), lambda r: _access(r.pool).text),
        Column(
            "scale", "Scale", 5,
            lambda r: Cell("auto", "busy") if r.pool.autoscale else Cell("fixed", "muted"),
            lambda r: r.pool.autoscale, from_width=85,
        ),
        Column(
            "busy", "At work", 7, _at_work, lambda r: r.counts.at_work if r.counts else -1,
            right=True, from_width=93, exact=lambda r: str(r.counts.at_work) if r.counts else "",
        ),
        Column(
            "size", "VM size", 16, lambda r: Cell(visible(r.pool.vm_size)),
            lambda r: natural(r.pool.vm_size), from_width=110,
        ),
        Column(
            "age", "Age", 5, lambda r: Cell(age(r.pool.created, now()), "muted"),
            lambda r: newest_first(r.pool.created), right=True, from_width=116, moving=True,
            exact=lambda r: _moment(r.pool.created),
        ),
        Column(
            "image", "Image", 22, lambda r: Cell(visible(r.pool.image.short)),
            lambda r: natural(r.pool.image.short), grow=1, from_width=139,
            exact=lambda r: r.pool.image.full,
        ),
        Column(
            "states", "Nodes by state", 24, _states, _by_severity,
            grow=2, from_width=164,
        ),
        *_wide_columns(now),
    ]  # fmt: skip


def _wide_columns(now: Callable[[], datetime]) -> list[Column[PoolRow]]:
    """What is asked for by `w` only."""
    return [
        Column(
            "name", "Display name", 24, lambda r: _text(r.pool.display_name),
            lambda r: natural(r.pool.display_name), from_width=WIDE, fields=("displayName",),
        ),
        Column(
            "agent", "Node agent", 26, lambda r: _text(r.pool.node_agent_sku),
            lambda r: natural(r.pool.node_agent_sku), from_width=WIDE,
        ),
        Column(
            "slots", "Slots", 5, lambda r: Cell(str(r.pool.task_slots)),
            lambda r: r.pool.task_slots, right=True, from_width=WIDE,
            fields=("taskSlotsPerNode",),
        ),
        Column(
            "between", "Inter-node", 10,
            lambda r: Cell("yes") if r.pool.inter_node else Cell("no", "muted"),
            lambda r: r.pool.inter_node, from_width=WIDE,
            fields=("enableInterNodeCommunication",),
        ),
        Column(
            "modified", "Modified", 8, lambda r: Cell(age(r.pool.modified, now()), "muted"),
            lambda r: newest_first(r.pool.modified), right=True, from_width=WIDE, moving=True,
            fields=("lastModified",), exact=lambda r: _moment(r.pool.modified),
        ),
        Column(
            "subnet", "Subnet", 32, lambda r: _text(_subnet(r.pool)),
            lambda r: natural(r.pool.subnet), from_width=WIDE, exact=lambda r: r.pool.subnet,
        ),
        Column(
            "metadata", "Metadata", 40, _metadata, lambda r: natural(_metadata(r).text),
            from_width=WIDE, fields=("metadata",),
        ),
    ]  # fmt: skip


def _under_way_since(pool: Pool) -> datetime | None:
    """Since when it is deleted or resized, if that is so."""
    if pool.state != "active":
        return pool.state_since
    return None if pool.allocation_state == "steady" else pool.allocation_since


def _moment(when: datetime | None) -> str:
    return stamp(when) if when else ""


def _now_target(now: int, target: int) -> Cell:
    if not now and not target:
        return _NONE
    return Cell(f"{now}", "plain") if now == target else Cell(f"{now}→{target}", "busy")


def _bar(row: PoolRow) -> Cell:
    return bar(row.counts.by_state, _BAR) if row.counts else _UNKNOWN


def _counts(row: PoolRow) -> str:
    """The same in the service's words."""
    by_state = row.counts.by_state if row.counts else {}
    return " ".join(f"{state}={by_state[state]}" for state in sorted(by_state, key=worst_first))


def _states(row: PoolRow) -> Cell:
    """The same in words."""
    if row.counts is None:
        return _UNKNOWN
    by_state = row.counts.by_state
    words = (
        f"{by_state[state]:,} {look(state).word}" for state in sorted(by_state, key=worst_first)
    )
    return Cell(", ".join(words), "muted")


def _by_severity(row: PoolRow) -> tuple[int, ...]:
    """Pools with many nodes in bad states first."""
    by_state = row.counts.by_state if row.counts else {}
    return tuple(-by_state.get(state, 0) for state in NODE_LOOKS)


def _at_work(row: PoolRow) -> Cell:
    """How many nodes run tasks: no cheap call tells how many tasks those are."""
    if row.counts is None:
        return _UNKNOWN
    return Cell(f"{row.counts.at_work:,}", "good") if row.counts.at_work else _NONE


def _faults(row: PoolRow) -> Cell:
    parts = [visible(meaning(fault).word) for fault in row.pool.faults]
    parts += [f"{n} {look(state).word}" for state, n in counted(row.counts).items()]
    if not parts:
        return Cell("") if row.counts else _UNKNOWN
    return Cell("✗ " + ", ".join(parts), "bad")


def _access(pool: Pool) -> Cell:
    if pool.ssh:
        return Cell("ssh", "good")
    rdp = any(nat.backend_port == RDP_PORT for nat in pool.nat_pools)
    return Cell("rdp") if rdp else _NONE


def _text(text: str) -> Cell:
    return Cell(visible(text)) if text else _NONE


def _subnet(pool: Pool) -> str:
    """The network's name and its own, of the resource id."""
    parts = pool.subnet.split("/")
    return f"{parts[-3]}/{parts[-1]}" if parts[-2:-1] == ["subnets"] else pool.subnet


def _metadata(row: PoolRow) -> Cell:
    return _text(", ".join(f"{name}={value}" for name, value in row.pool.metadata))
