"""A pool's virtual machine configuration, as the SDK's VirtualMachineConfiguration has it.

Secrets (passwords of registries, protected settings of extensions) are never given back.
"""

from collections.abc import Mapping
from typing import Any

from batchtui.emulator.bodies.images import image_reference, is_windows
from batchtui.emulator.bodies.read import Json
from batchtui.emulator.bodies.shapes import (
    Shape,
    all_different,
    anything,
    at_most_one,
    default,
    flag,
    many,
    one_of,
    required,
    secret,
    text_like,
    texts,
    whole,
    words,
)
from batchtui.emulator.catalogue import VmSize
from batchtui.emulator.errors import bad_property, missing_property

LARGEST_DISK = 32_767
STANDARD = "standard_lrs"
ARTIFACT = (
    "/subscriptions/[^/]+/resourceGroups/[^/]+/providers/Microsoft.Compute/galleries/[^/]+"
    "/serviceArtifacts/[^/]+/vmArtifactsProfiles/[^/]+"
)
CACHING = one_of("none", "readonly", "readwrite")
IDENTITY = Shape(resourceId=words)

MANAGED_DISK = Shape(
    diskEncryptionSet=Shape(id=words),
    storageAccountType=default(one_of(STANDARD, "premium_lrs", "standardssd_lrs"), STANDARD),
    securityProfile=Shape(
        securityEncryptionType=one_of("DiskWithVMGuestState", "NonPersistedTPM", "VMGuestStateOnly")
    ),
)
# The defaults are recorded in pool-get-data-disk.
DATA_DISK = Shape(
    lun=required(whole(0, 63)),
    caching=default(CACHING, "none"),
    diskSizeGB=required(whole(1, LARGEST_DISK)),
    managedDisk=default(MANAGED_DISK, {"storageAccountType": STANDARD}),
)
OS_DISK = Shape(
    ephemeralOSDiskSettings=Shape(placement=one_of("cachedisk")),
    caching=CACHING,
    diskSizeGB=whole(1, LARGEST_DISK),
    managedDisk=MANAGED_DISK,
    writeAcceleratorEnabled=flag,
)
REGISTRY = Shape(
    username=words,
    password=secret(words),
    registryServer=default(words, "docker.io"),
    identityReference=IDENTITY,
)


def registry(body: Mapping[str, Any], name: str) -> Json:
    """A registry that is logged in to as a user or by an identity (SDK: its docstring)."""
    found = REGISTRY(body, name)
    at_most_one(found, "username", "identityReference")
    return found


CONTAINERS = Shape(
    type=required(one_of("dockerCompatible", "criCompatible")),
    containerImageNames=texts(),
    containerRegistries=many(REGISTRY),
)
ENCRYPTION = Shape(
    customerManagedKey=Shape(
        identityReference=IDENTITY,
        keyUrl=words,
        rotationToLatestKeyVersionEnabled=default(flag, value=False),
    ),
    targets=texts(one_of("osdisk", "temporarydisk")),
)
EXTENSION = Shape(
    name=required(words),
    publisher=required(words),
    type=required(words),
    typeHandlerVersion=words,
    autoUpgradeMinorVersion=flag,
    enableAutomaticUpgrade=flag,
    settings=anything,
    protectedSettings=secret(anything),
    provisionAfterExtensions=texts(),
)
ENDPOINT = Shape(
    inVMAccessControlProfileReferenceId=words,
    mode=one_of("Audit", "Enforce"),
)
SECURITY = Shape(
    encryptionAtHost=flag,
    proxyAgentSettings=Shape(
        enabled=default(flag, value=False), imds=ENDPOINT, wireServer=ENDPOINT
    ),
    securityType=one_of("trustedLaunch", "confidentialvm"),
    uefiSettings=Shape(secureBootEnabled=flag, vTpmEnabled=flag),
)
MACHINE = Shape(
    imageReference=required(image_reference),
    nodeAgentSKUId=required(words),
    windowsConfiguration=Shape(enableAutomaticUpdates=default(flag, value=True)),
    dataDisks=many(DATA_DISK),
    licenseType=one_of("Windows_Server", "Windows_Client"),
    containerConfiguration=CONTAINERS,
    diskEncryptionConfiguration=ENCRYPTION,
    nodePlacementConfiguration=Shape(policy=default(one_of("Regional", "Zonal"), "Regional")),
    extensions=many(EXTENSION),
    osDisk=OS_DISK,
    securityProfile=SECURITY,
    serviceArtifactReference=Shape(
        id=required(text_like(ARTIFACT, "The value must be the id of a VM artifacts profile"))
    ),
)


