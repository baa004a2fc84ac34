"""How many nodes of each pool are in which state."""

from collections import Counter
from typing import Any

from aiohttp import web

from batchtui.emulator import query
from batchtui.emulator.odata import COUNT_FIELDS
from batchtui.emulator.state import state_of
from batchtui.emulator.store import Pool
from batchtui.emulator.wire import json_response

# In the recorded order and spelling.
STATES = (
    "creating", "deallocated", "deallocating", "idle", "leavingPool", "offline", "preempted",
    "rebooting", "reimaging", "running", "starting", "startTaskFailed", "unusable", "unknown",
    "upgradingOS", "waitingForStartTask",
)  # fmt: skip


async def list_node_counts(request: web.Request) -> web.Response:
    """GET /nodecounts; a pool without nodes is listed with zeros."""
    world = state_of(request).world
    asked = query.read_query(request, COUNT_FIELDS)
    pools = {pool.id: pool for pool in world.pools()}
    found = query.page(sorted(pools), asked, lambda pool_id: pool_counts(pools[pool_id]))
    order = ("poolId", "dedicated", "lowPriority")
    return json_response(query.list_body(request, world.endpoint, "poolnodecounts", found, order))


def pool_counts(pool: Pool) -> dict[str, Any]:
    """One pool's counts in the service's JSON."""
    states = Counter((node.dedicated, node.body["state"]) for node in pool.nodes.values())
    return {
        "poolId": pool.id,
        "dedicated": _counts(states, dedicated=True),
        "lowPriority": _counts(states, dedicated=False),
    }


def _counts(states: Counter[tuple[bool, str]], *, dedicated: bool) -> dict[str, int]:
    counts = {state: states[dedicated, state.lower()] for state in STATES}
    return counts | {"total": sum(counts.values())}
