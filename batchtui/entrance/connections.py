"""Connections to nodes that stay open for a while: whoever comes back doesn't wait again."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from batchtui.access.node_identity import NodeIdentity

if TYPE_CHECKING:
    from batchtui.access.ssh import Connection

# Each has a thread and a socket here, and a process on its node.
_IDLE = 32
_IDLE_SECONDS = 600.0
# One that doesn't answer in this time is likely to be lost: the laptop slept, the link changed.
_ANSWER_SECONDS = 3.0


class Connections:
    """At most one kept connection a node, used by several at a time."""

    def __init__(self) -> None:
        self._kept: dict[NodeIdentity, Connection] = {}
        self._users: Counter[Connection] = Counter()
        self._timers: dict[Connection, asyncio.TimerHandle] = {}

    @asynccontextmanager
    async def to(
        self, node: NodeIdentity, opening: "Callable[[], Awaitable[Connection]]"
    ) -> "AsyncIterator[Connection]":
        """The connection to a node that is kept, or else a new one, which is kept afterwards."""
        connection = self._kept.get(node)
        if connection is None or not await self._is_there(connection):
            connection = await opening()
            before = self._kept.pop(node, None)
            self._kept[node] = connection
            if before is not None:
                self._let_go(before)
        self._users[connection] += 1
        try:
            yield connection
        finally:
            self._users[connection] -= 1
            self._let_go(connection)

    async def _is_there(self, connection: "Connection") -> bool:
        """Whether it can be used: one that was idle may be lost without anybody knowing."""
        if connection not in self._timers:
            return connection.alive
        self._timers.pop(connection).cancel()
        return connection.alive and await asyncio.to_thread(connection.answers, _ANSWER_SECONDS)

    def close(self) -> None:
        """Close them all, also those that are used."""
        for timer in self._timers.values():
            timer.cancel()
        for connection in {*self._kept.values(), *self._users}:
            connection.close()
        self._kept.clear()
        self._users.clear()
        self._timers.clear()

    def _let_go(self, connection: "Connection") -> None:
        """Keep it for a while if nobody uses it, as long as there aren't too many of those."""
        if self._users[connection]:
            return
        del self._users[connection]
        if connection in self._kept.values() and connection.alive:
            loop = asyncio.get_running_loop()
            self._timers[connection] = loop.call_later(_IDLE_SECONDS, self._forget, connection)
        else:
            self._forget(connection)
        for oldest in list(self._timers)[:-_IDLE]:
            self._forget(oldest)

    def _forget(self, connection: "Connection") -> None:
        if timer := self._timers.pop(connection, None):
            timer.cancel()
        self._kept = {node: kept for node, kept in self._kept.items() if kept is not connection}
        connection.close()
