"""One pool, with its nodes by state and how long its image is supported."""

from asyncio import gather
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace

from batchtui.batch import convert
from batchtui.batch.models import Json, NodeCounts, Pool
from batchtui.errors import ServiceError
from batchtui.session import Session
from batchtui.tables import Cell
from batchtui.ui.details.pool import Around, pool_sections
from batchtui.ui.details.section import Line, Section
from batchtui.ui.details.support import support_lines
from batchtui.ui.screens.details import DetailsScreen
from batchtui.visible import visible


class PoolDetailsScreen(DetailsScreen):
    """A pool as the service describes it."""

    def __init__(self, session: Session, pool_id: str) -> None:
        super().__init__(session, (pool_id, "details"))
        self._pool_id = pool_id
        self._support: Sequence[Line] = [("support", Cell("asking the service …", "muted"))]

    async def ask(self) -> Json:
        """The pool's JSON."""
        return (await self.session.pools.get(self._pool_id)).raw

    async def sections(self) -> AsyncIterator[Sequence[Section]]:
        """The pool at once, and its image's support when that has come."""
        raw, counts = await gather(self.ask(), self._ask_counts())
        around = Around(self.session.now(), counts)
        yield pool_sections(raw, replace(around, support=self._support))
        self._support = await self._ask_support(convert.pool(raw))
        yield pool_sections(raw, replace(around, support=self._support))

    async def _ask_counts(self) -> NodeCounts | None:
        try:
            return (await self.session.pools.node_counts(self._pool_id)).get(self._pool_id)
        except ServiceError:
            return None

    async def _ask_support(self, pool: Pool) -> Sequence[Line]:
        try:
            images = await self.session.supported_images()
        except ServiceError as error:
            return [("support", Cell(visible(f"can't be asked for: {error}"), "warn"))]
        return list(support_lines(pool, images, self.session.now()))
