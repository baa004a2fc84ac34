"""How far a pool is, as lines: what it waits for, its steps, and what helps."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from batchtui.batch.progress import Progress, State, Step
from batchtui.batch.resize_errors import Deed, Help
from batchtui.tables import Cell, Tone
from batchtui.ui.details.section import Line
from batchtui.visible import visible

_LOOKS: Mapping[State, tuple[str, Tone]] = MappingProxyType(
    {
        "to do": ("○", "muted"),
        "doing": ("◑", "busy"),
        "done": ("●", "good"),
        "failed": ("✗", "bad"),
    }
)
_NO_KEYS: Mapping[Deed, str] = MappingProxyType({})


def sentence_cell(progress: Progress) -> Cell:
    """What the pool waits for."""
    glyph, tone = _LOOKS[progress.state]
    return Cell(f"{glyph} {visible(progress.sentence)}", tone)


def step_lines(progress: Progress) -> Iterator[Line]:
    """A line a step, as long as there is something to wait for or to do."""
    return map(_step, progress.steps if progress.state != "done" else ())


def help_lines(progress: Progress, keys: Mapping[Deed, str] = _NO_KEYS) -> Iterator[Line]:
    """A line for each thing that helps, behind the key that does it, where there is one."""
    return (_help(each, keys) for each in progress.helps)


def _step(step: Step) -> Line:
    glyph, tone = _LOOKS[step.state]
    return step.name, Cell(f"{glyph} {visible(step.text) or 'not yet'}", tone)


def _help(found: Help, keys: Mapping[Deed, str]) -> Line:
    return keys.get(found.deed, "→"), Cell(visible(found.text))
