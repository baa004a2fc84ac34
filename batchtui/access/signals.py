"""Signals while a shell has the terminal: noticed on a pipe, acted on where it is safe."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress

# None of them is ignored outright: a program that is started meanwhile would ignore it for good.
_NAMES = ("SIGWINCH", "SIGCONT", "SIGTERM", "SIGHUP", "SIGINT", "SIGQUIT", "SIGTSTP")
_CALLED = b"\0"


class Terminated(Exception):  # noqa: N818 - nothing went wrong: somebody ended us
    """SIGTERM or SIGHUP came, or the terminal is gone; `signum` says which."""

    def __init__(self, signum: int) -> None:
        super().__init__(f"ended by {signal.Signals(signum).name}")
        self.signum = signum


class Bell:
    """A pipe that wakes whoever polls `fd`: rung by threads, and by signals with their number."""

    def __init__(self) -> None:
        self.fd, self._write = os.pipe()
        os.set_blocking(self.fd, False)
        os.set_blocking(self._write, False)

    @property
    def write_fd(self) -> int:
        """Where Python writes the numbers of signals."""
        return self._write

    def ring(self) -> None:
        """Wake the poller; may be called from any thread, and after the pipe is closed."""
        # A full pipe wakes it anyway.
        with suppress(OSError):
            os.write(self._write, _CALLED)

    def heard(self) -> set[int]:
        """The signals that came since the last time."""
        try:
            return set(os.read(self.fd, 4096)) - {0}
        except BlockingIOError:
            return set()

    def close(self) -> None:
        """Close the pipe."""
        write, self._write = self._write, -1
        os.close(write)
        os.close(self.fd)


@contextmanager
def noticed(bell: Bell) -> Iterator[None]:
    """Have the bell hear signals that would end or stop us; then all is as it was.

    An event loop that waits on this thread has its own wake-up descriptor, which is put back:
    its handlers work again afterwards, and don't hear of signals that were meant for the shell.
    """
    before = {}
    fd = signal.set_wakeup_fd(bell.write_fd, warn_on_full_buffer=False)
    try:
        for name in _NAMES:
            number = getattr(signal, name)
            # None is a handler that Python didn't install and can't put back.
            if (handler := signal.getsignal(number)) is not None:
                before[number] = handler
                signal.signal(number, _notice)
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        signal.set_wakeup_fd(fd)


def _notice(_number: int, _frame: object) -> None:
    """Only so that Python writes the number to the bell."""
