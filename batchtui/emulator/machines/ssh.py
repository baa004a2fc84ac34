"""SSH ports of nodes: who may come in, and the sessions that they get."""

import asyncio
import hmac
import logging
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

import asyncssh

from batchtui.emulator.machines.hosts import NodeHosts
from batchtui.emulator.machines.sftp import NodeFiles
from batchtui.emulator.machines.shell import Place, attend
from batchtui.emulator.machines.starttask import StartTasks
from batchtui.emulator.network import allowed, login_endpoint, nat_pools
from batchtui.emulator.store import Node

ACCEPTED = re.compile(r"LANG|LC_[A-Z]+")
LOGIN_SECONDS = 60
log = logging.getLogger(__name__)
# What users type would be in its log otherwise.
asyncssh.set_log_level(logging.WARNING)


class SshPorts:
    """Opens the SSH ports of nodes; sessions run as whoever started the emulator."""

    def __init__(self, hosts: NodeHosts, tasks: StartTasks, now: Callable[[], datetime]) -> None:
        self._hosts = hosts
        self._tasks = tasks
        self._now = now

    async def listen(self, node: Node) -> "NodePort | None":
        """Open a node's port, None when nothing maps to its port 22 or the port is taken."""
        endpoint = login_endpoint(node.body)
        if not endpoint or endpoint["backendPort"] != 22:
            return None
        port = NodePort(self._hosts, self._tasks, node, self._now)
        try:
            await port.open(endpoint["publicIPAddress"], endpoint["frontendPort"])
        except OSError as error:
            log.warning("The SSH port of %s can't be opened: %s", node.id, error)
            return None
        return port


class NodePort:
    """The open SSH port of one node, with a host key of its own."""

    def __init__(
        self, hosts: NodeHosts, tasks: StartTasks, node: Node, now: Callable[[], datetime]
    ) -> None:
        self._hosts = hosts
        self._tasks = tasks
        self._node = node
        self._now = now
        self._connections: set[asyncssh.SSHServerConnection] = set()
        self._sessions: set[asyncio.Task[None]] = set()
        self._acceptor: asyncssh.SSHAcceptor | None = None

    async def open(self, address: str, port: int) -> None:
        """Listen there; OSError when the port is taken."""
        self._acceptor = await asyncssh.create_server(
            lambda: Gate(self._node, self._now, self._connections),
            address,
            port,
            server_host_keys=[asyncssh.generate_private_key("ssh-ed25519")],
            process_factory=self._begin,
            sftp_factory=self._files,
            allow_scp=True,
            encoding=None,
            line_editor=False,
            login_timeout=LOGIN_SECONDS,
        )

    async def close(self) -> None:
        """Close the port and end every session on it."""
        if self._acceptor:
            self._acceptor.close()
        for session in list(self._sessions):
            session.cancel()
        await asyncio.gather(*self._sessions, return_exceptions=True)
        connections = list(self._connections)
        for connection in connections:
            connection.abort()
        await asyncio.gather(*(connection.wait_closed() for connection in connections))
        if self._acceptor:
            await self._acceptor.wait_closed()

    def _begin(self, process: "asyncssh.SSHServerProcess[bytes]") -> None:
        task = asyncio.create_task(self._session(process))
        self._sessions.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: "asyncio.Task[None]") -> None:
        self._sessions.discard(task)
        if not task.cancelled() and (error := task.exception()):
            log.error("A session on %s failed", self._node.id, exc_info=error)

    async def _session(self, process: "asyncssh.SSHServerProcess[bytes]") -> None:
        await self._tasks.looked_at(self._node)
        await attend(process, self._place(process))

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
        home = directory.home / safe_name(str(channel.get_extra_info("username")))
        home.mkdir(exist_ok=True)
        return NodeFiles(channel, directory.root, home)


def safe_name(user: str) -> str:
    """A user's name as the name of a directory."""
    return re.sub(r"[^A-Za-z0-9_-]", "_", user)


def connection_settings(info: Callable[[str], Any]) -> dict[str, str]:
    """What sshd tells about the connection."""
    peer, own = info("peername"), info("sockname")
    return {"SSH_CONNECTION": f"{peer[0]} {peer[1]} {own[0]} {own[1]}"}


class Gate(asyncssh.SSHServer):
    """Lets in the users that were added, until they expire, from where the rules allow it."""

    def __init__(
        self,
        node: Node,
        now: Callable[[], datetime],
        connections: set[asyncssh.SSHServerConnection],
    ) -> None:
        self._node = node
        self._now = now
        self._connections = connections
        self._connection: asyncssh.SSHServerConnection | None = None

    def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
        """Close the connection at once when a security rule denies its peer."""
        self._connection = conn
        self._connections.add(conn)
        peer = conn.get_extra_info("peername")[0]
        if not allowed(ssh_rules(self._node), peer):
            log.info("A security rule of pool %s denies %s", self._node.pool.id, peer)
            conn.abort()

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - asyncssh's
        """Forget the connection."""
        if self._connection:
            self._connections.discard(self._connection)

    def begin_auth(self, username: str) -> bool:  # noqa: ARG002 - asyncssh's
        """Nobody comes in without showing something."""
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
        return bool(expected) and same_text(expected, password)

    def validate_public_key(self, username: str, key: asyncssh.SSHKey) -> bool:
        """Whether it is the user's key, and still is."""
        try:
            known = asyncssh.import_public_key(self._public_key(username))
        except asyncssh.KeyImportError:
            return False
        return bool(known.public_data == key.public_data)

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
    for pool in nat_pools(node.pool.body):
        if pool["backendPort"] == 22 and pool["protocol"] == "tcp":
            return list(pool.get("networkSecurityGroupRules", ()))
    return ()
