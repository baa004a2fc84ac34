"""The nodes table against Textual's DataTable: the same 8 columns of the same nodes.

Both run in an app that draws its frames whole, into memory. What ours does, DataTable is spared:
it gets its cells ready made, and for a filter the rows that pass it.
"""

import asyncio
import gc
import statistics

from canned import node_pages
from measuring import Line, in_turn, ms, percentile, tell
from painting import SIZE, Painted, running
from rich.text import Text
from textual.app import App
from textual.widgets import DataTable

from batchtui.batch.node import Node
from batchtui.batch.wire import read_page
from batchtui.clock import utc_now
from batchtui.tables.filter import parse
from batchtui.tables.nodes import node_columns
from batchtui.ui.widgets.table import Table

RUNS = 5
KEYS = 60
NODES = 10_000
COLUMNS = node_columns(utc_now)[:8]
TITLES = {column.name: column.title for column in COLUMNS}
WANTED = "idle"
STYLES = {"good": "green", "busy": "cyan", "warn": "yellow", "bad": "bold red", "muted": "dim"}
TABLE = "table, 10,000 x 8"
LOAD, SCROLL, SLOWEST, FILTER = "load to paint", "scrolling by a key", "95% of keys", "filter"
PASSED = "rows that pass the filter"


class Ours(Painted, App):
    """Our table."""

    def __init__(self, nodes):
        super().__init__()
        self._listed = nodes

    def compose(self):
        self.table = Table(COLUMNS, lambda node: node.id)
        yield self.table

    def load(self):
        self.table.set_rows(self._listed)

    def prepare(self):
        """As the screen does it while nobody waits."""
        for _ in self.table.data.indexing(NODES):
            pass

    def filter(self):
        self.table.set_filter(parse(WANTED, TITLES))

    @property
    def passed(self):
        return len(self.table.shown)


class Theirs(Painted, App):
    """Textual's."""

    def __init__(self, nodes):
        super().__init__()
        self._cells = [
            [Text(cell.text, STYLES.get(cell.tone, "")) for cell in cells_of(node)]
            for node in nodes
        ]
        self._passing = [cells for cells in self._cells if WANTED in cells[1].plain]

    def compose(self):
        self.table = DataTable(cursor_type="row")
        self.table.add_columns(*TITLES.values())
        yield self.table

    def load(self):
        self.table.add_rows(self._cells)

    def prepare(self):
        """There is nothing to prepare."""

    def filter(self):
        self.table.clear()
        self.table.add_rows(self._passing)

    @property
    def passed(self):
        return self.table.row_count


def cells_of(node):
    return [column.cell(node) for column in COLUMNS]


def loaded(count):
    """So many nodes as they come from the wire."""
    return [node for page in node_pages(count) for node in read_page(page, Node).rows]


async def use(app):
    """Load a table, scroll through it key by key, filter it; the seconds of each."""
    async with running(app):
        gc.collect()
        took = {LOAD: await app.until_painted(app.load)}
        app.table.focus()
        await app.quiet()
        # Down to where each key scrolls.
        await app.press("down", SIZE[1])
        keys = await app.press("down", KEYS)
        took[SCROLL] = statistics.median(keys)
        took[SLOWEST] = percentile(keys, 0.95)
        app.prepare()
        await app.quiet()
        took[FILTER] = await app.until_painted(app.filter)
        took[PASSED] = app.passed
        return took


def main():
    nodes = loaded(NODES)
    sides = {
        "ours": lambda: asyncio.run(use(Ours(nodes))),
        "theirs": lambda: asyncio.run(use(Theirs(nodes))),
    }
    found = in_turn(sides, RUNS)
    took = {
        side: {what: statistics.median(each[what] for each in runs) for what in runs[0]}
        for side, runs in found.items()
    }
    ours, theirs = took["ours"], took["theirs"]
    if ours[PASSED] != theirs[PASSED]:
        raise RuntimeError(f"{ours[PASSED]} rows pass here, and {theirs[PASSED]} there")
    for what, goal in ((SCROLL, 0.35), (LOAD, 0.06), (FILTER, 0.06)):
        of = f"{ms(ours[what])} to {ms(theirs[what])}"
        if what == FILTER:
            of += f", {ours[PASSED]:,} rows pass"
        tell(
            Line(f"{TABLE}, {what}", "Textual's DataTable", ours[what] / theirs[what], goal, of=of)
        )
        if what == SCROLL:
            tell(Line(f"{TABLE}, {what}", SLOWEST, ours[SLOWEST] * 1000, 16, " ms"))


if __name__ == "__main__":
    main()
