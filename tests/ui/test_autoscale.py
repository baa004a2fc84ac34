"""Editing a pool's autoscale: evaluated and seen before it counts."""

import pytest
from driving import fill, running_app, screen_text, until, until_shown

from batchtui.access.accounts import Account
from batchtui.emulator.control.client import clear, inject, put
from batchtui.ui.screens.autoscale import AutoscaleScreen
from batchtui.ui.screens.pools import PoolsScreen

ON, OFF = "cfd-autoscale", "render-linux"
KEEPING = "$TargetDedicatedNodes = 6;\n$TargetLowPriorityNodes = 2;\n"


async def open_form(pilot, pool=ON):
    pilot.app.screen.table.move_to(pool)
    await pilot.press("a")
    await until(pilot, lambda: isinstance(pilot.app.screen, AutoscaleScreen), "the form")
    await pilot.pause()
    return pilot.app.screen


async def agree(pilot):
    """Let autoscale be switched on to evaluate."""
    await until_shown(pilot, "Switch autoscale on to evaluate?")
    await pilot.press("right", "enter")


async def back_at_the_pools(pilot):
    await until(pilot, lambda: isinstance(pilot.app.screen, PoolsScreen), "the pools")


async def test_a_formula_is_evaluated_and_changes_nothing(pilot, service):
    before = await service.get(f"/pools/{ON}")
    await open_form(pilot)
    await until_shown(pilot, "Autoscale is on. The last run")
    await until_shown(pilot, "Not evaluated as it stands")
    await fill(pilot, formula="$TargetDedicatedNodes=1; $NodeDeallocationOption=terminate;")
    await pilot.press("ctrl+r")
    await until_shown(pilot, "It comes to: $TargetDedicatedNodes=1")
    await until_shown(pilot, "Nodes that go: 2 of 3 dedicated; stop tasks for good.")
    assert (await service.get(f"/pools/{ON}"))["autoScaleFormula"] == before["autoScaleFormula"]
    # Edited again, it is another one.
    await fill(pilot, formula="$TargetDedicatedNodes=2;")
    await until_shown(pilot, "Not evaluated as it stands")


async def test_nothing_is_enabled_whose_outcome_was_not_shown(pilot, service):
    await open_form(pilot)
    await fill(pilot, formula="$TargetDedicatedNodes=2;\n", interval="7")
    await pilot.press("ctrl+s")
    await until_shown(pilot, f"Change the autoscale of pool {ON}?")
    await until_shown(pilot, "It comes to: $TargetDedicatedNodes=2")
    await until_shown(pilot, f"POST /pools/{ON}/enableautoscale")
    await pilot.press("c", "ctrl+s")
    await until_shown(pilot, f"Autoscale of pool {ON} is on")
    assert pilot.app.clipboard.startswith(f"az batch pool autoscale enable --pool-id {ON}")
    pool = await service.get(f"/pools/{ON}")
    assert pool["autoScaleFormula"] == "$TargetDedicatedNodes=2;\n"
    assert pool["autoScaleEvaluationInterval"] == "PT7M"


@pytest.mark.parametrize(
    ("formula", "words"),
    [
        ("$TargetDedicatedNodes = nothing;", "nothing"),  # a 200 with an error in it
        ("$TargetDedicatedNodes = [red];;(", "Line 1"),  # a 400
    ],
)
async def test_a_formula_that_fails_says_where_and_is_not_enabled(pilot, formula, words):
    form = await open_form(pilot)
    await fill(pilot, formula=formula)
    await pilot.press("ctrl+s")
    await until_shown(pilot, words)
    problem = form.query_one("#field-formula .field-problem")
    await until(pilot, lambda: words in str(problem.visual), "the error at the formula")
    assert form.query_one("#formula").has_focus
    assert form.draft.formula == formula
    # Asked again, the service says the same.
    await pilot.press("ctrl+s")
    await until(pilot, lambda: words in str(problem.visual), "the error at the formula again")
    assert pilot.app.screen is form


