"""The form of steps: going from one to another, and what stands beside each."""

from asyncio import sleep, to_thread

import pytest
from driving import choose_image, fill, go_to_step, open_form, screen_text, until, until_shown
from textual import events
from textual.widgets import Input, Select

from batchtui.emulator.control.client import clear, faults, inject
from batchtui.ui.screens.create_pool import CreatePoolScreen
from batchtui.ui.steps.base import Step


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


async def reviewed(pilot, **fields):
    """The review of a pool with an image and these fields: the form."""
    form = await open_form(pilot)
    await choose_image(pilot, "24_04 server")
    await fill(pilot, id="render", **fields)
    await until(pilot, lambda: not form.draft.typed, "this machine's address")
    await go_to_step(pilot, "review")
    await until_shown(pilot, "commands run on this machine")
    return form


async def test_the_review_names_problems_and_enter_goes_to_the_first(pilot):
    form = await open_form(pilot)
    await fill(pilot, id="mine", dedicated="twelve")
    await go_to_step(pilot, "review")
    await until_shown(pilot, "✗ Dedicated: A whole number.")
    await until_shown(pilot, "✗ Image: Choose an image.")
    await pilot.press("enter")
    await until(pilot, lambda: form.here == "image", "the first field with a problem")


async def test_warnings_are_seen_once_before_it_is_sent(pilot):
    form = await reviewed(pilot)
    await go_to_step(pilot, "name")
    await pilot.press("ctrl+s")
    await until_shown(pilot, "Pool render is being made.")
    assert pilot.app.screen is not form


async def test_what_the_status_says_of_a_step_ends_with_leaving_it(pilot):
    form = await open_form(pilot)
    await fill(pilot, id="render")
    await choose_image(pilot, "ubuntu")
    await pilot.press("ctrl+s")
    await until_shown(pilot, "look at the warnings")
    await pilot.press("pageup")
    await until(pilot, lambda: form.here == "more", "the step before")
    await pilot.pause()
    assert "look at the warnings" not in screen_text(pilot.app)


async def test_a_pool_without_an_answer_may_exist_and_that_is_said(pilot, emulator):
    form = await reviewed(pilot)
    await to_thread(
        inject, emulator, method="POST", path="/pools", do="reset", at="answer", count=9
    )
    await pilot.press("ctrl+s")
    await until_shown(pilot, "may be made all the same")
    await to_thread(clear, emulator)
    if pilot.app.screen is not form:
        await pilot.press("escape")
    await pilot.press("ctrl+s")
    await until_shown(pilot, "it may be the one that was asked for before")
    assert form.query_one("#id").value == "render"


@pytest.mark.parametrize("status", [500, 504])
async def test_a_server_that_fails_is_asked_once_and_may_have_made_it(
    pilot, emulator, service, status
):
    form = await reviewed(pilot)
    await to_thread(
        inject, emulator, method="POST", path="/pools", do="status", status=status, code="Failed",
        count=9,
    )  # fmt: skip
    await pilot.press("ctrl+s")
    await until_shown(pilot, "may be made all the same")
    (rule,) = await to_thread(faults, emulator)
    assert rule["hits"] == 1
    await to_thread(clear, emulator)
    # It was made.
    await service.post("/pools", form.draft.body)
    if pilot.app.screen is not form:
        await pilot.press("escape")
    await pilot.press("ctrl+s")
    await until_shown(pilot, "it may be the one that was asked for before")


async def test_what_was_refused_may_be_sent_again_as_it_is(pilot, emulator):
    form = await reviewed(pilot)
    await to_thread(
        inject, emulator, method="POST", path="/pools", do="status", status=409,
        code="PoolExists", message="There is one.", count=1,
    )  # fmt: skip
    await pilot.press("ctrl+s")
    await until(pilot, lambda: form.here == "name", "the field that it is about")
    await until_shown(pilot, "There is one.")
    # Whoever had the id is gone meanwhile: nothing is to be typed anew for that.
    await pilot.press("ctrl+s")
    await until_shown(pilot, "Pool render is being made.")


