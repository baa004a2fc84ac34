"""A listening port that sees to each connection before anything is said on it."""

import asyncio
import logging
import socket
from collections.abc import Callable, Coroutine

from batchtui.emulator.machines.errands import Errands

BREATH = 1.0
log = logging.getLogger(__name__)

# Owns the socket it is given, and closes it also when it is cancelled.
Greet = Callable[[socket.socket], Coroutine[None, None, None]]


class Door:
    """Accepts connections, each in a task of its own until it is greeted."""

    def __init__(self, greet: Greet) -> None:
        self._greet = greet
        self._errands = Errands("A connection")
        self._listening: socket.socket | None = None

    def open(self, address: str, port: int) -> None:
        """Listen there; OSError when the port is taken."""
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        self._listening = socket.create_server((address, port), family=family, backlog=100)
        self._listening.setblocking(False)
        self._errands.begin(self._accept(self._listening))

    async def close(self) -> None:
        """Close the port; who hasn't been greeted yet is sent away."""
        await self._errands.call_off()
        if self._listening:
            self._listening.close()

    async def _accept(self, listening: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        while True:
            try:
                connection, _ = await loop.sock_accept(listening)
            except OSError as error:  # no descriptor is left, for one
                log.warning("A connection can't be accepted: %s", error)
                await asyncio.sleep(BREATH)
            else:
                self._errands.begin(self._greet(connection))


async def hold(connection: socket.socket) -> None:
    """Say nothing until the peer goes."""
    loop = asyncio.get_running_loop()
    while await loop.sock_recv(connection, 4096):
        pass
