"""Ways to a node's files: over SSH or, where there is none, by the service."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Protocol

from batchtui.batch.models import Pool
from batchtui.copies.running import let_go
from batchtui.entrance import Doorway, Progress
from batchtui.errors import NoRouteError
from batchtui.session import Session
from batchtui.transfer.service import ServiceFiles
from batchtui.transfer.store import Store
from batchtui.words import short_node_id


class Way(Protocol):
    """Opens a node's files, as often as somebody needs them for himself.

    `why` says why it is no better way; empty if it is the best.
    """

    why: str

    def opened(self, progress: Progress) -> AbstractAsyncContextManager[Store]:
        """The node's files, for one thread at a time."""


class OverSsh:
    """SFTP over the connection that is kept to the node."""

    why = ""

    def __init__(self, session: Session, doorway: Doorway) -> None:
        self._entrance = session.entrance
        self._doorway = doorway

    @asynccontextmanager
    async def opened(self, progress: Progress) -> AsyncIterator[Store]:
        """A channel of its own."""
        name = short_node_id(self._doorway.node.id)
        async with self._entrance.connected(self._doorway, progress) as connection:
            progress("Asking for its files")
            files = await asyncio.to_thread(connection.sftp, name)
            try:
                yield files
            finally:
                let_go(files)


class ByService:
    """The service's own calls on a node's files, which only fetch."""

    def __init__(self, session: Session, pool: Pool, node_id: str, why: str) -> None:
        self.why = why
        self._session = session
        self._pool = pool
        self._node_id = node_id

    @asynccontextmanager
    async def opened(self, progress: Progress) -> AsyncIterator[Store]:
        """Nothing has to be waited for."""
        progress("Asking the service for its files")
        files = ServiceFiles(
            self._session.files,
            self._pool.id,
            self._node_id,
            short_node_id(self._node_id),
            windows=self._pool.os == "windows",
        )
        try:
            yield files
        finally:
            files.close()


async def way_to(session: Session, pool: Pool, node_id: str) -> Way:
    """The best way to a node's files."""
    if session.read_only:
        return ByService(session, pool, node_id, "Read-only: nobody is added to the node.")
    if pool.os == "windows":
        return ByService(session, pool, node_id, "It runs Windows.")
    try:
        return OverSsh(session, await session.entrance.doorway(pool, node_id))
    except NoRouteError as error:
        return ByService(session, pool, node_id, error.message)
