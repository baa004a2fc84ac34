"""User accounts that are made on the nodes. Pure.

Source: SDK, UserAccount, LinuxUserConfiguration and WindowsUserConfiguration.
"""

from collections.abc import Iterable

from batchtui.batch.access_rules import is_windows
from batchtui.batch.known import Json, Known, Path, Problem
from batchtui.batch.places import at
from batchtui.batch.rules.reading import Rule, again, items, within, word

_ACCOUNTS: Path = ("userAccounts",)
_LINUX, _WINDOWS = "linuxUserConfiguration", "windowsUserConfiguration"


def names_once(body: Json, _known: Known) -> Iterable[Problem]:
    """Each name once, whatever its case."""
    accounts = items(body, _ACCOUNTS)
    for path in again(((*p, "name"), word(each, "name")) for p, each in accounts if "name" in each):
        yield Problem(path, "Another account has this name; upper and lower case are the same.")


def both_numbers(body: Json, _known: Known) -> Iterable[Problem]:
    """The two numbers together, or neither."""
    for path, _ in items(body, _ACCOUNTS):
        linux = within(body, (*path, _LINUX))
        for name, other in (("uid", "gid"), ("gid", "uid")):
            if name not in linux and other in linux:
                yield Problem((*path, _LINUX, name), f"{other} needs {name}, too.")


def windows_only(body: Json, _known: Known) -> Iterable[Problem]:
    """Settings of Windows on Windows only."""
    for path, account in items(body, _ACCOUNTS):
        if _WINDOWS in account and not is_windows(body):
            yield Problem((*path, _WINDOWS), "The image isn't one of Windows: take it away.")


def ignored(body: Json, _known: Known) -> Iterable[Problem]:
    """What the service takes and does nothing with."""
    for path, account in items(body, _ACCOUNTS):
        key: Path = (*path, _LINUX, "sshPrivateKey")
        if _LINUX in account and is_windows(body):
            yield Problem((*path, _LINUX), "Batch ignores it, as the image is one of Windows.")
        elif at(body, key) is not None and not body.get("enableInterNodeCommunication"):
            yield Problem(key, "Batch ignores it, as nodes don't talk to each other.")


RULES: tuple[Rule, ...] = (names_once, both_numbers, windows_only)
WARNINGS: tuple[Rule, ...] = (ignored,)
