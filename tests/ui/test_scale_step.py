"""The step of how many nodes there are: quota, formulas, and what each node does."""

from dataclasses import replace

from driving import fill, go_to_step, open_form, screen_text, until, until_shown
from known_service import KNOWN

from batchtui.batch.known import Quota, Used
from batchtui.emulator.control.client import inject

ON = "cfd-autoscale"
QUOTA = Quota(100, 50, pools=20, by_family={"standardDSv3Family": 10})


async def by_formula(pilot, formula=""):
    """The step of a new pool, with a formula."""
    form = await open_form(pilot)
    await go_to_step(pilot, "scale")
    await fill(pilot, scale="formula")
    await until(pilot, lambda: form.query_one("#formula").display, "the formula")
    if formula:
        await fill(pilot, formula=formula)
    form.query_one("#formula").focus()
    await pilot.pause()
    return form


async def test_what_it_comes_to_is_told_against_each_quota(pilot):
    form = await open_form(pilot)
    await go_to_step(pilot, "scale")
    form.workers.cancel_group(form, "limits")
    used = Used(12, 4, pools=3, by_family={"standardDSv3Family": 8})
    form.learn(replace(form.known, sizes=KNOWN.sizes, quota=QUOTA, used=used))
    await fill(pilot, dedicated="4", spot="1")
    await until_shown(pilot, "dedicated cores 12 → 20 of 100")
    await until_shown(pilot, "cores of standardDSv3Family 8 → 16 of 10")
    assert "too many" in screen_text(pilot.app)
    await until_shown(pilot, "spot cores 4 → 6 of 50")
    await until_shown(pilot, "pools 3 → 4 of 20")
    await until_shown(pilot, "at most 8 task slots")
    await fill(pilot, dedicated="1")
    await until(pilot, lambda: "too many" not in screen_text(pilot.app), "enough")


async def test_why_no_quota_is_known_is_told(pilot):
    form = await open_form(pilot)
    await go_to_step(pilot, "scale")
    form.workers.cancel_group(form, "limits")
    form.learn(replace(form.known, quota=None, untold={"quota": "Only a key is known."}))
    await until_shown(pilot, "Only a key is known.")


async def test_nodes_that_talk_to_each_other_have_consequences(pilot):
    form = await open_form(pilot)
    await go_to_step(pilot, "scale")
    await fill(pilot, dedicated="2", spot="2")
    form.query_one("#inter_node").focus()
    await pilot.press("space")
    await until_shown(pilot, "the pool may get fewer nodes than it asks for")
    await until_shown(pilot, "ask for 0 of one kind")
    await fill(pilot, spot="0")
    await until(pilot, lambda: "inter_node" not in form.problems(), "nothing wrong")


async def test_a_formula_is_evaluated_on_a_pool_that_autoscales_and_changes_nothing(pilot, service):
    before = await service.get(f"/pools/{ON}")
    await by_formula(pilot, "$TargetDedicatedNodes = 3;\nlimit = 7;")
    await pilot.press("ctrl+r")
    await until_shown(pilot, f"On {ON} it comes to: $TargetDedicatedNodes=3")
    await until_shown(pilot, "limit=7")
    after = await service.get(f"/pools/{ON}")
    assert after["autoScaleFormula"] == before["autoScaleFormula"]
    # Another formula is another question.
    await fill(pilot, formula="$TargetDedicatedNodes = 4;")
    await until(pilot, lambda: "it comes to" not in screen_text(pilot.app), "nothing told")


async def test_what_the_service_finds_wrong_in_a_formula_is_told_with_its_line(pilot):
    await by_formula(pilot, "$TargetDedicatedNodes = 3;\nx = nobody;")
    await until_shown(pilot, "! Line 2, column 5: there is no variable")
    await pilot.press("ctrl+r")
    await until_shown(pilot, f"✗ On {ON}: Line 2, Col")


async def test_where_there_are_several_pools_one_is_chosen(pilot, service):
    again = {"autoScaleFormula": "$TargetDedicatedNodes = 0;"}
    await service.post("/pools/render-linux/enableautoscale", again)
    await by_formula(pilot, "$TargetDedicatedNodes = $CurrentDedicatedNodes;")
    await pilot.press("ctrl+r")
    await until_shown(pilot, "Evaluate the formula on which pool?")
    await pilot.press("down", "enter")
    await until_shown(pilot, "On render-linux it comes to:")


async def test_where_no_pool_autoscales_that_is_told(pilot, service):
    await service.post(f"/pools/{ON}/disableautoscale")
    await by_formula(pilot, "$TargetDedicatedNodes = 1;")
    await pilot.press("ctrl+r")
    await until_shown(pilot, "and the account has none")


async def test_a_service_that_fails_leaves_the_formula(pilot, emulator):
    form = await by_formula(pilot, "$TargetDedicatedNodes = 1;")
    inject(emulator, method="POST", path="/pools/*/evaluateautoscale", do="reset", count=9)
    await pilot.press("ctrl+r")
    await until_shown(pilot, "✗ ")
    assert form.draft.body["autoScaleFormula"] == "$TargetDedicatedNodes = 1;"


async def test_a_ready_made_formula_takes_the_place_of_one_that_comes_back(pilot):
    form = await by_formula(pilot, "$TargetDedicatedNodes = 1;")
    form.query_one("#ready_made").focus()
    await pilot.press("enter", "down", "enter")
    await until(pilot, lambda: "maxNodes" in form.draft.body["autoScaleFormula"], "another")
    assert form.focused.id == "formula"
    await pilot.press("ctrl+z")
    await until(
        pilot,
        lambda: form.draft.body["autoScaleFormula"] == "$TargetDedicatedNodes = 1;",
        "the one before",
    )


async def test_a_bracket_too_few_is_a_problem_of_the_formula(pilot):
    form = await by_formula(pilot, "$TargetDedicatedNodes = min(1, 2;")
    await until_shown(pilot, "Line 1, column 28: this ( isn't closed.")
    assert "formula" in form.problems()


async def test_numbers_are_kept_while_a_formula_decides(pilot):
    form = await by_formula(pilot, "$TargetDedicatedNodes = 1;")
    assert "targetDedicatedNodes" not in form.draft.body
    await fill(pilot, scale="fixed")
    await until(pilot, lambda: form.draft.body.get("targetDedicatedNodes") == 1, "the number")
    assert "enableAutoScale" not in form.draft.body
