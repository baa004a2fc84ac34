"""Keeps the nodes of one pool fresh with few requests and few bytes.

All of them are listed once. From then on each refresh asks for what changed its state since,
by the service's own times and overlapping, and for one small page of a slow listing that goes
round and round: some things change without a transition (task counters; a deallocated node
keeps its old time; source: SERVICE.md), and nothing tells that a node went. Then the node counts
are compared with what is known: where they keep disagreeing, all nodes are listed again.
"""

from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from time import monotonic

from batchtui.batch.node import Node
from batchtui.batch.nodes import Nodes, changed_since
from batchtui.batch.pools import Pools
from batchtui.batch.service import PAGE, Listing
from batchtui.batch.times import time
from batchtui.errors import ServiceError, ThrottledError, UnreachableError

# s that a change may take until a listing shows it, and that service clocks may differ by.
OVERLAP = 3.0
# A pool of no more nodes than this is as cheap to list as to ask for changes.
FEW = 100
# The slow listing goes round in so many refreshes.
ROUND = 100


@dataclass(frozen=True, slots=True)
class Change:
    """What one answer told: nodes that are new or other than before, and ids that are gone."""

    nodes: Sequence[Node] = ()
    gone: frozenset[str] = frozenset()


@dataclass(slots=True)
class _Sweep:
    """A listing of all nodes under way, and the ids that were seen since it began."""

    listing: Listing[Node]
    began: float
    seen: set[str] = field(default_factory=set)


