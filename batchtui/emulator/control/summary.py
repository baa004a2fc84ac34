"""What the emulator has and holds, in numbers: what grows without reason is a leak."""

import asyncio
from collections import Counter
from contextlib import suppress
from pathlib import Path

from batchtui.emulator.bodies.read import Json
from batchtui.emulator.state import State


async def summary(state: State) -> Json:
    """Resources by state, processes of nodes (on Linux), descriptors and tasks of this process.

    Whatever else runs in this process has descriptors too.
    """
    world = state.world
    return {
        "pools": dict(Counter(str(pool.body["state"]) for pool in world.pools)),
        "nodes": dict(Counter(node.state for pool in world.pools for node in pool.nodes)),
        "jobs": dict(Counter(job.state for job in world.jobs)),
        "tasks": dict(Counter(task.state for job in world.jobs for task in job.tasks)),
        "schedules": len(world.schedules),
        "faults": len(state.faults.shown()),
        "processes": await asyncio.to_thread(state.hosts.processes),
        "descriptors": descriptors(),
        "loopTasks": len(asyncio.all_tasks()),
    }


def descriptors() -> int:
    """How many descriptors are open; 0 where nobody tells."""
    for place in (Path("/proc/self/fd"), Path("/dev/fd")):
        with suppress(OSError):
            return len(list(place.iterdir()))
    return 0
