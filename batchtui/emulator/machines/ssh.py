"""SSH ports of nodes: who may come in, and the sessions that they get."""

import asyncio
import functools
import hmac
import logging
import re
import socket
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any
from weakref import WeakKeyDictionary

import asyncssh

from batchtui.emulator.control.book import FaultBook
from batchtui.emulator.control.connection import reset_on_close
from batchtui.emulator.control.rules import ON_CONNECT, ON_FILES, ON_SESSION, REJECT
from batchtui.emulator.machines.door import Door, hold
from batchtui.emulator.machines.errands import Errands
from batchtui.emulator.machines.faulty import Drop, DroppedFiles, FullFiles, attend_badly
from batchtui.emulator.machines.hosts import Directory, NodeHosts
from batchtui.emulator.machines.sftp import NodeFiles
from batchtui.emulator.machines.shell import Place, attend
from batchtui.emulator.machines.starttask import StartTasks
from batchtui.emulator.network import allowed, login_endpoints
from batchtui.emulator.store import Node

ACCEPTED = re.compile(r"LANG|LC_[A-Z]+")
LOGIN_SECONDS = 60
log = logging.getLogger(__name__)
# What users type would be in its log otherwise.
asyncssh.set_log_level(logging.WARNING)


class SshPorts:
    """Opens the SSH ports of nodes; sessions run as whoever started the emulator."""

    def __init__(
        self,
        hosts: NodeHosts,
        start_tasks: StartTasks,
        now: Callable[[], datetime],
        faults: FaultBook,
    ) -> None:
        self._hosts = hosts
        self._start_tasks = start_tasks
        self._now = now
        self._faults = faults
        # A host key is on its node's disk: a reboot keeps it, a new image has a new one.
        self._keys: WeakKeyDictionary[Directory, asyncssh.SSHKey] = WeakKeyDictionary()

    async def listen(self, node: Node) -> "NodePort | None":
        """Open a node's port, None when nothing maps to its port 22 or the port is taken."""
        endpoints = [each for each in login_endpoints(node.body) if each["backendPort"] == 22]
        if not endpoints:
            return None
        port = NodePort(
            self._hosts,
            self._start_tasks,
            node,
            self._now,
            self._faults,
            host_key=self._host_key(node),
        )
        for endpoint in endpoints:
            try:
                port.open(endpoint["publicIPAddress"], endpoint["frontendPort"])
            except OSError as error:
                log.warning("The SSH port of %s can't be opened: %s", node.id, error)
        return port if port.is_open else None

    def _host_key(self, node: Node) -> asyncssh.SSHKey:
        directory = self._hosts.directory(node)
        if directory not in self._keys:
            self._keys[directory] = new_host_key()
        return self._keys[directory]


class NodePort:
    """The open SSH port of one node, with a host key of its own."""

    def __init__(
        self,
        hosts: NodeHosts,
        start_tasks: StartTasks,
        node: Node,
        now: Callable[[], datetime],
        faults: FaultBook,
        *,
        host_key: asyncssh.SSHKey,
    ) -> None:
        self._hosts = hosts
        self._start_tasks = start_tasks
        self._node = node
        self._now = now
        self._faults = faults
        self._host_key = host_key
        self._connections: set[asyncssh.SSHServerConnection] = set()
        self._sessions = Errands(f"A session on {node.id}")
        self._doors: list[Door] = []

    @functools.cached_property
    def _other_host_key(self) -> asyncssh.SSHKey:
        return new_host_key()

    def open(self, address: str, port: int) -> None:
        """Listen there as well; OSError when the port is taken."""
        door = Door(self._greet)
        door.open(address, port)
        self._doors.append(door)

    @property
    def is_open(self) -> bool:
        """Whether it listens anywhere."""
        return bool(self._doors)

    async def _greet(self, connection: socket.socket) -> None:
        """Let a connection in, unless a security rule or a fault is against it."""
        try:
            await self._let_in(connection)
        except (OSError, asyncssh.Error) as error:
            connection.close()
            log.info("A connection to %s ended before its login: %s", self._node.id, error)
        except asyncio.CancelledError:
            connection.close()
            raise

    async def _let_in(self, connection: socket.socket) -> None:
        peer = connection.getpeername()[0]
        if not allowed(ssh_rules(self._node), peer):
            log.info("A security rule of pool %s denies %s", self._node.pool.id, peer)
            connection.close()
            return
        fault = self._faults.of_login(ON_CONNECT, self._node)
        if fault and fault.does == "refuse":
            reset_on_close(connection)
            connection.close()
        elif fault and fault.does == "hang":
            await hold(connection)
            connection.close()
        else:
            await self._speak(connection, self._other_host_key if fault else self._host_key)

    async def _speak(self, connection: socket.socket, host_key: asyncssh.SSHKey) -> None:
        await asyncssh.run_server(
            connection,
            server_factory=lambda: Gate(self._node, self._now, self._connections, self._faults),
            server_host_keys=[host_key],
            process_factory=self._begin,
            sftp_factory=self._files,
            allow_scp=True,
            encoding=None,
            line_editor=False,
            login_timeout=LOGIN_SECONDS,
        )

    async def close(self) -> None:
        """Close the port and end every session on it."""
        await asyncio.gather(*(door.close() for door in self._doors))
        await self._sessions.call_off()
        connections = list(self._connections)
        for connection in connections:
            connection.abort()
        await asyncio.gather(*(connection.wait_closed() for connection in connections))

    def _begin(self, process: "asyncssh.SSHServerProcess[bytes]") -> None:
        self._sessions.begin(self._session(process))

    async def _session(self, process: "asyncssh.SSHServerProcess[bytes]") -> None:
        await self._start_tasks.looked_at(self._node)
        place = self._place(process)
        if fault := self._faults.of_login(ON_SESSION, self._node, place.user):
            await attend_badly(process, place, fault)
        else:
            await attend(process, place)

    def _place(self, process: "asyncssh.SSHServerProcess[bytes]") -> Place:
        user = str(process.get_extra_info("username"))
        directory = self._hosts.directory(self._node)
        home = directory.home / safe_name(user)
        home.mkdir(exist_ok=True)
        accepted = {k: v for k, v in process.env.items() if ACCEPTED.fullmatch(k)}
        settings = {"USER": user, "LOGNAME": user, "HOME": str(home)}
        return Place(
            home=home,
            user=user,
            host=self._node.id[:14],
            environment=self._hosts.environment(self._node)
            | settings
            | accepted
            | connection_settings(process.get_extra_info),
        )

    def _files(self, channel: "asyncssh.SSHServerChannel[bytes]") -> NodeFiles:
        directory = self._hosts.directory(self._node)
        user = str(channel.get_extra_info("username"))
        home = directory.home / safe_name(user)
        home.mkdir(exist_ok=True)
        fault = self._faults.of_login(ON_FILES, self._node, user)
        if fault and fault.does == "full":
            return FullFiles(channel, directory.root, home, fault.bytes or 0)
        if fault:
            drop = Drop(channel.get_extra_info("connection"), fault)
            return DroppedFiles(channel, directory.root, home, drop)
        return NodeFiles(channel, directory.root, home)


