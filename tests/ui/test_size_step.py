"""The step of the form that chooses a VM size: with Resource Manager, and with only a key."""

from dataclasses import replace

import pytest
from driving import (
    go_to_step,
    open_form,
    running_app,
    screen_text,
    until,
    until_shown,
)
from textual.widgets import Input

from batchtui.access.accounts import Account
from batchtui.access.identity import LocalSecret
from batchtui.batch.image_choice import with_image
from batchtui.emulator.control.client import clear, inject
from batchtui.ui.screens.pools import PoolsScreen

SKUS = "/subscriptions/*/providers/Microsoft.Batch/locations/*/virtualMachineSkus"


@pytest.fixture
def welcome(emulator, accounts):
    """Lets the emulator's account in as the demo does, signed in at its own sign-in."""

    def welcome(secret=emulator.client_secret):
        account = Account(
            "demo",
            emulator.account,
            emulator.endpoint,
            source="demo",
            subscription=emulator.subscription,
            group=emulator.resource_group,
        )
        local = LocalSecret(emulator.authority, emulator.tenant, emulator.client_id, secret)
        accounts.welcome(account, emulator.key, local.identity())
        return running_app(accounts, account=account)

    return welcome


async def open_sizes(pilot):
    await until(pilot, lambda: isinstance(pilot.app.screen, PoolsScreen), "pools")
    await until(pilot, lambda: pilot.app.screen.table.rows, "pools")
    form = await open_form(pilot)
    await go_to_step(pilot, "size")
    await until(pilot, lambda: pilot.app.screen.query("#vm_size"), "the field")
    return form


async def typed(pilot, text):
    field = pilot.app.screen.query_one("#vm_size", Input)
    await until(pilot, lambda: field.has_focus, "the field's focus")
    await pilot.press(*["backspace"] * 15, *text)
    await until(pilot, lambda: field.value == text, "what was typed")


def shown_sizes(form):
    table = form.shown_step.picker.table
    return [table.rows[row_id].size.name for row_id in table.data.shown]


async def test_sizes_with_what_the_quota_leaves_at_80_columns(welcome, screens):
    async with welcome() as pilot:
        await open_sizes(pilot)
        await until_shown(pilot, "Quota left:")
        await pilot.pause()
        assert screen_text(pilot.app) == screens


async def test_it_finds_as_it_is_typed_and_enter_takes_the_row(welcome):
    async with welcome() as pilot:
        form = await open_sizes(pilot)
        await until_shown(pilot, "Quota left:")
        await typed(pilot, "d4s_")
        assert shown_sizes(form) == ["Standard_D4s_v3"]
        await typed(pilot, "nc4as")
        assert form.shown_step.picker.table.current.size.gpus == 1
        await pilot.press("up", "down", "enter")
        await until(pilot, lambda: form.here == "scale", "the next step")
        assert form.draft.body["vmSize"] == "Standard_NC4as_T4_v3"
        assert not form.problems().keys() & {"vm_size"}
        await go_to_step(pilot, "size")
        assert len(shown_sizes(form)) > 300
        assert form.shown_step.picker.table.current.size.name == "Standard_NC4as_T4_v3"


async def test_sizes_that_dont_fit_the_image_are_marked_and_say_why(welcome, screens):
    async with welcome() as pilot:
        form = await open_sizes(pilot)
        await until_shown(pilot, "Quota left:")
        await until(pilot, lambda: form.known.images is not None, "images")
        second = next(i for i in form.known.images if "Generation2VMImage" in i.capabilities)
        form.edit("image", with_image(form.draft, second))
        await typed(pilot, "standard_d2_v2")
        await until_shown(pilot, "✗ doesn't fit")
        await until_shown(pilot, "The image is of generation 2, which this VM size doesn't boot.")
        assert screen_text(pilot.app) == screens


async def test_with_a_key_only_there_are_suggestions_and_any_size_can_be_typed(pilot, screens):
    form = await open_sizes(pilot)
    await until_shown(pilot, "need a subscription and a group")
    await until(pilot, lambda: len(shown_sizes(form)) > 300, "suggestions")
    await pilot.pause()
    assert screen_text(pilot.app) == screens
    await typed(pilot, "standard_x9_v9")
    assert shown_sizes(form) == []
    await until_shown(pilot, "Nothing is like that: enter goes on with what is typed.")
    await pilot.press("enter")
    await until(pilot, lambda: form.here == "scale", "the next step")
    assert form.draft.body["vmSize"] == "standard_x9_v9"
    assert not form.problems().keys() & {"vm_size"}


async def test_who_cant_sign_in_reads_why_and_goes_on(welcome):
    async with welcome("a wrong secret") as pilot:
        form = await open_sizes(pilot)
        await until_shown(pilot, "Signing in to")
        assert pilot.app.screen is form
        await typed(pilot, "d4s_")
        assert shown_sizes(form) == ["Standard_D4s_v3"]


async def test_what_couldnt_be_asked_is_asked_again(welcome, emulator):
    inject(emulator, path=SKUS, do="status", status=500)
    async with welcome() as pilot:
        form = await open_sizes(pilot)
        await until_shown(pilot, "Suggestions")
        clear(emulator)
        await pilot.press("ctrl+r")
        await until_shown(pilot, "Quota left:")
        assert not form.known.untold


async def test_a_slow_answer_holds_nobody_up(welcome, emulator):
    inject(emulator, path=SKUS, do="delay", seconds=60)
    async with welcome() as pilot:
        form = await open_sizes(pilot)
        await typed(pilot, "standard_d4s_v3")
        await pilot.press("enter")
        await until(pilot, lambda: form.here == "scale", "the next step")
        assert form.draft.body["vmSize"] == "standard_d4s_v3"


async def test_what_is_being_typed_stays_when_something_else_of_the_pool_changes(pilot):
    form = await open_sizes(pilot)
    field = form.query_one("#vm_size", Input)
    field.value = "d4s"  # the form hasn't heard of it yet
    form.fill(replace(form.draft, body={**form.draft.body, "displayName": "of a template"}))
    await pilot.pause()
    assert field.value == form.draft.body["vmSize"] == "d4s"
    assert form.query_one("#display_name", Input).value == "of a template"