async def test_where_it_is_off_it_is_switched_on_for_evaluating_and_off_again(pilot, service):
    form = await open_form(pilot, OFF)
    await until_shown(pilot, "Autoscale is off: 6 dedicated and 2 spot nodes are wanted")
    assert form.draft.formula == KEEPING
    await fill(pilot, formula="$TargetDedicatedNodes=1;")
    await pilot.press("ctrl+r")
    await until_shown(pilot, "Nothing is resized.")
    # Whoever presses enter by mistake changes nothing.
    await pilot.press("enter")
    await until(pilot, lambda: pilot.app.screen is form, "the form")
    assert not (await service.get(f"/pools/{OFF}"))["enableAutoScale"]
    await pilot.press("ctrl+r")
    await agree(pilot)
    await until_shown(pilot, "It comes to: $TargetDedicatedNodes=1")
    await until_shown(pilot, "Leaving the form switches it off again.")
    pool = await service.get(f"/pools/{OFF}")
    assert (pool["autoScaleFormula"], pool["allocationState"]) == (KEEPING, "steady")
    await pilot.press("escape")
    await until_shown(pilot, "What you typed is lost.")
    await pilot.press("right", "enter")
    await until_shown(pilot, f"Autoscale of pool {OFF} is off again.")
    pool = await service.get(f"/pools/{OFF}")
    assert (pool["enableAutoScale"], pool["targetDedicatedNodes"]) == (False, 6)


async def test_where_it_is_off_a_formula_is_evaluated_reviewed_and_enabled(pilot, service):
    await open_form(pilot, OFF)
    await fill(pilot, formula="$TargetDedicatedNodes=5;")
    await pilot.press("ctrl+s")
    await agree(pilot)
    await until_shown(pilot, f"Autoscale pool {OFF}?")
    await until_shown(pilot, "Nodes that go: 1 of 6 dedicated")
    await pilot.press("ctrl+s")
    await until_shown(pilot, f"Autoscale of pool {OFF} is on", seconds=40)
    pool = await service.get(f"/pools/{OFF}")
    assert pool["autoScaleFormula"] == "$TargetDedicatedNodes=5;"
    assert pool["targetDedicatedNodes"] == 5


async def test_a_change_that_comes_too_soon_waits(pilot, emulator, service, monkeypatch):
    monkeypatch.setattr(AutoscaleScreen, "again_after", 1)
    await open_form(pilot)
    await fill(pilot, formula="$TargetDedicatedNodes=2;")
    inject(
        emulator, method="POST", path="/pools/*/enableautoscale", do="status", status=503,
        code="TooManyEnableAutoScaleRequests", message="Too many.", count=5,
    )  # fmt: skip
    await pilot.press("ctrl+s")
    await until_shown(pilot, "It comes to")
    await pilot.press("ctrl+s")
    await until_shown(pilot, "The service takes one change in 30 s", seconds=40)
    await until_shown(pilot, f"Autoscale of pool {ON} is on", seconds=40)
    assert (await service.get(f"/pools/{ON}"))["autoScaleFormula"] == "$TargetDedicatedNodes=2;"


async def test_it_is_switched_off(pilot, service):
    await open_form(pilot)
    await pilot.press("ctrl+o")
    await until_shown(pilot, "The service forgets the formula.")
    await pilot.press("right", "enter")
    await until_shown(pilot, f"Pool {ON}: autoscale is off.")
    assert not (await service.get(f"/pools/{ON}"))["enableAutoScale"]


async def test_what_is_off_need_not_be_switched_off(pilot):
    await open_form(pilot, OFF)
    await pilot.press("ctrl+o")
    await until_shown(pilot, "Autoscale is off, or will be")


async def test_a_ready_made_formula_is_put_in_and_taken_back(pilot):
    form = await open_form(pilot)
    before = form.draft.formula
    form.query_one("#start").value = "working hours"
    await until(pilot, lambda: "working ? 10 : 0" in form.draft.formula, "the formula")
    assert form.query_one("#formula").has_focus
    await pilot.press("ctrl+z")
    await until(pilot, lambda: form.draft.formula == before, "the one before")


