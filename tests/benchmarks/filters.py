"""The filter at 100,000 nodes: from its being set to the frame that shows what passes."""

import asyncio
import statistics

from measuring import Line, tell
from painting import running
from tables import COLUMNS, Ours, loaded

from batchtui.tables.filter import parse

NODES = 100_000
RUNS = 5
TITLES = {column.name: column.title for column in COLUMNS}
FILTERS = ["idle", "strt", "state:idle", "10.1", "/unus|fail/", "!running"]


async def filtering():
    """The seconds of each filter, several times, and of clearing it."""
    app = Ours(loaded(NODES))
    took = {text: [] for text in FILTERS}
    async with running(app):
        await app.until_painted(app.load)
        app.prepare()
        for _ in range(RUNS):
            for text in FILTERS:
                wanted = parse(text, TITLES)
                took[text].append(await app.until_painted(lambda w=wanted: app.table.set_filter(w)))
                await app.until_painted(lambda: app.table.set_filter(None))
    return {text: statistics.median(times) for text, times in took.items()}


def main():
    took = asyncio.run(filtering())
    of = ", ".join(f"`{text}` {seconds * 1000:.0f} ms" for text, seconds in took.items())
    median = statistics.median(took.values()) * 1000
    tell(Line("filter at 100,000 rows", "the median of these", median, 60, " ms", of=of))


if __name__ == "__main__":
    main()
