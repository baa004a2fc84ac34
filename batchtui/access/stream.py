"""A remote command as part of a pipeline: bytes in, bytes out, errors apart."""

import os
import select
import sys
import threading
from collections.abc import Callable
from contextlib import suppress

from batchtui.access.channel import Exit, ShellChannel
from batchtui.access.output import write_all
from batchtui.access.sieve import Sieve
from batchtui.errors import SshError

_CHUNK = 1 << 16


def stream(
    channel: ShellChannel, stdin_fd: int, stdout_fd: int, stderr_fd: int, *, clipboard: bool = False
) -> Exit:
    """Copy until the command has ended; the end of our input is the end of its own.

    A terminal's `clipboard` is reached only if that is allowed.
    When nobody reads our output any more, it ends as if by SIGPIPE. The channel is closed in
    any case, also when ctrl-c ends it. Raises SshError if our output can't be written.
    """
    feeder = _Feeder(channel, stdin_fd)
    shown = _sieve(stdout_fd, clipboard)
    errors = threading.Thread(
        target=_copy_errors, args=(channel, stderr_fd, _sieve(stderr_fd, clipboard)), daemon=True
    )
    errors.start()
    try:
        while data := channel.read():
            write_all(stdout_fd, shown(data))
        errors.join()
        return channel.wait()
    except BrokenPipeError:
        return Exit(None, signal="PIPE")
    except OSError as error:
        raise SshError(f"The command's output can't be written: {error.strerror}.") from error
    finally:
        feeder.stop()
        channel.close()


def _sieve(fd: int, clipboard: bool) -> Callable[[bytes], bytes]:  # noqa: FBT001 - as its caller has it
    """What passes on what a terminal may be sent; files and pipes get everything."""
    return Sieve(clipboard=clipboard).feed if os.isatty(fd) else bytes


def _copy_errors(channel: ShellChannel, fd: int, shown: Callable[[bytes], bytes]) -> None:
    while data := channel.read_error():
        # Nobody reads them: the command must still not wait for that.
        with suppress(OSError):
            write_all(fd, shown(data))


class _Feeder:
    """Copies our input to the command until one of them ends."""

    def __init__(self, channel: ShellChannel, fd: int) -> None:
        self._channel = channel
        self._fd = fd
        self._stop_read, self._stop_write = os.pipe()
        self._thread = threading.Thread(target=self._run, name="batchtui input", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Read nothing more."""
        os.close(self._stop_write)

    def _run(self) -> None:
        try:
            while data := self._next():
                rest = data
                while rest:
                    taken = self._channel.write(rest)
                    if taken == 0:
                        return
                    rest = rest[taken:]
        finally:
            self._channel.finish()
            os.close(self._stop_read)

    def _next(self) -> bytes:
        """Our next input; nothing at its end, when told to stop, or if it can't be read."""
        if sys.platform != "win32":
            poll = select.poll()
            poll.register(self._fd, select.POLLIN)
            poll.register(self._stop_read, select.POLLIN)
            if self._stop_read in {fd for fd, _event in poll.poll()}:
                return b""
        with suppress(OSError):
            return os.read(self._fd, _CHUNK)
        return b""
