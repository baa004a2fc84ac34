"""Users that this program adds to nodes, and what it knows of them: the service can't list any."""

import asyncio

from batchtui.access.accounts import Account
from batchtui.access.ledger import Became, Change, Ledger, LedgerEntry
from batchtui.batch.models import NodeUser
from batchtui.batch.users import Made, Users
from batchtui.clock import Clock
from batchtui.entrance.writing import LedgerWriter
from batchtui.errors import BatchtuiError, NotFoundError, ServiceError

_BECAME = {"added": Became.ADDED, "replaced": Became.REPLACED, "there": Became.REFUSED}

# The codes that say that there is no such user any more: a proxy's 404 says nothing of it.
_GONE = frozenset({"PoolNotFound", "NodeNotFound", "NodeUserNotFound"})


class NodeUsers:
    """Adds users to the nodes of one account and removes them, and keeps the ledger exact.

    A user is written down before it is asked for, and again when the answer is known: what is
    killed in between leaves an entry that isn't sure, and never a user that nobody knows of.
    """

    def __init__(self, account: Account, users: Users, ledger: Ledger, now: Clock) -> None:
        self.ledger = ledger
        self._account = account
        self._users = users
        self._now = now
        self._writer = LedgerWriter(ledger)

    async def add(
        self,
        pool_id: str,
        node_id: str,
        user: NodeUser,
        *,
        replace: bool = True,
        retry: bool = True,
    ) -> Made:
        """Add a user; replace the one of that name, or leave it as it is.

        Whoever gives up the wait doesn't stop it half-way. Without `retry` a busy service is
        told of at once.
        """
        entry = LedgerEntry(
            account=self._account.account,
            endpoint=self._account.endpoint,
            pool=pool_id,
            node=node_id,
            user=user.name,
            admin=user.admin,
            expires=user.expires,
            added=self._now(),
            how="key" if user.public_key else "password",
        )
        return await asyncio.shield(self._add(entry, user, replace=replace, retry=retry))

    async def _add(self, entry: LedgerEntry, user: NodeUser, *, replace: bool, retry: bool) -> Made:
        await self._write(entry, Became.BEGUN)
        try:
            made = await self._users.ensure(
                entry.pool, entry.node, user, replace=replace, retry=retry
            )
        except BatchtuiError as error:
            if not (isinstance(error, ServiceError) and error.may_be_done):
                await self._write(entry, Became.REFUSED)
            raise
        await self._write(entry, _BECAME[made])
        return made

    async def remove(self, entry: LedgerEntry) -> bool:
        """Remove a user from its node and from the ledger; false if it was gone already."""
        return await asyncio.shield(self._remove(entry))

    async def _remove(self, entry: LedgerEntry) -> bool:
        found = True
        try:
            await self._users.delete(entry.pool, entry.node, entry.user, retry=False)
        except NotFoundError as error:
            if error.code not in _GONE:
                raise
            found = False
        await self._write(entry, Became.REMOVED)
        return found

    async def all(self) -> list[LedgerEntry]:
        """The users that this program added in the account."""
        return await asyncio.to_thread(
            self.ledger.entries, self._account.account, self._account.endpoint
        )

    async def of(self, pool_id: str, node_id: str) -> list[LedgerEntry]:
        """Those of a node."""
        return [
            entry for entry in await self.all() if (entry.pool, entry.node) == (pool_id, node_id)
        ]

    async def _write(self, entry: LedgerEntry, became: Became) -> None:
        await self._writer.write(Change(entry, became))
