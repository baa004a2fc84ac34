"""Resizing a pool, and stopping that."""

import asyncio

from driving import fill, screen_text, until, until_shown

from batchtui.emulator.control.client import inject, put
from batchtui.ui.screens.pools import PoolsScreen
from batchtui.ui.screens.resize_pool import ResizePoolScreen


async def open_form(pilot, pool="render-linux"):
    pilot.app.screen.table.move_to(pool)
    await pilot.press("r")
    await until(pilot, lambda: isinstance(pilot.app.screen, ResizePoolScreen), "the form")
    await pilot.pause()
    return pilot.app.screen


async def test_a_pool_is_resized(pilot, service):
    form = await open_form(pilot)
    assert (form.draft.dedicated, form.draft.spot) == ("6", "2")
    await fill(pilot, dedicated="4", spot="3", deallocation="terminate", timeout="7")
    await until_shown(pilot, "Nodes that go: 2 of 6 dedicated; stop tasks for good.")
    await until_shown(pilot, "on the pool's nodes now")
    await until_shown(pilot, "Nodes that come: 1 spot.")
    await pilot.press("ctrl+s")
    await until_shown(pilot, "Resize pool render-linux?")
    await until_shown(pilot, "POST /pools/render-linux/resize")
    await until_shown(pilot, '"nodeDeallocationOption": "terminate"')
    await pilot.press("ctrl+s")
    await until_shown(pilot, "Pool render-linux is being resized.")
    pool = await service.get("/pools/render-linux")
    assert (pool["targetDedicatedNodes"], pool["targetLowPriorityNodes"]) == (4, 3)
    assert pool["resizeTimeout"] == "PT7M"


async def test_problems_are_named_as_they_are_typed(pilot):
    form = await open_form(pilot)
    await fill(pilot, dedicated="")
    await until_shown(pilot, "A whole number from 0")
    await fill(pilot, dedicated="3", timeout="4")
    await until_shown(pilot, "The service takes 5 to 10080 minutes.")
    await pilot.press("ctrl+s")
    await until_shown(pilot, "Some fields need mending.")
    assert form.query_one("#timeout").has_focus


async def test_escape_asks_only_if_something_would_be_lost(pilot):
    await open_form(pilot)
    await pilot.press("escape")
    await until(pilot, lambda: isinstance(pilot.app.screen, PoolsScreen), "the pools")
    form = await open_form(pilot)
    await fill(pilot, spot="9")
    await pilot.press("escape")
    await until_shown(pilot, "What you typed is lost.")
    await pilot.press("enter")
    await until(pilot, lambda: pilot.app.screen is form, "the form")
    assert form.draft.spot == "9"
    await pilot.press("escape")
    await until_shown(pilot, "What you typed is lost.")
    await pilot.press("right", "enter")
    await until(pilot, lambda: isinstance(pilot.app.screen, PoolsScreen), "the pools")


async def test_while_it_is_resizing_the_same_key_stops_it(pilot, emulator, service):
    put(emulator, pool="nightly-reports", allocationState="resizing")
    pilot.app.screen.table.move_to("nightly-reports")
    await pilot.press("r")
    await until_shown(pilot, "Stop resizing pool nightly-reports")
    await until_shown(pilot, "That is no roll-back")
    await until_shown(pilot, "2 of 2 dedicated nodes are there")
    await pilot.press("right", "enter")
    await until_shown(pilot, "Pool nightly-reports: the resize is being stopped.")
    assert (await service.get("/pools/nightly-reports"))["allocationState"] != "resizing"


async def test_a_stop_that_is_refused_says_why(pilot, emulator):
    put(emulator, pool="nightly-reports", allocationState="resizing")
    pilot.app.screen.table.move_to("nightly-reports")
    await pilot.press("r")
    await until_shown(pilot, "Stop resizing")
    put(emulator, pool="nightly-reports", allocationState="steady")
    await pilot.press("right", "enter")
    await until_shown(pilot, "The pool is not being resized")


async def test_the_az_command_is_copied(pilot):
    await open_form(pilot)
    await pilot.press("ctrl+s")
    await until_shown(pilot, "Resize pool")
    await pilot.press("c")
    await until_shown(pilot, "Copied, if this terminal allows it")
    assert pilot.app.clipboard.startswith("az batch pool resize --pool-id render-linux --target-")


async def test_with_autoscale_it_says_why_not_and_how(pilot):
    pilot.app.screen.table.move_to("cfd-autoscale")
    await pilot.press("r")
    await until_shown(pilot, "Autoscale sets the size of cfd-autoscale: a changes its formula")
    assert isinstance(pilot.app.screen, PoolsScreen)


