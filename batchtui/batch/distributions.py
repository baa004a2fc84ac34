"""Which distribution an image is of, by its node agent and its names; what it can, in words. Pure.

The service only says `linux` or `windows` (source: SERVICE.md, images).
"""

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from batchtui.batch.models import SupportedImage

_AGENT = re.compile(r"batch\.node\.(\S+)\s+(\S+?)(-arm64)?", re.IGNORECASE)
_YEAR = re.compile(r"(20\d\d)(-r2)?")
_WINDOWS = "Windows Server"
# Agents of the `el` family serve several distributions, told apart by publisher and offer.
_BY_NAME: Mapping[str, str] = MappingProxyType(
    {
        "almalinux": "AlmaLinux",
        "rocky": "Rocky Linux",
        "redhat": "Red Hat",
        "rhel": "Red Hat",
        "oracle": "Oracle Linux",
    }
)
_BY_AGENT: Mapping[str, str] = MappingProxyType(
    {
        "ubuntu": "Ubuntu",
        "debian": "Debian",
        "azurelinux": "Azure Linux",
        "mariner": "CBL-Mariner",
        "opensuse": "openSUSE",
        "suse": "SUSE",
        "el": "Enterprise Linux",
        "centos": "CentOS",
        "windows": _WINDOWS,
    }
)
# What is chosen most comes first; others stand before Windows.
_ORDER = (
    "Ubuntu", "Debian", "AlmaLinux", "Rocky Linux", "Red Hat", "Oracle Linux", "Azure Linux",
    "CBL-Mariner", "SUSE", "openSUSE", "Enterprise Linux", "CentOS",
)  # fmt: skip
_CAPABILITIES: Mapping[str, str] = MappingProxyType(
    {
        "DockerCompatible": "made for containers",
        "NvidiaTeslaDriverInstalled": "drivers for GPUs that compute",
        "NvidiaGridDriverInstalled": "drivers for GPUs that draw",
        "SupportsRDMAOnly": "for VM sizes with RDMA only",
        "IntelMPIRuntimeInstalled": "Intel MPI",
        "ConfidentialVMCompatible": "confidential VMs",
        "Generation2VMImage": "generation 2",
    }
)


class Distribution(NamedTuple):
    """A distribution and its version, as its node agent has it; of Windows the year."""

    name: str
    version: str

    def __str__(self) -> str:
        return f"{self.name} {self.version}".strip()

    @property
    def rank(self) -> tuple[Any, ...]:
        """What distributions sort by: those that are chosen most first, and the newest first."""
        place = _ORDER.index(self.name) if self.name in _ORDER else len(_ORDER)
        numbers = tuple(-int(number) for number in re.findall(r"\d{1,9}", self.version))
        return self.name == _WINDOWS, place, self.name, (*numbers, 0)


def distribution(image: SupportedImage) -> Distribution:
    """What an image is of; an agent that isn't known yet gives its own name."""
    found = _AGENT.fullmatch(image.node_agent_sku.strip())
    agent, version = (found[1].lower(), found[2]) if found else (image.node_agent_sku, "")
    reference = image.reference
    name = _BY_AGENT.get(agent, agent)
    if agent in {"el", "centos"}:
        named = f"{reference.publisher} {reference.offer}".lower()
        name = next((of for word, of in _BY_NAME.items() if word in named), name)
    if name == _WINDOWS:
        year = _YEAR.search(f"{reference.sku} {reference.offer}".lower())
        version = f"{year[1]}{' R2' if year[2] else ''}" if year else ""
    return Distribution(name, version)


def is_arm(image: SupportedImage) -> bool:
    """Whether it is for Arm processors (source: recording supported-images-2025)."""
    return image.node_agent_sku.lower().endswith("arm64")


def capability_words(image: SupportedImage) -> list[str]:
    """All that an image can, in words; what isn't known here as the service calls it."""
    found = [_CAPABILITIES.get(each, each) for each in image.capabilities]
    return [*(["for Arm processors"] if is_arm(image) else []), *found]
