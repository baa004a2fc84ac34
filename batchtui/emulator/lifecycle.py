"""How pools live: allocation of nodes, resize and deletion, as recorded.

Durations are the service's own (SERVICE.md, part 2), in seconds; the clock shortens them.
"""

import itertools
from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import partial

from batchtui.emulator.allocation import CURRENTS, TARGETS, allocate, surplus, unfinished
from batchtui.emulator.machines.hosts import NodeHosts
from batchtui.emulator.machines.starttask import StartTasks
from batchtui.emulator.network import Addresses, is_dual
from batchtui.emulator.node_life import NodeLife
from batchtui.emulator.node_states import NodeStates
from batchtui.emulator.nodes import enter
from batchtui.emulator.store import Node, Pool, World
from batchtui.emulator.times import read_duration
from batchtui.emulator.usage import stays
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
        start_tasks: StartTasks,
        work: Work,
    ) -> None:
        self._world = world
        self._addresses = addresses
        self._work = work
        self.nodes = NodeLife(world, hosts, start_tasks, work)
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
                dual = is_dual(pool.body)
                pool.frontends[dedicated] = self._addresses.take(guid, rules, dual=dual)

    def _disconnect(self, pool: Pool) -> None:
        for frontend in itertools.chain(*pool.frontends.values()):
            self._addresses.give_back(frontend)
        pool.frontends.clear()

    def begin_resize(
        self, pool: Pool, seconds: float | None = None, option: str = "requeue"
    ) -> None:
        """Start towards the pool's targets; nodes come and go at the end, as recorded.

        `option` is what becomes of the tasks of nodes that leave.
        """
        if leaving := surplus(pool):
            self._let_leave(pool, leaving, option, pool.body["resizeTimeout"])
            return
        self._resizing(pool)
        if seconds is None:
            seconds = RESIZE if pool.target or pool.nodes else EMPTY_RESIZE
        self._later_pool(pool, seconds, self._finish_resize)

    def _finish_resize(self, pool: Pool) -> None:
        self._let_go(pool)
        for node in allocate(self._world, pool):
            self.nodes.begin_life(node)
        self._allocation(pool, "steady")

    def stop_resize(self, pool: Pool) -> None:
        """Stop a resize: stopping, then steady with the target kept and an error."""
        self._allocation(pool, "stopping")
        self._later_pool(pool, STOP, self._finish_stop)

    def _finish_stop(self, pool: Pool) -> None:
        self._give_up(pool, "ResizeStopped", "due to a stop resize operation")

    def _time_out(self, pool: Pool) -> None:
        self._give_up(pool, "AllocationTimedOut", "as the resize timeout was reached")

    def _give_up(self, pool: Pool, code: str, why: str) -> None:
        """End a resize where it is: no roll-back, but nodes that still work stay."""
        self._let_go(pool)
        if errors := unfinished(pool, code, why):
            pool.body["resizeErrors"] = errors
        self._allocation(pool, "steady")

    def remove(self, pool: Pool, nodes: Sequence[Node], option: str, timeout: str) -> None:
        """Let nodes leave: the target is lower at once, the current number at the end."""
        for node in nodes:
            target = TARGETS[node.dedicated]
            pool.body[target] = max(0, pool.body[target] - 1)
        self._let_leave(pool, nodes, option, timeout)

    def _let_leave(self, pool: Pool, nodes: Sequence[Node], option: str, timeout: str) -> None:
        """Let nodes leave once their tasks allow; the resize waits for it until its timeout."""
        self._resizing(pool)
        turn = pool.turn
        pool.leaving += nodes
        pool.held.update(nodes)

        def free(node: Node) -> None:
            if pool.turn == turn:
                pool.held.discard(node)
                if not pool.held:
                    self._later_pool(pool, REMOVE, self._finish_resize)

        for node in nodes:
            enter(self._world, node, "leavingpool")
        for node in nodes:
            self._work.vacate(node, option, partial(free, node))
        if pool.held:
            seconds = (read_duration(timeout) or timedelta()).total_seconds()
            # Tasks take their real time, whatever the clock: so does what waits for them.
            self._world.clock.after(
                seconds,
                lambda: self._time_out(pool) if pool.turn == turn and pool.held else None,
            )

    def _let_go(self, pool: Pool) -> None:
        """Drop the nodes that left; those that are held by tasks go on with them."""
        self._drop([node for node in pool.leaving if node not in pool.held])
        for node in pool.held:
            self.nodes.remain(node)
        pool.leaving = []
        pool.held.clear()

    def delete(self, pool: Pool) -> None:
        """Delete a pool: deleting with its nodes leaving, then gone."""
        self._world.touch(pool.body)
        body = pool.body
        body["state"] = "deleting"
        body["stateTransitionTime"] = body["lastModified"]
        body["resizeTimeout"] = "PT7M9.497S"
        body["targetDedicatedNodes"] = body["targetLowPriorityNodes"] = 0
        self._allocation(pool, "resizing" if pool.nodes else "steady")
        for node in pool.nodes:
            enter(self._world, node, "leavingpool")
            self._work.vacate(node, "requeue", lambda: None)
        self._later_pool(pool, DELETE if pool.nodes else DELETE_EMPTY, self._finish_delete)

    def _finish_delete(self, pool: Pool) -> None:
        self._drop(list(pool.nodes))
        self._disconnect(pool)
        self._world.drop(pool)
        self._work.pool_gone(pool)

    def _drop(self, nodes: Sequence[Node]) -> None:
        going = [node for node in nodes if not node.gone]
        if going:
            self._remember_usage(going[0].pool, going)
        for node in going:
            node.pool.drop(node)
            node.pool.body[CURRENTS[node.dedicated]] -= 1
            self.nodes.end_life(node)

    def _remember_usage(self, pool: Pool, nodes: Sequence[Node]) -> None:
        now = self._world.clock.now()
        since = (node.body["allocationTime"] for node in nodes)
        self._world.usage.remember(stays(pool.id, pool.body["vmSize"], since, now), now)

    def _resizing(self, pool: Pool) -> None:
        pool.body.pop("resizeErrors", None)
        self._allocation(pool, "resizing")

    def _allocation(self, pool: Pool, state: str) -> None:
        pool.turn += 1
        pool.body["allocationState"] = state
        pool.body["allocationStateTransitionTime"] = self._world.stamp()

    def _later_pool(self, pool: Pool, seconds: float, call: Callable[[Pool], None]) -> None:
        turn = pool.turn
        self._world.clock.later(seconds, lambda: call(pool) if pool.turn == turn else None)
