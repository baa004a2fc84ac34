"""How many nodes of each pool are in which state."""

from collections import Counter
from typing import Any

from aiohttp import web

from batchtui.emulator.answers import listing
from batchtui.emulator.kinds import COUNTS
from batchtui.emulator.state import state_of
from batchtui.emulator.store import Pool

# In the recorded order and spelling.
STATES = (
    "creating", "deallocated", "deallocating", "idle", "leavingPool", "offline", "preempted",
    "rebooting", "reimaging", "running", "starting", "startTaskFailed", "unusable", "unknown",
    "upgradingOS", "waitingForStartTask",
)  # fmt: skip


routes = web.RouteTableDef()


@routes.get("/nodecounts", allow_head=False)
async def list_node_counts(request: web.Request) -> web.Response:
    """The counts of each pool; one without nodes is listed with zeros."""
    pools = state_of(request).world.pools
    return listing(request, COUNTS, pools.ids, lambda pool_id: pool_counts(pools[pool_id]))


def pool_counts(pool: Pool) -> dict[str, Any]:
    """One pool's counts in the service's JSON."""
    states = Counter((node.dedicated, node.body["state"]) for node in pool.nodes)
    return {
        "poolId": pool.id,
        "dedicated": _counts(states, dedicated=True),
        "lowPriority": _counts(states, dedicated=False),
    }


def _counts(states: Counter[tuple[bool, str]], *, dedicated: bool) -> dict[str, int]:
    counts = {state: states[dedicated, state.lower()] for state in STATES}
    return counts | {"total": sum(counts.values())}
