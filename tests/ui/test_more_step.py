"""The step of everything else: fields, parts as JSON, and the whole pool."""

import json

from driving import fill, go_to_step, open_form, screen_text, until, until_shown
from pool_bodies import LINUX, OF_WINDOWS

from batchtui.batch.draft import PoolDraft
from batchtui.batch.fields import STEPS
from batchtui.batch.places import without
from batchtui.ui.dialogs.edit_json import EditJson

MACHINE = "virtualMachineConfiguration"


async def more(pilot, body=None):
    """The step of a new pool, or of one with a body."""
    form = await open_form(pilot)
    if body is not None:
        form.fill(PoolDraft(body))
    await go_to_step(pilot, "more")
    return form


async def edit(pilot, form, field):
    """Open a part as JSON: where it is edited."""
    form.query_one(f"#{field}").focus()
    await pilot.press("enter")
    await until(pilot, lambda: isinstance(pilot.app.screen, EditJson), "the editor")
    await pilot.pause()
    return pilot.app.screen


async def back(pilot, form):
    await until(pilot, lambda: pilot.app.screen is form, "the form")
    await pilot.pause()


async def test_a_mount_is_typed_into_a_beginning_that_says_what_is_missing(pilot):
    form = await more(pilot)
    await pilot.press("down", "enter")
    await until_shown(pilot, '"azureBlobFileSystemConfiguration": {')
    await until_shown(pilot, "✗ Line 4: Not empty. (and 2 more)")
    await pilot.press("ctrl+g", *"acct")
    await until_shown(pilot, "accountName: The storage account's name.")
    await pilot.press("ctrl+g", *"box", "ctrl+g", *"data")
    await until_shown(pilot, '"relativeMountPath": "data"')
    await pilot.press("ctrl+s", "ctrl+s")
    await back(pilot, form)
    mount = {"accountName": "acct", "containerName": "box", "relativeMountPath": "data"}
    assert form.draft.body["mountConfiguration"] == [{"azureBlobFileSystemConfiguration": mount}]
    assert "1 · data" in screen_text(pilot.app)


async def test_what_is_no_json_is_not_taken_and_the_cursor_goes_there(pilot):
    form = await more(pilot)
    editor = await edit(pilot, form, "extensions")
    editor.area.text = '[\n  {"name": e}\n]'
    await until_shown(pilot, "line 2, column 12")
    await pilot.press("ctrl+s", "ctrl+s")
    assert pilot.app.screen is editor
    assert editor.area.cursor_location == (1, 11)


async def test_what_the_service_would_refuse_is_taken_only_when_asked_again(pilot):
    form = await more(pilot)
    editor = await edit(pilot, form, "extensions")
    editor.area.text = '[{"name": "e", "publisher": "p"}]'
    await until_shown(pilot, "✗ Line 1: type is missing.")
    await pilot.press("ctrl+s")
    await until_shown(pilot, "ctrl+s again takes it all the same.")
    await pilot.press("ctrl+s")
    await back(pilot, form)
    assert form.draft.body[MACHINE]["extensions"] == [{"name": "e", "publisher": "p"}]
    assert "extensions" in form.problems()


async def test_giving_up_asks_only_if_something_was_typed(pilot):
    form = await more(pilot, LINUX)
    await edit(pilot, form, "mounts")
    await pilot.press("escape")
    await back(pilot, form)
    await edit(pilot, form, "mounts")
    await pilot.press("x", "escape")
    await until_shown(pilot, "What you typed here is lost.")
    await pilot.press("right", "enter")
    await back(pilot, form)
    assert form.draft.body == LINUX


async def test_no_text_takes_the_part_away(pilot):
    form = await more(pilot, LINUX)
    editor = await edit(pilot, form, "mounts")
    editor.area.text = ""
    await pilot.pause()
    await pilot.press("ctrl+s")
    await back(pilot, form)
    assert form.draft.body == without(LINUX, ("mountConfiguration",))


async def test_parts_say_what_they_have_without_secrets(pilot):
    form = await more(pilot, LINUX)
    shown = screen_text(pilot.app)
    assert "4 · blobs, nfs, cifs, files" in shown
    for name in ("registries", "security", "everything"):
        form.query_one(f"#{name}").focus()
        await pilot.pause()
        shown += screen_text(pilot.app)
    assert "secret-word" not in shown


async def test_the_whole_pool_is_edited_and_what_nobody_knows_is_told(pilot):
    form = await more(pilot)
    editor = await edit(pilot, form, "everything")
    editor.area.text = json.dumps({**form.draft.body, "newer": {"a": 1}})
    await until_shown(pilot, "There is no property newer here.")
    await pilot.press("ctrl+s", "ctrl+s")
    await back(pilot, form)
    assert form.draft.body["newer"] == {"a": 1}
    form.query_one("#unknown").focus()
    await until_shown(pilot, "1 · newer")
    await pilot.press("enter")
    await until(pilot, lambda: isinstance(pilot.app.screen, EditJson), "the editor")
    editor = pilot.app.screen
    row, column = editor.area.cursor_location
    assert editor.area.document.lines[row][column:].startswith('"newer"')


async def test_common_parts_are_fields(pilot):
    form = await more(pilot)
    await fill(pilot, packages="blender 4.1", data_disks="0 64", containers="dockerCompatible")
    await until(pilot, lambda: form.query_one("#container_images").parent.parent.display, "images")
    await fill(pilot, container_images="ubuntu\nalpine", secure_boot="yes", accelerated=True)
    body = form.draft.body
    assert body["applicationPackageReferences"] == [{"applicationId": "blender", "version": "4.1"}]
    assert body[MACHINE]["containerConfiguration"] == {
        "type": "dockerCompatible",
        "containerImageNames": ["ubuntu", "alpine"],
    }
    assert body[MACHINE]["dataDisks"] == [{"lun": 0, "diskSizeGB": 64}]
    assert body[MACHINE]["securityProfile"] == {"uefiSettings": {"secureBootEnabled": True}}
    assert body["networkConfiguration"]["enableAcceleratedNetworking"] is True


async def test_a_pool_with_everything_is_looked_at_in_each_step_and_stays(pilot):
    for body in (LINUX, OF_WINDOWS):
        form = await open_form(pilot)
        form.fill(PoolDraft(body))
        for step in STEPS:
            await go_to_step(pilot, step)
        assert form.draft.body == body
        await pilot.press("escape")
        await until(pilot, lambda form=form: pilot.app.screen is not form, "the pools")
