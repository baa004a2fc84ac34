"""Editing a pool's start task and metadata."""

import json

from driving import fill, screen_text, until, until_shown
from pool_bodies import LINUX

from batchtui.batch import convert
from batchtui.batch.draft import shown
from batchtui.emulator.control.client import inject
from batchtui.ui.screens.create_pool import CreatePoolScreen
from batchtui.ui.screens.edit_pool import EditPoolScreen
from batchtui.ui.screens.pools import PoolsScreen

POOL = "genomics-start-task"


async def open_form(pilot, pool=POOL):
    pilot.app.screen.table.move_to(pool)
    await pilot.press("e")
    await until(pilot, lambda: isinstance(pilot.app.screen, EditPoolScreen), "the form")
    form = pilot.app.screen
    await open_step(pilot, "start", "#start_command")
    return form


async def open_step(pilot, step, field):
    form = pilot.app.screen
    form.open_step(step)
    await until(pilot, lambda: form.query(field) and form.focused is not None, "the step")
    await pilot.pause()


async def send(pilot, pool=POOL):
    await pilot.press("ctrl+s")
    await until_shown(pilot, f"Edit pool {pool}?")
    await pilot.press("ctrl+s")


def different(one, other):
    return {name for name in one.keys() | other.keys() if one.get(name) != other.get(name)}


async def test_a_start_task_is_edited_and_nothing_else_changes(pilot, service):
    before = await service.get(f"/pools/{POOL}")
    await open_form(pilot)
    await fill(pilot, start_command="/bin/true", retries="2", environment="A=1", wait=False)
    await until_shown(pilot, "6 of 6 nodes have another start task")
    await pilot.press("ctrl+s")
    await until_shown(pilot, f"PATCH /pools/{POOL}")
    await until_shown(pilot, "nodes wait: no")
    await until_shown(pilot, "environment: + A=1")
    await pilot.press("ctrl+s")
    await until_shown(pilot, "6 nodes keep another start task")
    after = await service.get(f"/pools/{POOL}")
    assert different(before, after) == {"startTask", "eTag", "lastModified"}
    task = {**before["startTask"], "commandLine": "/bin/true", "maxTaskRetryCount": 2}
    task |= {"environmentSettings": [{"name": "A", "value": "1"}], "waitForSuccess": False}
    assert after["startTask"] == task


async def test_metadata_is_typed_in_a_line_each(pilot, service):
    form = await open_form(pilot)
    await open_step(pilot, "name", "#metadata")
    form.query_one("#metadata").focus()
    await pilot.press("end", "enter", *"owner=me")
    assert shown(form.draft, "metadata") == "team=genomics\nowner=me"
    await send(pilot)
    await until_shown(pilot, f"Pool {POOL} is changed.")
    assert (await service.get(f"/pools/{POOL}"))["metadata"] == [
        {"name": "team", "value": "genomics"},
        {"name": "owner", "value": "me"},
    ]


async def test_a_start_task_is_removed_and_metadata_stays(pilot, service):
    before = await service.get(f"/pools/{POOL}")
    await open_form(pilot)
    await fill(pilot, start_command="")
    await pilot.press("ctrl+s")
    await until_shown(pilot, f"POST /pools/{POOL}/updateproperties")
    await pilot.press("c", "ctrl+s")
    await until_shown(pilot, f"Pool {POOL} is changed.")
    assert f"az batch pool reset --pool-id {POOL} --json-file" in pilot.app.clipboard
    after = await service.get(f"/pools/{POOL}")
    assert different(before, after) == {"startTask", "eTag", "lastModified"}


async def test_arrows_go_on_to_the_next_field_at_the_ends_of_a_text(pilot):
    form = await open_form(pilot)
    await pilot.press("end", "down")
    assert form.query_one("#start_shell").has_focus
    form.query_one("#environment").focus()
    await pilot.press("up")
    assert form.query_one("#retries").has_focus


async def test_problems_are_named_as_they_are_typed(pilot):
    form = await open_form(pilot)
    await fill(pilot, environment="[red]A[/red]=1\n=2", retries="-2")
    await until_shown(pilot, "Line 2: there is no name before the =.")
    await until_shown(pilot, "A whole number from -1 to")
    assert "[red]A[/red]=1" in screen_text(pilot.app)
    await pilot.press("ctrl+s")
    assert form.query_one("#retries").has_focus


