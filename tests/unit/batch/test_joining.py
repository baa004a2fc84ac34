"""The nodes of pools as they join: each told once, when it is up, until there are no more."""

import pytest

from batchtui.batch import convert, joining
from batchtui.batch.joining import Joining
from batchtui.errors import NotFoundError


class World:
    """Pools whose states and nodes change each time that they are looked at."""

    def __init__(self, **looks):
        self.looks = {pool: list(states) for pool, states in looks.items()}

    async def allocation(self, pool_id):
        if not self.looks[pool_id]:
            raise NotFoundError(f"{pool_id} is gone", code="PoolNotFound")
        return self.looks[pool_id][0][0], None

    async def pages(self, pool_id):
        looks = self.looks[pool_id]
        _state, nodes = looks[0]
        if len(looks) > 1 or nodes is None:
            looks.pop(0)
        pairs = (each.split(":") for each in (nodes or "").split())
        yield [convert.node({"id": name, "state": state}) for name, state in pairs]


@pytest.fixture(autouse=True)
def _at_once(monkeypatch):
    monkeypatch.setattr(joining, "_LOOKS", (0,))


async def told(world, *pools, known=(), busy=lambda: False, found=None):
    said, found = [], [] if found is None else found
    coming = Joining(world, world, busy, said.append)
    async for pool, nodes in coming.nodes(pools, known):
        found += [(pool, node.id) for node in nodes]
    return found, [words for words in said if words]


async def test_each_is_told_once_when_it_is_up():
    world = World(
        p=[
            ("resizing", "a:idle b:creating"),
            ("steady", "a:idle b:starting c:starttaskfailed d:leavingpool"),
            ("steady", "a:idle b:idle c:starttaskfailed"),
        ]
    )
    found, said = await told(world, "p")
    assert found == [("p", "a"), ("p", "c"), ("p", "b")]
    assert said == [
        "Waiting for those that join: 1 node on the way, p (resizing)",
        "Waiting for those that join: 1 node on the way",
    ]


async def test_those_that_are_known_are_not_told():
    found, _ = await told(World(p=[("steady", "a:idle b:idle")]), "p", known=[("p", "a")])
    assert found == [("p", "b")]


async def test_it_goes_on_while_somebody_is_busy_and_looks_once_more_then():
    looks = [("steady", "a:idle")] * 3 + [("steady", "a:idle late:idle")]
    still = iter([True, True, True])
    found, _ = await told(World(p=looks), "p", busy=lambda: next(still, False))
    assert ("p", "late") in found


async def test_a_pool_that_went_is_said_when_the_others_are_told():
    world = World(p=[], q=[("steady", "a:idle")])
    found = []
    with pytest.raises(NotFoundError, match="p is gone"):
        await told(world, "p", "q", found=found)
    assert found == [("q", "a")]
