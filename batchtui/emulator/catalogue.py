"""What the account can allocate: images, VM sizes and cores."""

import functools
import json
import re
from collections.abc import Mapping
from datetime import datetime
from importlib.resources import files
from typing import Any

from batchtui.emulator.times import read_time

DEDICATED_CORES = 550
SPOT_CORES = 200
MOST_POOLS = 100
SIZE = re.compile(r"(?:standard|basic)_[a-z]+(\d+)[a-z0-9_-]*")


@functools.cache
def supported_images() -> tuple[dict[str, Any], ...]:
    """The recorded list of images, sorted (recordings supported-images and -2025)."""
    text = (files("batchtui.emulator") / "data" / "supported_images.json").read_text("utf-8")
    return tuple(json.loads(text))


@functools.cache
def _cores() -> dict[str, int]:
    text = (files("batchtui.emulator") / "data" / "vm_cores.json").read_text("utf-8")
    return dict(json.loads(text))


def cores(vm_size: str) -> int:
    """A VM size's cores, 0 when there is no such size.

    Sizes younger than the recorded list count with the first number in their name.
    """
    name = vm_size.lower()
    if name in _cores():
        return _cores()[name]
    found = SIZE.fullmatch(name)
    return int(found[1]) if found else 0


def find_image(reference: Mapping[str, Any], agent: str) -> dict[str, Any] | None:
    """The row of an image and node agent that belong together, compared without case."""
    asked = tuple(str(reference.get(part, "")).lower() for part in ("publisher", "offer", "sku"))
    for row in supported_images():
        image = row["imageReference"]
        if row["nodeAgentSKUId"] == agent.lower() and asked == (
            image["publisher"].lower(), image["offer"].lower(), image["sku"].lower(),
        ):  # fmt: skip
            return row
    return None


def has_publisher_offer_sku(reference: Mapping[str, Any]) -> bool:
    """Whether the image is in the list with any node agent."""
    return any(find_image(reference, row["nodeAgentSKUId"]) for row in supported_images())


def is_past(row: Mapping[str, Any], now: datetime) -> bool:
    """Whether pools can't be created any more with an image."""
    end = read_time(row.get("batchSupportEndOfLife", ""))
    return end is not None and end <= now
