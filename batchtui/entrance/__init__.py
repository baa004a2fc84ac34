"""The way into the nodes of the account that is open: users on them, and connections to them."""

import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from batchtui.access.accounts import Account
from batchtui.access.forward_spec import ForwardSpec
from batchtui.access.ledger import Ledger
from batchtui.access.node_identity import NodeIdentity
from batchtui.access.remote_desktop import Desktop
from batchtui.access.route import Place
from batchtui.access.threads import in_thread
from batchtui.batch.models import Pool
from batchtui.batch.nodes import Nodes
from batchtui.batch.service import BatchService
from batchtui.batch.users import Users
from batchtui.clock import Clock
from batchtui.config import Paths, Settings
from batchtui.entrance.arrival import Arrival
from batchtui.entrance.connections import Connections
from batchtui.entrance.doorways import Doorway, Doorways
from batchtui.entrance.forwards import Forward, Forwards
from batchtui.entrance.links import Links
from batchtui.entrance.login_keys import LoginKeys
from batchtui.entrance.logins import Logins
from batchtui.entrance.outlook import Outlook
from batchtui.entrance.places import in_turn
from batchtui.entrance.users import NodeUsers
from batchtui.errors import BatchtuiError, LoginRefusedError, SshError

if TYPE_CHECKING:
    from batchtui.access.ssh import Connection
    from batchtui.access.system_ssh import SystemSsh
    from batchtui.entrance.logins import Proof

__all__ = ["Doorway", "Entrance", "Progress", "silent"]

log = logging.getLogger("batchtui")

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
        outlook = Outlook(account, settings)
        # Jump hosts that are set, as ssh's ProxyJump has them.
        self.jump = outlook.jump
        self._doorways = Doorways(account, Nodes(service), outlook)
        self._logins = Logins(account, settings, login_keys)
        self._links = Links(settings, paths, self._logins)
        self._connections = Connections()
        self.forwards = Forwards()
        self._settings = settings
        self._now = now
        # Nodes to which this run added its user, and until when that is there.
        self._known_until: dict[tuple[NodeIdentity, datetime | None], datetime] = {}
        self._lasting: list[SystemSsh] = []

    @property
    def user(self) -> str:
        """The name of the user that logs in to nodes."""
        return self._logins.user

    def known_host(self, pool_id: str, node_id: str) -> str:
        """A node's host key as a line of known_hosts, if this run was on it, or nothing."""
        return self._links.known.get((pool_id, node_id), "")

    async def close(self) -> None:
        """Close the connections to nodes that are kept, and what windows beside us were given."""
        while self._lasting:
            prepared = self._lasting.pop()
            try:
                await self._end_ssh(prepared)
            except BatchtuiError as error:
                # Whoever leaves has no use for it: the key is asked for again the next time.
                log.warning("%s: %s", error.title, error)
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
        proof = await self._logins.proof(doorway.pool)
        if await self._may_know_us(doorway):
            # What was added before is likely to be there still, and asking takes long.
            try:
                return await self._connect(doorway, proof, progress)
            except LoginRefusedError as refused:
                if refused.hop:
                    raise
        await self._add_user(doorway, proof, progress)
        return await self._connect(doorway, proof, progress)

    @asynccontextmanager
    async def system_ssh(
        self, doorway: Doorway, progress: Progress = silent
    ) -> "AsyncIterator[SystemSsh]":
        """The system's ssh, ready to go to a node; what it learns of the host is kept."""
        prepared = await self._prepare_ssh(doorway, progress)
        try:
            yield prepared
        finally:
            await self._end_ssh(prepared)

    async def lasting_ssh(self, doorway: Doorway, progress: Progress = silent) -> "SystemSsh":
        """The same for as long as the account is open."""
        prepared = await self._prepare_ssh(doorway, progress)
        self._lasting.append(prepared)
        return prepared

    async def _prepare_ssh(self, doorway: Doorway, progress: Progress) -> "SystemSsh":
        from batchtui.access.system_ssh import SystemSsh, Target

        if doorway.pool.os == "windows":
            raise SshError(
                "Users on Windows nodes have passwords, which this can't give to the system's ssh.",
                advice="s with :set ssh builtin logs in by itself.",
            )
        progress("Looking for the login key")
        key = await self._logins.key()
        if _start(doorway) not in self._known_until:
            await self._add_user(doorway, key, progress)
        hosts, identity = self._links.hosts, doorway.identity
        known = await in_thread(lambda: hosts.known(identity))
        target = Target(doorway.route, self.user, identity, known)
        return await in_thread(lambda: SystemSsh(target, key))

    async def _end_ssh(self, prepared: "SystemSsh") -> None:
        await in_thread(lambda: self._learn_from(prepared))

    def _learn_from(self, prepared: "SystemSsh") -> None:
        with prepared:
            target = prepared.target
            # Our own client may have been there meanwhile, and shown a key of another type.
            if (shown := prepared.shown) and not self._links.hosts.known(target.identity):
                self._links.hosts.learn(
                    target.identity, shown, target.place.host, target.place.port
                )

    async def _add_user(self, doorway: Doorway, proof: "Proof", progress: Progress) -> None:
        until = self._now() + timedelta(days=self._settings.node_user_days)
        user = self._logins.node_user(proof, until)
        progress(f"Adding user {user.name}")
        await self.users.add(doorway.pool.id, doorway.node.id, user)
        self._known_until[_start(doorway)] = until

    async def _may_know_us(self, doorway: Doorway) -> bool:
        until = self._known_until.get(_start(doorway))
        if until is None and self._logins.outlive_runs:
            until = await self._added_until(doorway)
        return until is not None and until > self._now()

    async def _added_until(self, doorway: Doorway) -> datetime | None:
        """Until when the user is there that another run gave a key, if it did."""
        node = doorway.node
        for entry in await self.users.of(doorway.pool.id, node.id):
            # One that was started again may have been installed anew, without its users.
            since = max(filter(None, (node.allocated, node.booted)), default=entry.added)
            if (entry.user, entry.how) == (self.user, "key") and entry.added >= since:
                return entry.expires
        return None

    async def _connect(self, doorway: Doorway, proof: "Proof", progress: Progress) -> "Connection":
        def connect(place: Place) -> "Awaitable[Connection]":
            doubts = " ".join(doorway.route.doubts)
            progress(f"Connecting to {place.words}. {doubts}".strip())
            return self._links.open(place, doorway.identity, proof)

        return await in_turn(doorway.route, connect)


def _start(doorway: Doorway) -> tuple[NodeIdentity, datetime | None]:
    """A machine since it was started: what was on it before may be gone."""
    return doorway.identity, doorway.node.booted