def new_host_key() -> asyncssh.SSHKey:
    """A host key by chance."""
    return asyncssh.generate_private_key("ssh-ed25519")


def safe_name(user: str) -> str:
    """A user's name as the name of a directory."""
    return re.sub(r"[^A-Za-z0-9_-]", "_", user)


def connection_settings(info: Callable[[str], Any]) -> dict[str, str]:
    """What sshd tells about the connection."""
    peer, own = info("peername"), info("sockname")
    return {"SSH_CONNECTION": f"{peer[0]} {peer[1]} {own[0]} {own[1]}"}


class Gate(asyncssh.SSHServer):
    """Lets in the users that were added, until they expire."""

    def __init__(
        self,
        node: Node,
        now: Callable[[], datetime],
        connections: set[asyncssh.SSHServerConnection],
        faults: FaultBook,
    ) -> None:
        self._node = node
        self._now = now
        self._connections = connections
        self._faults = faults
        self._rejected = False
        self._connection: asyncssh.SSHServerConnection | None = None

    def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
        """Keep the connection, which ends with the port."""
        self._connection = conn
        self._connections.add(conn)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - asyncssh's
        """Forget the connection."""
        if self._connection:
            self._connections.discard(self._connection)

    def begin_auth(self, username: str) -> bool:
        """Nobody comes in without showing something, and some not even then."""
        self._rejected = bool(self._faults.of_login(REJECT, self._node, username))
        return True

    def password_auth_supported(self) -> bool:
        """Passwords are taken."""
        return True

    def public_key_auth_supported(self) -> bool:
        """Keys are taken."""
        return True

    def validate_password(self, username: str, password: str) -> bool:
        """Whether it is the user's password, and still is."""
        expected = self._password(username)
        return bool(expected) and same_text(expected, password) and not self._rejected

    def validate_public_key(self, username: str, key: asyncssh.SSHKey) -> bool:
        """Whether it is the user's key, and still is."""
        try:
            known = asyncssh.import_public_key(self._public_key(username))
        except asyncssh.KeyImportError:
            return False
        return bool(known.public_data == key.public_data) and not self._rejected

    def connection_requested(
        self, dest_host: str, dest_port: int, orig_host: str, orig_port: int
    ) -> bool:
        """Ports are forwarded, as sshd does unless told otherwise: from the node, that is here."""
        del dest_host, dest_port, orig_host, orig_port
        return True

    def _password(self, username: str) -> str:
        user = (self._node.users or {}).get(username)
        if user:
            return user.password if user.expiry > self._now() else ""
        return self._node.pool.passwords.get(username, "")

    def _public_key(self, username: str) -> str:
        user = (self._node.users or {}).get(username)
        return user.public_key if user and user.expiry > self._now() else ""


def same_text(one: str, other: str) -> bool:
    """Whether two secrets are the same, in a time that doesn't tell how much of them is."""
    pair = [text.encode(errors="surrogatepass") for text in (one, other)]
    return hmac.compare_digest(*pair)


def ssh_rules(node: Node) -> Sequence[Mapping[str, Any]]:
    """The security rules of the NAT pool that leads to port 22."""
    for pool in node.pool.nat_pools:
        if pool["backendPort"] == 22 and pool["protocol"] == "tcp":
            return list(pool.get("networkSecurityGroupRules", ()))
    return ()
