"""The way into the nodes of the account that is open: users on them, and connections to them."""

import asyncio
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from batchtui.access.accounts import Account
from batchtui.access.forward_spec import ForwardSpec
from batchtui.access.ledger import Ledger
from batchtui.access.node_identity import NodeIdentity
from batchtui.access.operator import Ask
from batchtui.access.remote_desktop import Desktop
from batchtui.access.route import Place
from batchtui.access.threads import in_thread
from batchtui.batch.models import NodeUser, Pool
from batchtui.batch.nodes import Nodes
from batchtui.batch.service import BatchService
from batchtui.batch.users import Users
from batchtui.clock import Clock
from batchtui.config import Paths, Settings
from batchtui.entrance.arrival import Arrival
from batchtui.entrance.asking import Asking
from batchtui.entrance.connections import Connections
from batchtui.entrance.doorways import Doorway, Doorways
from batchtui.entrance.forwards import Forward, Forwards
from batchtui.entrance.login_keys import LoginKeys
from batchtui.entrance.logins import Logins
from batchtui.entrance.places import in_turn
from batchtui.entrance.users import NodeUsers
from batchtui.errors import LoginRefusedError

if TYPE_CHECKING:
    from batchtui.access.hosts import HostKeys
    from batchtui.access.keys import LoginKey
    from batchtui.access.ssh import Connection
    from batchtui.access.system_ssh import SystemSsh

__all__ = ["Doorway", "Entrance", "Progress", "silent"]

# Told what is happening, in words, while somebody waits.
Progress = Callable[[str], None]


def silent(_step: str) -> None:
    """Progress for nobody."""


