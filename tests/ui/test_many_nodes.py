"""A pool of some thousand nodes on screen, kept fresh over HTTP."""

from asyncio import to_thread

import pytest
from driving import open_nodes, running_app, until, until_shown

from batchtui.access.accounts import Account
from batchtui.batch.nodes import Nodes
from batchtui.batch.service import PAGE, BatchService
from batchtui.emulator import EmulatorThread, Options
from batchtui.emulator.control.client import put
from batchtui.ui.screens.pools import PoolsScreen

SIZE = 2000
POOL = "scale"
FEW_STATES = ("idle", "offline", "preempted", "unusable")


@pytest.fixture
def emulator():
    with EmulatorThread(Options(seed=str(SIZE), clock="1", pretend=True, random_seed=7)) as running:
        yield running


@pytest.fixture
async def screen(emulator, accounts):
    """The pool's nodes, all of them there."""
    account = Account("demo", emulator.account, emulator.endpoint, source="demo")
    accounts.welcome(account, emulator.key)
    async with running_app(accounts, account=account) as pilot:
        await until(pilot, lambda: isinstance(pilot.app.screen, PoolsScreen), "the pools")
        await until_shown(pilot, POOL)
        screen = await open_nodes(pilot, POOL)
        await until(pilot, lambda: len(screen.table.rows) == SIZE, "all nodes")
        await until_shown(pilot, "live")
        screen.pilot = pilot
        yield screen


async def listed(emulator, fields):
    """What a fresh listing shows."""
    async with BatchService(emulator.endpoint, emulator.account, emulator.key) as service:
        nodes = [n async for page in Nodes(service).pages(POOL, fields) for n in page]
    return {node.id: node for node in nodes}


async def test_what_changes_in_many_places_is_shown_as_a_fresh_listing_shows_it(emulator, screen):
    table, pilot = screen.table, screen.pilot
    table.sort_by("state")
    cursor = table.shown[SIZE // 2]
    table.move_to(cursor)
    table.data.marked = marked = set(table.shown[::97])
    for place in range(100):
        state = FEW_STATES[place % len(FEW_STATES)]
        await to_thread(put, emulator, pool=POOL, node=str(place * 19), state=state)
        assert (table.cursor, table.marked) == (cursor, marked)
    fresh = await listed(emulator, screen.fields_in_use())
    await until(pilot, lambda: table.rows == fresh, "the nodes as they are", 30)
    assert (table.cursor, table.marked) == (cursor, marked)
    assert table.data.id_at(table.data.cursor_place) == cursor


async def test_after_an_act_all_nodes_are_listed_again_once(screen, monkeypatch):
    """What it changed may be told by no transition: scheduling off while tasks run on."""
    table, pilot, asked = screen.table, screen.pilot, []
    listing = screen.session.nodes.listing

    def listed_by(*args, **how):
        asked.append(how.get("page"))
        return listing(*args, **how)

    monkeypatch.setattr(screen.session.nodes, "listing", listed_by)
    last = max(table.rows)
    table.move_to(last)
    await pilot.press("t", "right", "enter")
    await until(pilot, lambda: pilot.app.screen is screen, "the nodes")
    await until(pilot, lambda: table.rows[last].scheduling == "disabled", "what was done")
    await until(pilot, lambda: len(asked) > 4, "refreshes")
    assert asked.count(PAGE) == 1


async def test_marks_are_counted_as_rows_are(screen):
    await screen.pilot.press("M")
    await until_shown(screen.pilot, "2,000 marked")
