"""Impatient hands, slow services and things that happen at the wrong moment."""

import asyncio
import re

import pytest
from aiohttp import web
from driving import (
    answer,
    fill,
    go_to_step,
    open_form,
    running_app,
    screen_text,
    until,
    until_shown,
)
from hostile import KEY, hostile_service

from batchtui.access.accounts import Account
from batchtui.access.channel import Exit
from batchtui.errors import ReadOnlyError, ServiceError
from batchtui.ui.dialogs.enter_node import EnterNode
from batchtui.ui.screens.nodes import NodesScreen
from batchtui.ui.screens.pools import PoolsScreen

POOL = {"id": "p", "state": "active", "allocationState": "steady"}


def slow(seconds, *paths):
    """A service that takes its time for some paths."""

    async def answer(request):
        if request.path in paths:
            await asyncio.sleep(seconds)
        if request.path == "/pools":
            return web.json_response({"value": [POOL]})
        return web.json_response({"value": []})

    return answer


async def test_leaving_a_screen_while_it_loads(accounts):
    async with hostile_service(slow(5, "/pools/p/nodes")) as endpoint:
        account = Account("slow", "acct", endpoint, source="demo")
        accounts.welcome(account, KEY)
        async with running_app(accounts, account=account) as pilot:
            await until_shown(pilot, "steady")
            for _ in range(3):
                await pilot.press("enter")
                await until(pilot, lambda: isinstance(pilot.app.screen, NodesScreen), "the nodes")
                await pilot.press("escape")
                await until(pilot, lambda: isinstance(pilot.app.screen, PoolsScreen), "the pools")
            await until_shown(pilot, "steady")


async def test_counts_that_fail_leave_the_pools_right(accounts):
    async def answer(request):
        if request.path == "/nodecounts":
            return web.Response(status=500, text="{}")
        return web.json_response({"value": [POOL]})

    async with hostile_service(answer) as endpoint:
        account = Account("half", "acct", endpoint, source="demo")
        accounts.welcome(account, KEY)
        async with running_app(accounts, account=account) as pilot:
            await until_shown(pilot, "answered 500", seconds=40)
            assert "steady" in screen_text(pilot.app)


async def test_a_wait_is_said(accounts):
    async with hostile_service(slow(30, "/pools")) as endpoint:
        account = Account("slow", "acct", endpoint, source="demo")
        accounts.welcome(account, KEY)
        async with running_app(accounts, account=account) as pilot:
            waits = re.compile(r"waiting \d+s")
            await until(pilot, lambda: waits.search(screen_text(pilot.app)), "a wait on screen")


async def test_two_quick_enters_open_one_screen(pilot):
    table = pilot.app.screen.table
    table.action_open()
    table.action_open()
    await until(pilot, lambda: isinstance(pilot.app.screen, NodesScreen), "the nodes")
    await pilot.pause()
    assert sum(isinstance(each, NodesScreen) for each in pilot.app.screen_stack) == 1


async def open_nodes(pilot, pool="render-linux"):
    pilot.app.screen.table.move_to(pool)
    await pilot.press("enter")
    await until(
        pilot,
        lambda: isinstance(pilot.app.screen, NodesScreen) and pilot.app.screen.table.rows,
        "nodes",
    )
    return pilot.app.screen


async def test_nothing_opens_above_the_way_to_a_shell(pilot):
    screen = await open_nodes(pilot)
    release = asyncio.Event()
    enter = screen.session.entrance.enter

    async def held_up(*arguments):
        await release.wait()
        return await enter(*arguments)

    screen.session.entrance.enter = held_up
    pilot.app.hand_over = lambda _channel: Exit(status=0)
    await pilot.press("s")
    await until(pilot, lambda: isinstance(pilot.app.screen, EnterNode), "the dialog")
    await pilot.press("ctrl+p", "f1", "question_mark", "colon", "slash")
    assert isinstance(pilot.app.screen, EnterNode)
    release.set()
    await until_shown(pilot, "exit status 0")
    assert pilot.app.screen is screen


async def test_escape_in_the_form_keeps_what_was_typed(pilot):
    await open_form(pilot)
    await pilot.press(*"my-pool")
    await fill(pilot, start_command="echo $HOME")
    await pilot.press("escape")
    await until_shown(pilot, "kept for the next n")
    form = await open_form(pilot)
    assert form.query_one("#id").value == "my-pool"
    await go_to_step(pilot, "start")
    assert form.query_one("#start_command").text == "echo $HOME"
    assert form.draft.body["id"] == "my-pool"


