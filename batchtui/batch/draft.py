"""A pool that doesn't exist yet: what was answered, and what is wrong with it. Pure."""

from collections.abc import Iterable
from dataclasses import replace

from batchtui.batch import rules
from batchtui.batch.access_rules import AccessLens, fitted
from batchtui.batch.fields import answered, field_of, shown, unreadable
from batchtui.batch.known import Json, Known, Path, Problem
from batchtui.batch.lens import PoolDraft
from batchtui.batch.models import SupportedImage
from batchtui.batch.places import at, put

__all__ = [
    "PoolDraft",
    "answered",
    "by_field",
    "chosen_image",
    "from_here",
    "new_draft",
    "problems",
    "shown",
    "warnings",
    "with_image",
]

_MACHINE: Path = ("virtualMachineConfiguration",)
_REFERENCE: Path = (*_MACHINE, "imageReference")
_AGENT: Path = (*_MACHINE, "nodeAgentSKUId")
_NAMES = ("publisher", "offer", "sku")


def new_draft() -> PoolDraft:
    """What the form begins with: one small node, and SSH from an address that is to be told."""
    empty = PoolDraft({"vmSize": "standard_d2s_v3", "targetDedicatedNodes": 1})
    return AccessLens().put(empty, "only")


def from_here(draft: PoolDraft, address: str) -> PoolDraft:
    """The draft with this machine's address as the one that may come in, if none was told."""
    if not address or draft.typed.get("access_source") != "":
        return draft
    return answered(draft, "access_source", address)


def with_image(draft: PoolDraft, image: SupportedImage) -> PoolDraft:
    """The draft with an image, the node agent and the way in that go with it (SERVICE.md, 19)."""
    reference = image.reference
    named = {
        "publisher": reference.publisher,
        "offer": reference.offer,
        "sku": reference.sku,
        "version": reference.version or "latest",
    }
    body = put(put(draft.body, _REFERENCE, named), _AGENT, image.node_agent_sku)
    return fitted(replace(draft, body=body), draft.body)


def chosen_image(body: Json, images: Iterable[SupportedImage]) -> SupportedImage | None:
    """The supported image that the pool names, rather with its node agent."""
    named = tuple(str(at(body, (*_REFERENCE, part))).lower() for part in _NAMES)
    agent = str(at(body, _AGENT)).lower()
    rows = [
        image
        for image in images
        if tuple(getattr(image.reference, part).lower() for part in _NAMES) == named
    ]
    return min(rows, key=lambda row: row.node_agent_sku.lower() != agent, default=None)


def problems(draft: PoolDraft, known: Known) -> dict[str, str]:
    """What must be mended before the service would take it, by field."""
    return {**by_field(rules.problems(draft.body, known), draft), **unreadable(draft)}


def warnings(draft: PoolDraft, known: Known) -> dict[str, str]:
    """What the service would take, and the operator may regret, by field."""
    return by_field(rules.warnings(draft.body, known), draft)


def by_field(found: Iterable[Problem], draft: PoolDraft) -> dict[str, str]:
    """Sentences by the field that each belongs to, one below the other."""
    said: dict[str, str] = {}
    for problem in found:
        name = field_of(problem.path, draft)
        said[name] = f"{said[name]}\n{problem.text}" if name in said else problem.text
    return said
