"""What a channel sends, written to a file descriptor as fast as that takes it."""

import os
import select
import sys
import threading
from collections.abc import Callable
from concurrent.futures import Future

from batchtui.access.channel import Exit, ShellChannel
from batchtui.access.last_words import Tail
from batchtui.access.sieve import Sieve
from batchtui.errors import BatchtuiError

_STUCK_SECONDS = 1.0


def write_all(fd: int, data: bytes) -> None:
    """Write everything, also where somebody made the descriptor non-blocking; raises OSError."""
    rest = memoryview(data)
    while rest:
        try:
            rest = rest[os.write(fd, rest) :]
        except BlockingIOError:
            takes_more(fd, None)


def check_output() -> None:
    """BatchtuiError if there is no standard output."""
    if sys.stdout is None:
        # Its number may be that of any other file or connection by now.
        raise BatchtuiError("Standard output is closed: there is nowhere to list anything.")


def write_out(text: str) -> None:
    """Write to standard output at once; BrokenPipeError if nobody reads it any more."""
    # JSON is UTF-8 wherever it goes, and has no other characters on a terminal.
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    try:
        write_all(1, text.encode(encoding, "backslashreplace"))
    except BrokenPipeError:
        raise
    except OSError as error:
        raise BatchtuiError(f"Standard output can't be written: {error.strerror}.") from None


def takes_more(fd: int, seconds: float | None) -> bool:
    """Whether a descriptor takes some data, or fails, within so many seconds (None: waits)."""
    poll = select.poll()
    poll.register(fd, select.POLLOUT)
    return bool(poll.poll(None if seconds is None else seconds * 1000))


class Output:
    """Copies a channel to the terminal in a thread of its own; `rang` is called at its end.

    Unless the far side may have the `clipboard`, what is meant for that is left out.
    """

    def __init__(
        self, channel: ShellChannel, fd: int, rang: Callable[[], None], *, clipboard: bool = False
    ) -> None:
        self._channel = channel
        self._fd = fd
        self._rang = rang
        self._sieve = Sieve(clipboard=clipboard)
        self._end: Future[Exit] = Future()
        self._stopped = False
        self._writing = threading.Lock()
        self._tail = Tail()
        threading.Thread(target=self._run, name="batchtui output", daemon=True).start()

    @property
    def ended(self) -> bool:
        """Whether all was written, or can't be."""
        return self._end.done()

    def result(self) -> Exit:
        """How the shell ended; OSError if the terminal can't be written to."""
        return self._end.result()

    @property
    def last_lines(self) -> str:
        """What was written last."""
        return self._tail.text

    @property
    def end(self) -> bytes:
        """The same as it was written."""
        return self._tail.data

    @property
    def undo(self) -> bytes:
        """What puts back what only the far side can have changed."""
        return self._sieve.undo

    def stop(self) -> None:
        """Write nothing more, so that the terminal is the caller's.

        A terminal that takes no data is waited for a second only: a write that hangs in it
        can't be taken back.
        """
        self._stopped = True
        if self._writing.acquire(timeout=_STUCK_SECONDS):
            self._writing.release()

    def _run(self) -> None:
        try:
            self._end.set_result(self._copy())
        except Exception as error:  # noqa: BLE001 - raised by `result`
            self._end.set_exception(error)
        self._rang()

    def _copy(self) -> Exit:
        while data := self._channel.read():
            shown = self._sieve.feed(data)
            with self._writing:
                if self._stopped:
                    break
                write_all(self._fd, shown)
            self._tail.add(shown)
        return self._channel.wait()