async def test_one_pool_at_a_time(pilot):
    await pilot.press("space", "space", "r")
    await until_shown(pilot, "one pool at a time, and 2 are marked")


async def test_what_the_service_refuses_leaves_the_form_as_it_was(pilot, emulator, service):
    form = await open_form(pilot)
    await fill(pilot, dedicated="5")
    inject(
        emulator, method="POST", path="/pools/*/resize", do="status", status=400,
        code="InvalidPropertyValue", message="[red]No[/red] such size", count=1,
        values=[{"key": "PropertyName", "value": "targetDedicatedNodes"}],
    )  # fmt: skip
    await pilot.press("ctrl+s")
    await until_shown(pilot, "Resize pool")
    await pilot.press("ctrl+s")
    await until_shown(pilot, "[red]No[/red] such size")
    assert form.query_one("#dedicated").has_focus
    assert form.draft.dedicated == "5"
    # Tried again, it is done.
    await fill(pilot, dedicated="4")
    await pilot.press("ctrl+s")
    await until_shown(pilot, "Resize pool")
    await pilot.press("ctrl+s")
    await until_shown(pilot, "is being resized")
    assert (await service.get("/pools/render-linux"))["targetDedicatedNodes"] == 4


async def test_no_answer_leaves_the_form_as_it_was(pilot, emulator):
    form = await open_form(pilot)
    await fill(pilot, dedicated="5")
    inject(emulator, method="POST", path="/pools/*/resize", do="reset")
    await pilot.press("ctrl+s")
    await until_shown(pilot, "Resize pool")
    await pilot.press("ctrl+s")
    await until_shown(pilot, "No answer")
    assert form.draft.dedicated == "5"


async def test_another_resize_meanwhile_is_told_and_what_was_typed_is_kept(pilot, service):
    form = await open_form(pilot)
    await fill(pilot, dedicated="5")
    await service.post("/pools/render-linux/resize", {"targetLowPriorityNodes": 1})
    await pilot.press("ctrl+s")
    await until_shown(pilot, "Resize pool")
    await pilot.press("ctrl+s")
    await until_shown(pilot, "Somebody else changed render-linux meanwhile")
    assert (form.draft.dedicated, form.draft.spot) == ("5", "1")
    assert form.query_one("#spot").value == "1"


async def test_a_change_of_something_else_does_not_matter(pilot, service):
    await open_form(pilot)
    await fill(pilot, dedicated="5")
    await service.patch("/pools/render-linux", {"metadata": []})
    await pilot.press("ctrl+s")
    await until_shown(pilot, "Resize pool")
    await pilot.press("ctrl+s")
    await until_shown(pilot, "is being resized")
    assert (await service.get("/pools/render-linux"))["targetDedicatedNodes"] == 5


async def test_what_is_typed_while_it_is_being_sent_is_not_sent(pilot, service, monkeypatch):
    form = await open_form(pilot)
    await fill(pilot, dedicated="5")
    # Another eTag, so that it is sent twice.
    await service.patch("/pools/render-linux", {"metadata": []})
    resize, asked, go_on = form.session.pools.resize, asyncio.Event(), asyncio.Event()

    async def resize_later(*what, **how):
        asked.set()
        await go_on.wait()
        await resize(*what, **how)

    monkeypatch.setattr(form.session.pools, "resize", resize_later)
    await pilot.press("ctrl+s")
    await until_shown(pilot, "Resize pool")
    await pilot.press("ctrl+s")
    await asked.wait()
    await fill(pilot, dedicated="")
    await pilot.press("ctrl+s")
    await until_shown(pilot, "Still sending what was reviewed")
    go_on.set()
    await until_shown(pilot, "is being resized")
    assert (await service.get("/pools/render-linux"))["targetDedicatedNodes"] == 5


async def test_a_pool_that_is_gone_says_so(pilot, emulator):
    inject(emulator, method="GET", path="/pools/render-linux", do="status", status=404,
           code="PoolNotFound", message="The specified pool does not exist.")  # fmt: skip
    pilot.app.screen.table.move_to("render-linux")
    await pilot.press("r")
    await until_shown(pilot, "The specified pool does not exist.")
    assert "render-linux" in screen_text(pilot.app)


async def test_tasks_that_cannot_be_counted_keep_nothing_back(pilot, emulator):
    inject(emulator, method="GET", path="/pools/*/nodes", do="status", status=500)
    await open_form(pilot)
    await fill(pilot, dedicated="0")
    await until_shown(pilot, "How many tasks run isn't known", seconds=40)
    await pilot.press("ctrl+s")
    await until_shown(pilot, "Resize pool")
