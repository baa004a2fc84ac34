"""Which nodes of a pool may take tasks, and how many slots each has free."""

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from batchtui.emulator.store import Node, Pool, Task


@dataclass(eq=False)
class Run:
    """A task on its seats, the first of them its own; `ended` are told when all of it is over.

    It has `told` once the task's body says what became of it, which may be before it is over.
    """

    task: Task
    seats: "list[Seat]"
    slots: int
    started: bool = False
    told: bool = False
    living: "asyncio.Task[None] | None" = None
    ended: list[Callable[[], None]] = field(default_factory=list)


@dataclass(eq=False, slots=True)
class Seat:
    """A node as the scheduler sees it: its slots, and how many of them are taken.

    It is open while the node may take tasks; `waiting` is told once when nothing runs there.
    """

    node: Node
    slots: int
    taken: int = 0
    runs: set[Run] = field(default_factory=set)
    open: bool = False
    waiting: list[Callable[[], None]] = field(default_factory=list)

    @property
    def free(self) -> int:
        """How many slots are free."""
        return self.slots - self.taken


@dataclass(frozen=True)
class Need:
    """What a task asks of nodes; 0 slots stand for a whole node."""

    slots: int = 1
    instances: int = 1
    dedicated: bool = False


class Bench:
    """The seats of a pool's nodes, found by how much they have free."""

    def __init__(self, pool: Pool) -> None:
        self.pool = pool
        self._seats: dict[Node, Seat] = {}
        self._measure()
        for node in pool.nodes:
            self.open(node)

    def _measure(self) -> None:
        self._slots: int = self.pool.body.get("taskSlotsPerNode", 1)
        self._by_free: list[dict[Seat, None]] = [{} for _ in range(self._slots + 1)]

    @property
    def full(self) -> bool:
        """Whether no seat has anything free."""
        return not any(self._by_free[1:])

    def seat(self, node: Node) -> Seat:
        """A node's seat, closed at first; a pool without any may have other slots than before."""
        if not self._seats:
            self._measure()
        if node not in self._seats:
            self._seats[node] = Seat(node, self._slots)
        return self._seats[node]

    def open(self, node: Node) -> None:
        """Let a node take tasks, if it is able to."""
        ready = node.state in {"idle", "running"} and node.body["schedulingState"] == "enabled"
        seat = self.seat(node)
        # What a seed says to be running was never placed here, and takes the whole node.
        if ready and not node.gone and (node.state == "idle" or seat.runs):
            seat.open = True
            self._by_free[seat.free][seat] = None

    def close(self, node: Node) -> Seat:
        """Let a node take no more tasks."""
        seat = self.seat(node)
        seat.open = False
        self._by_free[seat.free].pop(seat, None)
        return seat

    def drop(self, node: Node) -> None:
        """Forget a node that is gone."""
        self.close(node)
        del self._seats[node]

    def take(self, seat: Seat, run: Run) -> None:
        """Give a run its slots of a seat."""
        seat.runs.add(run)
        self._set_taken(seat, seat.taken + run.slots)

    def give_back(self, seat: Seat, run: Run) -> None:
        """Free a run's slots of a seat."""
        seat.runs.discard(run)
        self._set_taken(seat, seat.taken - run.slots)

    def _set_taken(self, seat: Seat, taken: int) -> None:
        if seat.open:
            del self._by_free[seat.free][seat]
        seat.taken = taken
        if seat.open:
            self._by_free[seat.free][seat] = None

    def choose(self, need: Need, able: Callable[[Node], bool], near: str) -> list[Seat]:
        """Seats for a task, the first of them `near` if it can be; none when there aren't enough.

        Spread takes the emptiest nodes, Pack the fullest ones that have room.
        """
        slots = need.slots or self._slots
        found = [seat for seat in self._near(near, slots) if _fits(seat, need, able)]
        for seat in self._in_order(slots):
            if len(found) == need.instances:
                return found
            if seat not in found and _fits(seat, need, able):
                found.append(seat)
        return found if len(found) == need.instances else []

    def _near(self, affinity: str, slots: int) -> Iterator[Seat]:
        """The seat of the node that a task's affinity names, while it has room."""
        node = self.pool.nodes.find(affinity.removeprefix("TVM:")) if affinity else None
        seat = self._seats.get(node) if node else None
        if seat and seat.open and seat.free >= slots:
            yield seat

    def _in_order(self, slots: int) -> Iterator[Seat]:
        policy = self.pool.body.get("taskSchedulingPolicy") or {}
        levels = range(slots, self._slots + 1)
        pack = str(policy.get("nodeFillType", "")).lower() == "pack"
        for free in levels if pack else reversed(levels):
            yield from self._by_free[free]


def _fits(seat: Seat, need: Need, able: Callable[[Node], bool]) -> bool:
    return (seat.node.dedicated or not need.dedicated) and able(seat.node)