async def test_the_last_run_with_its_error_is_shown(pilot, service):
    broken = {"autoScaleFormula": "$TargetDedicatedNodes = no_such_thing;"}
    await service.post(f"/pools/{ON}/enableautoscale", broken)

    async def failed():
        pool = await service.get(f"/pools/{ON}")
        return pool.get("autoScaleRun", {}).get("error")

    while not await failed():
        await pilot.pause(0.05)
    await open_form(pilot)
    await until_shown(pilot, "Autoscale is on. The last run")
    await until_shown(pilot, "The last run failed: Line 1")
    await until_shown(pilot, "no_such_thing")


async def test_a_pool_that_is_resizing_says_that_it_must_wait(pilot, emulator):
    put(emulator, pool=OFF, allocationState="resizing")
    form = await open_form(pilot, OFF)
    await until_shown(pilot, "The pool is resizing: autoscale can be changed only when it is")
    await pilot.press("ctrl+r")
    await agree(pilot)
    await until_shown(pilot, "Wait until the pool is steady")
    assert form.draft.formula == KEEPING


async def test_another_formula_meanwhile_is_told_and_what_was_typed_is_kept(pilot, service):
    form = await open_form(pilot)
    await fill(pilot, formula="$TargetDedicatedNodes=2;")
    await pilot.press("ctrl+s")
    await until_shown(pilot, "It comes to")
    theirs = {"autoScaleFormula": "$TargetDedicatedNodes=3;", "autoScaleEvaluationInterval": "PT9M"}
    await service.post(f"/pools/{ON}/enableautoscale", theirs)
    await pilot.press("ctrl+s")
    await until_shown(pilot, "Yours is kept where both of you changed the same: formula.")
    assert (form.draft.formula, form.draft.interval) == ("$TargetDedicatedNodes=2;", "9")


async def test_switching_off_again_that_fails_says_so_and_stays(pilot, emulator, service):
    form = await open_form(pilot, OFF)
    await pilot.press("ctrl+r")
    await agree(pilot)
    await until_shown(pilot, "It comes to")
    inject(emulator, method="POST", path="/pools/*/disableautoscale", do="reset", count=3)
    await pilot.press("escape")
    await until_shown(pilot, "No answer")
    await pilot.press("escape")
    await until_shown(pilot, "Autoscale is still on, and keeps the nodes")
    assert pilot.app.screen is form
    await pilot.press("escape")
    await back_at_the_pools(pilot)
    await until_shown(pilot, f"Autoscale of pool {OFF} may still be on")
    assert (await service.get(f"/pools/{OFF}"))["autoScaleFormula"] == KEEPING


async def test_a_formula_that_somebody_else_gave_it_meanwhile_stays_on(pilot, service):
    await open_form(pilot, OFF)
    await pilot.press("ctrl+r")
    await agree(pilot)
    await until_shown(pilot, "It comes to")
    theirs = {"autoScaleFormula": "$TargetDedicatedNodes=6;"}
    await service.post(f"/pools/{OFF}/enableautoscale", theirs)
    await pilot.press("escape")
    await until_shown(pilot, f"Pool {OFF} has another formula by now")
    pool = await service.get(f"/pools/{OFF}")
    assert (pool["enableAutoScale"], pool["autoScaleFormula"]) == (True, theirs["autoScaleFormula"])


async def test_autoscale_that_somebody_else_switched_on_is_not_taken_for_ours(pilot, service):
    form = await open_form(pilot, OFF)
    theirs = {"autoScaleFormula": "$TargetDedicatedNodes=6;"}
    await service.post(f"/pools/{OFF}/enableautoscale", theirs)
    await pilot.press("ctrl+r")
    await agree(pilot)
    await until_shown(pilot, f"Somebody else changed {OFF} meanwhile")
    assert form.draft.formula == theirs["autoScaleFormula"]
    await pilot.press("escape", "escape")
    await back_at_the_pools(pilot)
    assert (await service.get(f"/pools/{OFF}"))["enableAutoScale"]


async def test_a_switch_that_did_not_happen_is_off_again(pilot, emulator):
    await open_form(pilot, OFF)
    inject(emulator, method="POST", path="/pools/*/enableautoscale", do="reset")
    await pilot.press("ctrl+r")
    await agree(pilot)
    await until_shown(pilot, "No answer", seconds=40)
    clear(emulator)
    await pilot.press("escape", "escape")
    await until_shown(pilot, f"Autoscale of pool {OFF} is off again.")


