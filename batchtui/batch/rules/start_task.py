"""What the start task runs, as whom, and with which files. Pure."""

from collections.abc import Iterable

from batchtui.batch.access_rules import is_windows
from batchtui.batch.command_line import needs_admin, needs_shell
from batchtui.batch.known import Json, Known, Path, Problem
from batchtui.batch.places import at
from batchtui.batch.rules.reading import (
    MACHINE,
    START_TASK,
    Rule,
    again,
    items,
    within,
    word,
)

_COMMAND: Path = (*START_TASK, "commandLine")
_USER: Path = (*START_TASK, "userIdentity")
_CONTAINER: Path = (*START_TASK, "containerSettings")
_SOURCES = ("autoStorageContainerName", "storageContainerUrl", "httpUrl")


def one_user(body: Json, _known: Known) -> Iterable[Problem]:
    """A user account or an auto user (source: SDK, UserIdentity)."""
    user = within(body, _USER)
    if "username" in user and "autoUser" in user:
        text = "A user account or an auto user, not both: take one away."
        yield Problem((*_USER, "autoUser"), text)


def user_is_there(body: Json, _known: Known) -> Iterable[Problem]:
    """One of the pool's user accounts (source: SDK, UserIdentity and UserAccount)."""
    name = word(within(body, _USER), "username")
    accounts = {word(account, "name") for _, account in items(body, ("userAccounts",))}
    if name and name not in accounts:
        text = "The pool has no user account of this name: add it, or choose another."
        yield Problem((*_USER, "username"), text)


def container_is_there(body: Json, _known: Known) -> Iterable[Problem]:
    """A pool without containers runs none (source: SDK, BatchContainerConfiguration)."""
    if at(body, _CONTAINER) is not None and at(body, (*MACHINE, "containerConfiguration")) is None:
        text = "The pool needs a container configuration for it."
        yield Problem(_CONTAINER, text)


def files_have_one_source(body: Json, _known: Known) -> Iterable[Problem]:
    """One source each, with what that needs (source: SDK, ResourceFile)."""
    for path, file in items(body, (*START_TASK, "resourceFiles")):
        given = [name for name in _SOURCES if name in file]
        if not given:
            text = "Say where it is from: httpUrl, storageContainerUrl or autoStorageContainerName."
            yield Problem(path, text)
        for name in given[1:]:
            yield Problem((*path, name), f"From one place only: {given[0]} is there, too.")
        if given[:1] == ["httpUrl"]:
            yield from _of_url(file, path)


def _of_url(file: Json, path: Path) -> Iterable[Problem]:
    if "filePath" not in file:
        text = "Say where the file goes, with its name."
        yield Problem((*path, "filePath"), text)
    if file.get("blobPrefix"):
        text = "Only for storage containers: take it away."
        yield Problem((*path, "blobPrefix"), text)


def variables_once(body: Json, _known: Known) -> Iterable[Problem]:
    """Each variable once; the case of their names counts (source: how environments are)."""
    settings = items(body, (*START_TASK, "environmentSettings"))
    names = [((*path, "name"), each["name"]) for path, each in settings if "name" in each]
    for path in again(names):
        yield Problem(path, "This variable is there twice.")


def classic_failures(body: Json, _known: Known) -> Iterable[Problem]:
    """No shell, no admin rights (source: SERVICE.md, trap 13)."""
    if lacks_shell(body):
        shell = "cmd /c ..." if is_windows(body) else "/bin/bash -c '...'"
        yield Problem(_COMMAND, f"The start task runs without a shell: wrap it in {shell}")
    if lacks_admin(body):
        text = "The start task seems to need an administrator: choose such an identity."
        yield Problem(_COMMAND, text)


def lacks_shell(body: Json) -> bool:
    """Whether the command has what only a shell understands, and starts none."""
    return needs_shell(_command(body), windows=is_windows(body))


def lacks_admin(body: Json) -> bool:
    """Whether the command seems to do what its user may not; in a container that isn't known."""
    admin = _is_admin(body) or at(body, _CONTAINER) is not None
    return not admin and needs_admin(_command(body), windows=is_windows(body))


def _command(body: Json) -> str:
    found = at(body, _COMMAND)
    return found if isinstance(found, str) else ""


def _is_admin(body: Json) -> bool:
    user = within(body, _USER)
    if "username" not in user:
        return word(within(body, (*_USER, "autoUser")), "elevationLevel") == "admin"
    return any(
        word(account, "name") == word(user, "username")
        and word(account, "elevationLevel") == "admin"
        for _, account in items(body, ("userAccounts",))
    )


def endless(body: Json, _known: Known) -> Iterable[Problem]:
    """Not recommended for any task (source: SDK, BatchStartTask.maxTaskRetryCount)."""
    path: Path = (*START_TASK, "maxTaskRetryCount")
    if at(body, path) == -1:
        yield Problem(path, "A start task that fails is tried again without end.")


RULES: tuple[Rule, ...] = (
    one_user,
    user_is_there,
    container_is_there,
    files_have_one_source,
    variables_once,
)
WARNINGS: tuple[Rule, ...] = (classic_failures, endless)