async def test_giving_up_keeps_all_and_the_next_try_says_what_became_of_it(pilot, emulator):
    form = await reviewed(pilot)
    await to_thread(inject, emulator, method="POST", path="/pools", do="hang", count=1)
    await pilot.press("ctrl+s")
    await until_shown(pilot, "Sending")
    await pilot.press("ctrl+c")
    await until_shown(pilot, "Given up.")
    assert form.draft.body["id"] == "render"
    await pilot.press("ctrl+s")
    await until_shown(pilot, "Pool render is being made.")


async def test_what_a_field_had_before_the_form_filled_it_is_no_answer(pilot):
    form = await open_form(pilot)
    await fill(pilot, id="new")
    field = form.query_one("#id", Input)
    # As it comes where a step is being made while the form learns something.
    form.post_message(Input.Changed(field, "old").set_sender(field))
    await pilot.pause()
    assert form.draft.body["id"] == "new"


async def test_a_step_that_is_done_goes_on_only_if_nobody_went_on_before(pilot):
    form = await open_form(pilot)
    await go_to_step(pilot, "size")
    form.post_message(Step.Edited("image", lambda draft: draft, done=True))
    await pilot.pause()
    assert form.here == "size"
    form.post_message(Step.Edited("vm_size", lambda draft: draft, done=True))
    await until(pilot, lambda: form.here == "scale", "the next step")


def typed_at_once(pilot, *keys):
    """Keys that the terminal has read before the first of them is seen to."""
    for key in keys:
        pilot.app.post_message(events.Key(key, key if len(key) == 1 else None))


async def test_keys_that_come_faster_than_a_step_is_made_go_to_the_step(pilot):
    form = await open_form(pilot)
    typed_at_once(pilot, *"one", "ctrl+g", "3", "ctrl+a", "ctrl+k", *"h2", "pagedown", "pagedown",
                  *"echo", "pageup", "pageup", "pageup", *"arm")  # fmt: skip
    await until(pilot, lambda: form.query("#find-image"), "the last step")
    await until(pilot, lambda: form.query_one("#find-image", Input).value == "arm", "all typed")
    assert form.here == "image"
    assert form.draft.body["id"] == "one"
    assert form.draft.body["vmSize"] == "h2"
    assert form.draft.body["startTask"]["commandLine"] == "echo"


async def test_keys_that_edit_come_between_the_letters_that_they_were_typed_between(pilot):
    form = await open_form(pilot)
    typed_at_once(pilot, *"old", "ctrl+a", "ctrl+k", *"mineX", "backspace", *"-2", "home", "m")
    await until(pilot, lambda: form.draft.body.get("id") == "mmine-2", "the id")
    typed_at_once(pilot, "ctrl+g", "d", *"a=1", "backspace", *"2")
    await until(pilot, lambda: form.query_one("#metadata").text == "a=2", "several lines")


async def test_keys_behind_a_jump_to_a_field_go_to_that_field(pilot):
    form = await open_form(pilot)
    typed_at_once(pilot, "ctrl+g", "s", *"shown", "ctrl+g", "escape", *"-too")
    await until(pilot, lambda: form.draft.body.get("displayName") == "shown-too", "all typed")
    assert "id" not in form.draft.body


async def test_an_id_that_is_typed_right_behind_n_is_the_new_pools(pilot):
    typed_at_once(pilot, "n", *"render-a")
    await until(pilot, lambda: isinstance(pilot.app.screen, CreatePoolScreen), "the form")
    form = pilot.app.screen
    await until(pilot, lambda: form.draft.body.get("id") == "render-a", "the id")


async def test_news_that_come_while_a_step_is_being_made_wait_for_it(pilot):
    form = await open_form(pilot)
    opened = form.open_step("image")
    for _ in range(100):
        if form.shown_step:
            break
        await sleep(0)
    assert form.shown_step
    assert not form.shown_step.is_mounted
    form.learn(form.known)
    await opened.wait()
    await until_shown(pilot, "Ubuntu 24.04")
