"""States of pools and nodes as glyph, letter, word and colour: never colour alone."""

from typing import NamedTuple

from batchtui.batch.kinds import NODE_ERROR, START_IGNORED
from batchtui.tables import Cell, Tone
from batchtui.visible import visible


class Look(NamedTuple):
    """How a state is shown; the letter stands for it where there is no room for a word."""

    glyph: str
    tone: Tone
    word: str
    letter: str = ""


# The states of nodes, and faults of nodes that look well, the one that an operator must see first
# at the head: tables sort and maps choose by it. What went wrong has a capital letter.
NODE_LOOKS = {
    "starttaskfailed": Look("✗", "bad", "start failed", "F"),
    "unusable": Look("✗", "bad", "unusable", "U"),
    START_IGNORED: Look("✗", "bad", "start failed, in use", "X"),
    NODE_ERROR: Look("✗", "bad", "with errors", "E"),
    "unknown": Look("?", "warn", "unknown", "?"),
    "offline": Look("◇", "warn", "offline", "O"),
    "preempted": Look("⚑", "warn", "preempted", "P"),
    "waitingforstarttask": Look("◑", "busy", "in start task", "w"),
    "starting": Look("◔", "busy", "starting", "s"),
    "creating": Look("◌", "busy", "creating", "c"),
    "rebooting": Look("↻", "busy", "rebooting", "b"),
    "reimaging": Look("↻", "busy", "reimaging", "m"),
    "upgradingos": Look("↻", "busy", "upgrading OS", "g"),
    "deallocating": Look("↓", "busy", "deallocating", "d"),
    "leavingpool": Look("←", "busy", "leaving pool", "l"),
    "deallocated": Look("○", "muted", "deallocated", "z"),
    "running": Look("▶", "good", "running", "r"),
    "idle": Look("●", "good", "idle", "i"),
}

_POOL_LOOKS = {
    "active": Look("●", "good", "active"),
    "steady": Look("●", "good", "steady"),
    "resizing": Look("↻", "busy", "resizing"),
    "stopping": Look("↻", "busy", "stopping"),
    "deleting": Look("←", "busy", "deleting"),
}
_LOOKS = {**_POOL_LOOKS, **NODE_LOOKS}
_GLYPHS = "".join({look.glyph for look in _LOOKS.values()}) + " "
_RANKS = {state: rank for rank, state in enumerate(NODE_LOOKS)}


def look(state: str) -> Look:
    """How a state is shown, also one that the service has come to have since."""
    return _LOOKS.get(state) or Look("·", "muted", visible(state) or "not known", "·")


def worst_first(state: str) -> tuple[int, str]:
    """What a node's state sorts by; one that isn't known comes last."""
    return _RANKS.get(state, len(_RANKS)), state


def state_cell(state: str) -> Cell:
    """A state as glyph and word."""
    shown = look(state)
    return Cell(f"{shown.glyph} {shown.word}", shown.tone)


def plain_text(cell: Cell) -> str:
    """The text of a cell without the glyph that stands before it."""
    return cell.text.lstrip(_GLYPHS)
