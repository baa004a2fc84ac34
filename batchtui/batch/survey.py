"""Finds what is wrong in an account, with few requests.

The pools and one count of all their nodes tell where to look: only there nodes are listed, and
of those only the faulty ones.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import aclosing
from datetime import datetime
from functools import partial

from batchtui.batch import faults
from batchtui.batch.at_once import as_they_come
from batchtui.batch.faults import Fault
from batchtui.batch.models import Pool, SupportedImage
from batchtui.batch.nodes import Nodes
from batchtui.batch.pools import Pools
from batchtui.errors import NotFoundError

AT_ONCE = 4  # pools whose nodes are asked for at the same time


class Survey:
    """The faults of one account; `images` gives the images that its service supports."""

    def __init__(
        self,
        pools: Pools,
        nodes: Nodes,
        images: Callable[[], Awaitable[Sequence[SupportedImage]]],
    ) -> None:
        self._pools = pools
        self._nodes = nodes
        self._images = images

    async def faults(self, now: datetime) -> AsyncIterator[list[Fault]]:
        """All faults, as they are found; a failure to ask for any of them ends it."""
        pools: list[Pool] = []
        async for page in self._pools.pages(more=("startTask",)):
            pools += page
            yield [fault for pool in page for fault in faults.of_pool(pool)]
        counts = await self._pools.node_counts()
        calls = [
            partial(self._of_nodes, pool, where)
            for pool in pools
            if (where := faults.node_filter(pool, counts.get(pool.id)))
        ]
        async with aclosing(as_they_come(calls, AT_ONCE)) as answers:
            async for found in answers:
                yield found
        if any(pool.image.offer for pool in pools):
            images = await self._images()
            yield [fault for pool in pools for fault in faults.of_image(pool, images, now)]

    async def _of_nodes(self, pool: Pool, where: str) -> list[Fault]:
        tally = faults.NodeTally(pool)
        listing = self._nodes.listing(pool.id, where=where, retry=False)
        try:
            while not listing.ended:
                tally.take(await listing.next_page())
        except NotFoundError:
            return []  # deleted since the pools were listed
        return list(tally.faults())
