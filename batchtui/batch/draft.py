"""A pool that doesn't exist yet: what was typed, what is wrong with it, what will be sent."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from ipaddress import ip_network
from typing import Any, Literal

from batchtui.batch.models import RDP_PORT, SupportedImage
from batchtui.batch.node import SSH_PORT

Identity = Literal["pool-nonadmin", "pool-admin", "task-nonadmin", "task-admin"]
IDENTITIES: dict[Identity, str] = {
    "pool-nonadmin": "auto user of the pool",
    "pool-admin": "auto user of the pool, administrator",
    "task-nonadmin": "auto user of the task",
    "task-admin": "auto user of the task, administrator",
}

ANYONE = "*"
# 1000 ports, of which the service takes none from 50000 to 55000 (source: SERVICE.md, trap 3).
_PORTS = (15000, 15999)
_ALLOW_PRIORITY, _DENY_PRIORITY = 150, 160

_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
_SIZE = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_SHELL_NEEDED = re.compile(r"&&|\|\||[|;<>]|\$[A-Za-z_({]|`")
_SHELLS = re.compile(
    r"^\s*(\S*/)?(ba|da|z|k)?sh\s+-|^\s*cmd(\.exe)?\s+/|^\s*(powershell|pwsh)", re.IGNORECASE
)
_ADMIN_NEEDED = re.compile(r"\b(apt|apt-get|yum|dnf|tdnf|zypper|systemctl|mount|useradd|sysctl)\b")
_EOL_SOON_DAYS = 90


@dataclass(frozen=True, slots=True)
class PoolDraft:
    """The create form's answers; counts are the text that was typed."""

    id: str = ""
    image: SupportedImage | None = None
    vm_size: str = "standard_d2s_v3"
    dedicated: str = "1"
    spot: str = "0"
    start_command: str = ""
    start_identity: Identity = "pool-nonadmin"
    access: bool = True
    access_source: str = ""

    @property
    def windows(self) -> bool:
        """Whether the image is a Windows one: access is by RDP then, not SSH."""
        return self.image is not None and self.image.os == "windows"

    @property
    def protocol(self) -> str:
        """How an operator gets into the nodes: `SSH`, or `RDP` on Windows."""
        return "RDP" if self.windows else "SSH"


def problems(
    draft: PoolDraft, taken: Iterable[str] = (), now: datetime | None = None
) -> dict[str, str]:
    """What must be mended before the service would take it, by field of the draft."""
    found = {
        "id": _id_problem(draft.id, taken),
        "image": _image_problem(draft.image, now or datetime.now(UTC)),
        "vm_size": _size_problem(draft.vm_size),
        "dedicated": count_problem(draft.dedicated),
        "spot": count_problem(draft.spot),
        "access_source": _source_problem(draft.access_source) if draft.access else "",
    }
    return {field: text for field, text in found.items() if text}


def warnings(draft: PoolDraft, now: datetime | None = None) -> list[str]:
    """What the service would take, and the operator may regret."""
    return [
        *_image_warnings(draft.image, now or datetime.now(UTC)),
        *_count_warnings(draft),
        *_start_task_warnings(draft),
        *_access_warnings(draft),
    ]


def body(draft: PoolDraft) -> dict[str, Any]:
    """The JSON that creates the pool; the draft must be free of problems."""
    assert draft.image is not None  # noqa: S101 - problems() says so before
    reference = draft.image.reference
    sent: dict[str, Any] = {
        "id": draft.id,
        "vmSize": draft.vm_size,
        "virtualMachineConfiguration": {
            "imageReference": {
                "publisher": reference.publisher,
                "offer": reference.offer,
                "sku": reference.sku,
                "version": reference.version or "latest",
            },
            "nodeAgentSKUId": draft.image.node_agent_sku,
        },
        "targetDedicatedNodes": int(draft.dedicated),
        "targetLowPriorityNodes": int(draft.spot),
    }
    if draft.start_command.strip():
        sent["startTask"] = _start_task(draft)
    if draft.access:
        sent["networkConfiguration"] = {
            "endpointConfiguration": {"inboundNATPools": [_nat_pool(draft)]}
        }
    return sent


