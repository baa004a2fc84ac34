"""The columns of tables of what became of a command on many nodes."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from batchtui.many.groups import Group
from batchtui.many.outcome import Outcome
from batchtui.tables import Cell, Column, Tone, natural
from batchtui.visible import visible

_ON_THE_WAY: dict[str, Cell] = {
    "waiting": Cell("· waiting", "muted"),
    "entering": Cell("◔ connecting", "busy"),
    "running": Cell("▶ running", "busy"),
    "stopped": Cell("◇ stopped", "warn"),
    "timeout": Cell("✗ timed out", "bad"),
}


@dataclass(frozen=True, slots=True)
class OutcomeRow:
    """An outcome as it was when it was looked at."""

    outcome: Outcome = field(compare=False)
    id: str
    state: Cell
    first_line: str
    size: int

    @classmethod
    def of(cls, outcome: Outcome) -> "OutcomeRow":
        """How it is now."""
        size = outcome.output.size + outcome.errors.size
        return cls(outcome, outcome.place.id, state_cell(outcome), outcome.first_line, size)


def state_cell(outcome: Outcome) -> Cell:
    """How it ended, or how far it is, as glyph and word."""
    if outcome.state in _ON_THE_WAY:
        return _ON_THE_WAY[outcome.state]
    if outcome.ok:
        return Cell(f"● {outcome.words}", "good")
    return Cell(f"{'?' if outcome.away else '✗'} {visible(outcome.words)}", "bad")


def group_columns() -> list[Column[Group]]:
    """Columns of the table of groups: the largest come first."""
    return [
        Column(
            "count", "Nodes", 6, lambda g: Cell(f"{len(g.outcomes):,}"),
            lambda g: (-len(g.outcomes), natural(g.first.name)), right=True,
        ),
        Column(
            "state", "Ended", 22, lambda g: state_cell(g.first),
            lambda g: natural(g.first.words),
        ),
        Column(
            "first_line", "First line", 20, lambda g: _line(g.first.first_line),
            lambda g: natural(g.first.first_line), grow=2,
        ),
        Column(
            "names", "Which", 24, lambda g: Cell(visible(g.names), "muted"),
            lambda g: natural(g.names), grow=1, from_width=100,
            exact=lambda g: " ".join(outcome.place.id for outcome in g.outcomes),
        ),
    ]  # fmt: skip


def outcome_columns(width: int) -> list[Column[OutcomeRow]]:
    """Columns of the table of nodes, whose names take so many cells."""
    return [
        Column(
            "node", "Node", width, lambda r: Cell(visible(r.outcome.name)),
            lambda r: natural(r.outcome.name), own=True,
            exact=lambda r: r.id,
        ),
        Column("state", "State", 22, lambda r: r.state, lambda r: natural(r.state.text)),
        Column(
            "first_line", "First line", 20, lambda r: _line(r.first_line),
            lambda r: natural(r.first_line), grow=1,
        ),
        Column(
            "size", "Bytes", 10, lambda r: Cell(f"{r.size:,}", "muted"), lambda r: -r.size,
            right=True, from_width=90,
        ),
    ]  # fmt: skip


def _line(text: str) -> Cell:
    return Cell(visible(text)) if text else Cell("(nothing)", "muted")


def counted(outcomes: Iterable[Outcome], *, under_way: bool) -> list[tuple[str, Tone]]:
    """How many nodes are how far, in words and what each of these means; ended ones first."""
    counts: Counter[tuple[str, Tone]] = Counter()
    for outcome in outcomes:
        counts[_kind(outcome, under_way=under_way)] += 1
    return [(f"{counts[kind]:,} {kind[0]}", kind[1]) for kind in _KINDS if counts[kind]]


_KINDS: tuple[tuple[str, Tone], ...] = (
    ("done", "good"),
    ("failed", "bad"),
    ("timed out", "bad"),
    ("not reached", "bad"),
    ("stopped", "warn"),
    ("running", "busy"),
    ("connecting", "busy"),
    ("waiting", "muted"),
    ("not started", "warn"),
)
_BY_STATE = {
    "timeout": _KINDS[2],
    "unreached": _KINDS[3],
    "stopped": _KINDS[4],
    "running": _KINDS[5],
    "entering": _KINDS[6],
}


def _kind(outcome: Outcome, *, under_way: bool) -> tuple[str, Tone]:
    if outcome.state == "ended":
        return _KINDS[0] if outcome.ok else _KINDS[1]
    return _BY_STATE.get(outcome.state) or (_KINDS[7] if under_way else _KINDS[8])
