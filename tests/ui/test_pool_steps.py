"""The form of steps: going from one to another, and what stands beside each."""

import pytest
from driving import fill, go_to_step, open_form, screen_text, until, until_shown
from textual import events
from textual.widgets import Select


async def jumped(pilot, key):
    """Press the key of a step or field."""
    await pilot.press("ctrl+g")
    await pilot.pause()
    await pilot.press(key)
    await pilot.pause()


async def test_a_number_goes_to_a_step_and_a_letter_to_a_field(pilot):
    form = await open_form(pilot)
    await pilot.press("ctrl+g")
    await until_shown(pilot, "8 Review")
    await until_shown(pilot, "d Metadata")
    await pilot.press("d")
    await until(pilot, lambda: form.query_one("#metadata").has_focus, "metadata")
    assert "d Metadata" not in screen_text(pilot.app)
    # From a text of several lines, too; nothing of it is typed.
    await jumped(pilot, "4")
    await until(pilot, lambda: form.here == "scale", "the step")
    await until_shown(pilot, "Dedicated")
    assert "metadata" not in form.draft.body
    # From a choice.
    assert isinstance(form.focused, Select)
    await jumped(pilot, "2")
    await until(pilot, lambda: form.here == "image", "the step")
    await jumped(pilot, "1")
    await until(pilot, lambda: form.here == "name", "the step")
    assert form.query_one("#id").value == ""


@pytest.mark.parametrize("key", ["escape", "0", "enter", "pagedown"])
async def test_any_other_key_stays(pilot, key):
    form = await open_form(pilot)
    await jumped(pilot, key)
    await until(pilot, lambda: pilot.app.screen is form, "the form")
    assert form.here == "name"
    assert form.query_one("#id").has_focus
    await pilot.press("x")
    assert form.query_one("#id").value == "x"


async def test_keys_that_come_in_one_burst_end_it_once(pilot):
    form = await open_form(pilot)
    await pilot.press("ctrl+g")
    for key in ("escape", "m", "y"):
        pilot.app.screen.post_message(events.Key(key, None))
    await until(pilot, lambda: pilot.app.screen is form, "the form")
    await pilot.pause()
    assert pilot.app.screen is form


async def test_the_pages_of_an_open_list_are_its_own(pilot):
    form = await open_form(pilot)
    await go_to_step(pilot, "scale")
    await pilot.press("enter")
    await until(pilot, lambda: form.query_one("#scale", Select).expanded, "the list")
    await pilot.press("pagedown", "enter")
    await until(pilot, lambda: form.query_one("#scale").value == "formula", "the last choice")
    assert form.here == "scale"


async def test_what_nobody_came_to_yet_is_to_do_and_what_was_left_complains(pilot):
    await open_form(pilot)
    text = screen_text(pilot.app)
    assert "Name       ·" in text
    assert "Image      ·" in text
    assert "✗" not in text
    await go_to_step(pilot, "image")
    await until_shown(pilot, "Name       ✗1")
    await go_to_step(pilot, "name")
    await until_shown(pilot, "A pool needs an id.")
    await fill(pilot, id="mine")
    await go_to_step(pilot, "size")
    text = screen_text(pilot.app)
    assert "Name       ✓" in text
    assert "Image      ✗1" in text
    await fill(pilot, dedicated="0")
    await until_shown(pilot, "Scale      !1")


async def test_ctrl_s_complains_of_all_of_it(pilot):
    form = await open_form(pilot)
    await go_to_step(pilot, "access")
    await pilot.press("ctrl+s")
    await until(pilot, lambda: form.here == "name", "the first field with a problem")
    assert form.query_one("#id").has_focus
    await until_shown(pilot, "Image      ✗1")


async def test_help_is_of_the_field_that_has_the_focus(pilot):
    form = await open_form(pilot)
    await until_shown(pilot, "1 to 64 letters")
    await jumped(pilot, "4")
    await until(pilot, lambda: form.here == "scale", "the step")
    form.query_one("#resize_timeout").focus()
    await until_shown(pilot, "15 by default")
