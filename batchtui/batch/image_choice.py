"""Images among those that the service lists, and drafts that are given one of them. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import NamedTuple

from batchtui.batch.access_lenses import fitted
from batchtui.batch.distributions import Distribution, distribution
from batchtui.batch.known import Json, Path
from batchtui.batch.lens import PoolDraft
from batchtui.batch.models import SupportedImage
from batchtui.batch.places import at, put

IMAGE: Path = ("virtualMachineConfiguration", "imageReference")
AGENT: Path = ("virtualMachineConfiguration", "nodeAgentSKUId")
NAMES = ("publisher", "offer", "sku")
IDS = ("virtualMachineImageId", "sharedGalleryImageId", "communityGalleryImageId")


class NodeAgent(NamedTuple):
    """A node agent that there is, and what it is an agent of."""

    sku: str
    os: str
    of: tuple[Distribution, ...]


def image_rows(names: Sequence[str], images: Iterable[SupportedImage]) -> list[SupportedImage]:
    """The rows with an image of these names, whatever their case, each with another agent."""
    wanted = [name.lower() for name in names]
    return [image for image in images if [*map(str.lower, image.reference.names)] == wanted]


def listed(
    names: Sequence[str], agent: str, images: Iterable[SupportedImage]
) -> SupportedImage | None:
    """The row with an image of these names, rather with its node agent."""
    rows = image_rows(names, images)
    return min(rows, key=lambda row: row.node_agent_sku.lower() != agent.lower(), default=None)


def names_of(body: Json) -> list[str]:
    """Publisher, offer and sku as the pool has them, empty where it has none."""
    return [str(at(body, (*IMAGE, name)) or "") for name in NAMES]


def agent_of(body: Json) -> str:
    """The pool's node agent."""
    return str(at(body, AGENT) or "")


def chosen_image(body: Json, images: Iterable[SupportedImage]) -> SupportedImage | None:
    """The supported image that the pool names, rather with its node agent."""
    return listed(names_of(body), agent_of(body), images)


def with_image(draft: PoolDraft, image: SupportedImage) -> PoolDraft:
    """The draft with an image, the node agent and the way in that go with it (SERVICE.md, 19)."""
    reference = image.reference
    named = dict(zip(NAMES, reference.names, strict=True))
    version = reference.version or "latest"
    body = put(put(draft.body, IMAGE, {**named, "version": version}), AGENT, image.node_agent_sku)
    return fitted(replace(draft, body=body), draft.body)


def with_listed_agent(draft: PoolDraft, images: Iterable[SupportedImage]) -> PoolDraft:
    """The draft with a node agent that goes with its image, if the list has both."""
    row = chosen_image(draft.body, images)
    if row is None or row.node_agent_sku.lower() == agent_of(draft.body).lower():
        return draft
    body = put(draft.body, AGENT, row.node_agent_sku)
    return fitted(replace(draft, body=body), draft.body)


def node_agents(images: Iterable[SupportedImage]) -> list[NodeAgent]:
    """The node agents that there are, in the order of what they are agents of."""
    found: dict[str, set[Distribution]] = {}
    os: dict[str, str] = {}
    for image in images:
        found.setdefault(image.node_agent_sku, set()).add(distribution(image))
        os[image.node_agent_sku] = image.os
    agents = [
        NodeAgent(sku, os[sku], tuple(sorted(of, key=lambda each: each.rank)))
        for sku, of in found.items()
    ]
    return sorted(agents, key=lambda agent: (agent.of[0].rank, agent.sku))
