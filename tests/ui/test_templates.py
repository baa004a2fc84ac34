"""Templates in the form of a new pool: saved, opened, and the last ones listed."""

import json

from driving import fill, open_form, until, until_shown

from batchtui.ui.dialogs.templates import OpenTemplate, SaveTemplate


async def opened(pilot, kind, key):
    await pilot.press(key)
    await until(pilot, lambda: isinstance(pilot.app.screen, kind), "the dialog")
    await until(pilot, lambda: pilot.app.screen.focused, "its field")


async def save(pilot, name):
    await opened(pilot, SaveTemplate, "f2")
    pilot.app.screen.query_one("#name").value = name
    await pilot.press("enter")


async def test_a_pool_is_saved_and_opened_again(pilot, paths):
    form = await open_form(pilot)
    await fill(pilot, id="render", display_name="Mine", dedicated="3", start_command="/bin/a")
    # From the step that has keys of its own, too.
    await save(pilot, "my pool")
    await until_shown(pilot, "Saved as")
    (file,) = paths.templates.iterdir()
    assert (file.name, json.loads(file.read_text())) == ("my pool.json", form.draft.body)
    await fill(pilot, id="other", dedicated="9")
    await opened(pilot, OpenTemplate, "ctrl+o")
    await until_shown(pilot, "my pool")
    await pilot.press("down", "enter")
    await until_shown(pilot, "comes in the place of what was typed here.")
    await pilot.press("left", "enter")
    await until(pilot, lambda: form.draft.body["id"] == "render", "the pool of the file")
    assert form.query_one("#dedicated").value == "3"


async def test_a_template_of_the_same_name_is_replaced_by_a_second_enter_only(pilot, paths):
    await open_form(pilot)
    await fill(pilot, id="one")
    await save(pilot, "t")
    await until_shown(pilot, "Saved as")
    await fill(pilot, id="two")
    await save(pilot, "t")
    await until_shown(pilot, "enter again replaces it.")
    file = paths.templates / "t.json"
    assert json.loads(file.read_text())["id"] == "one"
    await pilot.press("enter")
    await until(pilot, lambda: json.loads(file.read_text())["id"] == "two", "the second")


async def test_what_az_prints_is_opened_and_what_is_missing_is_told(pilot, tmp_path):
    path = tmp_path / "shown.json"
    shown = {"id": "from-az", "vmSize": "standard_d2_v3", "resourceTags": {"a": "b"},
             "userAccounts": [{"name": "me", "password": None}], "state": "active"}  # fmt: skip
    path.write_text(json.dumps(shown))
    form = await open_form(pilot)
    await opened(pilot, OpenTemplate, "ctrl+o")
    await until_shown(pilot, "None was used yet.")
    pilot.app.screen.query_one("#name").value = str(path)
    await pilot.press("enter")
    await until(pilot, lambda: pilot.app.screen is form, "the form")
    assert form.query_one("#id").value == "from-az"
    await until_shown(pilot, "resourceTags is left out")
    await until_shown(pilot, "userAccounts.0.password")


async def test_a_file_that_is_no_pools_is_told_of_and_the_form_stays(pilot, tmp_path):
    path = tmp_path / "bad.json"
    path.write_text('{"id": oops}')
    form = await open_form(pilot)
    await fill(pilot, id="kept")
    await opened(pilot, OpenTemplate, "ctrl+o")
    await pilot.press("enter")
    await until_shown(pilot, "Type its name or its path.")
    pilot.app.screen.query_one("#name").value = str(path)
    await pilot.press("enter")
    await until_shown(pilot, "line 1, column 8")
    pilot.app.screen.query_one("#name").value = "nothing"
    await pilot.press("enter")
    await until_shown(pilot, "There is no file")
    await pilot.press("escape")
    await until(pilot, lambda: pilot.app.screen is form, "the form")
    assert form.query_one("#id").value == "kept"


async def test_templates_are_listed_though_what_was_used_cannot_be_read(pilot, paths):
    paths.templates.mkdir(parents=True)
    (paths.templates / "saved-before.json").write_text('{"id": "saved"}')
    paths.recent_templates.write_text("half a li")
    form = await open_form(pilot)
    await pilot.press("ctrl+o")
    await until_shown(pilot, "can't be used")
    await until_shown(pilot, "saved-before")
    await pilot.press("down", "enter")
    await until(pilot, lambda: form.query_one("#id").value == "saved", "the template")