async def test_a_command_does_not_lose_what_was_typed(pilot):
    form = await open_form(pilot)
    for line in ("pools", "accounts"):
        await fill(pilot, id="my-pool")
        await go_to_step(pilot, "access")
        assert form.query_one("#access").has_focus
        await pilot.press("colon", *line, "enter")
        await until_shown(pilot, "What was typed would be lost")
        form.say("")
    assert pilot.app.screen is form
    await go_to_step(pilot, "name")
    assert form.query_one("#id").value == "my-pool"


async def test_a_user_that_reaches_some_nodes_keeps_one_password(pilot):
    screen = await open_nodes(pilot)
    await pilot.press("space", "space", "space", "u")
    await until_shown(pilot, "Add a user to 3 nodes")
    refused = screen.table.targets()[1].id
    add_user = screen.session.entrance.users.add
    passwords = []

    async def sometimes(pool_id, node_id, user, **how):
        passwords.append(user.password)
        if node_id == refused:
            raise ServiceError("Not this one.")
        return await add_user(pool_id, node_id, user, **how)

    screen.session.entrance.users.add = sometimes
    await answer(pilot, login="made")
    await pilot.press("ctrl+s")
    await until_shown(pilot, "2 of 3 done, 1 failed")
    await pilot.press("r")
    await until(pilot, lambda: len(passwords) == 4, "another try")
    await until_shown(pilot, "2 of 3 done, 1 failed")
    assert len(set(passwords)) == 1
    shown = screen_text(pilot.app).replace("│", " ")
    assert re.search(r"only now:\s+(\S+)", shown)[1] == passwords[0]
    await pilot.press("escape")
    await until_shown(pilot, "2 nodes: user op-test until")


async def test_a_user_that_was_edited_between_two_tries_is_added_to_all(pilot):
    screen = await open_nodes(pilot)
    await pilot.press("space", "space", "space", "u")
    await until_shown(pilot, "Add a user to 3 nodes")
    added = []

    async def add_user(_pool_id, node_id, user, **_how):
        if node_id == screen.table.targets()[1].id and user.name == "first":
            raise ServiceError("Not this one.")
        added.append((user.name, node_id))
        return "added"

    screen.session.entrance.users.add = add_user
    await answer(pilot, login="made", name="first")
    await pilot.press("ctrl+s")
    await until_shown(pilot, "2 of 3 done, 1 failed")
    await answer(pilot, name="second")
    await pilot.press("r")
    await until_shown(pilot, "3 of 3 done")
    await until_shown(pilot, "Password of second, shown only now")
    assert sorted(name for name, _node in added) == ["first"] * 2 + ["second"] * 3


async def test_a_user_whose_nodes_did_not_answer_yet_is_told_of_with_the_password(pilot):
    screen = await open_nodes(pilot)
    await pilot.press("space", "space", "u")
    await until_shown(pilot, "Add a user to 2 nodes")
    asked, never = [], asyncio.Event()

    async def add_user(_pool_id, node_id, _user, **_how):
        asked.append(node_id)
        await never.wait()

    screen.session.entrance.users.add = add_user
    await answer(pilot, login="made")
    await pilot.press("ctrl+s")
    await until(pilot, lambda: len(asked) == 2, "both calls")
    await pilot.press("escape", "escape")
    await until_shown(pilot, "Of 2 the outcome isn't known.")
    await until_shown(pilot, "Password of op-test, shown only now")


async def test_a_user_for_nodes_that_the_filter_hides_says_so(pilot):
    screen = await open_nodes(pilot)
    await pilot.press("M", "slash", *"kind:ded", "enter")
    await until(pilot, screen.hidden, "hidden marks")
    await pilot.press("u")
    await until_shown(pilot, "Hidden by the filter:")


async def test_a_broken_ledger_is_said(pilot, tmp_path):
    from batchtui.access.ledger import Ledger

    screen = await open_nodes(pilot)
    path = tmp_path / "users.json"
    path.write_text("{", encoding="utf-8")
    screen.session.entrance.users.ledger = Ledger(path)
    await pilot.press("d")
    # Its path, of whatever length, stands before it.
    await until_shown(pilot, "Correct it, or move it away: a new one is made.")


async def test_details_fit_any_terminal(pilot):
    await open_nodes(pilot, "spot-transcode")
    await pilot.press("d")
    await until_shown(pilot, "Way in")
    for columns in (20, 12, 5, 1, 80):
        await pilot.resize_terminal(columns, 10)
        await pilot.pause()


async def test_read_only_refuses_below_the_screens(emulator, accounts):
    account = Account("demo", emulator.account, emulator.endpoint, source="demo", read_only=True)
    accounts.welcome(account, emulator.key)
    async with await accounts.open(account) as session:
        pool = await session.pools.get("render-linux")
        [first, *_] = [node async for page in session.nodes.pages(pool.id) for node in page]
        doorway = await session.entrance.doorway(pool, first.id)
        with pytest.raises(ReadOnlyError):
            await session.entrance.enter(doorway)
