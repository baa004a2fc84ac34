"""The columns of the pools table."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from batchtui.batch.faults import counted
from batchtui.batch.models import NodeCounts, Pool
from batchtui.tables import WIDE, Cell, Column, natural, newest_first
from batchtui.tables.states import look, state_cell
from batchtui.visible import visible
from batchtui.words import age


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
    parts += [f"{n} {look(state).word}" for state, n in counted(row.counts).items()]
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
    parts = [f"{look(state).glyph}{count}" for state, count in sorted(states.items())]
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
            lambda r: newest_first(r.pool.created), right=True, from_width=106, moving=True,
        ),
        Column(
            "agent", "Node agent", 24, lambda r: Cell(visible(r.pool.node_agent_sku)),
            lambda r: r.pool.node_agent_sku, from_width=WIDE,
        ),
    ]  # fmt: skip
