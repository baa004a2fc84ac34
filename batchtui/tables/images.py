"""The columns of the image chooser."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from batchtui.batch.models import SupportedImage
from batchtui.tables import Cell, Column, natural
from batchtui.visible import visible

# What many of Canonical's offers begin with, and what tells none of them from another.
BOILERPLATE = "0001-com-"


def image_columns(now: Callable[[], datetime]) -> list[Column[SupportedImage]]:
    """Columns of the image chooser."""
    return [
        Column(
            "offer", "Offer", 22, _offer,
            lambda i: _best_first(i, now()), grow=1, exact=lambda i: i.reference.offer,
        ),
        Column(
            "sku", "SKU", 16, lambda i: Cell(visible(i.reference.sku)),
            lambda i: natural(i.reference.sku), grow=1,
        ),
        Column("support", "Support", 18, lambda i: _support(i, now()), _until),
        Column("os", "OS", 7, lambda i: Cell(visible(i.os), "muted"), lambda i: i.os),
        Column(
            "agent", "Node agent", 26, lambda i: Cell(visible(i.node_agent_sku), "muted"),
            lambda i: natural(i.node_agent_sku), from_width=104,
        ),
        Column(
            "publisher", "Publisher", 24, lambda i: Cell(visible(i.reference.publisher), "muted"),
            lambda i: natural(i.reference.publisher), from_width=130,
        ),
    ]  # fmt: skip


def _offer(image: SupportedImage) -> Cell:
    return Cell(visible(image.reference.offer.removeprefix(BOILERPLATE)))


def _best_first(image: SupportedImage, now: datetime) -> tuple[Any, ...]:
    """Images that can be used and are verified before others, by name."""
    ended = image.end_of_life is not None and image.end_of_life <= now
    return ended, not image.verified, natural(image.reference.offer), natural(image.reference.sku)


def _until(image: SupportedImage) -> float:
    return image.end_of_life.timestamp() if image.end_of_life else float("inf")


def _support(image: SupportedImage, now: datetime) -> Cell:
    if image.end_of_life and image.end_of_life <= now:
        return Cell(f"✗ ended {image.end_of_life:%Y-%m-%d}", "bad")
    if image.end_of_life:
        return Cell(f"ends {image.end_of_life:%Y-%m-%d}", "warn")
    return Cell("● verified", "good") if image.verified else Cell("unverified", "warn")
