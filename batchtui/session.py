"""The accounts that this run knows, and the one that is open with the way into its nodes."""

import asyncio
import getpass
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING, Self
from urllib.parse import urlsplit

from batchtui.access.accounts import Account, AccountBook
from batchtui.access.address import own_address
from batchtui.access.ledger import Ledger, LedgerEntry
from batchtui.access.route import Route, ssh_route
from batchtui.access.settings import keep_setting
from batchtui.access.threads import in_thread
from batchtui.access.vault import Vault
from batchtui.batch.files import Files
from batchtui.batch.images import Images
from batchtui.batch.models import NodeUser, Pool, RemoteLogin, SupportedImage
from batchtui.batch.node import Node
from batchtui.batch.nodes import Nodes
from batchtui.batch.pools import Pools
from batchtui.batch.service import BatchService
from batchtui.batch.survey import Survey
from batchtui.batch.users import Users
from batchtui.batch.watch import NodeWatch
from batchtui.config import Paths, Settings
from batchtui.errors import AuthError, ServiceError, UnreachableError

if TYPE_CHECKING:
    from batchtui.access.hosts import HostKeys
    from batchtui.access.keys import LoginKey
    from batchtui.access.ssh import Connection

# Told what is happening, in words, while somebody waits.
Progress = Callable[[str], None]


# The time in UTC; a parameter, so that pictures and tests can hold it still.
Clock = Callable[[], datetime]


def utc_now() -> datetime:
    """This machine's time."""
    return datetime.now(UTC)


def silent(_step: str) -> None:
    """Progress for nobody."""


class Accounts:
    """Accounts from the file, the environment and the demo, and the keys that open them."""

    def __init__(self, paths: Paths, settings: Settings, now: Clock = utc_now) -> None:
        self.settings = settings
        self.now = now
        self.vault = Vault()
        self._paths = paths
        self._book = AccountBook(paths.accounts)
        self._guests: list[Account] = []

    @property
    def themes(self) -> Path:
        """The folder of the user's own themes."""
        return self._paths.themes

    async def keep_theme(self, name: str) -> None:
        """Write the theme into the settings file; ConfigError if that can't be done."""
        await in_thread(lambda: keep_setting(self._paths.settings, "theme", name))

    def known(self) -> list[Account]:
        """Accounts of this run first, then those in the file; ConfigError if that is broken."""
        return [*self._guests, *self._book.load()]

    @property
    def guests(self) -> list[Account]:
        """Accounts of this run only, from the environment or the demo."""
        return list(self._guests)

    def welcome(self, account: Account, key: str) -> None:
        """Take in an account for this run: neither it nor its key is written anywhere."""
        self.vault.remember(account, key)
        self._guests.append(account)

    async def add(self, account: Account, key: str, *, keep: bool = True) -> None:
        """Keep a new account in the file and its key in the keyring, or neither of them.

        Without `keep` the key stays in memory, for a machine without a keyring.
        """
        await asyncio.shield(self._add(account, key, keep=keep))

    async def _add(self, account: Account, key: str, *, keep: bool) -> None:
        await asyncio.to_thread(self._book.add, account)
        try:
            await self.give_key(account, key, keep=keep)
        except Exception:
            await asyncio.to_thread(self._book.forget, account.name)
            raise

    async def give_key(self, account: Account, key: str, *, keep: bool = True) -> None:
        """Put the key of a known account into the keyring, or into memory for this run."""
        if keep:
            await self.vault.put(account, key)
        else:
            self.vault.remember(account, key)

    async def forget(self, account: Account) -> None:
        """Forget an account and its key."""
        if account in self._guests:
            self._guests.remove(account)
            return
        await asyncio.to_thread(self._book.forget, account.name)
        await self.vault.forget(account)

    async def open(self, account: Account) -> "Session":
        """A session on an account; AuthError of code `NoKey` if its key isn't known here."""
        key = await self.vault.get(account)
        if not key:
            raise AuthError(
                f"There is no key of {account.account} in the keyring.",
                advice="Enter it: it is kept in the keyring.",
                code="NoKey",
            )
        return Session(account, key, self.settings, self._paths, self.now)


@dataclass(frozen=True, slots=True)
class Doorway:
    """What is known of the way into a node before anybody waits for it."""

    pool: Pool
    node: Node
    route: Route


class Session:
    """One open account: its service, its access, and whether anything may be changed."""

    def __init__(
        self,
        account: Account,
        key: str,
        settings: Settings,
        paths: Paths,
        now: Clock = utc_now,
    ) -> None:
        self.account = account
        self.now = now
        self.settings = settings
        self.read_only = account.read_only or settings.read_only
        self.service = BatchService(
            account.endpoint, account.account, key, read_only=self.read_only
        )
        self.pools = Pools(self.service)
        self.nodes = Nodes(self.service)
        self.files = Files(self.service)
        self.users = Users(self.service)
        self.images = Images(self.service)
        self.survey = Survey(self.pools, self.nodes, self.supported_images)
        # The demo's nodes are gone with it, and so is what is known of them.
        kept = account.source != "demo"
        self.ledger = Ledger(paths.ledger if kept else None)
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
        if not self.local:
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


def _close_late(connecting: "asyncio.Future[Connection]") -> None:
    if not connecting.cancelled() and connecting.exception() is None:
        connecting.result().close()
