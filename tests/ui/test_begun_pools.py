"""Pools that were begun, and pools like others: nothing that was typed is lost."""

import json
from asyncio import to_thread

import pytest
from driving import (
    choose_image,
    create,
    fill,
    running_app,
    screen_text,
    until,
    until_shown,
)

from batchtui.access.accounts import Account
from batchtui.accounts import Accounts
from batchtui.emulator.control.client import inject
from batchtui.ui.screens.create_pool import CreatePoolScreen
from batchtui.ui.screens.pools import PoolsScreen


@pytest.fixture
def pools(emulator, paths, settings):
    """The pools of an account that isn't the demo's, as each run of the program shows them."""

    def run():
        accounts = Accounts(paths, settings)
        account = Account("mine", emulator.account, emulator.endpoint, source="environment")
        accounts.welcome(account, emulator.key)
        return running_app(accounts, account=account)

    return run


async def shown(pilot):
    await until(
        pilot,
        lambda: isinstance(pilot.app.screen, PoolsScreen) and pilot.app.screen.table.rows,
        "pools",
    )
    await until(pilot, lambda: pilot.app.screen._recalling.is_finished, "what was begun")
    return pilot.app.screen


async def form_by(pilot, key):
    await pilot.press(key)
    await until(pilot, lambda: isinstance(pilot.app.screen, CreatePoolScreen), "the form")
    form = pilot.app.screen
    await until(pilot, lambda: form.shown_step and form.focused, "the first step")
    return form


def files(paths):
    return list(paths.drafts.iterdir()) if paths.drafts.is_dir() else []


async def test_what_was_typed_is_there_in_the_next_run(pools, paths):
    async with pools() as pilot:
        await shown(pilot)
        await form_by(pilot, "n")
        await pilot.press(*"begun-1")
        # Before anything of it is left: the program may be killed.
        await until(pilot, lambda: files(paths), "a file")
        (file,) = files(paths)
        await until(pilot, lambda: json.loads(file.read_text())["body"]["id"] == "begun-1", "it")
    async with pools() as pilot:
        await shown(pilot)
        form = await form_by(pilot, "n")
        assert form.query_one("#id").value == "begun-1"
        await until_shown(pilot, "is here again; ctrl+n starts over.")


async def test_leaving_the_form_and_the_program_at_once_loses_nothing(pools, paths):
    async with pools() as pilot:
        await shown(pilot)
        form = await form_by(pilot, "n")
        await pilot.press(*"quick")
        assert form.draft.body["id"] == "quick"
    async with pools() as pilot:
        await shown(pilot)
        form = await form_by(pilot, "n")
        assert form.query_one("#id").value == "quick"
        await pilot.press("escape")
        await shown(pilot)
        form = await form_by(pilot, "n")
        assert form.query_one("#id").value == "quick"


async def test_starting_over_asks_before_and_forgets_what_was_typed(pools, paths):
    async with pools() as pilot:
        await shown(pilot)
        form = await form_by(pilot, "n")
        await pilot.press(*"gone")
        await until(pilot, lambda: files(paths), "a file")
        await pilot.press("ctrl+n")
        await until_shown(pilot, "What is typed here is lost.")
        await pilot.press("escape")
        assert form.query_one("#id").value == "gone"
        await pilot.press("ctrl+n")
        await until_shown(pilot, "What is typed here is lost.")
        await pilot.press("left", "enter")
        await until(pilot, lambda: form.query_one("#id").value == "", "an empty form")
        await until(pilot, lambda: not files(paths), "no file")


async def test_a_template_takes_the_place_of_what_was_begun_before_only_after_a_question(
    pools, paths, tmp_path
):
    async with pools() as pilot:
        await shown(pilot)
        await form_by(pilot, "n")
        await pilot.press(*"begun")
    template = tmp_path / "other.json"
    template.write_text('{"id": "other", "vmSize": "standard_d2s_v3"}')
    async with pools() as pilot:
        await shown(pilot)
        form = await form_by(pilot, "n")
        await pilot.press("ctrl+o")
        await until_shown(pilot, "Name or path")
        pilot.app.screen.query_one("#name").value = str(template)
        await pilot.press("enter")
        await until_shown(pilot, "comes in the place of what was typed here")
        await pilot.press("escape")
        assert form.query_one("#id").value == "begun"


