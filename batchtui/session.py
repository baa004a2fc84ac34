"""The account that is open, and the way into its nodes."""

import asyncio
import getpass
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from ipaddress import ip_address
from typing import TYPE_CHECKING, Self
from urllib.parse import urlsplit

from batchtui.access.accounts import Account
from batchtui.access.address import own_address
from batchtui.access.ledger import Ledger, LedgerEntry
from batchtui.access.route import Route, ssh_route
from batchtui.access.threads import in_thread
from batchtui.batch.files import Files
from batchtui.batch.images import Images
from batchtui.batch.known import Quota, Told, Used, VmSize
from batchtui.batch.limits import Limits
from batchtui.batch.management import Management, ResourceId, management_endpoint
from batchtui.batch.models import NodeUser, Pool, RemoteLogin, SupportedImage
from batchtui.batch.node import Node
from batchtui.batch.nodes import Nodes
from batchtui.batch.pools import Pools
from batchtui.batch.service import BatchService, Patience
from batchtui.batch.survey import Survey
from batchtui.batch.users import Users
from batchtui.batch.watch import NodeWatch
from batchtui.clock import Clock, utc_now
from batchtui.config import Paths, Settings
from batchtui.drafts import Drafts
from batchtui.errors import ServiceError, UnreachableError
from batchtui.templates import Templates

if TYPE_CHECKING:
    from batchtui.access.hosts import HostKeys
    from batchtui.access.identity import Identity
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


