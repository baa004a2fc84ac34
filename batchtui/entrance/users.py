"""Users that this program adds to nodes, and what it knows of them: the service can't list any."""

import asyncio

from batchtui.access.accounts import Account
from batchtui.access.ledger import Ledger, LedgerEntry
from batchtui.batch.models import NodeUser
from batchtui.batch.users import Users
from batchtui.clock import Clock


class NodeUsers:
    """Adds users to the nodes of one account, and writes each of them into the ledger."""

    def __init__(self, account: Account, users: Users, ledger: Ledger, now: Clock) -> None:
        self.ledger = ledger
        self._account = account
        self._users = users
        self._now = now

    async def add(self, pool_id: str, node_id: str, user: NodeUser) -> bool:
        """Add or replace a user and write it into the ledger; true if it was added.

        Whoever gives up the wait doesn't stop it half-way: a user on a node that isn't in the
        ledger would be one that nobody knows of.
        """
        return await asyncio.shield(self._add(pool_id, node_id, user))

    async def _add(self, pool_id: str, node_id: str, user: NodeUser) -> bool:
        added = await self._users.ensure(pool_id, node_id, user)
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
        await asyncio.to_thread(self.ledger.record, entry)
        return added

    async def of(self, pool_id: str, node_id: str) -> list[LedgerEntry]:
        """The users that this program added to a node."""
        entries = await asyncio.to_thread(
            self.ledger.entries, self._account.account, self._account.endpoint
        )
        return [entry for entry in entries if (entry.pool, entry.node) == (pool_id, node_id)]
