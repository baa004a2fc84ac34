"""Whether a VM size fits the image, and what else is asked of it. Pure.

All of these are warnings: the service takes the pool, and nodes fail or don't come. Capabilities
are those that Resource Manager lists of sizes and the service of images; what isn't listed isn't
known.
"""

from collections.abc import Iterable

from batchtui.batch.distributions import is_arm
from batchtui.batch.known import Json, Known, Path, Problem, VmSize, size_of
from batchtui.batch.models import SupportedImage
from batchtui.batch.places import at
from batchtui.batch.rules.reading import MACHINE, Rule, chosen_row, items, word

_GPU_DRIVERS = {"NvidiaTeslaDriverInstalled", "NvidiaGridDriverInstalled"}
_OS_DISK: Path = (*MACHINE, "osDisk")
_SECURITY: Path = (*MACHINE, "securityProfile")
_CONTAINERS: Path = (*MACHINE, "containerConfiguration")


def misfits(image: SupportedImage, size: VmSize) -> Iterable[str]:
    """Why nodes of a size can't run an image, or not as it was meant, in sentences."""
    generations = size.capabilities.get("HyperVGenerations", "")
    second = "Generation2VMImage" in image.capabilities
    if generations and ("V2" if second else "V1") not in generations.split(","):
        yield f"The image is of generation {2 if second else 1}, which this VM size doesn't boot."
    machine = size.capabilities.get("CpuArchitectureType", "").lower()
    arm = is_arm(image)
    if machine and (machine == "arm64") != arm:
        yield f"The image is for {'Arm' if arm else 'x64'} processors, which this VM size hasn't."
    if "SupportsRDMAOnly" in image.capabilities and _lacks(size, "RdmaEnabled"):
        yield "The image is for VM sizes with RDMA only, which this one hasn't."
    if _GPU_DRIVERS & set(image.capabilities) and not size.gpus:
        yield "The image has drivers for GPUs, which this VM size hasn't."


def image_fits(body: Json, known: Known) -> Iterable[Problem]:
    """Generation, processor, RDMA, GPUs (source: capabilities of both)."""
    image, size = chosen_row(body, known), size_of(body, known)
    for text in misfits(image, size) if image and size else ():
        yield Problem(("vmSize",), text)


def image_can(body: Json, known: Known) -> Iterable[Problem]:
    """What the image has to be made for (source: its capabilities)."""
    image = chosen_row(body, known)
    if not image:
        return
    if at(body, _CONTAINERS) is not None and "DockerCompatible" not in image.capabilities:
        yield Problem(_CONTAINERS, "The image isn't made for containers: choose one that is.")
    kind: Path = (*_SECURITY, "securityType")
    if word(at(body, _SECURITY) or {}, "securityType") == "confidentialvm" and (
        "ConfidentialVMCompatible" not in image.capabilities
    ):
        yield Problem(kind, "The image isn't made for confidential VMs: choose one that is.")


def size_can(body: Json, known: Known) -> Iterable[Problem]:
    """What the size has to be made for (source: its capabilities)."""
    size = size_of(body, known)
    if not size:
        return
    for path, capability, what in _asked(body):
        if _lacks(size, capability):
            yield Problem(path, f"This VM size has no {what}: choose another size, or go without.")


def _asked(body: Json) -> Iterable[tuple[Path, str, str]]:
    """Where something is asked of the VM size, the capability for it, and its name."""
    fast: Path = ("networkConfiguration", "enableAcceleratedNetworking")
    if at(body, fast):
        yield fast, "AcceleratedNetworkingEnabled", "accelerated networking"
    host: Path = (*_SECURITY, "encryptionAtHost")
    if at(body, host):
        yield host, "EncryptionAtHostSupported", "encryption at host"
    ephemeral: Path = (*_OS_DISK, "ephemeralOSDiskSettings")
    if at(body, ephemeral):
        yield ephemeral, "EphemeralOSDiskSupported", "room for an ephemeral OS disk"
    if body.get("targetLowPriorityNodes"):
        yield ("targetLowPriorityNodes",), "LowPriorityCapable", "spot nodes"
    disks: list[Path] = [path for path, _ in items(body, (*MACHINE, "dataDisks"))]
    for disk in (_OS_DISK, *disks):
        storage: Path = (*disk, "managedDisk", "storageAccountType")
        if str(at(body, storage)).lower() == "premium_lrs":
            yield storage, "PremiumIO", "premium storage"


def _lacks(size: VmSize, capability: str) -> bool:
    return size.capabilities.get(capability, "").lower() == "false"


WARNINGS: tuple[Rule, ...] = (image_fits, image_can, size_can)
