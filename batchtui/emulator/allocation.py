"""Allocates nodes within the account's cores, and says which are too many when a pool shrinks."""

from typing import Any

from batchtui.emulator.catalogue import VmSize, size_of
from batchtui.emulator.nodes import new_node
from batchtui.emulator.store import Node, Pool, World

TARGETS = {True: "targetDedicatedNodes", False: "targetLowPriorityNodes"}
CURRENTS = {True: "currentDedicatedNodes", False: "currentLowPriorityNodes"}
# The documentation has the codes; users have reported the words.
ERRORS = {
    "AccountCoreQuotaReached": "The specified account has reached core quota",
    "AccountVMSeriesCoreQuotaReached": (
        "The specified account has reached VM series core quota for {family}"
    ),
    "AccountLowPriorityCoreQuotaReached": (
        "The specified account has reached low priority core quota"
    ),
}


def allocate(world: World, pool: Pool) -> list[Node]:
    """New nodes up to the targets; what the quotas don't allow becomes a resize error."""
    added: list[Node] = []
    size = size_of_nodes(pool)
    for dedicated in (True, False):
        wanted = pool.body[TARGETS[dedicated]] - pool.body[CURRENTS[dedicated]]
        possible, reached = room(world, size, dedicated=dedicated)
        count = max(0, min(wanted, possible))
        added += [new_node(world, pool, dedicated=dedicated) for _ in range(count)]
        pool.body[CURRENTS[dedicated]] += count
        if wanted > count:
            pool.body.setdefault("resizeErrors", []).append(resize_error(reached, size.family))
    pool.nodes.add_all(added)
    return added


def resize_error(code: str, family: str = "") -> dict[str, Any]:
    """The resize error of a quota that was reached, in a VM family if it is one of that."""
    return {"code": code, "message": ERRORS[code].format(family=family)}


def quota_error(*, dedicated: bool) -> dict[str, Any]:
    """The resize error of a kind of node that the account has no cores left for."""
    kind = "" if dedicated else "LowPriority"
    return resize_error(f"Account{kind}CoreQuotaReached")


def size_of_nodes(pool: Pool) -> VmSize:
    """The VM size of a pool's nodes."""
    size = size_of(pool.body)
    if size is None:
        raise ValueError(f"no such VM size: {pool.body['vmSize']}")
    return size


def room(world: World, size: VmSize, *, dedicated: bool) -> tuple[int, str]:
    """How many more nodes of a size the quotas allow, and the error of the first one reached.

    Spot nodes count against the account's spot cores only, dedicated ones against the account's
    and their VM family's. Pools that don't count, as the seed's very large one, leave all alone.
    """
    quotas = world.quotas
    used = {"account": 0, "family": 0}
    for pool in world.pools:
        if pool.counts_for_quota:
            other = size_of_nodes(pool)
            cores = pool.body[CURRENTS[dedicated]] * other.cores
            used["account"] += cores
            used["family"] += cores if other.family.lower() == size.family.lower() else 0
    if not dedicated:
        return max(0, quotas.spot_cores - used["account"]) // size.cores, (
            "AccountLowPriorityCoreQuotaReached"
        )
    return min(
        (max(0, quotas.dedicated_cores - used["account"]) // size.cores, "AccountCoreQuotaReached"),
        (
            max(0, quotas.family(size.family) - used["family"]) // size.cores,
            "AccountVMSeriesCoreQuotaReached",
        ),
    )


def surplus(pool: Pool) -> list[Node]:
    """The nodes above the targets: those that run nothing first, the youngest of them."""
    found: list[Node] = []
    for dedicated in (True, False):
        members = pool.members(dedicated=dedicated)
        staying = sorted(members, key=lambda n: (not n.body["runningTasksCount"], n.index))
        found += staying[pool.body[TARGETS[dedicated]] :]
    return found


def unfinished(pool: Pool, code: str, why: str) -> list[dict[str, Any]]:
    """The resize errors of a resize that ended before the targets were reached, and why."""
    words = {True: "dedicated", False: "low priority"}
    return [
        {
            "code": code,
            "message": f"Desired number of {words[dedicated]} nodes could not be allocated {why}",
        }
        for dedicated in (True, False)
        if pool.body[CURRENTS[dedicated]] != pool.body[TARGETS[dedicated]]
    ]
