"""The nodes of pools, also those that join while somebody looks."""

import asyncio
from collections.abc import AsyncIterator, Callable, Collection, Sequence
from itertools import chain, repeat

from batchtui.batch.bulk import Say
from batchtui.batch.node import Node
from batchtui.batch.nodes import Nodes
from batchtui.batch.pools import Pools
from batchtui.errors import NotFoundError
from batchtui.words import plural

# s until the pools are looked at again; the last one from then on.
_LOOKS = (0.2, 0.5, 1.0, 2.0, 5.0)
# States in which a node is on its way to one in which something can be done to it, or away.
_COMING = frozenset({"creating", "starting", "rebooting", "reimaging", "upgradingos"})
_GOING = "leavingpool"


class Joining:
    """Tells of each node once, when it is up.

    It ends when the pools are steady, no node is on its way and nobody is `busy` any more with
    those that were told of.
    """

    def __init__(self, nodes: Nodes, pools: Pools, busy: Callable[[], bool], say: Say) -> None:
        self._nodes = nodes
        self._pools = pools
        self._busy = busy
        self._say = say
        self._told: set[tuple[str, str]] = set()
        self._coming = 0
        self._resizing: list[str] = []

    async def nodes(
        self, pool_ids: Sequence[str], known: Collection[tuple[str, str]] = ()
    ) -> AsyncIterator[tuple[str, Sequence[Node]]]:
        """Pools with nodes of them that aren't `known`; NotFoundError at the end if a pool went."""
        self._told = set(known)
        left, gone = list(pool_ids), None
        for seconds in chain(_LOOKS, repeat(_LOOKS[-1])):
            before, busy = len(self._told), self._busy()
            self._coming, self._resizing = 0, []
            for pool_id in list(left):
                try:
                    async for nodes in self._look(pool_id):
                        yield pool_id, nodes
                except NotFoundError as error:
                    left.remove(pool_id)
                    gone = error
            if not (busy or len(self._told) > before or self._coming or self._resizing):
                break
            self._say(self._waiting())
            await asyncio.sleep(seconds)
        self._say("")
        if gone:
            raise gone

    async def _look(self, pool_id: str) -> AsyncIterator[Sequence[Node]]:
        # Before the list, which then has all that were allocated until it was steady.
        state, _since = await self._pools.allocation(pool_id)
        if state != "steady":
            self._resizing.append(f"{pool_id} ({state})")
        async for page in self._nodes.pages(pool_id):
            self._coming += sum(node.state in _COMING for node in page)
            news = [node for node in page if self._is_news(pool_id, node)]
            self._told.update((pool_id, node.id) for node in news)
            if news:
                yield news

    def _is_news(self, pool_id: str, node: Node) -> bool:
        is_up = node.state not in _COMING and node.state != _GOING
        return is_up and (pool_id, node.id) not in self._told

    def _waiting(self) -> str:
        parts = [f"{plural(self._coming, 'node')} on the way"] if self._coming else []
        parts += self._resizing
        return f"Waiting for those that join: {', '.join(parts)}" if parts else ""
