"""The columns of supported images, and of the node agents that go with them."""

from collections.abc import Callable
from datetime import datetime
from types import MappingProxyType
from typing import Any

from batchtui.batch.distributions import capability_words, distribution, is_arm
from batchtui.batch.faults import SOON_DAYS
from batchtui.batch.image_choice import NodeAgent
from batchtui.batch.models import SupportedImage
from batchtui.tables import WIDE, Cell, Column, natural
from batchtui.visible import visible
from batchtui.words import plural

# What many of Canonical's offers begin with, and what tells none of them from another.
_BOILERPLATE = "0001-com-"
_AGENT = "batch.node."
# What is told of an image in a few letters; GPUs' drivers are of two kinds.
_SHORT = MappingProxyType(
    {
        "DockerCompatible": "ctr",
        "NvidiaTeslaDriverInstalled": "GPU",
        "NvidiaGridDriverInstalled": "GPU",
        "SupportsRDMAOnly": "RDMA",
        "ConfidentialVMCompatible": "CVM",
        "Generation2VMImage": "gen2",
    }
)
# Images that only some VM sizes can run: others are the better choice where nothing is known.
_PARTICULAR = frozenset(_SHORT) - {"DockerCompatible", "Generation2VMImage"}


def image_columns(now: Callable[[], datetime]) -> list[Column[SupportedImage]]:
    """Columns of supported images; the first one sorts the best choices of each kind first."""
    return [
        Column(
            "distribution", "Distribution", 22, lambda i: Cell(visible(str(distribution(i)))),
            lambda i: best_first(i, now()),
        ),
        Column(
            "sku", "SKU", 22, lambda i: Cell(visible(i.reference.sku)),
            lambda i: natural(i.reference.sku), grow=3,
        ),
        Column(
            "offer", "Offer", 22, _offer, lambda i: natural(i.reference.offer), grow=1,
            from_width=82, exact=lambda i: i.reference.offer,
        ),
        Column(
            "agent", "Node agent", 14, _agent, lambda i: natural(i.node_agent_sku),
            from_width=97, exact=lambda i: i.node_agent_sku,
        ),
        Column("verified", "Verified", 8, _verified, lambda i: not i.verified),
        Column(
            "ends", "Ends", 10, lambda i: _ends(i, now()), _until,
            exact=lambda i: f"{i.end_of_life:%Y-%m-%d}" if i.end_of_life else "",
        ),
        Column("can", "Can", 13, _can, _particular, exact=lambda i: ", ".join(capability_words(i))),
        Column(
            "publisher", "Publisher", 24, lambda i: Cell(visible(i.reference.publisher), "muted"),
            lambda i: natural(i.reference.publisher), from_width=122,
        ),
        Column(
            "os", "OS", 7, lambda i: Cell(visible(i.os), "muted"), lambda i: i.os, from_width=WIDE,
        ),
    ]  # fmt: skip


def agent_columns() -> list[Column[NodeAgent]]:
    """Columns of the node agents that there are."""
    return [
        Column(
            "agent", "Node agent", 20, lambda agent: Cell(visible(agent.sku.removeprefix(_AGENT))),
            lambda agent: (agent.of[0].rank, natural(agent.sku)), own=True,
            exact=lambda agent: agent.sku,
        ),
        Column("of", "Agent of", 10, _images_of, lambda agent: agent.of[0].rank, grow=1),
    ]  # fmt: skip


def best_first(image: SupportedImage, now: datetime) -> tuple[Any, ...]:
    """By distribution; in each what can be used, is verified, and doesn't end soon comes first."""
    days = _days_left(image, now)
    soon = days is not None and days < SOON_DAYS
    reference = image.reference
    return (
        distribution(image).rank, has_ended(image, now), not image.verified, soon, is_arm(image),
        _particular(image), natural(reference.offer), natural(reference.sku),
    )  # fmt: skip


def support_words(image: SupportedImage, now: datetime) -> Cell:
    """Until when pools can be made of an image, and whether it is verified, in a sentence.

    Source: SERVICE.md, trap 19.
    """
    end, days = image.end_of_life, _days_left(image, now)
    verified = "Verified" if image.verified else "Unverified: nodes may fail to start"
    if end is None or days is None:
        glyph, tone = _verified(image).text[0], _verified(image).tone
        return Cell(f"{glyph} {verified}; no end is announced.", tone)
    if has_ended(image, now):
        return Cell(f"✗ Ended {end:%Y-%m-%d}: no pool can be made of it any more.", "bad")
    when = f"from {end:%Y-%m-%d} on, in {plural(days, 'day')},"
    text = f"{verified}; {when} no pool can be made of it."
    return Cell(f"{_ends(image, now).text[0]} {text}", _ends(image, now).tone)


def has_ended(image: SupportedImage, now: datetime) -> bool:
    """Whether no pool can be made of it any more."""
    return image.end_of_life is not None and image.end_of_life <= now


def _days_left(image: SupportedImage, now: datetime) -> int | None:
    return (image.end_of_life - now).days if image.end_of_life else None


def _offer(image: SupportedImage) -> Cell:
    return Cell(visible(image.reference.offer.removeprefix(_BOILERPLATE)), "muted")


def _agent(image: SupportedImage) -> Cell:
    return Cell(visible(image.node_agent_sku.removeprefix(_AGENT)), "muted")


def _verified(image: SupportedImage) -> Cell:
    return Cell("● yes", "good") if image.verified else Cell("! no", "warn")


def _until(image: SupportedImage) -> float:
    return image.end_of_life.timestamp() if image.end_of_life else float("inf")


def _ends(image: SupportedImage, now: datetime) -> Cell:
    days = _days_left(image, now)
    if days is None:
        return Cell("")
    if has_ended(image, now):
        return Cell("✗ ended", "bad")
    if days < SOON_DAYS:
        return Cell(f"▲ {plural(days, 'day')}", "warn")
    return Cell(f"○ {days} days", "plain")


def _can(image: SupportedImage) -> Cell:
    found = [short for name, short in _SHORT.items() if name in image.capabilities]
    words = [*(["Arm"] if is_arm(image) else []), *dict.fromkeys(found)]
    return Cell(" ".join(words), "muted")


def _particular(image: SupportedImage) -> int:
    return len(_PARTICULAR.intersection(image.capabilities))


def _images_of(agent: NodeAgent) -> Cell:
    return Cell(visible(", ".join(map(str, agent.of))), "muted")
