"""A command that runs on one node, and how it is ended from here."""

import os
import secrets
import threading
from typing import TYPE_CHECKING

from batchtui.access.environment import locale
from batchtui.many.order import Order

if TYPE_CHECKING:
    from batchtui.access.ssh import Connection
    from batchtui.access.ssh.channel import SshChannel

_GRACE = 1.0  # s that a command has to end after it was asked to


class Running:
    """Begun in one thread and ended from another, in whichever order that happens. Blocks."""

    def __init__(self, connection: "Connection", order: Order, system: str) -> None:
        self._connection = connection
        self._order = order
        self._system = system
        self._mark = secrets.token_hex(8)
        self._guard = threading.Lock()
        self._channel: SshChannel | None = None
        self._given_up = False

    def begin(self) -> "SshChannel":
        """Run the order in the user's shell; raises SshError."""
        line = self._order.line(self._mark, self._system)
        channel = self._connection.exec(line, env=locale(os.environ))
        with self._guard:
            self._channel = channel
            given_up = self._given_up
        if given_up:
            self._end(channel, threading.Event())
        elif self._order.input:
            # It may take its time to read that, or never do so.
            feeding = (channel, self._order.input)
            threading.Thread(target=_feed, args=feeding, daemon=True).start()
        else:
            channel.finish()
        return channel

    def end(self, ended: threading.Event) -> None:
        """Ask it to end, make it end if it doesn't, and close its channel.

        `ended` is set if it has. Raises SshError where the node can't be told.
        """
        with self._guard:
            self._given_up = True
            channel = self._channel
        if channel is not None:
            self._end(channel, ended)

    def _end(self, channel: "SshChannel", ended: threading.Event) -> None:
        try:
            for signal in ("TERM", "KILL"):
                if not ended.is_set() and self._system != "windows":
                    with_signal = self._order.ending(self._mark, signal)
                    self._connection.exec(with_signal).finish()
                    ended.wait(_GRACE)
        finally:
            channel.close()


def _feed(channel: "SshChannel", given: bytes) -> None:
    while given and (taken := channel.write(given)):
        given = given[taken:]
    channel.finish()
