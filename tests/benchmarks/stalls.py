"""How long the event loop is held up while 10,000 nodes arrive, on the nodes screen itself.

A task wakes every millisecond; what it is late by is a stall. Counted are those of more than a
millisecond, from opening the screen until all nodes are shown. The emulator is another process.
"""

import asyncio
import gc
import statistics
import tempfile
import time
from pathlib import Path

from measuring import Line, in_turn, percentile, tell
from painting import Painted, running
from processes import emulator

from batchtui.access.accounts import Account
from batchtui.accounts import Accounts
from batchtui.config import Paths, Settings
from batchtui.ui.app import BatchtuiApp
from batchtui.ui.screens.pools import PoolsScreen

RUNS = 5
NODES = 10_000
BEAT = 0.001  # s


class App(Painted, BatchtuiApp):
    """batchtui, its frames drawn whole into memory."""


async def heartbeat(late):
    """Write down what each beat is late by, for ever."""
    while True:
        due = time.perf_counter() + BEAT
        await asyncio.sleep(BEAT)
        late.append(time.perf_counter() - due)


def pools_of(app):
    """The pools that are shown, once they are."""
    return app.screen.table.rows if isinstance(app.screen, PoolsScreen) else ()


async def arrival(ready):
    """Open the nodes of a pool; returns the stalls until all of them are shown."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        accounts = Accounts(Paths(home, home, home), Settings(refresh_seconds=0))
        account = Account("big", ready["account"], ready["endpoint"], source="environment")
        accounts.welcome(account, ready["key"])
        async with running(App(accounts, account=account, loaded=gc.freeze)) as app:
            await app.until(lambda: "scale" in pools_of(app))
            await app.quiet()
            late = []
            beating = asyncio.create_task(heartbeat(late))
            app.screen.open_row("scale")
            await app.until(lambda: len(app.screen.table.rows) == NODES)
            await app.quiet()
            beating.cancel()
            return [each for each in late if each > BEAT]


def main():
    with emulator(NODES) as (_, ready, _):
        runs = in_turn({"stalls": lambda: asyncio.run(arrival(ready))}, RUNS)["stalls"]
    p95 = statistics.median(percentile(stalls, 0.95) for stalls in runs)
    longest = statistics.median(max(stalls) for stalls in runs)
    what = "event loop while 10,000 nodes arrive"
    tell(
        Line(what, "95% of stalls", p95 * 1000, 16, " ms"),
        Line(what, "the longest stall", longest * 1000, 40, " ms"),
    )


if __name__ == "__main__":
    main()
