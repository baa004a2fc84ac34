"""How pools live: allocation of nodes, resize and deletion, as recorded.

Durations are the service's own (SERVICE.md, part 2), in seconds; the clock shortens them.
"""

from collections.abc import Callable, Sequence
from functools import partial

from batchtui.emulator.allocation import allocate, surplus
from batchtui.emulator.machines.hosts import NodeHosts
from batchtui.emulator.machines.starttask import StartTasks
from batchtui.emulator.network import Addresses
from batchtui.emulator.node_life import NodeLife
from batchtui.emulator.node_states import NodeStates
from batchtui.emulator.nodes import enter
from batchtui.emulator.store import Node, Pool, World
from batchtui.emulator.usage import stay
from batchtui.emulator.work import Work

EMPTY_RESIZE = 1.5
RESIZE = 32.0
REMOVE = 105.0
STOP = 5.0
DELETE_EMPTY = 5.0
DELETE = 100.0


class Lifecycle:
    """Moves pools from state to state; `nodes` and `states` do so with what they consist of."""

    def __init__(
        self,
        world: World,
        addresses: Addresses,
        hosts: NodeHosts,
        tasks: StartTasks,
        work: Work,
    ) -> None:
        self._world = world
        self._addresses = addresses
        self._work = work
        self._busy: dict[Pool, set[Node]] = {}
        self._held: dict[Pool, Callable[[], None]] = {}
        self.nodes = NodeLife(world, hosts, tasks, work)
        self.states = NodeStates(world, self.nodes, work)

    def admit(self, pool: Pool) -> None:
        """Let a new pool in, with its load balancers."""
        self.connect(pool)
        self._world.pools.add(pool)

    def connect(self, pool: Pool) -> None:
        """Give a pool its load balancers, one for each kind of node, in place of those it has."""
        self._disconnect(pool)
        rules = pool.nat_pools
        if rules:
            for dedicated in (True, False):
                guid = self._world.new_guid()
                pool.frontends[dedicated] = self._addresses.take(guid, rules)

    def _disconnect(self, pool: Pool) -> None:
        for frontend in pool.frontends.values():
            self._addresses.give_back(frontend)
        pool.frontends.clear()

    def begin_resize(
        self, pool: Pool, seconds: float | None = None, option: str = "requeue"
    ) -> None:
        """Start towards the pool's targets; nodes come and go at the end, as recorded.

        `option` says what becomes of the tasks of those that go.
        """
        pool.body.pop("resizeErrors", None)
        leaving = surplus(pool)
        pool.leaving += leaving
        self._allocation(pool, "resizing")
        targets = pool.body["targetDedicatedNodes"] + pool.body["targetLowPriorityNodes"]
        if seconds is None:
            seconds = REMOVE if leaving else RESIZE if targets or pool.nodes else EMPTY_RESIZE
        self._leave(leaving, option)
        self._later_pool(pool, seconds, self._finish_resize)

    def _finish_resize(self, pool: Pool) -> None:
        self._drop(pool.leaving)
        pool.leaving = []
        for node in allocate(self._world, pool):
            self.nodes.begin_life(node)
        self._allocation(pool, "steady")

    def stop_resize(self, pool: Pool) -> None:
        """Stop a resize: stopping, then steady with the target kept and an error."""
        self._allocation(pool, "stopping")
        self._later_pool(pool, STOP, self._finish_stop)

    def _finish_stop(self, pool: Pool) -> None:
        self._drop(pool.leaving)
        pool.leaving = []
        kinds = {"Dedicated": "dedicated", "LowPriority": "low priority"}
        pool.body["resizeErrors"] = [
            {
                "code": "ResizeStopped",
                "message": f"Desired number of {words} nodes could not be allocated due to a "
                "stop resize operation",
            }
            for kind, words in kinds.items()
            if pool.body[f"current{kind}Nodes"] != pool.body[f"target{kind}Nodes"]
        ]
        if not pool.body["resizeErrors"]:
            del pool.body["resizeErrors"]
        self._allocation(pool, "steady")

    def remove(self, pool: Pool, nodes: Sequence[Node], option: str = "requeue") -> None:
        """Let nodes leave: the target is lower at once, the current number at the end."""
        for node in nodes:
            kind = "targetDedicatedNodes" if node.dedicated else "targetLowPriorityNodes"
            pool.body[kind] = max(0, pool.body[kind] - 1)
        pool.leaving += nodes
        pool.body.pop("resizeErrors", None)
        self._allocation(pool, "resizing")
        self._leave(nodes, option)
        self._later_pool(pool, REMOVE, self._finish_resize)

    def delete(self, pool: Pool) -> None:
        """Delete a pool: deleting with its nodes leaving, then gone."""
        self._world.touch(pool.body)
        body = pool.body
        body["state"] = "deleting"
        body["stateTransitionTime"] = body["lastModified"]
        body["resizeTimeout"] = "PT7M9.497S"
        body["targetDedicatedNodes"] = body["targetLowPriorityNodes"] = 0
        self._leave(list(pool.nodes), "requeue")
        self._allocation(pool, "resizing" if pool.nodes else "steady")
        self._later_pool(pool, DELETE if pool.nodes else DELETE_EMPTY, self._finish_delete)

    def _finish_delete(self, pool: Pool) -> None:
        self._drop(list(pool.nodes))
        self._disconnect(pool)
        self._world.drop(pool)
        self._work.pool_gone(pool)

    def _drop(self, nodes: Sequence[Node]) -> None:
        for node in nodes:
            if not node.gone:
                since, now = node.body["allocationTime"], self._world.clock.now()
                size = node.pool.body["vmSize"]
                self._world.usage.remember(stay(node.pool.id, size, since, now))
                node.pool.drop(node)
                kind = "currentDedicatedNodes" if node.dedicated else "currentLowPriorityNodes"
                node.pool.body[kind] -= 1
                self.nodes.end_life(node)

    def _allocation(self, pool: Pool, state: str) -> None:
        pool.turn += 1
        pool.body["allocationState"] = state
        pool.body["allocationStateTransitionTime"] = self._world.stamp()

    def _leave(self, nodes: Sequence[Node], option: str) -> None:
        for node in nodes:
            enter(self._world, node, "leavingpool")
            self._busy.setdefault(node.pool, set()).add(node)
            self._work.vacate(node, option, partial(self._left, node))

    def _left(self, node: Node) -> None:
        """A node that leaves has no tasks any more; go on if it was the last."""
        busy = self._busy.get(node.pool, set())
        busy.discard(node)
        if not busy:
            self._busy.pop(node.pool, None)
            self._held.pop(node.pool, lambda: None)()

    def _later_pool(self, pool: Pool, seconds: float, call: Callable[[Pool], None]) -> None:
        """Go on after so many seconds, and when the nodes that leave have no tasks any more."""
        turn = pool.turn

        def go_on() -> None:
            if pool.turn != turn:
                return
            if pool in self._busy:
                self._held[pool] = go_on
            else:
                call(pool)

        self._world.clock.later(seconds, go_on)