class NodeWatch:
    """The nodes of one pool as last heard of; `refresh` hears of them again."""

    def __init__(
        self, nodes: Nodes, pools: Pools, pool_id: str, *, clock: Callable[[], float] = monotonic
    ) -> None:
        self.known: dict[str, Node] = {}
        self.pool_id = pool_id
        self._nodes = nodes
        self._pools = pools
        self._clock = clock
        self._fields: frozenset[str] = frozenset()
        self._states: Counter[str] = Counter()
        # The listing of everything that is to be finished before anything else, and the slow one.
        self._full: _Sweep | None = None
        self._slow: _Sweep | None = None
        self._complete = False
        self._doubted = False
        # The latest transition that was seen, and the one up to which all was heard of.
        self._latest = ""
        self._newest = ""
        # s before the newest transition from which the next changes are asked for.
        self._margin = OVERLAP
        # When that one was heard of, and when changes were last asked for and all heard.
        self._news_at = 0.0
        self._asked_at = 0.0
        self._doubt: Counter[str] = Counter()
        self._accepted: Counter[str] = Counter()

    def ask_for(self, fields: Iterable[str]) -> None:
        """Which wire fields are shown; nodes are listed anew if some weren't asked for yet."""
        wanted = frozenset(fields)
        if not self.has(wanted):
            self._fields |= wanted
            self._complete = False
            self._full = self._slow = None

    def has(self, fields: Iterable[str]) -> bool:
        """Whether these wire fields are asked for already."""
        return self._fields.issuperset(fields)

    def doubt(self) -> None:
        """Something was done to nodes that no transition tells of: have all listed again."""
        self._doubted = True

    async def refresh(self) -> AsyncIterator[Change]:
        """Hear what changed, an answer at a time; what a failure cut off is resumed by the next."""
        if self._doubted:
            # One that is under way may have passed them already.
            self._doubted = self._complete = False
            self._full = None
        if not self._complete or len(self.known) <= FEW:
            async for change in self._list():
                yield change
            return
        async for change in self._changed():
            yield change
        yield await self._go_round()
        if await self._must_list():
            async for change in self._list():
                yield change

    # All of them

    async def _list(self) -> AsyncIterator[Change]:
        if self._full is None:
            self._full = self._begin(PAGE)
            self._complete = False
        sweep = self._full
        while not sweep.listing.ended:
            yield self._take(await self._page(sweep))
        self._full = self._slow = None
        self._complete = True
        self._caught_up(sweep.began)
        yield self._end(sweep)

    def _begin(self, page: int) -> _Sweep:
        listing = self._nodes.listing(self.pool_id, self._fields, page=page, retry=False)
        return _Sweep(listing, self._clock())

    def _end(self, sweep: _Sweep) -> Change:
        gone = frozenset(self.known.keys() - sweep.seen)
        for node_id in gone:
            self._states[self.known.pop(node_id).state] -= 1
        return Change(gone=gone)

    async def _go_round(self) -> Change:
        """One page of the slow listing."""
        if self._slow is None:
            self._slow = self._begin(min(PAGE, max(FEW, len(self.known) // ROUND)))
        sweep = self._slow
        change = self._take(await self._page(sweep))
        if not sweep.listing.ended:
            return change
        self._slow = None
        return Change(change.nodes, self._end(sweep).gone)

    async def _page(self, sweep: _Sweep) -> Sequence[Node]:
        try:
            return await sweep.listing.next_page()
        except (ThrottledError, UnreachableError):
            raise
        except ServiceError:
            # Where it was going on may not be known any more: the next one begins anew.
            self._full = self._slow = None
            raise

    # What changed

    async def _changed(self) -> AsyncIterator[Change]:
        began = self._clock()
        newest = time(self._newest)
        if newest is None:
            return
        since = newest - timedelta(seconds=self._margin)
        if self._asked_at - self._news_at > self._margin + 1:
            # Whatever was on its way then was heard of: don't ask for the last ones for ever.
            since = newest.replace(microsecond=0) + timedelta(seconds=1)
        where = changed_since(since)
        listing = self._nodes.listing(self.pool_id, self._fields, where=where, retry=False)
        while not listing.ended:
            yield self._take(await listing.next_page())
        self._caught_up(began)
        self._asked_at = began

    def _take(self, nodes: Sequence[Node]) -> Change:
        news = [node for node in nodes if self.known.get(node.id) != node]
        for node in news:
            before = self.known.get(node.id)
            if before is not None:
                self._states[before.state] -= 1
            self._states[node.state] += 1
            self.known[node.id] = node
        for sweep in (self._full, self._slow):
            if sweep is not None:
                sweep.seen.update(node.id for node in nodes)
        self._latest = max(self._latest, _latest(news))
        return Change(news)

    def _caught_up(self, began: float) -> None:
        """All that changed before a time was heard of; what changes from then on is the next's."""
        self._margin = OVERLAP + self._clock() - began
        if self._latest > self._newest:
            self._newest = self._latest
            self._news_at = self._clock()

    # Whether that is all

    async def _must_list(self) -> bool:
        """Whether the service keeps counting other nodes than are known here."""
        counted = (await self._pools.node_counts(self.pool_id)).get(self.pool_id)
        doubt: Counter[str] = Counter(counted.by_state if counted else {})
        doubt.subtract(self._states)
        doubt = Counter({state: count for state, count in doubt.items() if count})
        # Counts lag, and something changes between two answers: the same twice is no accident,
        # but if a listing didn't settle it another one won't.
        again = bool(doubt) and _alike(doubt, self._doubt) and not _alike(doubt, self._accepted)
        self._doubt = doubt
        if not doubt or again:
            self._accepted = doubt
        return again


def _latest(nodes: Sequence[Node]) -> str:
    """The latest time of a transition, or nothing; what is no time is none.

    They are compared as texts: these differ in digits only, but for less than the overlap.
    """
    times = [node.state_transition_time for node in nodes]
    latest = max(times, default="")
    return latest if time(latest) else max(filter(time, times), default="")


def _alike(doubt: Counter[str], before: Counter[str]) -> bool:
    """Whether two differences are the same, or at least about as many nodes too few or many."""
    return doubt == before or (doubt.total() != 0 and doubt.total() == before.total())
