"""Reads what many commands write, in one thread for all of them."""

import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from queue import SimpleQueue
from typing import TYPE_CHECKING

from batchtui.access.channel import Exit

if TYPE_CHECKING:
    from batchtui.access.ssh.channel import SshChannel

# Told of output and error output as they come, in the reader's thread; whoever is slow there
# slows down the commands.
Heard = Callable[[bytes, bytes], None]


@dataclass(eq=False)
class _Watched:
    channel: "SshChannel"
    heard: Heard
    ended: "Future[Exit]" = field(default_factory=Future)
    rang: bool = False


class Reader:
    """Must be closed; what isn't read to its end by then never ends."""

    def __init__(self) -> None:
        self._ringing: SimpleQueue[_Watched | None] = SimpleQueue()
        threading.Thread(target=self._run, name="batchtui reader", daemon=True).start()

    def watch(self, channel: "SshChannel", heard: Heard) -> "Future[Exit]":
        """Read all that a command writes; the result is how it ended."""
        watched = _Watched(channel, heard)
        channel.watch(lambda: self._ring(watched))
        self._ring(watched)
        return watched.ended

    def close(self) -> None:
        """Read nothing more."""
        self._ringing.put(None)

    def _ring(self, watched: _Watched) -> None:
        # One that waits for its turn already needs no other.
        if not watched.rang:
            watched.rang = True
            self._ringing.put(watched)

    def _run(self) -> None:
        while watched := self._ringing.get():
            watched.rang = False
            if watched.ended.done():
                continue
            taken = watched.channel.take()
            if taken is None:
                watched.ended.set_result(watched.channel.wait())
            elif any(taken):
                watched.heard(*taken)
                # The others come first.
                self._ring(watched)
