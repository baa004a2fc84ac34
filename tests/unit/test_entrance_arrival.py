"""Who waits for a node that is on its way up, how long, and what is said meanwhile."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from batchtui.batch.node import Node
from batchtui.batch.times import stamp
from batchtui.entrance.arrival import Arrival
from batchtui.errors import (
    AuthError,
    ConflictError,
    ConnectionLostError,
    LoginRefusedError,
    NoRouteError,
    NotReachedError,
    NotUpError,
    ThrottledError,
    UnreachableError,
)

NOW = datetime(2026, 3, 2, 3, 4, 5, tzinfo=UTC)
CREATING, STARTING = NotUpError("It is being created."), NotUpError("It is starting.")
REFUSED, LOST = NotReachedError("Nothing listens."), ConnectionLostError("It closed.")
BUSY = ThrottledError("Too many requests.")


@dataclass
class Door:
    node: Node
    opens: object


class World:
    """Each look at the node finds the next of `steps`: an error, or a door that opens or not."""

    def __init__(self, *steps):
        self.steps = list(steps)
        self.told = []

    async def find(self):
        step = self.steps.pop(0) if len(self.steps) > 1 else self.steps[0]
        if isinstance(step, Exception):
            raise step
        return step

    async def knock(self, door):
        if isinstance(door.opens, Exception):
            raise door.opens
        return door.opens

    async def arrive(self, *, wait, patience=60.0):
        self.arrival = Arrival(
            self.find, self.told.append, lambda: NOW, every=0.0, patience=patience
        )
        return await self.arrival.first(self.knock, wait=wait)


def door(opens, state="idle", booted=timedelta(hours=3)):
    boot = stamp(NOW - booted) if booted is not None else ""
    return Door(Node(id="n", wire_state=state, last_boot_time=boot), opens)


async def test_a_node_that_is_up_is_entered_without_a_word():
    world = World(door("in"))
    assert await world.arrive(wait=False) == "in"
    assert world.told == []


async def test_a_node_that_starts_is_waited_for_and_each_state_is_said():
    world = World(CREATING, STARTING, STARTING, door(REFUSED, "waitingforstarttask"), door("in"))
    assert await world.arrive(wait=True) == "in"
    assert world.told == [
        "It is being created.",
        "It is starting.",
        "It is starting.",
        "The node waits for its start task. Nothing listens.",
    ]


@pytest.mark.parametrize(
    "step",
    [
        STARTING,
        door(REFUSED, "rebooting"),
        door(LOST, "reimaging"),
        door(ConflictError("Not idle."), "waitingforstarttask"),
    ],
)
async def test_waiting_is_offered_where_it_helps(step):
    world = World(step)
    with pytest.raises(Exception) as failed:  # noqa: PT011 - which one it is doesn't matter
        await world.arrive(wait=False)
    assert world.arrival.may_pass(failed.value)


@pytest.mark.parametrize(
    "step",
    [
        NoRouteError("Its pool has no way in."),
        door(REFUSED),
        door(REFUSED, booted=None),
        door(REFUSED, booted=timedelta(minutes=-30)),
        door(ConflictError("Not idle."), "starttaskfailed"),
        door(LoginRefusedError("No."), "waitingforstarttask"),
        AuthError("Wrong key."),
        BUSY,
    ],
)
async def test_what_does_not_pass_by_waiting_is_raised_at_once(step):
    world = World(step)
    with pytest.raises(Exception) as failed:  # noqa: PT011 - which one it is doesn't matter
        await world.arrive(wait=False)
    assert not world.arrival.may_pass(failed.value)
    assert world.told == []


@pytest.mark.parametrize("ago", [timedelta(seconds=20), timedelta(seconds=-20)])
async def test_a_node_that_came_up_just_now_is_tried_again(ago):
    world = World(door(REFUSED, booted=ago), door(LOST, booted=ago), door("in", booted=ago))
    assert await world.arrive(wait=False) == "in"
    assert world.told == [
        f"{why} The node came up just now: it is tried again for up to 1 min."
        for why in ("Nothing listens.", "It closed.")
    ]


async def test_trying_again_ends():
    world = World(STARTING, door(REFUSED))
    with pytest.raises(NotReachedError):
        await world.arrive(wait=True, patience=0.05)
    assert "came up just now" in world.told[-1]


async def test_a_wait_survives_a_service_that_does_not_answer_for_a_while():
    world = World(STARTING, BUSY, UnreachableError("No answer."), STARTING, door("in"))
    assert await world.arrive(wait=True) == "in"
    assert world.told[1] == "Too many requests. It is asked again for up to 1 min."


async def test_a_node_that_is_lost_meanwhile_ends_the_wait():
    world = World(STARTING, NoRouteError("It was preempted."))
    with pytest.raises(NoRouteError, match="preempted"):
        await world.arrive(wait=True)
