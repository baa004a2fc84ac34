"""Whoever is killed while users are added leaves none of them unknown."""

import asyncio
import sys
from pathlib import Path

from service.helpers import serving

from batchtui.access.ledger import Ledger
from batchtui.batch.models import NodeUser
from batchtui.batch.service import BatchService
from batchtui.batch.users import Users

ROOT = Path(__file__).parents[2]
PASSWORD = "Correct-Horse-7"  # made up here
ADDING = f"""
import asyncio, sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from batchtui.access.accounts import Account
from batchtui.access.ledger import Ledger
from batchtui.batch.models import NodeUser
from batchtui.batch.service import BatchService
from batchtui.batch.users import Users
from batchtui.entrance.users import NodeUsers

endpoint, account, key, ledger, *nodes = sys.argv[1:]
until = datetime.now(UTC) + timedelta(days=1)
user = NodeUser("visitor", password="{PASSWORD}", expires=until)

async def main():
    async with BatchService(endpoint, account, key) as service:
        ours = Account("ours", account, endpoint)
        users = NodeUsers(ours, Users(service), Ledger(Path(ledger)), lambda: datetime.now(UTC))
        async def add(node):
            await users.add("scale", node, user)
            print(node, flush=True)
        await asyncio.gather(*map(add, nodes))

asyncio.run(main())
"""


async def test_a_kill_leaves_no_user_that_the_ledger_does_not_know(tmp_path):
    ledger = tmp_path / "users.json"
    async with serving(seed="60", pretend=True, random_seed=7) as running:
        info = running.info
        nodes = [node["id"] for node in (await running.get("/pools/scale/nodes"))["value"]]
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-c", ADDING, info.endpoint, info.account, info.key, ledger, *nodes,
            cwd=ROOT, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
        )  # fmt: skip
        # In the midst of it: some are told to be added, others are on their way.
        assert await process.stdout.readline()
        process.kill()
        await process.communicate()
        known = {entry.node for entry in Ledger(ledger).entries(info.account, info.endpoint)}
        async with BatchService(info.endpoint, info.account, info.key) as service:
            there = await asyncio.gather(*(is_there(Users(service), node) for node in nodes))
    unknown = {node for node, is_there in zip(nodes, there, strict=True) if is_there} - known
    assert any(there)
    assert not unknown


async def is_there(users, node):
    """Whether the user is on a node: one that isn't is added now."""
    try:
        user = NodeUser("visitor", password=PASSWORD)
        return await users.ensure("scale", node, user, replace=False) == "there"
    except Exception:  # noqa: BLE001 - a node that takes no users now has none
        return False
