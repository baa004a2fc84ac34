"""The columns of the users that this program added to nodes."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from batchtui.access.ledger import LedgerEntry
from batchtui.clock import Clock
from batchtui.tables import WIDE, Cell, Column, Tone, natural, newest_first
from batchtui.visible import visible
from batchtui.words import age, moment, short_node_id

_STATES: dict[str, tuple[str, Tone]] = {
    "unsure": ("?", "warn"),
    "expired": ("✗", "warn"),
    "there": ("●", "good"),
}
_RANKS = {state: rank for rank, state in enumerate(_STATES)}
# Where no expiry was given (source: SERVICE.md, trap 8).
_DEFAULT = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class UserRow:
    """A user of the ledger, and how it was when that was read.

    One that is `expired` may still log in on Linux until that day ends (source: SERVICE.md, trap
    8); whether an `unsure` one is there nobody knows.
    """

    entry: LedgerEntry
    state: str

    @classmethod
    def of(cls, entry: LedgerEntry, now: datetime) -> "UserRow":
        """A user as it is now."""
        state = "expired" if until(entry) <= now else "there"
        return cls(entry, state if entry.sure else "unsure")

    @property
    def faulty(self) -> bool:
        """Whether it is expired, or nobody knows whether it is there."""
        return self.state != "there"

    @property
    def id(self) -> str:
        """What the row is known by."""
        return f"{self.entry.pool.lower()}/{self.entry.node}/{self.entry.user}"


def until(entry: LedgerEntry) -> datetime:
    """When a user expires."""
    return entry.expires or entry.added + _DEFAULT


def user_columns(now: Clock) -> list[Column[UserRow]]:
    """Columns of the users' table."""
    return [
        Column(
            "user", "User", 10, lambda r: Cell(visible(r.entry.user)),
            lambda r: natural(r.entry.user), grow=1,
        ),
        Column(
            "state", "State", 10, _state, lambda r: (_RANKS[r.state], until(r.entry)),
            exact=lambda r: r.state,
        ),
        Column(
            "left", "Left", 5, lambda r: _left(r, now()), lambda r: until(r.entry), right=True,
            moving=True, exact=lambda r: moment(until(r.entry)),
        ),
        Column(
            "pool", "Pool", 12, lambda r: Cell(visible(r.entry.pool)),
            lambda r: natural(r.entry.pool), grow=1,
        ),
        Column(
            "node", "Node", 10, lambda r: Cell(visible(short_node_id(r.entry.node))),
            lambda r: r.entry.node, exact=lambda r: r.entry.node,
        ),
        Column("rights", "Rights", 8, _rights, lambda r: not r.entry.admin),
        Column(
            "how", "By", 8, lambda r: Cell(r.entry.how, "muted"), lambda r: r.entry.how,
        ),
        Column(
            "added", "Added", 5, lambda r: Cell(age(r.entry.added, now()), "muted"),
            lambda r: newest_first(r.entry.added), right=True, moving=True,
            exact=lambda r: moment(r.entry.added),
        ),
        Column(
            "expires", "Expires", 20, lambda r: Cell(moment(until(r.entry)), "muted"),
            lambda r: until(r.entry), from_width=110,
        ),
        Column(
            "whole", "Node's id", 72, lambda r: Cell(visible(r.entry.node)),
            lambda r: r.entry.node, from_width=WIDE,
        ),
    ]  # fmt: skip


def _state(row: UserRow) -> Cell:
    glyph, tone = _STATES[row.state]
    return Cell(f"{glyph} {row.state}", tone)


def _left(row: UserRow, now: datetime) -> Cell:
    end = until(row.entry)
    return Cell(age(now, end)) if end > now else Cell("–", "muted")


def _rights(row: UserRow) -> Cell:
    return Cell("admin") if row.entry.admin else Cell("ordinary", "muted")
