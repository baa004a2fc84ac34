"""One node, and what its start task wrote."""

from asyncio import gather
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import replace

from batchtui.access.ledger import LedgerEntry
from batchtui.batch.models import Json, Pool
from batchtui.errors import ConfigError, ServiceError
from batchtui.session import Session
from batchtui.ui.details.node import Around, node_sections
from batchtui.ui.details.output import ASKING, read_output
from batchtui.ui.details.section import Section
from batchtui.ui.screens.details import DetailsScreen
from batchtui.words import short_node_id


class NodeDetailsScreen(DetailsScreen):
    """A node as the service describes it, with its pool's start task and the users we added."""

    def __init__(self, session: Session, pool: Pool, node_id: str) -> None:
        super().__init__(session, (pool.id, short_node_id(node_id)))
        self._pool = pool
        self._node_id = node_id
        self._output = ASKING
        # How far the start task was when its output was read.
        self._read_at: object = None

    async def ask(self) -> Json:
        """The node's JSON."""
        return await self.session.nodes.raw(self._pool.id, self._node_id)

    async def sections(self) -> AsyncIterator[Sequence[Section]]:
        """The node at once, and what its start task wrote when that has come."""
        raw, pool, users = await gather(self.ask(), self._ask_pool(), self._users())
        around, run = Around(self.session.now(), pool, users), raw.get("startTaskInfo")
        if not isinstance(run, Mapping):
            yield node_sections(raw, around)
            return
        yield node_sections(raw, replace(around, output=self._output.lines))
        if run != self._read_at:
            await self._read_output(run)
            yield node_sections(raw, replace(around, output=self._output.lines))

    async def _ask_pool(self) -> Json | None:
        try:
            return await self.session.pools.raw(self._pool.id)
        except ServiceError as error:
            self.lacks(error)
            return None  # the node is what is asked for, and says itself if the pool is gone

    async def _users(self) -> Sequence[LedgerEntry]:
        try:
            return await self.session.entrance.users.of(self._pool.id, self._node_id)
        except ConfigError as error:
            self.report(error)  # a broken file of ours hides nothing of the service's
            return ()

    async def _read_output(self, run: Mapping[str, object]) -> None:
        windows = self._pool.os == "windows"
        files, pool_id = self.session.files, self._pool.id
        self._output = await read_output(files, pool_id, self._node_id, windows=windows)
        ended = run.get("state") == "completed"
        if self._output.throttled:
            self.missed(self._output.throttled)
        self._read_at = run if ended and self._output.read else None

    def action_refresh(self) -> None:
        """Ask again now, for the output too."""
        self._read_at = None
        super().action_refresh()
