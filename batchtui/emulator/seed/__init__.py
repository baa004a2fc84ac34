"""The world that an emulator starts with: pools as an operator finds them at 3 a.m."""

from collections.abc import Sequence
from datetime import timedelta

from batchtui.emulator.allocation import CURRENTS, TARGETS, quota_error
from batchtui.emulator.bodies.pool import normalised
from batchtui.emulator.nodes import new_node
from batchtui.emulator.options import seed_nodes
from batchtui.emulator.routes.pools import new_pool
from batchtui.emulator.seed.fates import Fate, apply_fate
from batchtui.emulator.seed.pools import DEMO, PoolSeed, scale_pool
from batchtui.emulator.state import State
from batchtui.emulator.store import Node, Pool, World
from batchtui.emulator.times import service_time

ALLOCATION = timedelta(seconds=33)


def seed_world(state: State, seed: str) -> None:
    """Fill the account: `demo`, `empty`, or a number of nodes in one more pool."""
    if seed == "empty":
        return
    for pool_seed in DEMO:
        plant(state, pool_seed)
    if nodes := seed_nodes(seed):
        plant(state, scale_pool(nodes))


def plant(state: State, seed: PoolSeed) -> None:
    """Let a pool be there as if it had been created some time ago."""
    world = state.world
    body = normalised(seed.body, world.clock.now())
    pool = new_pool(state, body, pretend=seed.pretend)
    pool.counts_for_quota = seed.counts_for_quota
    state.lifecycle.admit(pool)
    _age(world, pool, seed.age)
    for dedicated, fates in ((True, seed.dedicated), (False, seed.spot)):
        _populate(state, pool, fates, seed.age, dedicated=dedicated)
    if seed.targets:
        pool.body[TARGETS[True]], pool.body[TARGETS[False]] = seed.targets
    if seed.resizing is not None:
        state.lifecycle.begin_resize(pool, seed.resizing)
    elif seed.targets:
        pool.body["resizeErrors"] = [quota_error(dedicated=True)]


def _age(world: World, pool: Pool, age: timedelta) -> None:
    at = world.clock.now() - age
    world.touch(pool.body, at)
    pool.body["creationTime"] = pool.body["stateTransitionTime"] = pool.body["lastModified"]
    pool.body["allocationState"] = "steady"
    pool.body["allocationStateTransitionTime"] = service_time(at + ALLOCATION)


def _populate(
    state: State, pool: Pool, fates: Sequence[Fate], age: timedelta, *,
    dedicated: bool,
) -> None:  # fmt: skip
    for fate in fates:
        node = new_node(state.world, pool, dedicated=dedicated)
        apply_fate(state.world, node, fate, age)
        _live_on(state, node)
    pool.body[CURRENTS[dedicated]] = pool.body[TARGETS[dedicated]] = len(fates)


def _live_on(state: State, node: Node) -> None:
    if node.state == "creating":
        state.lifecycle.begin_life(node)
    elif node.state == "starting":
        state.lifecycle.begin_boot(node)