async def test_whoever_leaves_while_it_is_asked_for_is_told_that_it_may_be_made(pools, emulator):
    async with pools() as pilot:
        await shown(pilot)
        form = await form_by(pilot, "n")
        await fill(pilot, id="left-behind")
        await choose_image(pilot, "ubuntu 22.04")
        await to_thread(inject, emulator, method="POST", path="/pools", do="hang", count=1)
        await create(pilot)
        await until(pilot, lambda: form.sending, "the request")
        await pilot.press("escape")
        await until_shown(pilot, "Whether left-behind is made isn't known")
        form = await form_by(pilot, "n")
        assert form.query_one("#id").value == "left-behind"


async def test_a_file_that_cannot_be_read_is_told_of_and_set_aside(pools, paths):
    async with pools() as pilot:
        await shown(pilot)
        await form_by(pilot, "n")
        await pilot.press("a")
        await until(pilot, lambda: files(paths), "a file")
    (file,) = files(paths)
    file.write_text("half a dra")
    async with pools() as pilot:
        await until_shown(pilot, "can't be read any more.")
        await shown(pilot)
        form = await form_by(pilot, "n")
        assert form.query_one("#id").value == ""
    assert [each.suffix for each in files(paths)] == [".broken"]


async def test_a_disk_that_refuses_is_told_of_once_and_the_form_goes_on(pools, paths):
    paths.data.mkdir(parents=True)
    paths.drafts.write_text("a file where the folder should be")
    async with pools() as pilot:
        await shown(pilot)
        form = await form_by(pilot, "n")
        await pilot.press("a")
        await until_shown(pilot, "What is typed here isn't kept on disk")
        await pilot.press("b")
        assert form.draft.body["id"] == "ab"


async def test_the_demo_keeps_nothing_on_disk(pilot, paths):
    await shown(pilot)
    await form_by(pilot, "n")
    await pilot.press(*"demo")
    await pilot.press("escape")
    await shown(pilot)
    form = await form_by(pilot, "n")
    assert form.query_one("#id").value == "demo"
    assert files(paths) == []


async def test_a_pool_like_another_has_all_that_the_other_has(pools, service, paths):
    async with pools() as pilot:
        screen = await shown(pilot)
        screen.table.move_to("render-linux")
        form = await form_by(pilot, "N")
        assert form.query_one("#id").value == "render-linux-2"
        told = await service.get("/pools/render-linux")
        wanted = {name: part for name, part in told.items() if name in form.draft.body}
        assert form.draft.body == {**wanted, "id": "render-linux-2"}
        # It is no draft until something is typed, and then one of its own.
        assert files(paths) == []
        await pilot.press("end", *"22")
        await pilot.press("escape")
        await shown(pilot)
        await until_shown(pilot, "What was typed is kept for the next N on this pool.")
        assert (await form_by(pilot, "n")).query_one("#id").value == ""
        await pilot.press("escape")
        await shown(pilot)
        assert (await form_by(pilot, "N")).query_one("#id").value == "render-linux-222"


async def test_a_pool_that_was_made_is_no_draft_any_more(pools, paths, emulator):
    async with pools() as pilot:
        screen = await shown(pilot)
        screen.table.move_to("nightly-reports")
        form = await form_by(pilot, "N")
        await pilot.press("end", "backspace", *"again")
        await until(pilot, lambda: files(paths), "a file")
        await pilot.press("ctrl+s")
        await pilot.pause()
        if pilot.app.screen is form:
            await until(pilot, lambda: form.here == "review" and form.shown_step, "the review")
            await pilot.press("ctrl+s")
        await until_shown(pilot, "nightly-reports-again")
        await until(pilot, lambda: pilot.app.screen is not form, "the form's end")
        await until(pilot, lambda: not files(paths), "no file")
        assert "nightly-reports-again" in screen_text(pilot.app)
