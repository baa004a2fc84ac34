"""A port of this machine that leads through a node to where the node can reach."""

import socket
import threading
from collections.abc import Callable
from contextlib import suppress

import paramiko

from batchtui.access.dialling import place
from batchtui.access.forward_spec import ForwardSpec
from batchtui.access.ssh.connection import Connection
from batchtui.access.ssh.transport import FAILURES
from batchtui.errors import SshError

_CHUNK = 1 << 16
_GLANCE_SECONDS = 0.5
_WAITING = 64  # clients that the system lets wait for their turn


class Forwarding:
    """Listens until it is closed; each client has its own channel, and two threads."""

    def __init__(self, connection: Connection, spec: ForwardSpec) -> None:
        """Begin to listen; SshError if that can't be."""
        self._connection = connection
        self.failure = ""  # why the last client that got no further didn't
        self._guard = threading.Lock()
        self._clients: set[_Client] = set()
        self._closed = False
        self.carried = 0  # bytes, in both directions
        self._listener = _listen(spec)
        port = self._listener.getsockname()[1]
        self.spec = ForwardSpec(spec.bind, port, spec.host, spec.host_port)
        threading.Thread(target=self._accept, name="batchtui forward", daemon=True).start()

    @property
    def clients(self) -> int:
        """How many are connected."""
        return len(self._clients)

    @property
    def lost(self) -> bool:
        """Whether the connection that it goes over was lost."""
        return not self._connection.alive

    def close(self) -> None:
        """Listen no longer, and end every client's connection."""
        with self._guard:
            self._closed = True
            clients = list(self._clients)
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for client in clients:
            client.close()

    def _accept(self) -> None:
        while True:
            try:
                link, origin = self._listener.accept()
            except OSError:
                return
            threading.Thread(
                target=self._serve, args=(link, origin), name="batchtui forward", daemon=True
            ).start()

    def _serve(self, link: socket.socket, origin: tuple[str, int]) -> None:
        try:
            channel = self._connection.tunnel(self.spec.host, self.spec.host_port, origin[:2])
        except SshError as error:
            link.close()
            self.failure = str(error)
            return
        self.failure = ""
        client = _Client(link, channel, self._count)
        with self._guard:
            self._clients.add(client)
            closed = self._closed
        if closed:
            client.close()
        client.carry()
        with self._guard:
            self._clients.discard(client)

    def _count(self, size: int) -> None:
        with self._guard:
            self.carried += size


class _Client:
    """One connection from this machine, and its channel."""

    def __init__(
        self, link: socket.socket, channel: paramiko.Channel, count: Callable[[int], None]
    ) -> None:
        self._link = link
        self._channel = channel
        self._count = count

    def carry(self) -> None:
        """Carry bytes both ways until both ends have ended."""
        out = threading.Thread(target=self._send, name="batchtui forward", daemon=True)
        out.start()
        with suppress(*FAILURES):
            while data := self._channel.recv(_CHUNK):
                self._link.sendall(data)
                self._count(len(data))
        with suppress(OSError):
            self._link.shutdown(socket.SHUT_WR)
        # The far side has said all, and may still listen.
        while out.is_alive() and not self._channel.closed:
            out.join(_GLANCE_SECONDS)
        self.close()

    def _send(self) -> None:
        with suppress(*FAILURES):
            while data := self._link.recv(_CHUNK):
                self._channel.sendall(data)
                self._count(len(data))
        with suppress(*FAILURES):
            self._channel.shutdown_write()

    def close(self) -> None:
        """End both ends."""
        with suppress(OSError):
            self._link.shutdown(socket.SHUT_RDWR)
        self._link.close()
        with suppress(*FAILURES):
            self._channel.close()


def _listen(spec: ForwardSpec) -> socket.socket:
    try:
        found = socket.getaddrinfo(
            spec.bind, spec.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )
        family, kind, protocol, _name, where = found[0]
        listener = socket.socket(family, kind, protocol)
        try:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(where)
            listener.listen(_WAITING)
        except BaseException:
            listener.close()
            raise
    except OSError as error:
        raise SshError(
            f"Nothing can listen at {place(spec.bind, spec.port)}: {error.strerror or error}.",
            advice="Take another port; 0 takes one that is free.",
        ) from error
    return listener
