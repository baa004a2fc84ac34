"""The user accounts that a pool makes on each of its nodes, as a field of the form. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from batchtui.batch.known import Json, Path
from batchtui.batch.lens import (
    Answer,
    Choice,
    Lens,
    OfLines,
    PoolDraft,
    Secret,
    Text,
    UnreadableError,
    Whole,
)
from batchtui.batch.places import at, put, without

USERS: Path = ("userAccounts",)
_LINUX, _WINDOWS = "linuxUserConfiguration", "windowsUserConfiguration"
LEVELS = {"nonadmin": "an ordinary user", "admin": "an administrator"}
MODES = {"batch": "batch", "interactive": "interactive"}

# The properties of one account, by the fields of its dialog.
LENSES: Mapping[str, Lens] = {
    "name": Text(("name",)),
    "password": Secret(("password",)),
    "level": Choice(("elevationLevel",), LEVELS),
    "uid": Whole((_LINUX, "uid")),
    "gid": Whole((_LINUX, "gid")),
    "key": Secret((_LINUX, "sshPrivateKey")),
    "mode": Choice((_WINDOWS, "loginMode"), MODES),
}


def accounts(body: Json) -> list[Any]:
    """Whatever the pool has in the place of user accounts."""
    found = at(body, USERS)
    return list(found) if isinstance(found, list) else []


def with_account(draft: PoolDraft, place: int, account: Json | None) -> PoolDraft:
    """The draft with an account at a place, behind the last for another one; None for without."""
    path = (*USERS, place)
    if account is None:
        return replace(draft, body=without(draft.body, path))
    return replace(draft, body=put(draft.body, path, account))


def told(account: object) -> str:
    """An account in a line, without its secrets."""
    return ", ".join(_told(account))


def _told(account: object) -> Iterator[str]:
    yield str(at(account, ("name",)) or "without a name")
    level = at(account, ("elevationLevel",))
    yield LEVELS.get(str(level or "nonadmin").lower(), str(level))
    if not at(account, ("password",)):
        yield "password missing"
    for name in ("uid", "gid"):
        if (number := at(account, (_LINUX, name))) is not None:
            yield f"{name} {number}"
    if at(account, (_LINUX, "sshPrivateKey")):
        yield "with a key for other nodes"
    if mode := at(account, (_WINDOWS, "loginMode")):
        yield f"{mode} login"


@dataclass(frozen=True, slots=True)
class UsersLens(OfLines):
    """The accounts in words; they are edited one by one, by `with_account`."""

    def show(self, draft: PoolDraft) -> Answer:
        """A line each."""
        return "\n".join(map(told, accounts(draft.body)))

    def put(self, draft: PoolDraft, answer: Answer) -> PoolDraft:
        """The draft as it is; UnreadableError for other lines, which say too little."""
        if answer != self.show(draft):
            raise UnreadableError("Accounts are given one by one, or as JSON in userAccounts.")
        return draft
