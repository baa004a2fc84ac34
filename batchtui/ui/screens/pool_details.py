"""One pool, with its nodes by state and how long its image is supported."""

from asyncio import gather
from collections.abc import AsyncIterator, Sequence

from batchtui.batch import convert
from batchtui.batch.models import Json, NodeCounts, Pool
from batchtui.batch.service import PAGE
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
        self._tasks: Sequence[Line] = ()
        self._counted = False
        self._support: Sequence[Line] = [("support", Cell("asking the service …", "muted"))]

    async def ask(self) -> Json:
        """The pool's JSON."""
        return await self.session.pools.raw(self._pool_id)

    async def sections(self) -> AsyncIterator[Sequence[Section]]:
        """The pool at once; its tasks and its image's support when those have come."""
        raw, counts = await gather(self.ask(), self._ask_counts())
        pool, now = convert.pool(raw), self.session.now()
        yield pool_sections(raw, Around(now, counts, self._tasks, self._support))
        await gather(self._ask_tasks(pool), self._ask_support(pool))
        yield pool_sections(raw, Around(now, counts, self._tasks, self._support))

    async def _ask_counts(self) -> NodeCounts | None:
        try:
            return (await self.session.pools.node_counts(self._pool_id)).get(self._pool_id)
        except ServiceError as error:
            self.lacks(error)
            return None  # the pool says itself how many nodes it has

    async def _ask_tasks(self, pool: Pool) -> None:
        """Tasks that run now; where that takes more than a page of nodes, when it was opened."""
        many = pool.dedicated + pool.spot > PAGE
        if many and self._counted:
            return
        try:
            count = await self.session.pools.tasks_running(self._pool_id)
        except ServiceError as error:
            self.lacks(error)
            self._counted = False
            self._tasks = [("running tasks", _not_asked(error))]
            return
        self._counted = True
        when = f", at {self.session.now():%H:%M:%S} UTC" if many else ""
        self._tasks = [("running tasks", Cell(f"{count:,}{when}"))]

    async def _ask_support(self, pool: Pool) -> None:
        try:
            images = await self.session.supported_images()
        except ServiceError as error:
            self.lacks(error)
            self._support = [("support", _not_asked(error))]
        else:
            self._support = list(support_lines(pool, images, self.session.now()))


def _not_asked(error: ServiceError) -> Cell:
    return Cell(visible(f"can't be asked for: {error}"), "warn")
