"""A pool that doesn't exist yet: what was answered, and what is wrong with it. Pure."""

from collections.abc import Iterable

from batchtui.batch import rules
from batchtui.batch.access_lenses import SOURCE, AccessLens
from batchtui.batch.fields import answered, field_of, shown, unreadable
from batchtui.batch.known import Known, Problem
from batchtui.batch.lens import PoolDraft

__all__ = [
    "PoolDraft",
    "answered",
    "by_field",
    "from_here",
    "new_draft",
    "problems",
    "shown",
    "warnings",
]


def new_draft() -> PoolDraft:
    """What the form begins with: one small node, and SSH from an address that is to be told."""
    empty = PoolDraft({"vmSize": "standard_d2s_v3", "targetDedicatedNodes": 1})
    return AccessLens().put(empty, "only")


def from_here(draft: PoolDraft, address: str) -> PoolDraft:
    """The draft with this machine's address as the one that may come in, if none was told."""
    if not address or draft.typed.get(SOURCE) != "":
        return draft
    return answered(draft, SOURCE, address)


def problems(draft: PoolDraft, known: Known) -> dict[str, str]:
    """What must be mended before the service would take it, by field."""
    return {**by_field(rules.problems(draft.body, known), draft), **unreadable(draft)}


def warnings(draft: PoolDraft, known: Known) -> dict[str, str]:
    """What the service would take, and the operator may regret, by field."""
    return by_field(rules.warnings(draft.body, known), draft)


def by_field(found: Iterable[Problem], draft: PoolDraft | None = None) -> dict[str, str]:
    """Sentences by the field that each belongs to, one below the other."""
    said: dict[str, str] = {}
    for problem in found:
        name = field_of(problem.path, draft)
        said[name] = f"{said[name]}\n{problem.text}" if name in said else problem.text
    return said
