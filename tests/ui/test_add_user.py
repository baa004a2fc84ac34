"""A user on one node, on many, and on all that a pool has and comes to have."""

import asyncio
from collections import Counter

import pytest
from driving import answer, open_nodes, running_app, screen_text, until, until_shown

from batchtui.access.accounts import Account
from batchtui.access.keys import LoginKey
from batchtui.batch import bulk
from batchtui.emulator import EmulatorThread, Options
from batchtui.emulator.control.client import clear, inject, put
from batchtui.ui.dialogs.act import ActDialog
from batchtui.ui.screens.pools import PoolsScreen

POOL = "render-linux"


async def ask(pilot, *marks):
    """Mark, and press u: the dialog."""
    await pilot.press(*marks, "u")
    await until(pilot, lambda: isinstance(pilot.app.screen, ActDialog), "the dialog")
    return pilot.app.screen


async def add(pilot, **answers):
    await answer(pilot, **answers)
    await pilot.press("ctrl+s")


def words(dialog):
    return set(dialog._bulk.done.values())


async def test_one_that_exists_is_replaced_or_left_as_it_is(pilot):
    screen = await open_nodes(pilot, POOL)
    users, node_id = screen.session.entrance.users, screen.table.cursor
    await ask(pilot)
    await add(pilot, name="visitor", rights="ordinary")
    await until_shown(pilot, "user visitor until")
    [first] = await users.of(POOL, node_id)
    assert (first.user, first.how, first.admin, first.sure) == ("visitor", "key", False, True)

    dialog = await ask(pilot)
    await add(pilot, name="visitor", login="made", exists="skip")
    await until_shown(pilot, "left as it was: there is one already")
    assert "shown only now" not in screen_text(pilot.app), "nobody has that password"
    await pilot.press("escape")
    assert await users.of(POOL, node_id) == [first]

    dialog = await ask(pilot)
    await add(pilot, name="visitor", login="made", days="3")
    await until_shown(pilot, "shown only now")
    assert words(dialog) == {"replaced; whether it is an administrator stays as it was"}
    await pilot.press("escape")
    [last] = await users.of(POOL, node_id)
    assert (last.how, last.admin) == ("password", False)
    assert last.expires > first.expires


async def test_what_is_weak_or_no_key_is_told_at_its_field(pilot, tmp_path):
    screen = await open_nodes(pilot, POOL)
    dialog = await ask(pilot)
    await add(pilot, name="1st", login="typed", password="secret")
    await until_shown(pilot, "not beginning with a digit")
    await until_shown(pilot, "Too short: 8 characters at least.")
    assert "secret" not in screen_text(pilot.app).replace("a secret", "")
    await add(pilot, name="visitor", login="key", key=str(tmp_path / "none.pub"))
    await until_shown(pilot, "There is no file")
    key = LoginKey.generate("ed25519", comment="me@here")
    (tmp_path / "id").write_text("-----BEGIN OPENSSH PRIVATE KEY-----\nx\n")
    await add(pilot, key=str(tmp_path / "id"))
    await until_shown(pilot, "never leaves this machine")
    assert dialog.query_one("#field-name Input").value == "visitor"
    (tmp_path / "id.pub").write_text(f"{key.public_line}\n")
    await add(pilot, key=str(tmp_path / "id.pub"))
    await until(pilot, lambda: pilot.app.screen is screen, "the nodes")
    [entry] = await screen.session.entrance.users.of(POOL, screen.table.cursor)
    assert entry.user == "visitor"


async def test_windows_takes_passwords_only(pilot):
    await open_nodes(pilot, "windows-postprocess")
    dialog = await ask(pilot)
    values = [value for _label, value in dialog._act.questions()[1].choices]
    assert values == ["made", "typed"]
    await add(pilot, login="typed", password="nocapitals!", name="visitor")
    await until_shown(pilot, "Too simple: 3 kinds of characters")
    await add(pilot, password="Correct-Horse-7")
    await until_shown(pilot, "user visitor until")


async def test_a_stop_while_the_key_is_waited_for_adds_nobody(pilot):
    screen = await open_nodes(pilot, POOL)
    entrance, found = screen.session.entrance, asyncio.Event()

    async def public_line():
        await found.wait()
        return LoginKey.generate("ed25519").public_line

    entrance.public_line = public_line
    dialog = await ask(pilot)
    await add(pilot, name="visitor")
    await until(pilot, lambda: dialog._phase == "run", "that it runs")
    await pilot.press("escape")
    found.set()
    await until_shown(pilot, "Stopped before anything was done.")
    assert await entrance.users.all() == []
    await pilot.press("ctrl+s")
    await until_shown(pilot, "user visitor until")


