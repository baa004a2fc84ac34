"""What can be listed of the way into nodes: where SSH reaches them, and users that were added."""

from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from dataclasses import fields

import msgspec
from msgspec import Raw

from batchtui.access.ledger import LedgerEntry
from batchtui.batch import logins, nodes
from batchtui.batch.logins import Login
from batchtui.batch.models import Pool
from batchtui.batch.node import Node
from batchtui.batch.wire import read_row
from batchtui.clock import Clock
from batchtui.ls.sources import Source, pages_of
from batchtui.session import Session
from batchtui.tables import Column
from batchtui.tables.logins import login_columns
from batchtui.tables.users import UserRow, user_columns


def _login_columns(now: Clock) -> list[Column[Login]]:
    del now
    return login_columns()


class LoginSource(Source[Login]):
    """Where SSH reaches the nodes of a pool."""

    noun = "node"
    fields = nodes.FIELDS
    columns = staticmethod(_login_columns)

    def __init__(self, session: Session, pool: Pool, user: str) -> None:
        """The pool says from where nodes without an endpoint are reached."""
        self._nodes = session.nodes
        self._pool = pool
        self._user = user or session.entrance.user
        self._jump = session.entrance.jump

    @staticmethod
    def needed(columns: Iterable[Column[Login]]) -> tuple[str, ...]:
        """What an address is made of, whichever columns are shown."""
        del columns
        return (*nodes.ALWAYS, *logins.FIELDS)

    @staticmethod
    def row_id(row: Login) -> str:
        """The node's id."""
        return row.node

    @staticmethod
    def is_faulty(row: Login) -> bool:
        """Whether SSH doesn't reach it."""
        return not row.address

    @staticmethod
    def formats() -> Mapping[str, Callable[[Sequence[Login]], str]]:
        """Those of the screen's export."""
        return {name: each.write for name, each in logins.FORMATS.items()}

    def pages(self, fields: Sequence[str]) -> AsyncIterator[Sequence[Raw]]:
        """All nodes, a page at a time."""
        return pages_of(self._nodes.raws(self._pool.id, fields))

    def read(self, raw: Raw) -> Login:
        """A login from a node's JSON."""
        return logins.login_of(self._pool, read_row(raw, Node), self._user, self._jump)


class UserSource(Source[UserRow]):
    """The users that this program added to nodes."""

    noun = "user"
    fields = tuple(each.name for each in fields(LedgerEntry))
    columns = staticmethod(user_columns)

    def __init__(self, session: Session) -> None:
        self._users = session.entrance.users
        self._now = session.now

    @staticmethod
    def row_id(row: UserRow) -> str:
        """Its pool, node and name."""
        return row.id

    @staticmethod
    def is_faulty(row: UserRow) -> bool:
        """Whether it is expired, or nobody knows whether it is there."""
        return row.faulty

    async def pages(self, fields: Sequence[str]) -> AsyncIterator[Sequence[Raw]]:
        """All of them at once: they are in a file."""
        del fields
        yield [Raw(msgspec.json.encode(each)) for each in await self._users.all()]

    def read(self, raw: Raw) -> UserRow:
        """A user from its JSON."""
        return UserRow.of(read_row(raw, LedgerEntry), self._now())
