"""The world that an emulator starts with: pools as an operator finds them at 3 a.m."""

import contextlib
import gc
from collections.abc import Iterator, Sequence
from datetime import timedelta

from batchtui.emulator.allocation import CURRENTS, TARGETS, quota_error
from batchtui.emulator.bodies.pool import normalised
from batchtui.emulator.nodes import new_node
from batchtui.emulator.options import seed_nodes
from batchtui.emulator.pools import new_pool
from batchtui.emulator.seed.fates import Fate, apply_fate, past_of
from batchtui.emulator.seed.pools import DEMO, PoolSeed, scale_pool
from batchtui.emulator.state import State
from batchtui.emulator.store import Json, Node, Pool, World
from batchtui.emulator.times import service_time

ALLOCATION = timedelta(seconds=33)
PASTS = 100  # of each fate; nodes of larger pools share them


def seed_world(state: State, seed: str) -> None:
    """Fill the account: `demo`, `empty`, or a number of nodes in one more pool."""
    if seed == "empty":
        return
    for pool_seed in DEMO:
        plant(state, pool_seed)
    if nodes := seed_nodes(seed):
        with _nothing_collected():
            plant(state, scale_pool(nodes))


@contextlib.contextmanager
def _nothing_collected() -> Iterator[None]:
    """Let the garbage collector leave what is made here alone, now and later.

    Thousands of nodes are millions of objects that stay: looking through them again and again
    takes half of the time here, and afterwards would hold up answers.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


def plant(state: State, seed: PoolSeed) -> None:
    """Let a pool be there as if it had been created some time ago."""
    world = state.world
    body = normalised(seed.body, world.clock.now())
    pool = new_pool(state.world, body, pretend=seed.pretend or state.pretend)
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
    if pool.body["enableAutoScale"]:
        state.autoscaler.resume(pool)


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
    nodes = [new_node(state.world, pool, dedicated=dedicated) for _ in fates]
    pool.nodes.add_all(nodes)
    pasts: dict[tuple[int, int], Json] = {}
    for at, (node, fate) in enumerate(zip(nodes, fates, strict=True)):
        kind = (id(fate), at % PASTS)
        if kind not in pasts:
            pasts[kind] = past_of(state.world, pool, fate, age)
        apply_fate(node, fate, pasts[kind])
        _live_on(state, node)
    pool.body[CURRENTS[dedicated]] = pool.body[TARGETS[dedicated]] = len(fates)


def _live_on(state: State, node: Node) -> None:
    if node.state == "creating":
        state.lifecycle.nodes.begin_life(node)
    elif node.state == "starting":
        state.lifecycle.nodes.begin_boot(node)
