"""10,000 nodes of 1.3 KB from bytes into rows, against the SDK's own iteration. No network.

Both sides get the same pages of 1,000 from a transport that has them at hand, through the
pipeline of the SDK's async client. Ours ends with the rows of the nodes table in their order;
the SDK's side reads eight attributes of each node.
"""

import asyncio
import gc
import time

from azure.batch.aio import BatchClient
from azure.core.credentials import AzureNamedKeyCredential
from canned import HOST, Canned, node_pages
from measuring import Line, in_turn, medians, ms, tell

from batchtui.batch.nodes import Nodes
from batchtui.batch.pools import Pools
from batchtui.batch.service import BatchService
from batchtui.batch.watch import NodeWatch
from batchtui.clock import utc_now
from batchtui.tables.nodes import node_columns
from batchtui.ui.rows import Rows

RUNS = 7
NODES = 10_000
ACCOUNT, KEY = "canned", "AAAA"


def client(pages):
    return BatchClient(HOST, AzureNamedKeyCredential(ACCOUNT, KEY), transport=Canned(pages))


async def into_rows(pages):
    """As the nodes screen does it."""
    service = BatchService(HOST, ACCOUNT, KEY)
    service._client = client(pages)
    columns = node_columns(utc_now)
    watch = NodeWatch(Nodes(service), Pools(service), "p")
    watch.ask_for(field for column in columns for field in column.fields)
    rows = Rows(columns, lambda node: node.id)
    async for change in watch.refresh():
        rows.update(change.nodes, change.gone)
    return len(rows)


async def by_the_sdk(pages):
    count = 0
    async with client(pages) as sdk:
        async for node in sdk.list_nodes("p"):
            _ = (
                node.id, node.state, node.state_transition_time, node.is_dedicated,
                node.vm_size, node.ip_address, node.running_tasks_count, node.start_task_info,
            )  # fmt: skip
            count += 1
    return count


def seconds(read, pages):
    gc.collect()
    started = time.perf_counter()
    count = asyncio.run(read(pages))
    took = time.perf_counter() - started
    if count != NODES:
        raise RuntimeError(f"{count} nodes")
    return took


def main():
    pages = node_pages(NODES)
    sides = {
        "ours": lambda: seconds(into_rows, pages),
        "sdk": lambda: seconds(by_the_sdk, pages),
    }
    took = medians(in_turn(sides, RUNS))
    ratio = took["sdk"] / took["ours"]
    of = f"{ms(took['ours'])} to {ms(took['sdk'])}"
    what = "10,000 nodes of 1.3 KB into rows, in process"
    against = "the SDK's own iteration reading 8 attributes"
    tell(Line(what, against, ratio, 30, "x faster", at_least=True, of=of))


if __name__ == "__main__":
    main()
