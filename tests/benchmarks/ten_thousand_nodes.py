"""How long 10,000 nodes take: from the emulator over HTTP into models, and through the table.

Prints seconds; a benchmark, not a test. Run it from the checkout:
`.venv/bin/python tests/benchmarks/ten_thousand_nodes.py`.
"""

import asyncio
import time

from textual.app import App

from batchtui.batch.nodes import Nodes
from batchtui.batch.service import BatchService
from batchtui.emulator import EmulatorThread, Options
from batchtui.session import utc_now
from batchtui.ui.columns import node_columns
from batchtui.ui.filter import parse
from batchtui.ui.widgets.table import Table


class TableApp(App):
    """One table, and nothing else."""

    def compose(self):
        self.table = Table(node_columns(utc_now), lambda node: node.id)
        yield self.table


async def listing():
    """Nodes as the nodes screen asks for them."""
    with EmulatorThread(Options(seed="10000", random_seed=1)) as info:
        async with BatchService(info.endpoint, info.account, info.key) as service:
            started = time.perf_counter()
            nodes, first = [], 0.0
            async for page in Nodes(service).pages("scale"):
                first = first or time.perf_counter() - started
                nodes += page
            print(f"list: first page {first:.2f} s, all {time.perf_counter() - started:.2f} s")
    return nodes


async def arranging(nodes):
    """The same rows in the table: shown, again, sorted, filtered."""
    app = TableApp()
    async with app.run_test(size=(120, 40)) as pilot:
        table = app.table
        titles = {column.name: column.title for column in table.columns}
        for what, do in {
            "show": lambda: table.set_rows(nodes),
            "show again": lambda: table.set_rows(nodes),
            "sort by address": lambda: table.sort_by("address"),
            "filter": lambda: table.set_filter(parse("idle", titles)),
            "filter again": lambda: table.set_filter(parse("unusable", titles)),
            "draw": lambda: [table.render_line(y) for y in range(40)],
        }.items():
            started = time.perf_counter()
            do()
            print(f"{what}: {time.perf_counter() - started:.3f} s")
        await pilot.pause()


async def main():
    """All of it."""
    await arranging(await listing())


if __name__ == "__main__":
    asyncio.run(main())
