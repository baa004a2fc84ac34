"""What paramiko takes for a socket, where the way to a host leads through a jump host."""

from contextlib import suppress

import paramiko

from batchtui.access.ssh.transport import FAILURES, Transport


class Tunnel:
    """A channel of a jump host's connection in a socket's place.

    The channel itself raises where it is closed after its connection was lost, and nobody
    expects that of a socket.
    """

    def __init__(self, channel: paramiko.Channel, over: Transport) -> None:
        self._channel = channel
        self._over = over

    def settimeout(self, seconds: float | None) -> None:
        """How long to wait for data, or for room for them."""
        self._channel.settimeout(seconds)

    def recv(self, size: int) -> bytes:
        """Data as soon as there are some; empty at their end."""
        return self._channel.recv(size)

    def send(self, data: bytes) -> int:
        """Send data; returns how much of them was taken."""
        return self._channel.send(data)

    def close(self) -> None:
        """Close it, as far as that is still to be done."""
        with suppress(*FAILURES):
            self._channel.close()

    @property
    def _closed(self) -> bool:
        """As paramiko asks a socket when it waits for the end of its thread."""
        return self._channel.closed

    def lost_hop(self) -> str:
        """The jump host that was lost, and this with it; nothing if that isn't why it ended."""
        # A jump host that is there says that the far side has ended.
        said = self._channel.eof_received or self._channel.chanid in self._over.closed_in_order
        if said or not self._over.is_ending():
            return ""
        return self._over.lost_hop() or self._over.hop
