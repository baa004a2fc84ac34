"""What runs on nodes as they join, and who reaches them: two steps of the form, by keyboard."""

import pytest
from driving import fill, go_to_step, open_form, screen_text, until, until_shown

from batchtui.batch.access_rules import door
from batchtui.batch.draft import shown
from batchtui.ui.dialogs.pool_user import PoolUser
from batchtui.ui.widgets.user_list import UserList


@pytest.fixture
async def form(pilot):
    return await open_form(pilot)


def task_of(form):
    return form.draft.body["startTask"]


async def test_a_key_adds_the_shell_and_another_the_administrator(pilot, form):
    await go_to_step(pilot, "start")
    assert "runs as" not in screen_text(pilot.app)
    await pilot.press(*"apt-get", "space", *"update", "space", *"&&", "space", *"id")
    await until_shown(pilot, "runs without a shell")
    await until_shown(pilot, "administrator: choose such an identity")
    await until_shown(pilot, "ctrl+t: in a shell, ctrl+l: as administrator")
    await pilot.press("ctrl+t")
    await until(
        pilot,
        lambda: task_of(form)["commandLine"] == "/bin/bash -c 'apt-get update && id'",
        "a shell",
    )
    await pilot.press("ctrl+l")
    await until(pilot, lambda: shown(form.draft, "start_identity") == "pool-admin", "an admin")
    await until(pilot, lambda: "choose such" not in screen_text(pilot.app), "no warning")
    assert form.query_one("#start_shell").value
    assert form.query_one("#start_identity").value == "pool-admin"
    await pilot.press("ctrl+t")
    await until(
        pilot, lambda: form.query_one("#start_command").text == "apt-get update && id", "no shell"
    )
    assert not form.query_one("#start_shell").value


async def test_the_box_adds_the_shell_and_follows_one_that_is_typed(pilot, form):
    await fill(pilot, start_command="cd /mnt")
    await pilot.press("down")
    await until(pilot, lambda: form.query_one("#start_shell").has_focus, "the box")
    await pilot.press("space")
    await until_shown(pilot, "/bin/bash -c 'cd /mnt'")
    await fill(pilot, start_command="sh -c 'id'")
    assert form.query_one("#start_shell").value
    await fill(pilot, start_command="id")
    assert not form.query_one("#start_shell").value
    assert task_of(form) == {"commandLine": "id"}


async def test_an_emptied_command_sends_no_start_task_and_loses_nothing(pilot, form):
    await fill(pilot, start_command="id", environment="A=1", retries="2")
    await fill(pilot, start_command="")
    assert "startTask" not in form.draft.body
    assert "environment" not in screen_text(pilot.app)
    await fill(pilot, start_command="id")
    assert task_of(form)["environmentSettings"] == [{"name": "A", "value": "1"}]
    await until_shown(pilot, "A=1")


async def test_the_way_in_is_shown_and_further_endpoints_are_typed(pilot, form):
    await until(pilot, lambda: "access_source" not in form.draft.typed, "the address")
    await go_to_step(pilot, "access")
    await until_shown(pilot, "ssh  tcp 22  15000-15999  lets in 127.0.0.1, nobody else")
    await fill(pilot, endpoints="web tcp 8080 16000-16099 from 203.0.113.0/24")
    await until_shown(pilot, "web  tcp 8080  16000-16099  lets in 203.0.113.0/24, nobody")
    await fill(pilot, endpoints="web tcp 8080 16000-16009 from anyone")
    await until_shown(pilot, "At least 40 ports")
    await fill(pilot, access="anyone", endpoints="")
    await until_shown(pilot, "SSH is open to the whole internet.")
    assert not form.query_one("#field-access-source").display
    await fill(pilot, access="off")
    await until_shown(pilot, "No SSH: it can't be added while the pool")
    assert "networkConfiguration" not in form.draft.body
    await fill(pilot, access="only")
    assert form.query_one("#access_source").value == "127.0.0.1"
    assert door(form.draft.body)["frontendPortRangeStart"] == 15000


async def test_a_key_lets_in_this_machine(pilot, form):
    await fill(pilot, access_source="203.0.113.7")
    await pilot.press("ctrl+t")
    await until(pilot, lambda: shown(form.draft, "access_source") == "127.0.0.1", "the address")


async def test_without_public_addresses_it_is_said_what_has_to_go(pilot, form):
    await until(pilot, lambda: "access_source" not in form.draft.typed, "the address")
    await fill(pilot, addresses="nopublicipaddresses")
    assert not form.query_one("#field-families").display
    assert "take the endpoints away" in form.problems()["access"]


async def test_users_are_added_edited_and_taken_away_by_keyboard(pilot, form):
    await go_to_step(pilot, "access")
    form.query_one(UserList).focus()
    await pilot.press("enter")
    await until(pilot, lambda: isinstance(pilot.app.screen, PoolUser), "the dialog")
    await pilot.press("ctrl+s")
    await until_shown(pilot, "Every user has one.")
    await pilot.press(*"task-user", "ctrl+t")
    await until_shown(pilot, "Write the password down")
    password = pilot.app.screen.query_one("#password").value
    await pilot.press("ctrl+s")
    await until_shown(pilot, "task-user, an ordinary user")
    assert form.draft.body["userAccounts"] == [{"name": "task-user", "password": password}]
    assert password not in screen_text(pilot.app)
    await pilot.press("enter")
    await until_shown(pilot, "A user of the pool")
    assert password not in screen_text(pilot.app)
    pilot.app.screen.query_one("#level").value = "admin"
    pilot.app.screen.query_one("#uid").value = "1100"
    pilot.app.screen.query_one("#gid").value = "1100"
    pilot.app.screen.query_one("#key").text = "a\nb"
    await pilot.pause()
    await pilot.press("ctrl+s")
    await until_shown(pilot, "task-user, an administrator, uid 1100, gid")
    assert form.draft.body["userAccounts"] == [
        {
            "name": "task-user",
            "password": password,
            "elevationLevel": "admin",
            "linuxUserConfiguration": {"uid": 1100, "gid": 1100, "sshPrivateKey": "a\nb"},
        }
    ]
    # The start task may run as this user now.
    await fill(pilot, start_command="id", start_identity="user task-user")
    assert task_of(form)["userIdentity"] == {"username": "task-user"}
    await go_to_step(pilot, "access")
    form.query_one(UserList).focus()
    await pilot.press("enter")
    await until_shown(pilot, "A user of the pool")
    await pilot.press("ctrl+r")
    await until(pilot, lambda: "userAccounts" not in form.draft.body, "no user")
