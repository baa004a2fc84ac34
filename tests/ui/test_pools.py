"""Pools: the table, its filter, and making one."""

import pytest
from driving import (
    choose_image,
    create,
    fill,
    go_to_step,
    open_form,
    running_app,
    screen_text,
    until,
    until_shown,
)

from batchtui.access.accounts import Account
from batchtui.accounts import Accounts
from batchtui.batch.service import BatchService
from batchtui.config import Settings
from batchtui.emulator.control.client import faults, inject
from batchtui.ui.screens.pools import PoolsScreen


async def begun(pilot, **fields):
    """The form with an image chosen and these fields filled in."""
    form = await open_form(pilot)
    await choose_image(pilot, "ubuntu-24_04-lts server")
    await fill(pilot, **fields)
    return form


async def test_the_demo_world_is_shown(pilot):
    await until_shown(pilot, "start failed")
    text = screen_text(pilot.app)
    for words in ("render-linux", "core quota", "rdp", "ssh", "9 pools"):
        assert words in text


async def test_filter_narrows_and_escape_clears_before_it_leaves(pilot):
    await pilot.press("slash", *"render", "enter")
    await until_shown(pilot, "1 of 9")
    await pilot.press("escape")
    await until_shown(pilot, "9 pools")
    assert isinstance(pilot.app.screen, PoolsScreen)
    await pilot.press("slash", *"nothing", "enter")
    await until_shown(pilot, "Nothing passes the filter")
    await pilot.press("escape", "z")
    await until_shown(pilot, "faults only")
    assert "render-linux" not in screen_text(pilot.app)
    await pilot.press("escape", "escape")
    await until_shown(pilot, "batchtui › accounts")


async def test_a_broken_filter_is_said(pilot):
    await pilot.press("slash", *"~(")
    await until_shown(pilot, "Not a regular expression")


async def test_a_pool_is_made(pilot, emulator):
    form = await begun(
        pilot, id="from-form", dedicated="2", start_command="printenv AZ_BATCH_POOL_ID"
    )
    await go_to_step(pilot, "access")
    assert form.query_one("#access_source").value == "127.0.0.1"
    await pilot.press("ctrl+s")
    # What may be regretted comes before.
    await until_shown(pilot, "commands run on this machine")
    assert form.here == "review"
    await until_shown(pilot, "Pool id         from-form")
    await pilot.press("ctrl+s")
    await until_shown(pilot, "Pool from-form is being made.")
    await until_shown(pilot, "from-form")
    async with BatchService(emulator.endpoint, emulator.account, emulator.key) as service:
        made = await service.get("/pools/from-form")
    nat = made["networkConfiguration"]["endpointConfiguration"]["inboundNATPools"][0]
    assert nat["backendPort"] == 22
    assert made["virtualMachineConfiguration"]["nodeAgentSKUId"] == "batch.node.ubuntu 24.04"


async def test_problems_are_shown_in_place_and_nothing_is_sent(pilot):
    form = await open_form(pilot)
    await pilot.press(*"RENDER-linux")
    await until_shown(pilot, "There is a pool of this id")
    await pilot.press("ctrl+s")
    await until_shown(pilot, "Some fields need mending.")
    assert form.query_one("#id").has_focus
    await go_to_step(pilot, "image")
    await until_shown(pilot, "Choose an image.")
    assert form.query_one("#id").value == "RENDER-linux"


async def test_what_the_service_refuses_goes_to_its_field(pilot, emulator):
    form = await begun(pilot, id="taken-meanwhile")
    async with BatchService(emulator.endpoint, emulator.account, emulator.key) as service:
        theirs = {**(await service.get("/pools/nightly-reports"))}
        kept = ("vmSize", "virtualMachineConfiguration")
        body = {name: theirs[name] for name in kept}
        await service.post("/pools", {"id": "Taken-Meanwhile", **body, "targetDedicatedNodes": 0})
    await create(pilot)
    await until_shown(pilot, "The specified pool already exists.")
    assert pilot.app.screen is form
    assert form.query_one("#id").value == "taken-meanwhile"
    assert form.query_one("#id").has_focus
    # Another id, and it is made.
    await fill(pilot, id="free")
    await create(pilot)
    await until_shown(pilot, "Pool free is being made.")


async def test_windows_is_reached_by_rdp(pilot):
    await open_form(pilot)
    await choose_image(pilot, "os:windows 2022-datacenter")
    await go_to_step(pilot, "access")
    await until_shown(pilot, "RDP")


async def test_deleting_wants_the_id_typed(pilot):
    pilot.app.screen.table.move_to("licence-check")
    await pilot.press("ctrl+d")
    await until_shown(pilot, "Type licence-check to confirm")
    await pilot.press(*"licence", "enter")
    await until_shown(pilot, "That isn't licence-check.")
    await pilot.press(*"-check", "enter")
    await until_shown(pilot, "on the way out")
    await until(pilot, lambda: "licence-check" not in pilot.app.screen.table.rows, "deleted")


