"""NodeWatch: what it asks for, and that it hears of everything however its requests end."""

import pytest
from simulated import SimulatedPool, stamp

from batchtui.batch.node import Node
from batchtui.batch.watch import ROUND, NodeWatch
from batchtui.errors import ServiceError, ThrottledError, UnreachableError

GONE = UnreachableError("cut off")


def watched(size=2500):
    """A pool in which nothing happens by itself, its watch, and what that told of."""
    pool = SimulatedPool(size, every=0.0)
    return pool, NodeWatch(pool, pool, "p", clock=pool.clock)


async def refresh(pool, watch, times=1):
    """Some refreshes, 5 s apart; the nodes that they told of."""
    told = []
    for _ in range(times):
        pool.pass_time(5.0)
        async for change in watch.refresh():
            told += [node.id for node in change.nodes]
    return told


async def settled(pool, watch):
    """Refreshes until the last transition is asked for no more."""
    await refresh(pool, watch, 4)
    pool.requests.clear()


async def test_a_change_that_is_seen_later_than_its_time_is_heard_of():
    pool, watch = watched()
    await settled(pool, watch)
    first, second = list(pool.nodes)[:2]
    pool.change(first, state="rebooting")
    when = pool.now
    await refresh(pool, watch)
    # It happened at the same time, but not every part of the service knew it yet.
    pool.change(second, state="rebooting", state_transition_time=stamp(when + 0.2))
    pool.stamped[-1] = (when + 0.2, second)
    assert second in await refresh(pool, watch)


async def test_nothing_is_asked_for_twice_for_ever():
    pool, watch = watched()
    await settled(pool, watch)
    pool.change(next(iter(pool.nodes)), state="rebooting")
    assert len(await refresh(pool, watch)) == 1
    assert await refresh(pool, watch, 10) == []
    assert pool.requests == {"changes": 11, "counts": 11}


async def test_changes_that_were_cut_off_after_a_page_are_asked_for_again():
    pool, watch = watched()
    await settled(pool, watch)
    changed = sorted(pool.nodes)[:1500]
    for node_id in changed[:-1]:
        pool.change(node_id, state="rebooting")
        pool.pass_time(0.1)
    pool.change(changed[-1], state="rebooting")
    pool.pass_time(60.0)
    pool.change(changed[0], state="offline")
    pool.fates.extend([None, GONE])
    with pytest.raises(UnreachableError):
        await refresh(pool, watch)
    await refresh(pool, watch)
    assert watch.known[changed[-1]].state == "rebooting"


async def test_a_first_listing_that_was_cut_off_is_resumed():
    pool, watch = watched()
    pool.fates.extend([None, GONE])
    with pytest.raises(UnreachableError):
        await refresh(pool, watch)
    assert len(watch.known) == 1000
    # What changes meanwhile on the page that is there already is heard of all the same.
    first, last = min(pool.nodes), max(pool.nodes)
    pool.pass_time(30.0)
    pool.change(first, state="offline")
    pool.pass_time(30.0)
    pool.change(last, state="offline")
    told = await refresh(pool, watch)
    assert len(told) == 1500
    assert pool.requests["listings"] == 1
    await refresh(pool, watch)
    assert watch.known == pool.nodes


@pytest.mark.parametrize("error", [GONE, ThrottledError("wait", retry_after=7.0)])
async def test_a_listing_anew_that_was_cut_off_is_resumed(error):
    pool, watch = watched()
    await settled(pool, watch)
    pool.exchange(7)
    pool.remove(max(pool.nodes))
    pool.pass_time(30.0)
    # The second time that the counts disagree: changes, a page of the slow round, counts, pages.
    await refresh(pool, watch)
    pool.fates.extend([None, None, None, None, error])
    with pytest.raises(ServiceError):
        await refresh(pool, watch)
    await refresh(pool, watch)
    assert watch.known == pool.nodes
    assert pool.requests["listings"] == 1


async def test_what_a_page_refuses_is_begun_anew():
    pool, watch = watched()
    stale = ServiceError("The skiptoken is not valid.", code="InvalidQueryParameterValue")
    pool.fates.extend([None, stale])
    with pytest.raises(ServiceError):
        await refresh(pool, watch)
    assert len(await refresh(pool, watch)) == 1500
    assert watch.known == pool.nodes
    assert pool.requests["listings"] == 2


async def test_a_doubt_lists_all_nodes_again_once():
    pool, watch = watched()
    await settled(pool, watch)
    last = max(pool.nodes)
    pool.change(last, scheduling_state="disabled")
    watch.doubt()
    assert await refresh(pool, watch) == [last]
    assert pool.requests == {"listings": 1}
    await refresh(pool, watch, 3)
    assert pool.requests["changes"] == 3


async def test_a_doubt_during_a_listing_begins_it_anew():
    pool, watch = watched()
    answers = watch.refresh()
    await anext(answers)
    first = min(pool.nodes)
    pool.change(first, scheduling_state="disabled")
    watch.doubt()
    async for _change in answers:
        pass
    assert first in await refresh(pool, watch)


async def test_what_tells_nobody_comes_with_the_slow_round():
    pool, watch = watched()
    await settled(pool, watch)
    last = max(pool.nodes)
    pool.change(last, tasks_total=1000)
    told = await refresh(pool, watch, ROUND + 1)
    assert told == [last]


async def test_a_time_that_cannot_be_read_stops_nothing():
    pool, watch = watched()
    first, second = list(pool.nodes)[:2]
    pool.put(Node(id=first, wire_state="idle", state_transition_time="soon"))
    await settled(pool, watch)
    pool.change(second, state="rebooting")
    assert second in await refresh(pool, watch)


async def test_a_steady_refresh_costs_few_nodes():
    """1% of them changed: that many are sent, those of the overlap, and a page of the round."""
    pool, watch = watched(10_000)
    await settled(pool, watch)
    sent = []
    listing = pool.listing

    def counted(*args, **how):
        found = listing(*args, **how)
        next_page = found.next_page

        async def counting():
            page = await next_page()
            sent.extend(page)
            return page

        found.next_page = counting
        return found

    pool.listing = counted
    for node_id in list(pool.nodes)[:100]:
        pool.change(node_id, state="rebooting")
    await refresh(pool, watch)
    assert len(sent) <= 0.03 * 10_000
