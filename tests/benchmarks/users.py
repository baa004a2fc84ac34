"""A user added on 200 nodes, as `u` does it: together, and one after the other.

The service is an emulator in a process of its own that answers each call after 50 ms. Both sides
send the same calls and write the same ledger on disk.
"""

import asyncio
import itertools
import tempfile
import time
from pathlib import Path
from types import SimpleNamespace

from measuring import Line, in_turn, medians, ms, tell
from processes import emulator

from batchtui.access.accounts import Account
from batchtui.batch.bulk import Bulk
from batchtui.config import Paths, Settings
from batchtui.emulator.control.client import inject, put
from batchtui.session import Session
from batchtui.ui.acts.nodes import Chosen
from batchtui.ui.acts.users import AddUser

RUNS = 3
NODES = 200
LATENCY = 0.05  # s
ANSWERS = {"login": "typed", "password": "Correct-Horse-7", "rights": "admin", "days": "1",
           "exists": "replace"}  # fmt: skip


async def seconds(ready, folder, name, at_once):
    """How long it takes until all nodes have a user of this name, and the ledger knows."""
    account = Account("bench", ready["account"], ready["endpoint"])
    paths = Paths(folder, folder / name, folder)
    async with Session(account, ready["key"], Settings(), paths) as session:
        pool = await session.pools.get("scale")
        nodes = [node async for page in session.nodes.pages("scale") for node in page]
        act = AddUser(Chosen(session, pool, nodes, len(nodes)))
        many = Bulk(act.by_id)
        steps = act.steps({**ANSWERS, "name": name}, many.left)
        started = time.perf_counter()
        await many.run(steps, at_once=at_once or act.at_once)
        took = time.perf_counter() - started
        known = len(await session.entrance.users.all())
    if not (len(many.done) == known == NODES):
        raise RuntimeError(f"{len(many.done)} added, {known} known: {many.failed}")
    return took


def main():
    names = (f"bench-{number}" for number in itertools.count())
    with emulator(NODES) as (_, ready, _), tempfile.TemporaryDirectory() as folder:
        control = SimpleNamespace(endpoint=ready["endpoint"], key=ready["key"], ca=None)
        put(control, pool="scale", node="*", state="idle")
        inject(control, path="/pools/scale/nodes/*/users", do="delay", seconds=LATENCY)

        def side(at_once):
            return lambda: asyncio.run(seconds(ready, Path(folder), next(names), at_once))

        took = medians(in_turn({"together": side(0), "in turn": side(1)}, RUNS))
    ratio = took["together"] / took["in turn"]
    of = f"{ms(took['together'])} to {ms(took['in turn'])}"
    what = f"a user added on {NODES} nodes, 50 ms each"
    tell(Line(what, "one after the other", ratio, 0.05, of=of))


if __name__ == "__main__":
    main()
