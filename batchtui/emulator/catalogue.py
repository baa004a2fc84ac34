"""What the account can allocate: images, VM sizes and cores.

The numbers are those of recorded accounts (arm-account-get-2025), the VM sizes those of a
recorded region (arm-virtual-machine-skus-full); Resource Manager shows the same ones.
"""

import functools
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from importlib.resources import files
from typing import Any

from batchtui.emulator.times import read_time

DEDICATED_CORES = 500
SPOT_CORES = 500
MOST_POOLS = 100
MOST_ACTIVE_JOBS = 300
CLOUD_SIZES = {
    "small": "standard_a1",
    "medium": "standard_a2",
    "large": "standard_a3",
    "extralarge": "standard_a4",
}
SIZE = re.compile(r"(standard|basic)_([a-z]+)(\d{1,4})(?:-\d{1,4})?([a-z]*)((?:_[a-z0-9]+)*)")


# Pools were still made of it when no list had it any more, last recorded in March 2025.
UNLISTED: tuple[dict[str, Any], ...] = (
    {
        "imageReference": {
            "publisher": "canonical", "offer": "ubuntuserver", "sku": "18.04-lts",
        },
        "nodeAgentSKUId": "batch.node.ubuntu 18.04",
        "osType": "linux",
        "batchSupportEndOfLife": "2025-04-01T00:00:00Z",
    },
)  # fmt: skip


@dataclass(frozen=True)
class VmSize:
    """A VM size as Resource Manager lists it; `end_of_life` is empty for most."""

    name: str
    family: str
    capabilities: Mapping[str, str]
    end_of_life: str = ""

    @property
    def cores(self) -> int:
        """Its cores, as they count against quotas."""
        return int(self.capabilities["vCPUs"])


@functools.cache
def supported_images() -> tuple[dict[str, Any], ...]:
    """The recorded list of images, sorted (recordings supported-images and -2025)."""
    text = (files("batchtui.emulator") / "data" / "supported_images.json").read_text("utf-8")
    return tuple(json.loads(text))


@functools.cache
def _table() -> dict[str, Any]:
    text = (files("batchtui.emulator") / "data" / "vm_sizes.json").read_text("utf-8")
    return dict(json.loads(text))


@functools.cache
def vm_sizes() -> Mapping[str, VmSize]:
    """The recorded VM sizes in their order, by their names in lower case."""
    names = _table()["capabilities"]
    return {
        name.lower(): VmSize(
            name,
            family,
            # Rows end at their last value.
            {key: value for key, value in zip(names, values, strict=False) if value is not None},
            end_of_life or "",
        )
        for name, family, end_of_life, values in _table()["sizes"]
    }


def vm_size(name: str) -> VmSize | None:
    """A VM size by its name in any case, None when there is no such size.

    Sizes younger than the recorded list have the family and the cores that their names say.
    """
    found = SIZE.fullmatch(name.lower())
    if name.lower() in vm_sizes() or not found or int(found[3]) == 0:
        return vm_sizes().get(name.lower())
    tier, letters, cores, features, version = found.groups()
    family = f"{tier}{letters.upper()}{features}{version.replace('_', '')}Family"
    return VmSize(name, family, {"vCPUs": str(int(cores))})


def size_of(pool: Mapping[str, Any]) -> VmSize | None:
    """The VM size of a pool by its body, None when there is no such size.

    Cloud Services, which older versions have, named theirs in their own way.
    """
    name = str(pool["vmSize"])
    if "cloudServiceConfiguration" in pool:
        name = CLOUD_SIZES.get(name.lower(), name)
    return vm_size(name)


@functools.cache
def family_quotas() -> Mapping[str, int]:
    """The dedicated cores of each VM family, in the recorded order.

    The recorded account may not use most families at all; here these may have all that the
    account has, as nobody could try a VM size otherwise.
    """
    return {name: cores or DEDICATED_CORES for name, cores in _table()["families"].items()}


def family_quota(family: str) -> int:
    """The dedicated cores that a VM family may have, whatever the case of its name."""
    return _quotas_without_case().get(family.lower(), DEDICATED_CORES)


@functools.cache
def _quotas_without_case() -> Mapping[str, int]:
    return {name.lower(): cores for name, cores in family_quotas().items()}


@dataclass(frozen=True)
class Quotas:
    """What an account may have at most: cores, pools, and active jobs with job schedules.

    `families` are those VM families' dedicated cores, by their names in lower case, that differ
    from the recorded ones.
    """

    dedicated_cores: int = DEDICATED_CORES
    spot_cores: int = SPOT_CORES
    pools: int = MOST_POOLS
    active_jobs: int = MOST_ACTIVE_JOBS
    families: Mapping[str, int] = field(default_factory=dict)

    def family(self, name: str) -> int:
        """The dedicated cores that a VM family may have."""
        return self.families.get(name.lower(), family_quota(name))


def find_image(reference: Mapping[str, Any], agent: str) -> dict[str, Any] | None:
    """The row of an image and node agent that belong together, compared without case."""
    asked = image_key(reference)
    for row in (*supported_images(), *UNLISTED):
        if row["nodeAgentSKUId"] == agent.lower() and asked == image_key(row["imageReference"]):
            return row
    return None


def has_publisher_offer_sku(reference: Mapping[str, Any]) -> bool:
    """Whether the image is in the list with any node agent."""
    return any(find_image(reference, row["nodeAgentSKUId"]) for row in supported_images())


def image_key(reference: Mapping[str, Any]) -> tuple[str, ...]:
    """What tells an image of the marketplace from others, whatever its case."""
    return tuple(str(reference.get(part, "")).lower() for part in ("publisher", "offer", "sku"))


def dated(row: Mapping[str, Any], ends: Mapping[tuple[str, ...], str]) -> Mapping[str, Any]:
    """An image's row, with another end of support if there is one for it."""
    end = ends.get(image_key(row["imageReference"]))
    return {**row, "batchSupportEndOfLife": end} if end else row


def is_past(row: Mapping[str, Any], now: datetime) -> bool:
    """Whether pools can't be created any more with an image."""
    end = read_time(row.get("batchSupportEndOfLife", ""))
    return end is not None and end <= now
