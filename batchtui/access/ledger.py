"""Which users this program added, where and until when: the service has no call that lists them.

(Source: SERVICE.md, trap 6.) No secrets are in it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto
from pathlib import Path
from typing import Literal

from batchtui.access.store import Row, Store
from batchtui.errors import ConfigError

_Key = tuple[str, str, str, str, str]


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """A user on a node; `expires` is None where the service's default of a day holds.

    One that isn't `sure` was asked for, and the answer never came.
    """

    account: str
    endpoint: str
    pool: str
    node: str
    user: str
    admin: bool
    expires: datetime | None
    added: datetime
    how: Literal["key", "password"]
    sure: bool = True

    @property
    def key(self) -> _Key:
        """What tells users apart: a name is used once on a node, and pool ids ignore case."""
        return self.account, self.endpoint, self.pool.lower(), self.node, self.user


class Became(Enum):
    """What is known of a user on a node."""

    BEGUN = auto()  # about to be asked for: written first, so that nobody is there unknown
    ADDED = auto()
    REPLACED = auto()  # isAdmin stays as it was (source: SERVICE.md, trap 8)
    REFUSED = auto()  # what was begun came to nothing
    REMOVED = auto()  # or the node is gone


@dataclass(frozen=True, slots=True)
class Change:
    """Something that the ledger is to know."""

    entry: LedgerEntry
    became: Became


class Ledger:
    """Users that were added, kept in a file, or in memory if there is no path."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._store = Store(path)

    def write(self, changes: Iterable[Change]) -> None:
        """Write down what became of users, all of it at once."""
        with self._store.edit() as rows:
            by_user: dict[_Key, list[Row]] = {}
            for row in rows:
                by_user.setdefault(_key(row), []).append(row)
            for change in changes:
                before = by_user.pop(change.entry.key, [])
                if after := _after(before, change):
                    by_user[change.entry.key] = after
            rows[:] = [row for group in by_user.values() for row in group]

    def entries(self, account: str, endpoint: str) -> list[LedgerEntry]:
        """The users that were added in an account, as last heard of, oldest first."""
        newest = {
            _key(row): row
            for row in self._store.read()
            if (row.get("account"), row.get("endpoint")) == (account, endpoint)
        }
        return [self._entry(row) for row in newest.values()]

    def _entry(self, row: Row) -> LedgerEntry:
        try:
            return LedgerEntry(
                account=str(row["account"]),
                endpoint=str(row["endpoint"]),
                pool=str(row["pool"]),
                node=str(row["node"]),
                user=str(row["user"]),
                admin=bool(row["admin"]),
                expires=datetime.fromisoformat(str(row["expires"])) if row["expires"] else None,
                added=datetime.fromisoformat(str(row["added"])),
                how="password" if row["how"] == "password" else "key",
                sure=row.get("sure") is not False,
            )
        except (KeyError, ValueError) as error:
            raise ConfigError(
                f"{self._path}: a row has no usable {error}.",
                advice="Correct it, or move the file away: a new one is made.",
            ) from None


def _after(before: list[Row], change: Change) -> list[Row]:
    """The rows of one user: what is known of it and, behind that, what was begun since."""
    row = _row(change.entry)
    begun = {**row, "sure": False}
    match change.became:
        case Became.BEGUN:
            return [*before, begun]
        case Became.REFUSED:
            return [each for each in before if each != begun]
        case Became.REMOVED:
            return []
        case Became.REPLACED:
            known = [each["admin"] for each in before if each.get("sure") is not False]
            return [{**row, "admin": known[-1] if known else row["admin"], "sure": True}]
        case Became.ADDED:
            return [{**row, "sure": True}]


def _row(entry: LedgerEntry) -> Row:
    return {
        "account": entry.account,
        "endpoint": entry.endpoint,
        "pool": entry.pool,
        "node": entry.node,
        "user": entry.user,
        "admin": entry.admin,
        "expires": entry.expires.isoformat() if entry.expires else None,
        "added": entry.added.isoformat(),
        "how": entry.how,
        "sure": entry.sure,
    }


def _key(row: Row) -> _Key:
    account, endpoint, pool, node, user = (
        str(row.get(name)) for name in ("account", "endpoint", "pool", "node", "user")
    )
    return account, endpoint, pool.lower(), node, user
