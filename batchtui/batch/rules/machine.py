"""What else a virtual machine is made of: security, Windows, extensions, registries. Pure."""

from collections.abc import Iterable

from batchtui.batch.access_rules import is_windows
from batchtui.batch.known import Json, Known, Path, Problem
from batchtui.batch.rules.reading import MACHINE, START_TASK, Rule, again, items, within, word

_SECURITY: Path = (*MACHINE, "securityProfile")
_EXTENSIONS: Path = (*MACHINE, "extensions")
_REGISTRIES: Path = (*MACHINE, "containerConfiguration", "containerRegistries")
_WINDOWS_ONLY = ("windowsConfiguration", "licenseType")


def security_type(body: Json, _known: Known) -> Iterable[Problem]:
    """UEFI settings need one (source: SDK, SecurityProfile.securityType)."""
    security = within(body, _SECURITY)
    if "uefiSettings" in security and "securityType" not in security:
        text = "UEFI settings need a security type: trustedLaunch or confidentialvm."
        yield Problem((*_SECURITY, "securityType"), text)


def windows_only(body: Json, _known: Known) -> Iterable[Problem]:
    """Not for Linux images (source: SDK, VirtualMachineConfiguration)."""
    machine = within(body, MACHINE)
    for name in _WINDOWS_ONLY:
        if name in machine and not is_windows(body):
            yield Problem((*MACHINE, name), "The image isn't one of Windows: take it away.")


def extensions_once(body: Json, _known: Known) -> Iterable[Problem]:
    """Each name once, as a VM knows its extensions by it (source: Resource Manager)."""
    found = items(body, _EXTENSIONS)
    for path in again(((*p, "name"), word(each, "name")) for p, each in found if "name" in each):
        yield Problem(path, "Another extension has this name: each needs its own.")


def extensions_before(body: Json, _known: Known) -> Iterable[Problem]:
    """What an extension waits for is there (source: SDK, VMExtension)."""
    names = {word(each, "name") for _, each in items(body, _EXTENSIONS)}
    for path, _ in items(body, _EXTENSIONS):
        for place, name in items(body, (*path, "provisionAfterExtensions")):
            if name.lower() not in names:
                yield Problem(place, "There is no extension of this name to wait for.")


def one_login(body: Json, _known: Known) -> Iterable[Problem]:
    """A user or an identity for each registry (source: SDK, ContainerRegistryReference)."""
    one: Path = (*START_TASK, "containerSettings", "registry")
    for path, registry in (*items(body, _REGISTRIES), (one, within(body, one))):
        if "username" in registry and "identityReference" in registry:
            text = "Log in as a user or by an identity, not both: take one away."
            yield Problem((*path, "identityReference"), text)


RULES: tuple[Rule, ...] = (security_type, windows_only, extensions_once, one_login)
WARNINGS: tuple[Rule, ...] = (extensions_before,)