async def test_old_rows_stay_when_the_service_goes_away(accounts, settings):
    from batchtui.emulator import Options, serve

    async with serve(Options(seed="demo", clock="fast", random_seed=7)) as emulator:
        account = Account("demo", emulator.account, emulator.endpoint, source="demo")
        accounts.welcome(account, emulator.key)
        context = running_app(accounts, account=account)
        pilot = await context.__aenter__()
        await until_shown(pilot, "live")
    try:
        await pilot.press("ctrl+r")
        await until_shown(pilot, "Nothing listens at", seconds=40)
        assert "render-linux" in screen_text(pilot.app)
        await until_shown(pilot, "old:")
        await pilot.press("j", "j")
        assert pilot.app.screen.table.cursor
    finally:
        await context.__aexit__(None, None, None)


@pytest.mark.parametrize("key", ["n", "r", "a", "e", "ctrl+d"])
async def test_read_only_changes_nothing_and_says_so(emulator, accounts, key):
    account = Account("demo", emulator.account, emulator.endpoint, source="demo", read_only=True)
    accounts.welcome(account, emulator.key)
    async with running_app(accounts, account=account) as pilot:
        await until_shown(pilot, "render-linux")
        await pilot.press(key)
        await until_shown(pilot, "Read-only: nothing is changed, no shell opens.")
        assert isinstance(pilot.app.screen, PoolsScreen)


async def test_details_and_json_of_a_pool(pilot):
    pilot.app.screen.table.move_to("molecular-dynamics")
    await pilot.press("d")
    await until_shown(pilot, "AccountCoreQuotaReached")
    await pilot.press("escape", "y")
    await until_shown(pilot, '"id": "molecular-dynamics"')
    await pilot.press("escape")
    await until_shown(pilot, "demo › pools")


async def test_wide_columns_are_asked_for_when_they_are_shown(pilot):
    screen = pilot.app.screen
    assert "displayName" not in screen._fields_asked
    assert screen.table.rows["cfd-autoscale"].pool.display_name == ""
    await pilot.press("w")
    assert "name" in screen.table.pending
    await until(
        pilot,
        lambda: screen.table.rows["cfd-autoscale"].pool.display_name == "CFD, by formula",
        "the display name",
    )
    await until(pilot, lambda: not screen.table.pending, "nothing to wait for")
    for _ in range(20):
        if "CFD, by formula" in screen_text(pilot.app):
            break
        await pilot.press("right")
    await until_shown(pilot, "CFD, by formula")


async def test_what_a_filter_names_is_asked_for(pilot):
    await pilot.press("slash", *"name:formula", "enter")
    await until_shown(pilot, "1 of 9")
    assert set(pilot.app.screen.table.shown) == {"cfd-autoscale"}


@pytest.mark.parametrize("path", ["/pools", "/nodecounts"])
async def test_a_service_that_throttles_is_given_its_time_and_nothing_is_said_to_be_live(
    pilot, emulator, path
):
    await until_shown(pilot, "live")
    inject(emulator, path=path, do="status", status=503, retryAfter=3600)
    await until_shown(pilot, "throttled, again in 59m")
    await until_shown(pilot, "old: ")
    [rule] = faults(emulator)
    await pilot.pause(2.5)
    assert faults(emulator) == [rule]
    assert rule["hits"] == 1
    assert "render-linux" in screen_text(pilot.app)
    assert "live" not in screen_text(pilot.app).splitlines()[-2]


async def test_what_is_not_asked_for_while_somebody_types_gets_old(pilot):
    await until_shown(pilot, "live")
    await pilot.press("slash")
    await until_shown(pilot, "old: ")
    await pilot.press("escape")
    await until_shown(pilot, "live")


async def test_nobody_is_told_of_a_next_time_where_refreshing_is_off(emulator, paths):
    accounts = Accounts(paths, Settings(refresh_seconds=0))
    account = Account("demo", emulator.account, emulator.endpoint, source="demo")
    accounts.welcome(account, emulator.key)
    async with running_app(accounts, account=account) as pilot:
        await until_shown(pilot, "as of")
        inject(emulator, path="/pools", do="status", status=503, retryAfter=4)
        await pilot.press("ctrl+r")
        await until_shown(pilot, "throttled for")
        await until(pilot, lambda: "throttled for" not in screen_text(pilot.app), "the end of that")
        assert "old: " in screen_text(pilot.app)


async def test_asking_again_is_said_until_it_is_answered(emulator, pilot):
    inject(emulator, method="GET", path="/pools", do="delay", seconds=2, count=1)
    await pilot.press("ctrl+r")
    await until_shown(pilot, "Asking again")
    await until(pilot, lambda: "Asking again" not in screen_text(pilot.app), "an answer")


async def test_that_w_brought_columns_is_said_where_they_are_out_of_sight(pilot):
    await pilot.press("w")
    await until_shown(pilot, "All columns. → and ← scroll to those beyond the edge.")
    await pilot.press("w")
    await until_shown(pilot, "The columns that fit.")
