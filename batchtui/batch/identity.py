"""Whom a start task runs as: an auto user, or one of the pool's own user accounts. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any, Literal

from batchtui.batch.known import Json, Path
from batchtui.batch.lens import Answer, PoolDraft
from batchtui.batch.places import at, put

Identity = Literal["pool-nonadmin", "pool-admin", "task-nonadmin", "task-admin"]
IDENTITIES: Mapping[str, str] = MappingProxyType(
    {
        "pool-nonadmin": "auto user of the pool",
        "pool-admin": "auto user of the pool, administrator",
        "task-nonadmin": "auto user of the task",
        "task-admin": "auto user of the task, administrator",
    }
)
USER = "user "  # before the name of one of the pool's user accounts
_PATH: Path = ("startTask", "userIdentity")


def identity_of(identity: object) -> str:
    """A user identity as one word; the service's default if there is none."""
    if name := _text(at(identity, ("username",))):
        return f"{USER}{name}"
    scope = _text(at(identity, ("autoUser", "scope"))) or "pool"
    elevation = _text(at(identity, ("autoUser", "elevationLevel"))) or "nonadmin"
    return f"{scope}-{elevation}".lower()


def as_identity(word: str) -> dict[str, Any]:
    """The same as the service takes it."""
    if word.startswith(USER):
        return {"username": word.removeprefix(USER)}
    scope, _, elevation = word.partition("-")
    return {"autoUser": {"scope": scope, "elevationLevel": elevation}}


def identities(pool: Json) -> dict[str, str]:
    """Whom a pool's start task may run as, with its words: auto users, and its own users."""
    accounts = pool.get("userAccounts")
    rows = accounts if isinstance(accounts, list) else []
    names = [name for each in rows if (name := _text(at(each, ("name",))))]
    found = dict[str, str](IDENTITIES) | {
        f"{USER}{name}": f"the pool's user {name}" for name in names
    }
    now = identity_of(at(pool, _PATH))
    return found if now in found else {**found, now: now}


@dataclass(frozen=True, slots=True)
class IdentityLens:
    """Whom the start task runs as, as one word."""

    def show(self, draft: PoolDraft) -> Answer:
        """That of the pool's JSON, or the service's default."""
        return identity_of(at(draft.body, _PATH))

    def choices(self, draft: PoolDraft) -> Mapping[str, str]:
        """Auto users, and the pool's own."""
        return identities(draft.body)

    def put(self, draft: PoolDraft, answer: Answer) -> PoolDraft:
        """Another one."""
        if answer == self.show(draft):
            return draft
        return replace(draft, body=put(draft.body, _PATH, as_identity(str(answer))))


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
