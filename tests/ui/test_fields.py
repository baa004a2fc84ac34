"""Going from field to field in forms, by arrows and by the mouse."""

import pytest
from driving import (
    fill,
    go_to_step,
    open_form,
    running_app,
    screen_text,
    until,
    until_shown,
)

from batchtui.access.accounts import Account
from batchtui.ui.screens.pools import PoolsScreen


async def focused(pilot, form, name):
    await until(pilot, lambda: form.focused and form.focused.id == name, f"the focus on {name}")


async def test_arrows_go_through_a_step_that_is_longer_than_the_screen(pilot):
    form = await open_form(pilot)
    await go_to_step(pilot, "more")
    assert form.shown_step.show_vertical_scrollbar
    form.query_one("#os_disk_size").focus()
    # Past a choice: its list isn't opened by the way.
    for name in ("os_disk_caching", "os_disk_storage"):
        await pilot.press("down")
        await focused(pilot, form, name)
    for name in ("os_disk_caching", "os_disk_size"):
        await pilot.press("up")
        await focused(pilot, form, name)


async def test_enter_opens_a_choice(pilot):
    form = await open_form(pilot)
    await go_to_step(pilot, "scale")
    await until_shown(pilot, "⏎ Choose")
    await pilot.press("enter", "down", "enter")
    await until(pilot, lambda: "enableAutoScale" in form.draft.body, "the last choice")


async def test_the_help_names_the_keys_between_fields(pilot):
    await open_form(pilot)
    await pilot.press("f1")
    await until_shown(pilot, "tab Next field, as ↓; shift+tab and ↑ the one before")


async def clicked(pilot, text):
    """Click where a text begins on screen."""
    lines = screen_text(pilot.app).split("\n")
    row = next(number for number, line in enumerate(lines) if text in line)
    await pilot.click(offset=(lines[row].index(text), row))


async def test_a_click_on_what_is_wrong_or_may_be_regretted_goes_to_its_field(pilot):
    form = await open_form(pilot)
    await fill(pilot, access="anyone")
    await go_to_step(pilot, "review")
    await until_shown(pilot, "✗ Image: Choose an image.")
    await clicked(pilot, "Choose an image")
    await until(pilot, lambda: form.here == "image", "the step of the image")
    await go_to_step(pilot, "review")
    await until_shown(pilot, "! SSH is open to the whole internet.")
    await clicked(pilot, "whole internet")
    await focused(pilot, form, "access")


async def test_a_click_on_a_key_presses_it_and_beside_them_tells_all(pilot):
    form = await open_form(pilot)
    await clicked(pilot, "Next step")
    await until(pilot, lambda: form.here == "image", "the next step")
    await clicked(pilot, "^g")
    await until_shown(pilot, "8 Review")
    await pilot.press("4")
    await until(pilot, lambda: form.here == "scale", "the step")
    await pilot.click(offset=(79, 23))
    await until_shown(pilot, "Go to the step before")


async def test_keys_of_a_step_are_shown_where_they_do_something(pilot):
    await open_form(pilot)
    await until_shown(pilot, "pgdn Next step  ^g Jump  ^s Create  f2 Save  ^o Open")
    await go_to_step(pilot, "start")
    assert "^t Shell" not in screen_text(pilot.app)
    await fill(pilot, start_command="apt-get update")
    await until_shown(pilot, "^t Shell  ^l Admin  pgdn Next step  ^g Jump  ^s Create")


@pytest.mark.parametrize("step", ["image", "size", "scale", "access", "more"])
async def test_forty_columns_are_enough_to_read_a_step(accounts, emulator, screens, step):
    account = Account("demo", emulator.account, emulator.endpoint, source="demo")
    accounts.welcome(account, emulator.key)
    async with running_app(accounts, account=account, size=(40, 24)) as pilot:
        await until(pilot, lambda: isinstance(pilot.app.screen, PoolsScreen), "pools")
        await until(pilot, lambda: pilot.app.screen.table.rows, "pools")
        form = await open_form(pilot)
        await go_to_step(pilot, step)
        await until(pilot, lambda: form.known.images and "quota" in form.known.untold, "answers")
        await pilot.pause()
        assert screen_text(pilot.app) == screens