def machine_configuration(body: Mapping[str, Any], name: str) -> Json:
    """The configuration as GET shows it; 400 when its parts don't fit together."""
    machine = MACHINE(body, name)
    if not is_windows(machine):
        for part in ("windowsConfiguration", "licenseType"):
            if part in machine:
                raise bad_property(part, machine[part], "The image is not one of Windows")
    disks = machine.get("dataDisks", [])
    all_different("lun", [disk["lun"] for disk in disks])
    for disk in (*disks, machine.get("osDisk", {})):
        _check_managed(disk.get("managedDisk", {}))
    _check_confidential(machine)
    _check_encryption(machine)
    security = machine.get("securityProfile", {})
    if "uefiSettings" in security and "securityType" not in security:
        raise missing_property("securityType")
    for registry in machine.get("containerConfiguration", {}).get("containerRegistries", ()):
        at_most_one(registry, "username", "identityReference")
    extensions = [extension["name"] for extension in machine.get("extensions", ())]
    all_different("extensions", extensions)
    return machine


def _check_managed(disk: Mapping[str, Any]) -> None:
    """Encryption sets are for accounts in user subscription mode only (SDK: ManagedDisk)."""
    if "diskEncryptionSet" in disk:
        reason = "The account's pools are not allocated in the user's subscription"
        raise bad_property("diskEncryptionSet", disk["diskEncryptionSet"].get("id", ""), reason)


def _check_confidential(machine: Mapping[str, Any]) -> None:
    """Confidential VMs, and no others, say how disks are encrypted (SDK: its docstring)."""
    confidential = machine.get("securityProfile", {}).get("securityType") == "confidentialvm"
    system, *data = [
        disk.get("managedDisk", {}).get("securityProfile")
        for disk in (machine.get("osDisk", {}), *machine.get("dataDisks", ()))
    ]
    if confidential and not (system or {}).get("securityEncryptionType"):
        raise missing_property("securityEncryptionType")
    if not confidential and any(profile is not None for profile in (system, *data)):
        reason = "The value is for confidential VMs only"
        raise bad_property("securityProfile", "managedDisk", reason)


def _check_encryption(machine: Mapping[str, Any]) -> None:
    """What may be encrypted (SDK: DiskCustomerManagedKey, DiskEncryptionConfiguration)."""
    encryption = machine.get("diskEncryptionConfiguration")
    if encryption is None:
        return
    targets = encryption.get("targets", [])
    if "customerManagedKey" in encryption and "osdisk" not in targets:
        reason = "A customer managed key needs the target osdisk"
        raise bad_property("targets", ", ".join(targets), reason)
    if "publisher" not in machine["imageReference"] and not is_windows(machine):
        reason = "Disk encryption is not supported on Linux images of a gallery"
        raise bad_property("diskEncryptionConfiguration", ", ".join(targets), reason)


def check_disks(machine: Mapping[str, Any], size: VmSize) -> None:
    """400 for more data disks than the VM size takes, if that is known."""
    disks, most = len(machine.get("dataDisks", ())), size.capabilities.get("MaxDataDiskCount")
    if most is not None and disks > int(most):
        raise bad_property("dataDisks", disks, f"The VM size takes at most {most} data disks")
