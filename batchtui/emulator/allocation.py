"""Allocates nodes within the account's cores, and chooses which leave when a pool shrinks."""

from typing import Any

from batchtui.emulator.catalogue import DEDICATED_CORES, SPOT_CORES, cores
from batchtui.emulator.nodes import enter, new_node
from batchtui.emulator.store import Node, Pool, World

TARGETS = {True: "targetDedicatedNodes", False: "targetLowPriorityNodes"}
CURRENTS = {True: "currentDedicatedNodes", False: "currentLowPriorityNodes"}
ERRORS = {
    True: ("AccountCoreQuotaReached", "The specified account has reached core quota"),
    False: (
        "AccountLowPriorityCoreQuotaReached",
        "The specified account has reached low priority core quota",
    ),
}


def allocate(world: World, pool: Pool) -> list[Node]:
    """New nodes up to the targets; what the quota doesn't allow becomes a resize error."""
    added: list[Node] = []
    for dedicated in (True, False):
        wanted = pool.body[TARGETS[dedicated]] - pool.body[CURRENTS[dedicated]]
        possible = free_cores(world, dedicated=dedicated) // cores(pool.body["vmSize"])
        count = max(0, min(wanted, possible))
        added += [new_node(world, pool, dedicated=dedicated) for _ in range(count)]
        pool.body[CURRENTS[dedicated]] += count
        if wanted > count:
            pool.body.setdefault("resizeErrors", []).append(quota_error(dedicated=dedicated))
    pool.nodes.add_all(added)
    return added


def quota_error(*, dedicated: bool) -> dict[str, Any]:
    """The resize error of a kind of node that there are no cores left for."""
    code, message = ERRORS[dedicated]
    return {"code": code, "message": message}


def free_cores(world: World, *, dedicated: bool) -> int:
    """The account's cores of a kind that no pool has taken, never below 0."""
    used: int = sum(
        pool.body[CURRENTS[dedicated]] * cores(pool.body["vmSize"])
        for pool in world.pools
        if pool.counts_for_quota
    )
    return max(0, (DEDICATED_CORES if dedicated else SPOT_CORES) - used)


def shrink(world: World, pool: Pool) -> bool:
    """Let the youngest nodes above the targets leave; whether any does."""
    before = len(pool.leaving)
    for dedicated in (True, False):
        staying = sorted(pool.members(dedicated=dedicated), key=lambda node: node.index)
        for node in staying[pool.body[TARGETS[dedicated]] :]:
            enter(world, node, "leavingpool")
            pool.leaving.append(node)
    return len(pool.leaving) > before
