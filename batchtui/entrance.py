"""The way into the nodes of the account that is open: users on them, and connections to them."""

import asyncio
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from batchtui.access.accounts import Account
from batchtui.access.ledger import Ledger, LedgerEntry
from batchtui.access.route import Route, ssh_route
from batchtui.batch.models import NodeUser, Pool, RemoteLogin
from batchtui.batch.node import Node
from batchtui.batch.nodes import Nodes
from batchtui.batch.service import BatchService
from batchtui.batch.users import Users
from batchtui.clock import Clock
from batchtui.config import Paths, Settings
from batchtui.errors import ServiceError, UnreachableError

if TYPE_CHECKING:
    from batchtui.access.hosts import HostKeys
    from batchtui.access.keys import LoginKey
    from batchtui.access.ssh import Connection

# Told what is happening, in words, while somebody waits.
Progress = Callable[[str], None]


def silent(_step: str) -> None:
    """Progress for nobody."""


@dataclass(frozen=True, slots=True)
class Doorway:
    """What is known of the way into a node before anybody waits for it."""

    pool: Pool
    node: Node
    route: Route


class Entrance:
    """Finds where SSH reaches a node, puts a user on it, and is let in."""

    def __init__(
        self,
        account: Account,
        service: BatchService,
        settings: Settings,
        paths: Paths | None,
        now: Clock,
    ) -> None:
        """Without `paths` what is learnt of nodes is kept in memory only."""
        self.ledger = Ledger(paths.ledger if paths else None)
        self._account = account
        self._nodes = Nodes(service)
        self._users = Users(service)
        self._settings = settings
        self._now = now
        self._host_keys_path = paths.host_keys if paths else None
        self._host_keys: HostKeys | None = None
        self._login_key: LoginKey | None = None
        self._making_key = asyncio.Lock()

    async def login_key(self) -> "LoginKey":
        """This run's key pair, made when first needed and kept in memory only."""
        from batchtui.access.keys import LoginKey

        async with self._making_key:
            if self._login_key is None:
                self._login_key = await asyncio.to_thread(LoginKey.generate)
            return self._login_key

    async def doorway(self, pool: Pool, node_id: str) -> Doorway:
        """Where SSH reaches a node as it is now; NoRouteError says why it doesn't."""
        node = await self._nodes.get(pool.id, node_id)
        login = await self._remote_login(pool, node) if pool.ssh and not node.ssh else None
        return Doorway(pool, node, ssh_route(pool, node, login))

    async def add_user(self, pool_id: str, node_id: str, user: NodeUser) -> bool:
        """Add or replace a user and write it into the ledger; true if it was added.

        Whoever gives up the wait doesn't stop it half-way: a user on a node that isn't in the
        ledger would be one that nobody knows of.
        """
        return await asyncio.shield(self._add_user(pool_id, node_id, user))

    async def _add_user(self, pool_id: str, node_id: str, user: NodeUser) -> bool:
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

    async def users_of(self, pool_id: str, node_id: str) -> list[LedgerEntry]:
        """The users that this program added to a node; the service can't tell."""
        entries = await asyncio.to_thread(
            self.ledger.entries, self._account.account, self._account.endpoint
        )
        return [entry for entry in entries if (entry.pool, entry.node) == (pool_id, node_id)]

    async def enter(self, doorway: Doorway, progress: Progress = silent) -> "Connection":
        """Be let into a node: a key at hand, the user on it, its host key checked.

        May be cancelled at any moment; a connection that comes too late is closed.
        """
        progress("Making a login key")
        key = await self.login_key()
        user = NodeUser(
            name=self._settings.node_user,
            admin=True,
            public_key=key.public_line,
            expires=self._now() + timedelta(days=self._settings.node_user_days),
        )
        progress(f"Adding user {user.name}")
        await self.add_user(doorway.pool.id, doorway.node.id, user)
        progress(f"Connecting to {doorway.route.host}:{doorway.route.port}")
        return await self._connect(doorway, user.name, key)

    async def _connect(self, doorway: Doorway, user: str, key: "LoginKey") -> "Connection":
        from batchtui.access.hosts import NodeIdentity
        from batchtui.access.ssh import Connection, Login

        identity = NodeIdentity(
            account=self._account.account,
            endpoint=self._account.endpoint,
            pool=doorway.pool.id,
            node=doorway.node.id,
            allocation=doorway.node.allocated,
        )
        hosts = self._hosts()
        gave_up = threading.Event()

        def connect() -> Connection:
            return Connection.open(
                doorway.route.host,
                doorway.route.port,
                Login(user=user, key=key),
                lambda shown: hosts.check(identity, shown),
                timeout=self._settings.ssh_timeout_seconds,
                cancelled=gave_up,
            )

        connecting = asyncio.ensure_future(asyncio.to_thread(connect))
        try:
            return await asyncio.shield(connecting)
        except asyncio.CancelledError:
            gave_up.set()
            connecting.add_done_callback(_close_late)
            raise

    def _hosts(self) -> "HostKeys":
        from batchtui.access.hosts import HostKeys

        if self._host_keys is None:
            self._host_keys = HostKeys(self._host_keys_path)
        return self._host_keys

    async def _remote_login(self, pool: Pool, node: Node) -> RemoteLogin | None:
        try:
            return await self._nodes.remote_login(pool.id, node.id)
        except UnreachableError:
            raise
        except ServiceError:
            # What a pool without a mapping answers is undocumented: an error says no more
            # than an empty answer (source: SERVICE.md, trap 5).
            return None


def _close_late(connecting: "asyncio.Future[Connection]") -> None:
    if not connecting.cancelled() and connecting.exception() is None:
        connecting.result().close()