async def test_nothing_edited_is_nothing_to_send_and_nothing_to_lose(pilot):
    await open_form(pilot)
    await pilot.press("ctrl+s")
    await until_shown(pilot, "Nothing was edited.")
    await pilot.press("escape")
    await until(pilot, lambda: isinstance(pilot.app.screen, PoolsScreen), "the pools")


async def test_another_edit_meanwhile_is_told_and_nothing_is_lost(pilot, service):
    form = await open_form(pilot)
    theirs = (await service.get(f"/pools/{POOL}"))["startTask"]
    await fill(pilot, start_command="/bin/mine", retries="3")
    await service.patch(
        f"/pools/{POOL}",
        {"startTask": {**theirs, "commandLine": "/bin/theirs", "waitForSuccess": False}},
    )
    await send(pilot)
    await until_shown(pilot, f"Somebody else changed {POOL} meanwhile")
    await until_shown(pilot, "Both of you changed this")
    await until_shown(pilot, "theirs     /bin/theirs")
    await pilot.press("ctrl+s")
    await until_shown(pilot, "so nothing was sent")
    names = ("start_command", "retries", "wait")
    assert [shown(form.draft, name) for name in names] == ["/bin/mine", "3", False]
    assert not form.query_one("#wait").value
    # Sent again, theirs is kept where it wasn't edited here.
    await pilot.press("enter", "ctrl+s")
    await until_shown(pilot, "Start task: - /bin/theirs")
    await pilot.press("ctrl+s")
    await until_shown(pilot, f"Pool {POOL} is changed.")
    task = (await service.get(f"/pools/{POOL}"))["startTask"]
    assert (task["commandLine"], task["waitForSuccess"]) == ("/bin/mine", False)


async def test_a_change_of_something_else_does_not_matter(pilot, service):
    await open_form(pilot)
    await open_step(pilot, "name", "#metadata")
    await fill(pilot, metadata="")
    await service.post(f"/pools/{POOL}/resize", {"targetDedicatedNodes": 5})
    await send(pilot)
    await until_shown(pilot, f"Pool {POOL} is changed.")
    assert not (await service.get(f"/pools/{POOL}")).get("metadata")


async def test_what_the_service_refuses_goes_to_its_field(pilot, emulator):
    form = await open_form(pilot)
    await fill(pilot, start_command="/bin/odd")
    inject(
        emulator, method="PATCH", path="/pools/*", do="status", status=400,
        code="InvalidPropertyValue", message="[b]Not[/b] that command",
        values=[{"key": "PropertyName", "value": "startTask.commandLine"}], count=1,
    )  # fmt: skip
    await send(pilot)
    await until_shown(pilot, "[b]Not[/b] that command")
    assert form.query_one("#start_command").has_focus
    assert shown(form.draft, "start_command") == "/bin/odd"
    await fill(pilot, start_command="/bin/even")
    await send(pilot)
    await until_shown(pilot, f"Pool {POOL} is changed.")


async def test_no_answer_leaves_the_form_as_it_was(pilot, emulator):
    form = await open_form(pilot)
    await fill(pilot, start_command="/bin/odd")
    inject(emulator, method="PATCH", path="/pools/*", do="reset")
    await send(pilot)
    await until_shown(pilot, "No answer")
    assert shown(form.draft, "start_command") == "/bin/odd"


async def test_nodes_that_cannot_be_asked_keep_nothing_back(pilot, emulator):
    inject(emulator, method="GET", path="/pools/*/nodes", do="status", status=400)
    await open_form(pilot)
    await until_shown(pilot, "Which start tasks the nodes have isn't known")
    await fill(pilot, metadata="")
    await send(pilot)
    await until_shown(pilot, f"Pool {POOL} is changed.")


