"""A field of the guided form: what it is called, where it is, and what it is about. Pure."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, get_args

from batchtui.batch.known import Path
from batchtui.batch.lens import Lens, PoolDraft

StepName = Literal["name", "image", "size", "scale", "start", "access", "more", "review"]
STEPS: tuple[StepName, ...] = get_args(StepName)


def _always(_draft: PoolDraft) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class PoolField:
    """A field: `owns` are the properties that it stands for, whose problems are shown at it.

    `when` says whether it has a meaning for a draft. `placeholder` is shown while it is empty.
    """

    name: str
    step: StepName
    label: str
    lens: Lens
    owns: tuple[Path, ...]
    help: str = ""
    placeholder: str = ""
    when: Callable[[PoolDraft], bool] = _always


def field_at(
    name: str,
    step: StepName,
    label: str,
    kind: Callable[[Path], Lens],
    *path: str | int,
    help: str,  # noqa: A002 - the field's own name
    placeholder: str = "",
) -> PoolField:
    """A field that is about one property, by its path."""
    return PoolField(name, step, label, kind(path), (path,), help, placeholder)
