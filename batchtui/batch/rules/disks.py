"""Disks of the nodes, and how they are encrypted. Pure.

Source: SDK, DataDisk, ManagedDisk, BatchVmDiskSecurityProfile, DiskEncryptionConfiguration.
"""

from collections.abc import Iterable, Iterator

from batchtui.batch.access_rules import is_windows
from batchtui.batch.image_choice import IMAGE
from batchtui.batch.known import Json, Known, Path, Problem
from batchtui.batch.places import at
from batchtui.batch.rules.reading import MACHINE, Rule, again, items, within, word

_DATA: Path = (*MACHINE, "dataDisks")
_OS_DISK: Path = (*MACHINE, "osDisk")
_ENCRYPTION: Path = (*MACHINE, "diskEncryptionConfiguration")
_PROFILE = "securityProfile"


def numbers_once(body: Json, _known: Known) -> Iterable[Problem]:
    """Each disk has a number of its own."""
    disks = items(body, _DATA)
    for path in again(((*path, "lun"), disk["lun"]) for path, disk in disks if "lun" in disk):
        yield Problem(path, "Another disk has this number: each needs its own.")


def encryption_sets(body: Json, known: Known) -> Iterable[Problem]:
    """Only where pools are allocated in the user's subscription."""
    for path in _managed(body):
        place: Path = (*path, "diskEncryptionSet")
        if at(body, place) is not None and known.user_subscription is False:
            text = "Only for accounts whose pools are in your subscription: take it away."
            yield Problem(place, text)


def confidential(body: Json, _known: Known) -> Iterable[Problem]:
    """A confidential VM's disk says how it is encrypted, and no other VM's does."""
    vm = word(within(body, (*MACHINE, _PROFILE)), "securityType") == "confidentialvm"
    if vm and not word(
        within(body, (*_OS_DISK, "managedDisk", _PROFILE)), "securityEncryptionType"
    ):
        text = "A confidential VM's OS disk says here how it is encrypted."
        yield Problem((*_OS_DISK, "managedDisk", _PROFILE, "securityEncryptionType"), text)
    for path in _managed(body):
        if not vm and at(body, (*path, _PROFILE)) is not None:
            yield Problem((*path, _PROFILE), "Only for confidential VMs: take it away.")


def own_key(body: Json, _known: Known) -> Iterable[Problem]:
    """A key of one's own is for the OS disk."""
    encryption = within(body, _ENCRYPTION)
    targets = [str(each).lower() for each in encryption.get("targets", ())]
    if "customerManagedKey" in encryption and "osdisk" not in targets:
        text = "Your own key encrypts the OS disk: add osdisk to the targets."
        yield Problem((*_ENCRYPTION, "targets"), text)


def not_on_linux_galleries(body: Json, _known: Known) -> Iterable[Problem]:
    """Linux images of a gallery can't be encrypted."""
    own = any(name.endswith("ImageId") for name in within(body, IMAGE))
    if own and at(body, _ENCRYPTION) is not None and not is_windows(body):
        yield Problem(_ENCRYPTION, "Not for Linux images of a gallery: take it away.")


def _managed(body: Json) -> Iterator[Path]:
    """Where disks say what they are stored on."""
    for disk in (_OS_DISK, *(path for path, _ in items(body, _DATA))):
        yield (*disk, "managedDisk")


RULES: tuple[Rule, ...] = (
    numbers_once,
    encryption_sets,
    confidential,
    own_key,
    not_on_linux_galleries,
)