def _id_problem(text: str, taken: Iterable[str]) -> str:
    if not text:
        return "A pool needs an id."
    if not _ID.fullmatch(text):
        return "1 to 64 letters, digits, - and _."
    if text.lower() in {each.lower() for each in taken}:
        return "There is a pool of this id; upper and lower case are the same."
    return ""


def _image_problem(image: SupportedImage | None, now: datetime) -> str:
    if image is None:
        return "Choose an image."
    if image.end_of_life and image.end_of_life <= now:
        return f"Azure Batch stopped creating pools of it on {image.end_of_life:%Y-%m-%d}."
    return ""


def _size_problem(text: str) -> str:
    return "" if _SIZE.fullmatch(text) else "A VM size, such as standard_d2s_v3."


def count_problem(text: str) -> str:
    """What is wrong with a number of nodes."""
    right = text.isascii() and text.isdigit() and len(text) < 7
    return "" if right else "A whole number from 0 to 999999."


def _source_problem(text: str) -> str:
    if text == ANYONE:
        return ""
    try:
        ip_network(text, strict=False)
    except ValueError:
        return "An address or range, such as 203.0.113.7 or 203.0.113.0/24, or * for anyone."
    return ""


def _image_warnings(image: SupportedImage | None, now: datetime) -> Iterable[str]:
    if image is None:
        return
    if not image.verified:
        yield "The image is unverified: nodes may fail to start."
    if image.end_of_life:
        days = (image.end_of_life - now).days
        if 0 <= days <= _EOL_SOON_DAYS:
            yield f"Support for the image ends in {days} days, on {image.end_of_life:%Y-%m-%d}."


def _count_warnings(draft: PoolDraft) -> Iterable[str]:
    if count_problem(draft.dedicated) or count_problem(draft.spot):
        return
    dedicated, spot = int(draft.dedicated), int(draft.spot)
    if not dedicated and not spot:
        yield "No nodes: the pool stays empty until it is resized."
    elif not dedicated:
        yield "Spot nodes only: Azure may take all of them away at any time."


def _start_task_warnings(draft: PoolDraft) -> Iterable[str]:
    admin = draft.start_identity.endswith("-admin")
    return command_warnings(draft.start_command, admin=admin, windows=draft.windows)


def command_warnings(command: str, *, admin: bool, windows: bool) -> Iterable[str]:
    """The two classic failures of a start task (source: SERVICE.md, trap 13)."""
    if _SHELL_NEEDED.search(command) and not _SHELLS.search(command):
        shell = "cmd /c ..." if windows else "/bin/bash -c '...'"
        yield f"The start task runs without a shell: wrap it in {shell}"
    if _ADMIN_NEEDED.search(command) and not admin:
        yield "The start task seems to need an administrator: choose such an identity."


def _access_warnings(draft: PoolDraft) -> Iterable[str]:
    if not draft.access:
        yield f"No {draft.protocol}: it can't be added while the pool has nodes."
    elif draft.access_source == ANYONE:
        yield f"{draft.protocol} is open to the whole internet."


def _start_task(draft: PoolDraft) -> dict[str, Any]:
    scope, elevation = draft.start_identity.split("-")
    return {
        "commandLine": draft.start_command.strip(),
        "userIdentity": {"autoUser": {"scope": scope, "elevationLevel": elevation}},
        "waitForSuccess": True,
    }


def _nat_pool(draft: PoolDraft) -> dict[str, Any]:
    nat: dict[str, Any] = {
        "name": draft.protocol.lower(),
        "protocol": "tcp",
        "backendPort": RDP_PORT if draft.windows else SSH_PORT,
        "frontendPortRangeStart": _PORTS[0],
        "frontendPortRangeEnd": _PORTS[1],
    }
    if draft.access_source != ANYONE:
        nat["networkSecurityGroupRules"] = [
            _rule(_ALLOW_PRIORITY, "allow", draft.access_source),
            _rule(_DENY_PRIORITY, "deny", ANYONE),
        ]
    return nat


def _rule(priority: int, access: str, source: str) -> dict[str, Any]:
    return {"priority": priority, "access": access, "sourceAddressPrefix": source}