class Session:
    """One open account: its service, its access, and whether anything may be changed."""

    by_key = True  # the one way into the service so far

    def __init__(
        self,
        account: Account,
        key: str,
        settings: Settings,
        paths: Paths,
        now: Clock = utc_now,
        *,
        identity: "Identity | None" = None,
    ) -> None:
        self.account = account
        self.now = now
        self.settings = settings
        self.read_only = account.read_only or settings.read_only
        patience = Patience(settings.service_timeout_seconds, settings.service_retries)
        self.service = BatchService(
            account.endpoint, account.account, key, read_only=self.read_only, patience=patience
        )
        self.pools = Pools(self.service)
        self.nodes = Nodes(self.service)
        self.files = Files(self.service)
        self.users = Users(self.service)
        self.images = Images(self.service)
        self.limits = Limits(_management(account, identity, patience), self.pools)
        self.survey = Survey(self.pools, self.nodes, self.supported_images)
        # The demo's nodes are gone with it, and so is what is known of them.
        kept = account.source != "demo"
        self.ledger = Ledger(paths.ledger if kept else None)
        self.drafts = Drafts(paths.drafts if kept else None, account.account, account.endpoint, now)
        self.templates = Templates(paths.templates, paths.recent_templates, now)
        self._host_keys_path = paths.host_keys if kept else None
        self._host_keys: HostKeys | None = None
        self._images: list[SupportedImage] | None = None
        self._login_key: LoginKey | None = None
        self._making_key = asyncio.Lock()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        """Close the connections to the service."""
        await self.limits.close()
        await self.service.close()

    @property
    def local(self) -> bool:
        """Whether the service is an emulator on this machine, whose nodes run things here."""
        host = urlsplit(self.account.endpoint).hostname or ""
        try:
            return ip_address(host).is_loopback
        except ValueError:
            return host == "localhost"

    @property
    def runs_here(self) -> str:
        """What to say where a command is about to run on this machine, or nothing."""
        if not self.local or self.account.pretends:
            return ""
        return f"A local emulator: commands run on this machine, as {getpass.getuser()}."

    def watch(self, pool_id: str) -> NodeWatch:
        """Something that keeps a pool's nodes fresh."""
        return NodeWatch(self.nodes, self.pools, pool_id)

    async def own_address(self) -> str:
        """The address that the service, and so the nodes, see this machine at, or nothing."""
        host = urlsplit(self.account.endpoint).hostname or ""
        return await in_thread(lambda: own_address(host))

    async def supported_images(self) -> list[SupportedImage]:
        """The service's images, asked for once in a session."""
        if self._images is None:
            self._images = await self.images.supported()
        return self._images

    async def vm_sizes(self) -> Told[list[VmSize]]:
        """The VM sizes of the account's region, asked for once in a session."""
        return await self.limits.vm_sizes()

    async def quota(self) -> Told[Quota]:
        """What the account may have, asked for once in a session."""
        return await self.limits.quota()

    async def used(self) -> Told[Used]:
        """What the account's pools have or ask for now, in cores."""
        return await self.limits.used()

    async def login_key(self) -> "LoginKey":
        """This run's key pair, made when first needed and kept in memory only."""
        from batchtui.access.keys import LoginKey

        async with self._making_key:
            if self._login_key is None:
                self._login_key = await asyncio.to_thread(LoginKey.generate)
            return self._login_key

    async def doorway(self, pool: Pool, node_id: str) -> Doorway:
        """Where SSH reaches a node as it is now; NoRouteError says why it doesn't."""
        node = await self.nodes.get(pool.id, node_id)
        login = await self._remote_login(pool, node) if pool.ssh and not node.ssh else None
        return Doorway(pool, node, ssh_route(pool, node, login))

    async def add_user(self, pool_id: str, node_id: str, user: NodeUser) -> bool:
        """Add or replace a user and write it into the ledger; true if it was added.

        Whoever gives up the wait doesn't stop it half-way: a user on a node that isn't in the
        ledger would be one that nobody knows of.
        """
        return await asyncio.shield(self._add_user(pool_id, node_id, user))

    async def _add_user(self, pool_id: str, node_id: str, user: NodeUser) -> bool:
        added = await self.users.ensure(pool_id, node_id, user)
        entry = LedgerEntry(
            account=self.account.account,
            endpoint=self.account.endpoint,
            pool=pool_id,
            node=node_id,
            user=user.name,
            admin=user.admin,
            expires=user.expires,
            added=self.now(),
            how="key" if user.public_key else "password",
        )
        await asyncio.to_thread(self.ledger.record, entry)
        return added

    async def users_of(self, pool_id: str, node_id: str) -> list[LedgerEntry]:
        """The users that this program added to a node; the service can't tell."""
        entries = await asyncio.to_thread(
            self.ledger.entries, self.account.account, self.account.endpoint
        )
        return [entry for entry in entries if (entry.pool, entry.node) == (pool_id, node_id)]

    async def enter(self, doorway: Doorway, progress: Progress = silent) -> "Connection":
        """Be let into a node: a key at hand, the user on it, its host key checked.

        May be cancelled at any moment; a connection that comes too late is closed.
        """
        progress("Making a login key")
        key = await self.login_key()
        user = NodeUser(
            name=self.settings.node_user,
            admin=True,
            public_key=key.public_line,
            expires=self.now() + timedelta(days=self.settings.node_user_days),
        )
        progress(f"Adding user {user.name}")
        await self.add_user(doorway.pool.id, doorway.node.id, user)
        progress(f"Connecting to {doorway.route.host}:{doorway.route.port}")
        return await self._connect(doorway, user.name, key)

    async def _connect(self, doorway: Doorway, user: str, key: "LoginKey") -> "Connection":
        from batchtui.access.hosts import NodeIdentity
        from batchtui.access.ssh import Connection, Login

        identity = NodeIdentity(
            account=self.account.account,
            endpoint=self.account.endpoint,
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
                timeout=self.settings.ssh_timeout_seconds,
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
            return await self.nodes.remote_login(pool.id, node.id)
        except UnreachableError:
            raise
        except ServiceError:
            # What a pool without a mapping answers is undocumented: an error says no more
            # than an empty answer (source: SERVICE.md, trap 5).
            return None


def _management(
    account: Account, identity: "Identity | None", patience: Patience
) -> Management | None:
    """Resource Manager, if it is known where it has the account."""
    if not (account.subscription and account.group and identity):
        return None
    resource = ResourceId(account.subscription, account.group, account.account)
    return Management(management_endpoint(account.endpoint), resource, identity, patience=patience)


def _close_late(connecting: "asyncio.Future[Connection]") -> None:
    if not connecting.cancelled() and connecting.exception() is None:
        connecting.result().close()
