"""Until when the service supports a pool's image."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from batchtui.batch.models import Pool, SupportedImage
from batchtui.ui.columns import Cell, Tone
from batchtui.ui.details.section import Line
from batchtui.ui.text import plural
from batchtui.visible import visible

_SOON_DAYS = 90


def support_lines(pool: Pool, images: Iterable[SupportedImage], now: datetime) -> Iterator[Line]:
    """What the list of supported images says of the pool's image, found whatever its case."""
    if not pool.image.offer:
        return  # an image of the operator's own, which no list has
    wanted = _names(pool.image.publisher, pool.image.offer, pool.image.sku)
    rows = [
        image
        for image in images
        if _names(image.reference.publisher, image.reference.offer, image.reference.sku) == wanted
    ]
    agent = pool.node_agent_sku.lower()
    rows.sort(key=lambda image: image.node_agent_sku.lower() != agent)
    if not rows:
        yield "support", Cell("not among the images that the service supports", "bad")
        return
    image = rows[0]
    yield "support", _end(image, now)
    if image.node_agent_sku.lower() != agent:
        other = visible(image.node_agent_sku)
        yield "node agent", Cell(f"the service lists the image with {other}", "warn")
    if image.verified:
        yield "verified", Cell("yes")
    else:
        yield "verified", Cell("no: unverified images can fail to allocate", "warn")
    if image.capabilities:
        yield "capabilities", Cell(visible(", ".join(image.capabilities)))


def _names(*names: str) -> tuple[str, ...]:
    return tuple(name.lower() for name in names)


def _end(image: SupportedImage, now: datetime) -> Cell:
    end = image.end_of_life
    if end is None:
        return Cell("without an end so far")
    left = (end - now).days
    if end <= now:
        text = f"✗ ended {end:%Y-%m-%d}: no pool can be created with it any more"
        return Cell(text, "bad")
    tone: Tone = "warn" if left < _SOON_DAYS else "plain"
    return Cell(f"ends {end:%Y-%m-%d}, {plural(left, 'day')} left", tone)
