"""The fields of all that is rarely needed: every property that no other step has. Pure.

What each means is what the schema says of its property.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from batchtui.batch.field import PoolField
from batchtui.batch.known import Path
from batchtui.batch.lens import AsJson, Choice, Flag, Lens, PoolDraft, Text, Texts, Whole
from batchtui.batch.more_lenses import OnOff, PartChoice
from batchtui.batch.notation import InWords, Part
from batchtui.batch.places import at
from batchtui.batch.schema import description_of

_MACHINE = "virtualMachineConfiguration"
_CONTAINERS: Path = (_MACHINE, "containerConfiguration")
_CONTAINER_TYPE: Path = (*_CONTAINERS, "type")
_DISKS: Path = (_MACHINE, "dataDisks")
_OS_DISK: Path = (_MACHINE, "osDisk")
_SECURITY: Path = (_MACHINE, "securityProfile")
_UEFI: Path = (*_SECURITY, "uefiSettings")
_PLACEMENT: Path = (_MACHINE, "nodePlacementConfiguration")
_WINDOWS: Path = (_MACHINE, "windowsConfiguration")
_LICENCE: Path = (_MACHINE, "licenseType")
_ARTIFACT: Path = (_MACHINE, "serviceArtifactReference")
_NETWORK = "networkConfiguration"
_PACKAGES: Path = ("applicationPackageReferences",)
_UPGRADES: Path = ("upgradePolicy",)

_CACHING: Mapping[str, str] = {
    "": "as the image has it", "none": "none", "readonly": "read only", "readwrite": "read, write",
}  # fmt: skip
_STORAGE: Mapping[str, str] = {
    "": "as Azure Batch decides", "standard_lrs": "standard HDD", "standardssd_lrs": "standard SSD",
    "premium_lrs": "premium SSD",
}  # fmt: skip
_DISK_PARTS = (
    Part("LUN", ("lun",), whole=True),
    Part("SIZE in GB", ("diskSizeGB",), whole=True),
    Part("CACHING", ("caching",)),
    Part("STORAGE", ("managedDisk", "storageAccountType")),
)
_PACKAGE_PARTS = (Part("APPLICATION", ("applicationId",)), Part("VERSION", ("version",)))


def more_fields() -> Iterator[PoolField]:
    """In the order of the step; the last is the whole pool."""
    yield from _on_nodes()
    yield from _containers()
    yield from _disks()
    yield from _security()
    yield from _placement()
    yield _json("everything", "Whole pool", (), "The whole pool, also what no field shows.")


def is_json(field: PoolField) -> bool:
    """Whether a field is edited as JSON, on a screen of its own."""
    return isinstance(field.lens, AsJson)


def _field(name: str, label: str, lens: Lens, path: Path, hint: str = "", *also: Path) -> PoolField:
    said = f"{description_of(path)} {hint}".strip()
    return PoolField(name, "more", label, lens, (path, *also), help=said)


def _json(name: str, label: str, path: Path, said: str = "") -> PoolField:
    text = said or description_of(path)
    return PoolField(name, "more", label, AsJson(path), (path,), f"{text} enter edits it as JSON.")


def _on_nodes() -> Iterator[PoolField]:
    yield replace(
        _field(
            "packages",
            "Packages",
            InWords(_PACKAGES, _PACKAGE_PARTS),
            _PACKAGES,
            "A line each: APPLICATION [VERSION].",
        ),
        placeholder="none",
    )
    yield _json("mounts", "Mounts", ("mountConfiguration",))
    yield _json("extensions", "Extensions", (_MACHINE, "extensions"))
    licences = {"": "none", "Windows_Server": "Windows Server", "Windows_Client": "Windows client"}
    yield replace(
        _field("licence", "Licence", Choice(_LICENCE, licences), _LICENCE), when=_windows(_LICENCE)
    )
    updates: Path = (*_WINDOWS, "enableAutomaticUpdates")
    yield replace(
        _field("updates", "Updates itself", Flag(updates, default=True), updates, "", _WINDOWS),
        when=_windows(_WINDOWS),
    )


def _containers() -> Iterator[PoolField]:
    kinds = {"": "none", "dockerCompatible": "Docker", "criCompatible": "CRI"}
    yield _field(
        "containers", "Containers", PartChoice(_CONTAINER_TYPE, kinds), _CONTAINERS, "",
        _CONTAINER_TYPE,
    )  # fmt: skip
    images: Path = (*_CONTAINERS, "containerImageNames")
    for field in (
        replace(
            _field("container_images", "  images", Texts(images), images, "A line each."),
            placeholder="none",
        ),
        _json("registries", "  registries", (*_CONTAINERS, "containerRegistries")),
    ):
        yield replace(field, when=_there(_CONTAINERS))


def _disks() -> Iterator[PoolField]:
    yield replace(
        _field(
            "data_disks",
            "Data disks",
            InWords(_DISKS, _DISK_PARTS),
            _DISKS,
            "A line each: LUN SIZE [CACHING] [STORAGE], such as 0 64 readonly premium_lrs.",
        ),
        placeholder="none",
    )
    size: Path = (*_OS_DISK, "diskSizeGB")
    yield replace(_field("os_disk_size", "OS disk GB", Whole(size), size), placeholder="image's")
    caching: Path = (*_OS_DISK, "caching")
    yield _field("os_disk_caching", "  caching", Choice(caching, _CACHING), caching)
    storage: Path = (*_OS_DISK, "managedDisk", "storageAccountType")
    yield _field("os_disk_storage", "  stored on", Choice(storage, _STORAGE), storage)
    ephemeral: Path = (*_OS_DISK, "ephemeralOSDiskSettings", "placement")
    places = {"": "a disk of its own", "cachedisk": "the VM's cache: ephemeral"}
    yield _field(
        "os_disk_place", "  placed on", PartChoice(ephemeral, places), ephemeral, "",
        ephemeral[:-1],
    )  # fmt: skip
    yield _json("os_disk", "  all of it", _OS_DISK)
    yield _json("encryption", "Encryption", (_MACHINE, "diskEncryptionConfiguration"))


def _security() -> Iterator[PoolField]:
    kind: Path = (*_SECURITY, "securityType")
    kinds = {"": "standard", "trustedLaunch": "trusted launch", "confidentialVM": "confidential VM"}
    yield _field("security_type", "Security", Choice(kind, kinds), kind)
    for name, label, path in (
        ("secure_boot", "  secure boot", (*_UEFI, "secureBootEnabled")),
        ("virtual_tpm", "  virtual TPM", (*_UEFI, "vTpmEnabled")),
        ("host_encryption", "  at the host", (*_SECURITY, "encryptionAtHost")),
    ):
        yield _field(name, label, OnOff(path), path)
    yield _json("security", "  all of it", _SECURITY)


def _placement() -> Iterator[PoolField]:
    policy: Path = (*_PLACEMENT, "policy")
    policies = {"regional": "one zone, as Azure decides", "zonal": "over the region's zones"}
    yield _field("placement", "Placement", Choice(policy, policies), policy, "", _PLACEMENT)
    accelerated: Path = (_NETWORK, "enableAcceleratedNetworking")
    yield _field("accelerated", "Fast network", Flag(accelerated), accelerated)
    scope: Path = (_NETWORK, "dynamicVNetAssignmentScope")
    scopes = {"none": "the pool's", "job": "a job may bring its own"}
    yield _field("job_network", "Network", Choice(scope, scopes), scope)
    order: Path = ("taskSchedulingPolicy", "jobDefaultOrder")
    orders = {"none": "any", "creationTime": "the oldest"}
    yield _field("job_order", "First job", Choice(order, orders), order)
    mode: Path = (*_UPGRADES, "mode")
    modes = {"": "none", "manual": "manual", "automatic": "automatic", "rolling": "rolling"}
    yield _field("upgrade_mode", "Upgrades", PartChoice(mode, modes), mode)
    yield replace(_json("upgrades", "  all of it", _UPGRADES), when=_there(_UPGRADES))
    artifact: Path = (*_ARTIFACT, "id")
    yield replace(
        _field("artifact", "Artifact", Text(artifact), artifact, "", _ARTIFACT), placeholder="none"
    )


def _there(path: Path) -> Callable[[PoolDraft], bool]:
    return lambda draft: at(draft.body, path) is not None


def _windows(path: Path) -> Callable[[PoolDraft], bool]:
    """Only of Windows, or where it is set all the same."""

    def meant(draft: PoolDraft) -> bool:
        agent = str(at(draft.body, (_MACHINE, "nodeAgentSKUId")) or "")
        return "windows" in agent.lower() or at(draft.body, path) is not None

    return meant
