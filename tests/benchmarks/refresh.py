"""What a steady refresh of 10,000 nodes transfers when 1% of them changed their state since.

Counted are the bytes of all bodies that NodeWatch reads; a full listing asks for the same fields.
"""

import asyncio
import json
import statistics
import urllib.request

from measuring import Line, tell
from processes import emulator

from batchtui.batch.nodes import Nodes
from batchtui.batch.pools import Pools
from batchtui.batch.service import BatchService
from batchtui.batch.watch import OVERLAP, NodeWatch
from batchtui.clock import utc_now
from batchtui.tables.nodes import node_columns

NODES = 10_000
CHANGED = NODES // 100
REFRESHES = 10
WIDTH = 120  # cells of a terminal, of which the columns and so the fields follow


class Counted(BatchService):
    """Counts the bytes of the lists that it reads."""

    received = 0

    async def page(self, url, *, retry):
        body = await super().page(url, retry=retry)
        self.received += len(body)
        return body


def change(ready, place, state):
    """Put a node of the pool into a state."""
    request = urllib.request.Request(
        f"{ready['endpoint']}/_emulator/world",
        json.dumps({"pool": "scale", "node": place, "state": state}).encode(),
        {"Authorization": f"Bearer {ready['key']}"},
    )
    urllib.request.urlopen(request).close()


async def received(service, watch):
    """The bytes of one refresh, and how many nodes it told of."""
    before, told = service.received, 0
    async for each in watch.refresh():
        told += len(each.nodes)
    return service.received - before, told


async def measure(ready):
    """The bytes of the first listing and those of each refresh."""
    async with Counted(ready["endpoint"], ready["account"], ready["key"]) as service:
        watch = NodeWatch(Nodes(service), Pools(service), "scale")
        shown = [column for column in node_columns(utc_now) if column.from_width <= WIDTH]
        watch.ask_for(field for column in shown for field in column.fields)
        full, _ = await received(service, watch)
        refreshes = []
        for turn in range(REFRESHES):
            # Between refreshes the program waits, too: only what is new is asked for then.
            await asyncio.sleep(OVERLAP)
            for place in range(turn * CHANGED, (turn + 1) * CHANGED):
                change(ready, place, "running")
            some, told = await received(service, watch)
            if told < CHANGED:
                raise RuntimeError(f"only {told} of {CHANGED} changes were told")
            refreshes.append(some)
        return full, refreshes


def main():
    with emulator(NODES) as (_, ready, _):
        full, refreshes = asyncio.run(measure(ready))
    usual = statistics.median(refreshes)
    of = f"{usual / 1000:.0f} kB to {full / 1000:,.0f} kB"
    what = "steady refresh of 10,000 nodes with 1% changed"
    tell(Line(what, "a full listing's bytes", usual / full, 0.03, of=of))


if __name__ == "__main__":
    main()
