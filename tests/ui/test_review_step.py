"""The last step of the form: the pool in words, as JSON, for az and as Python."""

import asyncio
import json

from driving import choose_image, fill, go_to_step, open_form, until, until_shown

from batchtui.batch.fields import STEPS
from batchtui.ui.steps.base import Step


async def reviewed(pilot, **fields):
    form = await open_form(pilot)
    await choose_image(pilot, "ubuntu-24_04-lts server")
    await fill(pilot, **fields)
    await go_to_step(pilot, "review")
    await until_shown(pilot, "‹in words›")
    return form.query_one("#step-review")


async def form_shown(pilot, step, name):
    await pilot.press("right")
    await until(pilot, lambda: step._form == name, name)
    await pilot.app.workers.wait_for_complete()
    return step._text


async def test_the_pool_is_shown_in_words_and_in_what_other_tools_take(pilot):
    step = await reviewed(pilot, id="told", dedicated="3", start_command="/bin/true")
    await until(pilot, lambda: step._text, "words")
    assert "Start task      /bin/true" in step._text
    assert "runs as         auto user of the pool" in step._text
    assert json.loads(await form_shown(pilot, step, "JSON"))["targetDedicatedNodes"] == 3
    assert "az batch pool create --json-file" in await form_shown(pilot, step, "az command")
    python = await form_shown(pilot, step, "Python")
    assert 'models.BatchStartTask(command_line="/bin/true"' in python
    assert f'BatchClient("{pilot.app.screen.session.account.endpoint}"' in python
    await until_shown(pilot, "‹Python›")
    await pilot.press("left")
    await until(pilot, lambda: step._form == "az command", "the form before")


async def test_what_is_shown_is_copied(pilot):
    step = await reviewed(pilot, id="copied")
    await form_shown(pilot, step, "JSON")
    await pilot.press("c")
    await until_shown(pilot, "Copied the pool: JSON")
    assert json.loads(pilot.app.clipboard)["id"] == "copied"


async def test_whoever_goes_through_the_steps_fast_sees_one_of_them(pilot):
    form = await open_form(pilot)
    for _ in STEPS[1:]:
        # Faster than the pilot's keys, which wait until all is there.
        pilot.app.simulate_key("pagedown")
        await asyncio.sleep(0.01)
    await until(pilot, lambda: form.shown_step and form.shown_step.step == "review", "the review")
    await pilot.app.workers.wait_for_complete()
    await until(
        pilot,
        lambda: [each.step for each in form.query(Step) if each.display] == ["review"],
        "one step",
    )
