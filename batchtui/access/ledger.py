"""Which users this program added, where and until when: the service has no call that lists them.

(Source: SERVICE.md, trap 6.) No secrets are in it.
"""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

from batchtui.access.store import Row, Store
from batchtui.errors import ConfigError


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """A user on a node; `expires` is None where the service's default of a day holds."""

    account: str
    endpoint: str
    pool: str
    node: str
    user: str
    admin: bool
    expires: datetime | None
    added: datetime
    how: Literal["key", "password"]


class Ledger:
    """Users that were added, kept in a file, or in memory if there is no path."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._store = Store(path)

    def record(self, entry: LedgerEntry) -> None:
        """Write down a user; one of the same name on the same node is replaced."""
        with self._store.edit() as rows:
            rows[:] = [row for row in rows if not _is_same(row, entry)]
            rows.append(_row(entry))

    def entries(self, account: str, endpoint: str) -> list[LedgerEntry]:
        """The users that were added in an account, oldest first."""
        rows = [
            row
            for row in self._store.read()
            if (row.get("account"), row.get("endpoint")) == (account, endpoint)
        ]
        return [self._entry(row) for row in rows]

    def drop(self, entry: LedgerEntry) -> None:
        """Forget a user, who was removed or whose node is gone."""
        with self._store.edit() as rows:
            rows[:] = [row for row in rows if not _is_same(row, entry)]

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
            )
        except (KeyError, ValueError) as error:
            raise ConfigError(
                f"{self._path}: a row has no usable {error}.",
                advice="Correct it, or move the file away: a new one is made.",
            ) from None


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
    }


def _is_same(row: Row, entry: LedgerEntry) -> bool:
    """Whether both are one user: a name is used once on a node, and pool ids ignore case."""
    return (
        row.get("account") == entry.account
        and row.get("endpoint") == entry.endpoint
        and str(row.get("pool")).lower() == entry.pool.lower()
        and row.get("node") == entry.node
        and row.get("user") == entry.user
    )
