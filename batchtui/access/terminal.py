"""The terminal while a shell has it, and as it was again afterwards. POSIX only, and blocking."""

import os
import select
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace

from batchtui.access.answers import asks, drop_answers
from batchtui.access.channel import Exit, ShellChannel
from batchtui.access.escapes import HELP, Escapes
from batchtui.access.output import Output, write_all
from batchtui.access.reset import begin_line, remember, restore
from batchtui.access.sender import Sender
from batchtui.access.signals import Bell, Terminated, noticed
from batchtui.access.stream import stream
from batchtui.errors import SshError

__all__ = ["Exit", "ShellChannel", "Terminated", "raw", "relay", "restore", "stream", "winsize"]

_CHUNK = 1 << 16
_QUIET_MS = 10
# Somebody who never stops typing isn't waited for.
_DROPPED_READS = 100


def winsize(fd: int) -> tuple[int, int]:
    """Columns and lines of the terminal at a descriptor; 80 and 24 where it doesn't say."""
    try:
        columns, lines = os.get_terminal_size(fd)
    except OSError:
        return 80, 24
    return (columns or 80), (lines or 24)


def relay(channel: ShellChannel, stdin_fd: int, stdout_fd: int, *, clipboard: bool = False) -> Exit:
    """Let a shell have the terminal until it ends, or until `~.`; to be called on the main thread.

    It reaches the terminal's `clipboard` only if that is allowed.
    Raises Terminated on SIGTERM, SIGHUP or when the terminal is gone, with the terminal as it
    was; SshError if there is no terminal. The channel is closed in any case.
    """
    if sys.platform == "win32":
        raise SshError(
            "This terminal can't be handed over on Windows.",
            advice="Add a user with u, and use the system's ssh.",
        )
    bell = Bell()
    try:
        with noticed(bell), raw(stdin_fd):
            remember(stdout_fd)
            output = Output(channel, stdout_fd, bell.ring, clipboard=clipboard)
            try:
                ended = _Relay(channel, output, (stdin_fd, stdout_fd), bell).run()
            finally:
                restore(stdout_fd, output.undo)
                if asks(output.end):
                    drop_answers(stdin_fd, stdout_fd)
        if ended.status is None:
            begin_line(stdout_fd)
        # A signal that came while the terminal was put in order.
        _check_signals(bell.heard())
    finally:
        bell.close()
    return ended


class _Relay:
    """Main thread: keys and signals. Two others: output, and input on its way out."""

    def __init__(
        self, channel: ShellChannel, output: Output, terminal: tuple[int, int], bell: Bell
    ) -> None:
        self._stdin, self._stdout = terminal
        self._bell = bell
        self._escapes = Escapes()
        self._output = output
        self._sender = Sender(channel, bell.ring)
        self._typed = False

    def run(self) -> Exit:
        self._sender.resize(*winsize(self._stdin))
        try:
            while not self._output.ended:
                if not self._turn():
                    return Exit(None, left=True)
        finally:
            self._output.stop()
            self._sender.close()
        return self._result()

    def _turn(self) -> bool:
        """Wait for something to do, and do it; false once the user has left by `~.`."""
        poll = select.poll()
        poll.register(self._bell.fd, select.POLLIN)
        if not self._sender.full:
            poll.register(self._stdin, select.POLLIN)
        ready = {fd for fd, _event in poll.poll()}
        if self._bell.fd in ready:
            self._on_signals(self._bell.heard())
        return self._type() if self._stdin in ready else True

    def _on_signals(self, numbers: set[int]) -> None:
        _check_signals(numbers)
        if signal.SIGCONT in numbers:
            # Whoever stopped us had the terminal meanwhile.
            _make_raw(self._stdin)
        if numbers & {signal.SIGWINCH, signal.SIGCONT}:
            self._sender.resize(*winsize(self._stdin))

    def _type(self) -> bool:
        try:
            data = os.read(self._stdin, _CHUNK)
        except OSError:
            data = b""
        if not data:
            raise Terminated(signal.SIGHUP)
        self._typed = True
        typed = self._escapes.feed(data)
        self._sender.put(typed.data)
        if typed.help:
            write_all(self._stdout, HELP)
        return not typed.disconnect

    def _result(self) -> Exit:
        try:
            ended = self._output.result()
        except OSError:
            # The terminal takes no output: it is gone.
            raise Terminated(signal.SIGHUP) from None
        # A shell that failed before anything was typed says why, and so may one that was cut off.
        tells = ended.lost or ended.signal or (ended.status != 0 and not self._typed)
        return replace(ended, said=self._output.last_lines) if tells else ended


def _check_signals(numbers: set[int]) -> None:
    for number in (signal.SIGTERM, signal.SIGHUP):
        if number in numbers:
            raise Terminated(number)


@contextmanager
def raw(stdin_fd: int) -> Iterator[None]:
    """Every key goes to the shell; afterwards the terminal's modes are put back.

    What was typed and not yet read was meant for the shell, so it is dropped at the end.
    """
    import termios

    try:
        before = termios.tcgetattr(stdin_fd)
    except termios.error:
        raise SshError(
            "A shell needs a terminal, and standard input isn't one.",
            advice="Give a command to run instead.",
        ) from None
    _make_raw(stdin_fd)
    try:
        yield
    finally:
        _drop_typed(stdin_fd)
        with suppress(termios.error):  # it is gone
            termios.tcsetattr(stdin_fd, termios.TCSANOW, before)
            termios.tcflush(stdin_fd, termios.TCIFLUSH)


def _drop_typed(fd: int) -> None:
    """Read what was typed until nothing comes for a moment.

    Flushing alone drops 4 KB: a large paste has more in the kernel, which then moves up.
    """
    poll = select.poll()
    poll.register(fd, select.POLLIN)
    with suppress(OSError):  # it is gone
        for _ in range(_DROPPED_READS):
            if not poll.poll(_QUIET_MS) or not os.read(fd, _CHUNK):
                return


def _make_raw(fd: int) -> None:
    import termios
    import tty

    with suppress(termios.error):  # it is gone, which the next read tells
        # Not TCSAFLUSH: what was typed before the shell was there is for the shell.
        tty.setraw(fd, termios.TCSANOW)