async def test_whoever_leaves_by_a_command_leaves_it_off_too(pilot, service):
    form = await open_form(pilot, OFF)
    await pilot.press("ctrl+r")
    await agree(pilot)
    await until_shown(pilot, "It comes to")
    form.query_one("#start").focus()
    await pilot.press("colon", *"pools", "enter")
    await back_at_the_pools(pilot)

    async def off():
        return not (await service.get(f"/pools/{OFF}"))["enableAutoScale"]

    while not await off():
        await pilot.pause(0.05)


async def test_whoever_quits_leaves_it_off_too(emulator, accounts, service):
    account = Account("demo", emulator.account, emulator.endpoint, source="demo")
    accounts.welcome(account, emulator.key)
    async with running_app(accounts, account=account) as pilot:
        await until_shown(pilot, OFF)
        await open_form(pilot, OFF)
        await pilot.press("ctrl+r")
        await agree(pilot)
        await until_shown(pilot, "It comes to")
        await pilot.press("ctrl+q")
    assert not (await service.get(f"/pools/{OFF}"))["enableAutoScale"]


async def test_a_switch_that_nobody_answered_is_taken_for_done(pilot, emulator, service):
    await open_form(pilot, OFF)
    rule = {"method": "POST", "path": "/pools/*/enableautoscale", "do": "reset", "at": "answer"}
    inject(emulator, **rule)
    await pilot.press("ctrl+r")
    await agree(pilot)
    await until_shown(pilot, "No answer", seconds=40)
    clear(emulator)
    await pilot.press("escape", "escape")
    await until_shown(pilot, f"Autoscale of pool {OFF} is off again.")
    assert not (await service.get(f"/pools/{OFF}"))["enableAutoScale"]


async def test_waiting_to_send_is_given_up_and_what_was_typed_stays(pilot, emulator):
    form = await open_form(pilot)
    await fill(pilot, formula="$TargetDedicatedNodes=2;")
    await pilot.press("ctrl+s")
    await until_shown(pilot, "It comes to")
    inject(emulator, method="POST", path="/pools/*/enableautoscale", do="hang")
    await pilot.press("ctrl+s")
    await until_shown(pilot, "Sending")
    await pilot.press("escape")
    await until_shown(pilot, "It is being sent")
    await pilot.press("enter", "ctrl+c")
    await until_shown(pilot, "Given up.")
    assert form.draft.formula == "$TargetDedicatedNodes=2;"
    clear(emulator)
    await pilot.press("ctrl+s", "ctrl+s")
    await until_shown(pilot, f"Autoscale of pool {ON} is on")


async def test_autoscale_that_somebody_switched_off_is_noticed(pilot, service):
    await open_form(pilot)
    await service.post(f"/pools/{ON}/disableautoscale")
    await pilot.press("ctrl+r")
    await until_shown(pilot, "does not have AutoScale enabled")
    await pilot.press("escape")
    await until_shown(pilot, "Autoscale is off: 3 dedicated")


async def test_who_cannot_wait_for_it_to_go_off_is_told(pilot, emulator):
    await open_form(pilot, OFF)
    await pilot.press("ctrl+r")
    await agree(pilot)
    await until_shown(pilot, "It comes to")
    inject(emulator, method="POST", path="/pools/*/disableautoscale", do="hang")
    await pilot.press("escape")
    await until_shown(pilot, "Switching autoscale off again")
    await pilot.press("escape")
    await until_shown(pilot, f"Autoscale of pool {OFF} may still be on")


async def test_evaluating_without_an_answer_leaves_the_form_as_it_was(pilot, emulator):
    form = await open_form(pilot)
    await fill(pilot, formula="$TargetDedicatedNodes=2;")
    inject(emulator, method="POST", path="/pools/*/evaluateautoscale", do="reset")
    await pilot.press("ctrl+r")
    await until_shown(pilot, "No answer")
    assert form.draft.formula == "$TargetDedicatedNodes=2;"
    assert "Review" in screen_text(pilot.app) or pilot.app.screen is not form


async def test_a_pool_that_misses_nodes_may_get_them(pilot):
    await open_form(pilot, "molecular-dynamics")
    await pilot.press("ctrl+r")
    await until_shown(pilot, "The service may try")
