"""The columns of the faults' table."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from batchtui.access.accounts import Account
from batchtui.batch import faults, kinds
from batchtui.batch.faults import Fault, Severity
from batchtui.tables import Cell, Column, natural
from batchtui.tables.states import state_cell
from batchtui.visible import visible
from batchtui.words import age, plural, short_node_id

_WORDS = {
    kinds.ACCOUNT: "account",
    kinds.START_IGNORED: "start ignored",
    kinds.NODE_ERROR: "node error",
    kinds.RESIZE: "resize",
    kinds.STOPPED: "resize stopped",
    kinds.AUTOSCALE: "autoscale",
    kinds.IMAGE_ENDED: "image ended",
    kinds.IMAGE_ENDS: "image ends",
}


@dataclass(frozen=True, slots=True)
class FaultRow:
    """A fault, and the account that it was found in."""

    account: Account
    fault: Fault

    @property
    def id(self) -> str:
        """What the row is known by."""
        return f"{self.account.source}:{self.account.name}/{self.fault.id}"


def fault_columns(
    now: Callable[[], datetime], *, of_accounts: bool = False
) -> list[Column[FaultRow]]:
    """Columns of the faults' table; with `of_accounts` also the account that each is in."""
    account: Column[FaultRow] = Column(
        "account", "Account", 10, lambda r: Cell(visible(r.account.name)),
        lambda r: natural(r.account.name),
    )  # fmt: skip
    return [
        Column("what", "What", 16, lambda r: _what(r.fault), lambda r: _worst_first(r.fault)),
        *([account] if of_accounts else []),
        Column(
            "pool", "Pool", 12, lambda r: _pool(r.fault), lambda r: natural(_pool(r.fault).text),
            grow=1,
        ),
        Column(
            "node", "Node", 10, lambda r: _node(r.fault),
            lambda r: (r.fault.nodes, r.fault.node),
        ),
        Column(
            "for", "For", 6, lambda r: _for(r.fault, now()), lambda r: _nearest_first(r.fault),
            right=True, moving=True,
        ),
        Column(
            "message", "Message", 16, lambda r: Cell(visible(r.fault.message)),
            lambda r: r.fault.message, grow=3,
        ),
    ]  # fmt: skip


def _what(fault: Fault) -> Cell:
    if fault.kind in faults.NODE_STATES:
        return state_cell(fault.kind)
    broken = fault.severity <= Severity.BROKEN
    return Cell(f"{'✗' if broken else '!'} {_WORDS[fault.kind]}", "bad" if broken else "warn")


def _pool(fault: Fault) -> Cell:
    return Cell(visible(fault.pool.id)) if fault.pool else Cell("–", "muted")


def _node(fault: Fault) -> Cell:
    if fault.node:
        return Cell(visible(short_node_id(fault.node)))
    return Cell(plural(fault.nodes, "node")) if fault.nodes else Cell("–", "muted")


def _for(fault: Fault, now: datetime) -> Cell:
    if fault.since and fault.since > now:
        return Cell(f"in {age(now, fault.since)}", "muted")
    return Cell(age(fault.since, now), "muted")


def _worst_first(fault: Fault) -> tuple[int, float, str]:
    return fault.severity, _nearest_first(fault), fault.kind


def _nearest_first(fault: Fault) -> float:
    """The youngest first and, of what is still to come, the next; what has no time last."""
    if fault.since is None:
        return 0.0
    moment = fault.since.timestamp()
    return moment if fault.severity == Severity.SOON else -moment
