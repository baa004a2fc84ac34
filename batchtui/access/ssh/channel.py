"""A shell or command over a connection."""

from collections.abc import Callable
from contextlib import suppress
from typing import Any, cast

import paramiko

from batchtui.access.channel import Exit
from batchtui.access.ssh.transport import FAILURES, Transport

_CHUNK = 1 << 16


class SshChannel:
    """A shell or command over a connection: a ShellChannel."""

    def __init__(self, transport: Transport, channel: paramiko.Channel) -> None:
        self._transport = transport
        self._channel = channel

    def read(self) -> bytes:
        """Output as soon as there is some; empty at its end, or when the connection is lost."""
        try:
            return self._channel.recv(_CHUNK)
        except FAILURES:
            return b""

    def read_error(self) -> bytes:
        """Error output in the same way."""
        try:
            return self._channel.recv_stderr(_CHUNK)
        except FAILURES:
            return b""

    def watch(self, happened: Callable[[], None]) -> None:
        """Have something called, in any thread, whenever `take` may have more to give.

        It must neither wait nor use the channel.
        """
        bell = cast("Any", _Bell(happened))
        self._channel.in_buffer.set_event(bell)
        self._channel.in_stderr_buffer.set_event(bell)

    def take(self) -> tuple[bytes, bytes] | None:
        """What is there of output and error output, without waiting; None when all has ended."""
        ended = self._channel.closed  # asked first: then nothing comes any more
        output = self.read() if self._channel.recv_ready() else b""
        errors = self.read_error() if self._channel.recv_stderr_ready() else b""
        return None if ended and not output and not errors else (output, errors)

    def write(self, data: bytes) -> int:
        """Send input; returns how much of it was taken, 0 if no more is taken at all."""
        try:
            return self._channel.send(data)
        except FAILURES:
            return 0

    def finish(self) -> None:
        """Say that there is no more input."""
        with suppress(*FAILURES):
            self._channel.shutdown_write()

    def resize(self, columns: int, lines: int) -> None:
        """Tell the far side the size of the terminal, in cells."""
        with suppress(*FAILURES):
            self._channel.resize_pty(columns, lines)

    def wait(self) -> Exit:
        """How it ended, once it has."""
        status = self._channel.recv_exit_status()
        number = self._channel.chanid
        if number in self._transport.signals:
            return Exit(None, signal=self._transport.signals[number])
        if status >= 0:
            return Exit(status)
        if number in self._transport.closed_in_order:
            return Exit(None)
        lost = self._transport
        return Exit(None, lost=True, hop=lost.lost_hop(), why=lost.why_lost)

    def close(self) -> None:
        """End it from this side; what waits in another thread comes back."""
        with suppress(*FAILURES):
            self._channel.close()


class _Bell:
    """What paramiko's buffers take for an event: rings when there is something, or the end."""

    def __init__(self, happened: Callable[[], None]) -> None:
        self.set = happened

    def clear(self) -> None:
        """There is nothing left: nobody needs to know."""
