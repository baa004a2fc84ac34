"""The users that were added: the only list of them, and how they are removed again."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from driving import open_nodes, running_app, screen_text, until, until_shown

from batchtui.access.accounts import Account
from batchtui.access.ledger import Became, Change
from batchtui.batch.models import NodeUser
from batchtui.errors import ConflictError, NotFoundError
from batchtui.ui.screens.node_details import NodeDetailsScreen
from batchtui.ui.screens.users import UsersScreen

POOL = "render-linux"
SECRET = "Correct-Horse-7"  # made up here


@pytest.fixture
async def added(pilot):
    """A user on each of two nodes of a pool, and one of another pool: the nodes' screen."""
    screen = await open_nodes(pilot, POOL)
    session = screen.session
    soon = session.now() + timedelta(days=2)
    first, second, *_ = screen.table.shown
    [other, *_] = [node async for page in session.nodes.pages("spot-transcode") for node in page]
    for pool, node, name in (
        (POOL, first, "visitor"), (POOL, second, "visitor"), ("spot-transcode", other.id, "else"),
    ):  # fmt: skip
        await session.entrance.users.add(pool, node, NodeUser(name, password=SECRET, expires=soon))
    return screen


async def shown(pilot):
    """Press U: the screen."""
    await pilot.press("U")
    await until(
        pilot,
        lambda: isinstance(pilot.app.screen, UsersScreen) and pilot.app.screen.table.rows,
        "the users",
    )
    return pilot.app.screen


async def change(screen, became, **fields):
    """The ledger hears otherwise of all of a pool's users."""
    users = screen.session.entrance.users
    for entry in await users.all():
        if entry.pool == POOL:
            changed = replace(entry, **fields)
            screen.session.entrance.users.ledger.write([Change(changed, became)])


async def test_they_are_listed_and_no_secret_is_among_them(pilot, added):
    screen = await shown(pilot)
    assert {row.entry.user for row in screen.table.rows.values()} == {"visitor", "else"}
    assert {screen.table.rows[each].entry.pool for each in screen.table.shown} == {POOL}
    assert "● there" in screen_text(pilot.app)
    assert "1d" in screen_text(pilot.app)
    await pilot.press("escape")
    await until(pilot, lambda: len(screen.table.shown) == 3, "those of all pools")
    await pilot.press("y")
    await until_shown(pilot, '"how": "password"')
    assert SECRET not in screen_text(pilot.app)
    await pilot.press("escape")
    await pilot.press("c", "down", "down", "down", "enter")
    await until_shown(pilot, "Copied the az command")
    assert pilot.app.clipboard.startswith("az batch node user delete --pool-id")


async def test_enter_leads_to_the_node(pilot, added):
    await shown(pilot)
    await pilot.press("enter")
    await until(pilot, lambda: isinstance(pilot.app.screen, NodeDetailsScreen), "the node")


async def test_marked_ones_are_removed_from_their_nodes(pilot, added):
    screen = await shown(pilot)
    users = screen.session.entrance.users
    entries = await users.all()
    await pilot.press("M", "ctrl+d")
    await until_shown(pilot, "Remove 2 users")
    await pilot.press("right", "enter")
    await until_shown(pilot, "2 users: removed.")
    assert [entry.user for entry in await users.all()] == ["else"]
    for entry in entries[:2]:
        with pytest.raises(NotFoundError):
            await users._users.delete(entry.pool, entry.node, entry.user)
    await until(pilot, lambda: len(screen.table.rows) == 1, "a list that is new")


async def test_those_that_are_gone_only_leave_the_list(pilot, added, service):
    users = added.session.entrance.users
    first, second, other = await users.all()
    await users._users.delete(first.pool, first.node, first.user)
    gone = replace(second, node="tvmps_gone_d", user="nobody")
    users.ledger.write([Change(gone, Became.ADDED)])
    await service.delete("/pools/spot-transcode")
    screen = await shown(pilot)
    await pilot.press("escape")
    await until(pilot, lambda: len(screen.table.shown) == 4, "those of all pools")

    async def pool_is_gone():
        return all(row["id"] != other.pool for row in await service.rows("/pools"))

    while not await pool_is_gone():
        await pilot.pause(0.05)
    screen.table.move_to(f"{other.pool}/{other.node}/{other.user}")
    await pilot.press("d")
    await until_shown(pilot, "ctrl+d forgets the user")
    await pilot.press("M", "ctrl+d")
    await until_shown(pilot, "Remove 4 users")
    await pilot.press("right", "enter")
    await until_shown(pilot, "4 users: removed.")
    assert await users.all() == []


async def test_one_that_can_not_be_removed_now_stays(pilot, added):
    users = added.session.entrance.users

    async def refused(*_names, **_how):
        raise ConflictError("The node is deallocated.", code="NodeStateUnusable")

    users._users.delete = refused
    await shown(pilot)
    await pilot.press("ctrl+d")
    await until_shown(pilot, "Remove user visitor on render-linux")
    await pilot.press("right", "enter")
    await until_shown(pilot, "Not now: The node is deallocated.")
    assert len(await users.all()) == 3


async def test_the_expired_are_found_and_removed(pilot, added):
    screen = await shown(pilot)
    await pilot.press("e")
    await until_shown(pilot, "No user is expired.")
    before = screen.session.now() - timedelta(hours=1)
    await change(screen, Became.ADDED, expires=before)
    await pilot.press("ctrl+r")
    await until_shown(pilot, "✗ expired")
    await pilot.press("escape", "z")
    await until(pilot, lambda: len(screen.table.shown) == 2, "the expired ones")
    await pilot.press("e")
    await until_shown(pilot, "Remove 2 users")
    await pilot.press("right", "enter")
    await until_shown(pilot, "2 users: removed.")
    assert [entry.user for entry in await screen.session.entrance.users.all()] == ["else"]


async def test_one_whose_answer_was_lost_says_so(pilot, added):
    screen = await shown(pilot)
    await change(screen, Became.BEGUN, added=screen.session.now())
    await pilot.press("ctrl+r")
    await until_shown(pilot, "? unsure")


async def test_the_command_leads_to_them(pilot):
    await pilot.press("colon", *"users", "enter")
    await until_shown(pilot, "No user that this program added")
    await pilot.press("escape")
    await until_shown(pilot, "demo › pools")


async def test_read_only_looks_at_them(emulator, accounts):
    account = Account("demo", emulator.account, emulator.endpoint, source="demo", read_only=True)
    accounts.welcome(account, emulator.key)
    async with running_app(accounts, account=account) as pilot:
        await until_shown(pilot, POOL)
        await pilot.press("U")
        await until_shown(pilot, "No user that this program added")
        for key in ("ctrl+d", "e"):
            pilot.app.screen.say("")
            await pilot.press(key)
            await until_shown(pilot, "Read-only")


async def test_the_json_is_json(pilot, added):
    [first, *_] = await added.session.entrance.users.all()
    await shown(pilot)
    await pilot.press("y")
    await until_shown(pilot, '"sure": true')
    await pilot.press("c")
    assert json.loads(pilot.app.clipboard)["node"] == first.node
