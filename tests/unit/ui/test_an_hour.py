"""An hour in which a node changes every 50 ms, at any size of the pool, replayed in seconds.

What the watch hears goes into rows as the nodes' screen puts it there: these must show what a
fresh listing shows, and the cursor and the marks must stay with their ids all the while.
"""

from datetime import timedelta

import pytest
from simulated import BEGIN, SEEN_AFTER, SimulatedPool

from batchtui.batch.times import time
from batchtui.batch.watch import ROUND, NodeWatch
from batchtui.errors import ServiceError
from batchtui.tables.nodes import node_columns
from batchtui.ui.rows import Rows

HOUR = 3600.0
EVERY = 5.0  # s between refreshes


class Replay:
    """A watch on a simulated pool, and the rows that are made of what it hears."""

    def __init__(self, pool: SimulatedPool) -> None:
        self.pool = pool
        self.watch = NodeWatch(pool, pool, "p", clock=pool.clock)
        self.rows = Rows(node_columns(lambda: BEGIN), lambda node: node.id)
        self.cursor = ""
        self.marked: set[str] = set()
        self.failures = 0
        self.checked = 0
        self.tried_since = None

    async def refresh(self) -> bool:
        """What the screen does every few seconds; whether it was heard to the end."""
        # A listing that is cut off is resumed: its first pages are as old as its first try.
        if self.tried_since is None:
            self.tried_since = self.pool.now
        try:
            async for change in self.watch.refresh():
                self.rows.update((), change.gone)
                for start in range(0, len(change.nodes), 250):
                    self.rows.update(change.nodes[start : start + 250])
                    self.check_places()
        except ServiceError:
            self.failures += 1
            return False
        began, self.tried_since = self.tried_since, None
        self.check_is_fresh(began)
        return True

    def choose(self) -> None:
        """Put the cursor and marks somewhere."""
        ids = self.rows.shown
        self.cursor = ids[len(ids) // 3]
        self.rows.move_to(self.cursor)
        for node_id in ids[:: max(1, len(ids) // 50)]:
            self.rows.mark(node_id)
        self.marked = set(self.rows.marked)

    def check_places(self) -> None:
        """Whatever moved: the cursor is on its node, unless that went, and so are the marks."""
        if not self.cursor:
            return
        assert self.rows.marked == self.marked & self.rows.by_id.keys()
        if self.cursor not in self.rows.by_id:
            self.cursor = self.rows.cursor
        assert self.rows.cursor == self.cursor
        assert self.rows.id_at(self.rows.cursor_place) == self.cursor

    def check_is_fresh(self, began: float) -> None:
        """Every transition that could be heard of when a refresh began was heard of."""
        stamped = self.pool.stamped
        while self.checked < len(stamped) and stamped[self.checked][0] < began - SEEN_AFTER:
            when, node_id = stamped[self.checked]
            self.checked += 1
            if node_id in self.rows.by_id and node_id in self.pool.nodes:
                since = time(self.rows.by_id[node_id].state_transition_time)
                assert since >= BEGIN + timedelta(seconds=when)

    def check_is_all(self) -> None:
        """The same as a fresh listing, in the same order."""
        fresh = self.pool.nodes
        assert self.rows.by_id == fresh
        key = next(each.key for each in self.rows.columns if each.name == self.rows.sort_column)
        assert self.rows.shown == sorted(fresh, key=lambda node_id: (key(fresh[node_id]), node_id))
        self.check_places()


@pytest.mark.parametrize(
    ("size", "failing"), [(150, 0.05), (10_000, 0.0), (10_000, 0.05), (100_000, 0.0)]
)
async def test_an_hour_of_changes_ends_as_a_fresh_listing(size, failing):
    pool = SimulatedPool(size, failing=failing)
    replay = Replay(pool)
    replay.rows.sort_by("state")
    while not await replay.refresh():
        pool.pass_time(EVERY)
    replay.choose()
    for minute in range(60):
        if minute % 10 == 5:
            pool.exchange(40)
        if minute % 20 == 10:
            # The screen was covered: many changes come at once.
            pool.pass_time(200.0)
        while pool.now < (minute + 1) * 60.0:
            pool.pass_time(EVERY)
            await replay.refresh()
    assert pool.changes >= HOUR / pool.every - 1
    pool.every, pool.failing = 0.0, 0.0
    # What tells nobody that it changed comes with the slow round.
    for _ in range(ROUND + 3):
        pool.pass_time(EVERY)
        assert await replay.refresh()
    replay.check_is_all()
    if not failing:
        # Few bytes: all nodes were listed for their first time and after those exchanges only.
        assert pool.requests["listings"] < 720
