"""A pool of any size on a clock that is moved on, behind what a NodeWatch asks: hours in seconds.

What it is asked takes time, and meanwhile nodes go on changing: between two pages, too. A change
is seen a while after the time that it is stamped with, and counts lag further behind.
"""

import heapq
import random
from bisect import bisect_left, bisect_right, insort
from collections import Counter, deque
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from msgspec.structs import replace

from batchtui.batch.models import NodeCounts
from batchtui.batch.node import Node
from batchtui.batch.times import time
from batchtui.errors import ServiceError, UnreachableError

LATENCY = 0.15  # s of a request, there and back each
SEEN_AFTER = 2.0  # s at most from a change's time until it is seen
COUNTS_LAG = 4.0  # s
BEGIN = datetime(2025, 6, 1, 12, tzinfo=UTC)
STATES = ("idle", "running", "offline", "starttaskfailed", "starting", "rebooting", "unusable")


class SimulatedPool:
    """Plays `Nodes` and `Pools` for one pool: its nodes, and what changes in them by the clock."""

    def __init__(self, size, *, seed=0, every=0.05, failing=0.0):
        """A change `every` so many seconds; so many of all requests fail."""
        self.random = random.Random(seed)
        self.now = 0.0
        self.every = every
        self.failing = failing
        self.changes = 0
        # What becomes of the next answers: None, or the error that comes in their place.
        self.fates = deque()
        self.requests = Counter()
        # Every transition by its time: seconds, id.
        self.stamped: list[tuple[float, str]] = []
        self.nodes: dict[str, Node] = {}
        self._ids: list[str] = []
        self._states = Counter()
        self._next_change = every
        self._coming: list[tuple[float, str, float]] = []
        self._counts: deque[tuple[float, NodeCounts]] = deque()
        for _ in range(size):
            self.put(self._new(-self.random.random() * 86400))
        self._note_counts()

    def clock(self):
        """The clock of whoever watches."""
        return self.now

    def pass_time(self, seconds):
        """Let what happens in so many seconds happen."""
        end = self.now + seconds
        while self.every and self._next_change <= end:
            self.now = self._next_change
            self._next_change += self.every
            self._show()
            self._change()
        self.now = end
        self._show()
        if self.now - self._counts[-1][0] >= 1:
            self._note_counts()

    def change(self, node_id, **fields):
        """Change one node now; a new `state` also changes the time, unless that is given."""
        state = fields.pop("state", None)
        if state is not None:
            fields = {"state_transition_time": stamp(self.now), **fields, "wire_state": state}
        self.put(replace(self.nodes[node_id], **fields))
        if fields.get("state_transition_time"):
            self.stamped.append((self.now, node_id))

    def exchange(self, some):
        """Nodes go, and as many others come; ids may be used again."""
        for place, node_id in enumerate(self.random.sample(self._ids, some)):
            self.remove(node_id)
            node = self._new(self.now)
            self.put(replace(node, id=node_id) if place % 4 == 0 else node)
            self.stamped.append((self.now, node.id))

    # What NodeWatch asks

    def listing(self, pool_id, fields=(), *, where="", page=1000, retry=True):
        """As `Nodes.listing` is."""
        del pool_id, fields, retry
        self.requests["changes" if where else "listings"] += 1
        return _Listing(self, where, page)

    async def node_counts(self, pool_id=""):
        """As `Pools.node_counts` is, but of some time ago."""
        self.requests["counts"] += 1
        self.travel()
        self.arrive()
        while len(self._counts) > 1 and self._counts[1][0] <= self.now - COUNTS_LAG:
            self._counts.popleft()
        return {pool_id: self._counts[0][1]}

    def page_after(self, last, where, size) -> Sequence[Node]:
        """Nodes by id, those behind one."""
        ids = self._since(where) if where else self._ids
        start = bisect_right(ids, last)
        return [self.nodes[each] for each in ids[start : start + size]]

    def travel(self):
        """Time passes until a request, or an answer, arrives."""
        self.pass_time(LATENCY)

    def arrive(self):
        """An answer is there, or an error in its place."""
        fate = self.fates.popleft() if self.fates else None
        if fate is not None:
            raise fate
        if self.random.random() < self.failing:
            raise self.random.choice((UnreachableError, ServiceError))("made to fail")

    def _since(self, where):
        since = time(where.partition("DateTime'")[2].rstrip("'"))
        start = bisect_left(self.stamped, ((since - BEGIN).total_seconds(), ""))
        ids = {node_id for _when, node_id in self.stamped[start:]} if since > BEGIN else self.nodes
        return sorted(
            node_id for node_id in ids if node_id in self.nodes and self._time(node_id) >= since
        )

    def _time(self, node_id):
        return time(self.nodes[node_id].state_transition_time) or BEGIN

    # What happens

    def _new(self, when):
        return Node(
            id=f"tvmps_{self.random.getrandbits(128):032x}_d",
            wire_state=self.random.choice(STATES),
            state_transition_time=stamp(when),
            tasks_total=self.random.randrange(100),
        )

    def put(self, node):
        before = self.nodes.get(node.id)
        if before is None:
            insort(self._ids, node.id)
        else:
            self._states[before.state] -= 1
        self._states[node.state] += 1
        self.nodes[node.id] = node

    def remove(self, node_id):
        self._states[self.nodes.pop(node_id).state] -= 1
        del self._ids[bisect_left(self._ids, node_id)]

    def _change(self):
        self.changes += 1
        node = self.nodes[self.random.choice(self._ids)]
        how = self.random.random()
        if how < 0.05:
            # Tasks are counted without a transition.
            self.put(replace(node, tasks_total=node.tasks_total + 1))
        elif how < 0.08:
            # Deallocated nodes keep their old time (source: SERVICE.md).
            self.put(replace(node, wire_state="deallocated"))
        else:
            seen = self.now + self.random.random() * SEEN_AFTER
            heapq.heappush(self._coming, (seen, node.id, self.now))
            self.stamped.append((self.now, node.id))

    def _show(self):
        while self._coming and self._coming[0][0] <= self.now:
            _seen, node_id, when = heapq.heappop(self._coming)
            node = self.nodes.get(node_id)
            moment = BEGIN + timedelta(seconds=when)
            if node is not None and time(node.state_transition_time) <= moment:
                state = self.random.choice(STATES)
                self.put(replace(node, wire_state=state, state_transition_time=stamp(when)))

    def _note_counts(self):
        self._counts.append((self.now, NodeCounts(dict(self._states), {})))


class _Listing:
    """A list of the simulated pool; a page that failed is asked for again by the next."""

    def __init__(self, pool, where, size):
        self.ended = False
        self._pool = pool
        self._where = where
        self._size = size
        self._last = ""

    async def next_page(self) -> Sequence[Node]:
        """The next nodes by id, as they are when the request arrives."""
        self._pool.travel()
        found = self._pool.page_after(self._last, self._where, self._size)
        self._pool.travel()
        self._pool.arrive()
        self._last = found[-1].id if found else self._last
        self.ended = len(found) < self._size
        return found


def stamp(seconds):
    """A time so long after the beginning, as the service writes it: without zeros at the end."""
    moment = BEGIN + timedelta(seconds=seconds)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%f").rstrip("0").rstrip(".") + "Z"
