"""What the account's pools have used."""

from collections.abc import Iterator
from datetime import datetime

from aiohttp import web

from batchtui.emulator.answers import listing
from batchtui.emulator.errors import bad_query
from batchtui.emulator.kinds import USAGE
from batchtui.emulator.state import state_of
from batchtui.emulator.store import World
from batchtui.emulator.times import read_time, service_time
from batchtui.emulator.usage import DELAY, INTERVAL, KEPT, Stay, last_known, stays

routes = web.RouteTableDef()


@routes.get("/poolusagemetrics", allow_head=False)
async def list_usage(request: web.Request) -> web.Response:
    """Core hours by pool and half hour: of the last one known, unless it says from when to when."""
    world = state_of(request).world
    now = world.clock.now()
    known = last_known(now)
    start = _asked(request, "startTime", now - DELAY - INTERVAL) or known - INTERVAL
    start = max(start, now - KEPT)
    end = min(_asked(request, "endTime", now - DELAY) or known, known)
    items = {}
    for at, hours in world.usage.between(start, end, _present(world, now)).items():
        items[f"{at.start.isoformat()} {at.pool_id}"] = {
            "poolId": at.pool_id,
            "startTime": service_time(at.start),
            "endTime": service_time(at.start + INTERVAL),
            "vmSize": at.vm_size,
            "totalCoreHours": round(hours, 6),
        }
    return listing(request, USAGE, sorted(items), items.__getitem__)


def _asked(request: web.Request, name: str, latest: datetime) -> datetime | None:
    """A time among the parameters, whose names the SDK writes in more than one case."""
    for key, text in request.query.items():
        if key.lower() == name.lower():
            at = read_time(text)
            if at is None:
                raise bad_query(key, text, "The value must be a time")
            if at > latest:
                reason = f"The time must not be later than {service_time(latest)}"
                raise bad_query(key, text, reason)
            return at
    return None


def _present(world: World, now: datetime) -> Iterator[Stay]:
    for pool in world.pools:
        since = (node.body["allocationTime"] for node in pool.nodes)
        yield from stays(pool.id, pool.body["vmSize"], since, now)
