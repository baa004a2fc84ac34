"""What the service would refuse of a pool's JSON, and what may be regretted. Pure."""

import re
from collections.abc import Iterable

from batchtui.batch.access_rules import AccessLens, is_windows, protocol
from batchtui.batch.known import Json, Known, Problem
from batchtui.batch.lens import PoolDraft
from batchtui.batch.places import at

_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
_SHELL_NEEDED = re.compile(r"&&|\|\||[|;<>]|\$[A-Za-z_({]|`")
_SHELLS = re.compile(
    r"^\s*(\S*/)?(ba|da|z|k)?sh\s+-|^\s*cmd(\.exe)?\s+/|^\s*(powershell|pwsh)", re.IGNORECASE
)
_ADMIN_NEEDED = re.compile(r"\b(apt|apt-get|yum|dnf|tdnf|zypper|systemctl|mount|useradd|sysctl)\b")


def problems(body: Json, known: Known) -> list[Problem]:
    """What must be mended before the service would take the pool."""
    found = []
    pool_id = body.get("id")
    if not pool_id:
        found.append(Problem(("id",), "A pool needs an id."))
    elif not isinstance(pool_id, str) or not _ID.fullmatch(pool_id):
        found.append(Problem(("id",), "1 to 64 letters, digits, - and _."))
    elif pool_id.lower() in known.taken:
        text = "There is a pool of this id; upper and lower case are the same."
        found.append(Problem(("id",), text))
    if at(body, ("virtualMachineConfiguration", "imageReference")) is None:
        found.append(Problem(("virtualMachineConfiguration",), "Choose an image."))
    if not body.get("vmSize"):
        found.append(Problem(("vmSize",), "A VM size, such as standard_d2s_v3."))
    return found


def warnings(body: Json, _known: Known) -> list[Problem]:
    """What the service would take, and the operator may regret."""
    command = at(body, ("startTask", "commandLine"))
    said = [
        Problem(("startTask", "commandLine"), text)
        for text in command_warnings(
            command if isinstance(command, str) else "",
            admin=at(body, ("startTask", "userIdentity", "autoUser", "elevationLevel")) == "admin",
            windows=is_windows(body),
        )
    ]
    way = AccessLens().show(PoolDraft(body))
    where = ("networkConfiguration", "endpointConfiguration", "inboundNATPools")
    if way == "off":
        text = f"No {protocol(body)}: it can't be added while the pool has nodes."
        said.append(Problem(where, text))
    elif way == "anyone":
        said.append(Problem(where, f"{protocol(body)} is open to the whole internet."))
    return said


def command_warnings(command: str, *, admin: bool, windows: bool) -> Iterable[str]:
    """The two classic failures of a start task (source: SERVICE.md, trap 13)."""
    if _SHELL_NEEDED.search(command) and not _SHELLS.search(command):
        shell = "cmd /c ..." if windows else "/bin/bash -c '...'"
        yield f"The start task runs without a shell: wrap it in {shell}"
    if _ADMIN_NEEDED.search(command) and not admin:
        yield "The start task seems to need an administrator: choose such an identity."