async def test_a_pool_with_everything_keeps_it_and_its_password_is_asked_for(pilot, service):
    await service.post("/pools", LINUX)
    await pilot.press("ctrl+r")
    await until(pilot, lambda: "full" in pilot.app.screen.table.rows, "the pool")
    before = await service.get("/pools/full")
    form = await open_form(pilot, "full")
    assert shown(form.draft, "start_identity") == "user operator"
    await fill(pilot, wait=True)
    await pilot.press("ctrl+s")
    await until_shown(pilot, "The service doesn't tell it, and wants it")
    await fill(pilot, registry_password="secret-word")
    await pilot.press("ctrl+s")
    await until_shown(pilot, "Edit pool full?")
    await pilot.press("c")
    assert "secret-word" not in screen_text(pilot.app) + pilot.app.clipboard
    await pilot.press("ctrl+s")
    await until_shown(pilot, "Pool full is changed.")
    after = await service.get("/pools/full")
    assert {"startTask"} <= different(before, after) <= {
        "startTask", "eTag", "lastModified", "allocationState", "allocationStateTransitionTime",
    }  # fmt: skip
    assert after["startTask"] == {**before["startTask"], "waitForSuccess": True}
    assert json.dumps(after["startTask"]).count("secret-word") == 0


async def test_whatever_the_pool_is_called_and_says_is_shown_harmlessly(pilot):
    odd = "[red]x[/red]\x1b[2J\u202e"
    pool = convert.pool(
        {
            "id": "p",
            "startTask": {
                "commandLine": odd,
                "userIdentity": {"username": odd},
                "environmentSettings": [{"name": odd, "value": odd}],
            },
            "userAccounts": [{"name": odd}],
            "metadata": [{"name": odd, "value": odd}],
        }
    )
    form = EditPoolScreen(pilot.app.screen.session, pool)
    await pilot.app.push_screen(form)
    await until_shown(pilot, "[red]x[/red]␛[2J‹202E›")
    await open_step(pilot, "start", "#start_command")
    await fill(pilot, retries="1")
    await pilot.press("ctrl+s")
    await until_shown(pilot, "Edit pool p?")
    text = screen_text(pilot.app)
    assert "\x1b" not in text
    assert "\u202e" not in text
    # What wasn't edited goes back as it came.
    assert form.draft.body["startTask"]["commandLine"] == odd


async def test_what_cannot_be_changed_now_says_why_and_cannot_be_typed_into(pilot):
    await open_form(pilot)
    await open_step_only(pilot, "size")
    await until_shown(pilot, "Only while it has no nodes.")
    assert (
        pilot.app.screen.query_one("#vm_size").disabled
        or pilot.app.screen.query_one("#field-vm-size").disabled
    )
    # No field of it has the focus, so none has its meaning told.
    assert not pilot.app.screen.query_one("#field-help").visual.plain
    await open_step_only(pilot, "scale")
    await until_shown(pilot, "r resizes it")
    # The keys are the form's all the same.
    await pilot.press("pagedown")
    await until(pilot, lambda: pilot.app.screen.here == "start", "the next step")


async def open_step_only(pilot, step):
    pilot.app.screen.open_step(step)
    await until(pilot, lambda: pilot.app.screen.query(f"#step-{step}"), "the step")
    await pilot.pause()


async def test_an_empty_pool_is_changed_in_nearly_everything(pilot, service):
    await service.post("/pools", {**LINUX, "taskSlotsPerNode": 1})
    await pilot.press("ctrl+r")
    await until(pilot, lambda: "full" in pilot.app.screen.table.rows, "the pool")
    before = await service.get("/pools/full")
    await open_form(pilot, "full")
    await open_step(pilot, "name", "#display_name")
    await fill(pilot, display_name="Another")
    await open_step(pilot, "scale", "#slots")
    await fill(pilot, slots="3")
    await send(pilot, "full")
    await until_shown(pilot, "Pool full is changed.")
    after = await service.get("/pools/full")
    assert (after["displayName"], after["taskSlotsPerNode"]) == ("Another", 3)
    assert different(before, after) - {"allocationState", "allocationStateTransitionTime"} == {
        "displayName", "taskSlotsPerNode", "eTag", "lastModified",
    }  # fmt: skip


async def test_what_cannot_be_changed_is_made_anew_with_all_that_the_pool_has(pilot, service):
    await open_form(pilot)
    await fill(pilot, retries="1")
    await pilot.press("ctrl+n")
    await until_shown(pilot, "Nothing was sent. What you typed is lost.")
    await pilot.press("right", "enter")
    await until(pilot, lambda: isinstance(pilot.app.screen, CreatePoolScreen), "the form")
    form = pilot.app.screen
    theirs = await service.get(f"/pools/{POOL}")
    assert form.draft.body["startTask"] == theirs["startTask"]
    assert form.draft.body["id"] == f"{POOL}-2"
