"""Which connections to nodes stay open, and for whom."""

import asyncio
from datetime import UTC, datetime

import pytest
from conftest import wait_for

from batchtui.access.node_identity import NodeIdentity
from batchtui.entrance import connections
from batchtui.entrance.connections import Connections


class Opened:
    """What `Connections` knows of a connection."""

    def __init__(self):
        self.alive = True

    def answers(self, _seconds):
        return self.alive

    def close(self):
        self.alive = False


def node(name, day=1):
    allocated = datetime(2026, 1, day, tzinfo=UTC)
    return NodeIdentity("acct", "https://a.b", "pool", name, allocated)


class Opening:
    def __init__(self):
        self.all = []

    async def __call__(self):
        self.all.append(Opened())
        return self.all[-1]


@pytest.fixture
def opening():
    return Opening()


async def test_whoever_comes_back_gets_the_connection_that_is_there(opening):
    kept = Connections()
    async with kept.to(node("a"), opening) as first, kept.to(node("a"), opening) as second:
        assert first is second
    async with kept.to(node("a"), opening) as again:
        assert again is first
        assert again.alive
    assert len(opening.all) == 1
    kept.close()
    assert not first.alive


async def test_another_allocation_is_another_machine(opening):
    kept = Connections()
    async with kept.to(node("a", 1), opening) as before:
        pass
    async with kept.to(node("a", 2), opening) as after:
        assert after is not before
    kept.close()


async def test_a_connection_that_was_lost_is_opened_anew(opening):
    kept = Connections()
    async with kept.to(node("a"), opening) as lost:
        lost.close()
    async with kept.to(node("a"), opening) as found:
        assert found is not lost
        assert found.alive
    kept.close()


async def test_one_that_no_longer_answers_is_opened_anew(opening):
    kept = Connections()
    async with kept.to(node("a"), opening) as silent:
        silent.answers = lambda _seconds: False
    async with kept.to(node("a"), opening) as found:
        assert found is not silent
    assert not silent.alive
    kept.close()


async def test_two_that_were_opened_at_the_same_time_end_as_one():
    kept, both, made = Connections(), asyncio.Barrier(2), []

    async def opening():
        await both.wait()
        made.append(Opened())
        return made[-1]

    async def use():
        async with kept.to(node("a"), opening) as connection:
            assert connection.alive
            await both.wait()
            assert connection.alive

    await asyncio.gather(use(), use())
    assert sorted(each.alive for each in made) == [False, True]
    kept.close()


async def test_only_so_many_stay_that_nobody_uses(opening, monkeypatch):
    monkeypatch.setattr(connections, "_IDLE", 2)
    kept = Connections()
    async with kept.to(node("used"), opening):
        for name in "abc":
            async with kept.to(node(name), opening):
                pass
        assert [each.alive for each in opening.all] == [True, False, True, True]
    assert [each.alive for each in opening.all] == [True, False, False, True]
    kept.close()


async def test_one_that_nobody_used_for_long_is_closed(opening, monkeypatch):
    monkeypatch.setattr(connections, "_IDLE_SECONDS", 0.01)
    kept = Connections()
    async with kept.to(node("a"), opening) as idle:
        await asyncio.sleep(0.03)
        assert idle.alive
    await asyncio.to_thread(wait_for, lambda: not idle.alive, "that it is closed")
    async with kept.to(node("a"), opening) as after:
        assert after is not idle
    kept.close()


async def test_what_fails_while_it_is_used_leaves_it_open_for_others(opening):
    kept = Connections()
    with pytest.raises(RuntimeError):
        async with kept.to(node("a"), opening):
            raise RuntimeError
    async with kept.to(node("a"), opening) as connection:
        assert connection is opening.all[0]
    kept.close()
