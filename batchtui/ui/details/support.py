"""Until when the service supports a pool's image."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from batchtui.batch.faults import SOON_DAYS
from batchtui.batch.image_choice import listed
from batchtui.batch.models import Pool, SupportedImage
from batchtui.tables import Cell, Tone
from batchtui.ui.details.section import Line
from batchtui.visible import visible
from batchtui.words import plural


def support_lines(pool: Pool, images: Iterable[SupportedImage], now: datetime) -> Iterator[Line]:
    """What the list of supported images says of the pool's image, found whatever its case."""
    if not pool.image.offer:
        return  # an image of the operator's own, which no list has
    image = listed(pool.image.names, pool.node_agent_sku, images)
    if image is None:
        yield "support", Cell("not among the images that the service supports", "bad")
        return
    yield "support", _end(image, now)
    if image.node_agent_sku.lower() != pool.node_agent_sku.lower():
        other = visible(image.node_agent_sku)
        yield "node agent", Cell(f"the service lists the image with {other}", "warn")
    if image.verified:
        yield "verified", Cell("yes")
    else:
        yield "verified", Cell("no: unverified images can fail to allocate", "warn")
    if image.capabilities:
        yield "capabilities", Cell(visible(", ".join(image.capabilities)))


def _end(image: SupportedImage, now: datetime) -> Cell:
    end = image.end_of_life
    if end is None:
        return Cell("without an end so far")
    left = (end - now).days
    if end <= now:
        text = f"✗ ended {end:%Y-%m-%d}: no pool can be created with it any more"
        return Cell(text, "bad")
    tone: Tone = "warn" if left < SOON_DAYS else "plain"
    return Cell(f"ends {end:%Y-%m-%d}, {plural(left, 'day')} left", tone)