class Entrance:
    """Finds where SSH reaches a node, puts a user on it, and is let in."""

    def __init__(
        self,
        account: Account,
        service: BatchService,
        settings: Settings,
        paths: Paths | None,
        *,
        login_keys: LoginKeys,
        now: Clock,
    ) -> None:
        """Without `paths` what is learnt of nodes is kept in memory only."""
        self.users = NodeUsers(
            account, Users(service), Ledger(paths.ledger if paths else None), now
        )
        self._doorways = Doorways(account, Nodes(service))
        self._logins = Logins(account, settings, login_keys)
        self._connections = Connections()
        self.forwards = Forwards()
        self._settings = settings
        self._now = now
        # Nodes to which this run added its user, and until when that is there.
        self._known_until: dict[NodeIdentity, datetime] = {}
        self._host_keys_path = paths.host_keys if paths else None
        self._host_keys: HostKeys | None = None
        self._lasting: list[SystemSsh] = []

    @property
    def user(self) -> str:
        """The name of the user that logs in to nodes."""
        return self._logins.user

    def close(self) -> None:
        """Close the connections to nodes that are kept."""
        for prepared in self._lasting:
            self._end_ssh(prepared)
        self._lasting.clear()
        self.forwards.close()
        self._connections.close()

    async def public_line(self) -> str:
        """The public key that this program logs in to nodes with, as an OpenSSH line."""
        return (await self._logins.key()).public_line

    async def doorway(self, pool: Pool, node_id: str) -> Doorway:
        """Where SSH reaches a node as it is now; NoRouteError says why it doesn't."""
        return await self._doorways.find(pool, node_id)

    async def desktop(self, pool: Pool, node_id: str) -> Desktop:
        """Where Remote Desktop reaches a node as it is now; NoRouteError says why it doesn't."""
        return await self._doorways.desktop(pool, node_id)

    def arrival(self, pool: Pool, node_id: str, told: Progress) -> Arrival:
        """The way into a node that may still be on its way up."""
        return Arrival(lambda: self.doorway(pool, node_id), told, self._now)

    @asynccontextmanager
    async def connected(
        self, doorway: Doorway, progress: Progress = silent
    ) -> "AsyncIterator[Connection]":
        """A connection to a node, kept for whoever comes next: it isn't the caller's to close."""
        async with self._connections.to(
            doorway.identity, lambda: self.enter(doorway, progress)
        ) as connection:
            yield connection

    async def forward(
        self, doorway: Doorway, spec: ForwardSpec, progress: Progress = silent
    ) -> Forward:
        """Let a port of this machine lead through a node, until that is ended."""
        return await self.forwards.begin(doorway, spec, lambda: self.connected(doorway, progress))

    async def enter(self, doorway: Doorway, progress: Progress = silent) -> "Connection":
        """Be let into a node: a key at hand, the user on it, its host key checked.

        The connection is the caller's. May be cancelled at any moment; one that comes too late is
        closed.
        """
        progress("Looking for the login key")
        key = await self._logins.key()
        if await self._may_know_us(doorway):
            # What was added before is likely to be there still, and asking takes long.
            with suppress(LoginRefusedError):
                return await self._connect(doorway, key, progress)
        await self._add_user(doorway, key, progress)
        return await self._connect(doorway, key, progress)

    @asynccontextmanager
    async def system_ssh(
        self, doorway: Doorway, progress: Progress = silent
    ) -> "AsyncIterator[SystemSsh]":
        """The system's ssh, ready to go to a node; what it learns of the host is kept."""
        prepared = await self._prepare_ssh(doorway, progress)
        try:
            yield prepared
        finally:
            await in_thread(lambda: self._end_ssh(prepared))

    async def lasting_ssh(self, doorway: Doorway, progress: Progress = silent) -> "SystemSsh":
        """The same for as long as the account is open."""
        prepared = await self._prepare_ssh(doorway, progress)
        self._lasting.append(prepared)
        return prepared

    async def _prepare_ssh(self, doorway: Doorway, progress: Progress) -> "SystemSsh":
        from batchtui.access.system_ssh import SystemSsh, Target

        progress("Looking for the login key")
        key = await self._logins.key()
        if doorway.identity not in self._known_until:
            await self._add_user(doorway, key, progress)
        hosts, identity = self._hosts(), doorway.identity
        known = await in_thread(lambda: hosts.known(identity))
        target = Target(doorway.route, self.user, identity, known)
        return await in_thread(lambda: SystemSsh(target, key))

    def _end_ssh(self, prepared: "SystemSsh") -> None:
        with prepared:
            if shown := prepared.shown:
                self._hosts().learn(prepared.target.identity, shown)

    async def _add_user(self, doorway: Doorway, key: "LoginKey", progress: Progress) -> None:
        until = self._now() + timedelta(days=self._settings.node_user_days)
        user = NodeUser(
            name=self._logins.user, admin=True, public_key=key.public_line, expires=until
        )
        progress(f"Adding user {user.name}")
        await self.users.add(doorway.pool.id, doorway.node.id, user)
        self._known_until[doorway.identity] = until

    async def _may_know_us(self, doorway: Doorway) -> bool:
        until = self._known_until.get(doorway.identity)
        if until is None and self._logins.outlive_runs:
            until = await self._added_until(doorway)
        return until is not None and until > self._now()

    async def _added_until(self, doorway: Doorway) -> datetime | None:
        """Until when the user is there that another run gave a key, if it did."""
        node = doorway.node
        for entry in await self.users.of(doorway.pool.id, node.id):
            since = node.allocated or entry.added
            if (entry.user, entry.how) == (self.user, "key") and entry.added >= since:
                return entry.expires
        return None

    async def _connect(self, doorway: Doorway, key: "LoginKey", progress: Progress) -> "Connection":
        def connect(place: Place) -> "Awaitable[Connection]":
            doubts = " ".join(doorway.route.doubts)
            progress(f"Connecting to {place.where}. {doubts}".strip())
            return self._connect_to(place, doorway, key)

        return await in_turn(doorway.route, connect)

    async def _connect_to(self, place: Place, doorway: Doorway, key: "LoginKey") -> "Connection":
        from batchtui.access.ssh import Connection

        hosts = self._hosts()
        gave_up = threading.Event()

        def connect(ask: Ask) -> Connection:
            return Connection.open(
                place.host,
                place.port,
                self._logins.login(key, ask),
                lambda shown: hosts.check(doorway.identity, shown),
                timeout=self._settings.ssh_timeout_seconds,
                cancelled=gave_up,
                compression=self._settings.ssh_compression,
                lends_agent=self._settings.forward_agent,
            )

        with Asking(self._logins.operator) as ask:
            connecting = asyncio.ensure_future(in_thread(lambda: connect(ask)))
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


def _close_late(connecting: "asyncio.Future[Connection]") -> None:
    if not connecting.cancelled() and connecting.exception() is None:
        connecting.result().close()
