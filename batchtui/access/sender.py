"""Input for a channel, sent from a thread of its own: a full window must not stop the rest."""

import threading
from collections.abc import Callable

from batchtui.access.channel import ShellChannel

_FULL = 1 << 18
_CHUNK = 1 << 15


class Sender:
    """A queue of bytes for a channel; `rang` is called when a full one takes more again."""

    def __init__(self, channel: ShellChannel, rang: Callable[[], None]) -> None:
        self._channel = channel
        self._rang = rang
        self._news = threading.Condition()
        self._pending = bytearray()
        self._size: tuple[int, int] | None = None
        self._closing = False
        self._thread = threading.Thread(target=self._run, name="batchtui input", daemon=True)
        self._thread.start()

    @property
    def full(self) -> bool:
        """Whether to wait before more is put in."""
        return len(self._pending) >= _FULL

    def put(self, data: bytes) -> None:
        """Send some input, after what is waiting."""
        with self._news:
            self._pending += data
            self._news.notify()

    def resize(self, columns: int, lines: int) -> None:
        """Tell the size of the terminal; of many changes in a row only the last one counts."""
        with self._news:
            self._size = columns, lines
            self._news.notify()

    def close(self) -> None:
        """Drop what is waiting and close the channel, without waiting for a link that hangs."""
        with self._news:
            self._pending.clear()
            self._closing = True
            self._news.notify()
        self._thread.join(0.5)

    def _run(self) -> None:
        while not self._closing:
            with self._news:
                self._news.wait_for(self._has_work)
                size, self._size = self._size, None
                data = bytes(self._pending[:_CHUNK])
            if size:
                self._channel.resize(*size)
            if data:
                self._send(data)
        self._channel.close()

    def _has_work(self) -> bool:
        return self._closing or self._size is not None or bool(self._pending)

    def _send(self, data: bytes) -> None:
        taken = self._channel.write(data)
        with self._news:
            was_full = self.full
            # When nothing is taken any more, nothing will be: the rest goes nowhere.
            del self._pending[: taken or len(self._pending)]
            now_full = self.full
        if was_full and not now_full:
            self._rang()