async def test_the_commands_name_no_secret(pilot):
    screen = await open_nodes(pilot, POOL)
    dialog = await ask(pilot)
    await answer(pilot, login="typed", password="Correct-Horse-7", name="visitor")
    dialog.query_one("#go").focus()
    await pilot.press("c")
    await until_shown(pilot, "Copied 1 line for az")
    copied = pilot.app.clipboard
    assert f"--pool-id {POOL} --name visitor --is-admin --node-id {screen.table.cursor}" in copied
    assert "|| az batch node user reset" in copied
    assert '--password "$PASSWORD"' in copied
    assert "Horse" not in copied


@pytest.fixture
async def pools(accounts):
    """The app on the pools of an account whose pool `scale` has 200 nodes."""
    options = Options(seed="200", clock="fast", random_seed=7, pretend=True)
    with EmulatorThread(options) as emulator:
        account = Account("demo", emulator.account, emulator.endpoint, source="demo")
        accounts.welcome(account, emulator.key)
        async with running_app(accounts, account=account) as pilot:
            await until_shown(pilot, "scale")
            await until(pilot, lambda: isinstance(pilot.app.screen, PoolsScreen), "pools")
            pilot.app.screen.table.move_to("scale")
            yield pilot, pilot.app.screen, emulator


def counted(users):
    """How often each node's user was added, by what the service said."""
    added, ensure = Counter(), users._users.ensure

    async def ensuring(pool_id, node_id, user, **how):
        made = await ensure(pool_id, node_id, user, **how)
        added[node_id, made] += 1
        return made

    users._users.ensure = ensuring
    return added


async def test_200_nodes_get_a_user_though_a_tenth_of_the_calls_fail(pools, monkeypatch):
    pilot, screen, emulator = pools
    users = screen.session.entrance.users
    added = counted(users)
    await asyncio.to_thread(put, emulator, pool="scale", node="*", state="idle")
    path = "/pools/scale/nodes/*/users**"
    inject(emulator, path=path, do="status", status=500, probability=0.05, seed=3)
    inject(emulator, path=path, do="status", status=429, probability=0.05, seed=4)
    monkeypatch.setattr(bulk, "_PATIENCE", 0.05)
    dialog = await ask(pilot)
    await until_shown(pilot, "On every node of scale: 200 nodes now")
    await add(pilot, login="made")
    for _ in range(9):
        await until(pilot, lambda: dialog._phase == "told", "results", seconds=60)
        shown = dialog.query_one("Outcomes Table").rows
        assert len(shown) == 200, "each result is shown"
        assert Counter(outcome.state for outcome in shown.values())[2] == len(dialog._bulk.done)
        if not dialog._bulk.left:
            break
        await pilot.press("r")
        await until(pilot, lambda: dialog._phase == "run", "another try")
    await until_shown(pilot, "200 of 200 done")
    kept = await users.all()
    assert added == {(entry.node, "added"): 1 for entry in kept}, "none twice"
    assert len(kept) == 200
    assert all(entry.sure for entry in kept)
    clear(emulator)


async def test_nodes_that_join_while_it_runs_get_it_too(pools):
    pilot, screen, emulator = pools
    session = screen.session
    screen.table.move_to("render-linux")
    first = inject(emulator, path="/pools/render-linux/nodes/*/users", do="delay", seconds=0.3)
    dialog = await ask(pilot)
    await add(pilot, name="visitor")
    await until(pilot, lambda: dialog._bulk.under_way or dialog._bulk.done, "the first nodes")
    before = len(dialog._act.targets)
    body = {"targetDedicatedNodes": 12, "targetLowPriorityNodes": 4}
    await session.pools.resize("render-linux", body)
    await asyncio.to_thread(clear, emulator, first)
    await until(pilot, lambda: dialog._phase == "told", "results", seconds=60)
    nodes = [node async for page in session.nodes.pages("render-linux") for node in page]
    assert before < len(nodes)
    assert {entry.node for entry in await session.entrance.users.all()} == {n.id for n in nodes}
    await pilot.press("escape")
    await until_shown(pilot, f"{len(nodes)} nodes: user visitor until")


async def test_a_pool_that_is_gone_is_said_and_what_was_typed_stays(pools):
    pilot, screen, _emulator = pools
    screen.table.move_to("licence-check")
    dialog = await ask(pilot)
    await answer(pilot, name="visitor")
    await screen.session.pools.delete("licence-check")

    async def gone():
        rows = await screen.session.service.rows("/pools")
        return all(row["id"] != "licence-check" for row in rows)

    while not await gone():
        await pilot.pause(0.05)
    await pilot.press("ctrl+s")
    await until_shown(pilot, "The specified pool does not exist")
    assert dialog.query_one("#field-name Input").value == "visitor"


async def test_waiting_for_nodes_that_join_ends_with_a_stop(pools):
    pilot, screen, emulator = pools
    screen.table.move_to("render-linux")
    inject(emulator, method="GET", path="/pools/render-linux", do="delay", seconds=30)
    dialog = await ask(pilot)
    await add(pilot)
    await until(pilot, lambda: dialog._phase == "run", "that it runs")
    await pilot.press("escape")
    await until_shown(pilot, "Stopped before anything was done.")
