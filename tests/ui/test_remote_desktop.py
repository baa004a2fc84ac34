"""`s` on a Windows node: a user, and a file for Remote Desktop."""

import re

import pytest
from driving import open_nodes, screen_text, until, until_shown
from textual.widgets import Input

from batchtui.ui.dialogs.remote_desktop import RemoteDesktop


@pytest.fixture
async def dialog(pilot):
    screen = await open_nodes(pilot, "windows-postprocess")
    await pilot.press("s")
    await until_shown(pilot, "Remote Desktop to")
    assert isinstance(pilot.app.screen, RemoteDesktop)
    return screen


def to_file(pilot, path):
    pilot.app.screen.query_one("#file", Input).value = str(path)


async def test_a_user_is_added_and_the_file_written(pilot, dialog, tmp_path):
    path = tmp_path / "node.rdp"
    to_file(pilot, path)
    await pilot.press("enter")
    await until_shown(pilot, "Password, shown only now:")
    node = dialog.table.current
    text = path.read_text()
    assert f"full address:s:{node.rdp.address}:{node.rdp.port}\n" in text
    assert "username:s:.\\op-test\n" in text
    [password] = re.findall("shown only now: ([^ ]+)", screen_text(pilot.app))
    assert password not in text
    [entry] = await dialog.session.entrance.users.of("windows-postprocess", node.id)
    assert (entry.user, entry.how, entry.admin) == ("op-test", "password", True)


async def test_a_file_that_is_there_is_replaced_by_a_second_enter_only(pilot, dialog, tmp_path):
    path = tmp_path / "node.rdp"
    path.write_text("mine")
    to_file(pilot, path)
    await pilot.press("enter")
    await until_shown(pilot, "enter again replaces it.")
    assert path.read_text() == "mine"
    await pilot.press("enter")
    await until_shown(pilot, "Password, shown only now:")
    assert "full address" in path.read_text()


async def test_what_cant_be_written_adds_nobody(pilot, dialog, tmp_path):
    to_file(pilot, tmp_path)
    await pilot.press("enter")
    await until_shown(pilot, "is a folder.")
    (tmp_path / "file").touch()
    to_file(pilot, tmp_path / "file" / "node.rdp")
    await pilot.press("enter")
    await until_shown(pilot, "can't be written")
    pilot.app.screen.query_one("#user", Input).value = "name:i:1"
    await pilot.press("enter")
    await until_shown(pilot, "Letters, digits, - and _")
    node = dialog.table.current
    assert await dialog.session.entrance.users.of("windows-postprocess", node.id) == []
    await pilot.press("escape")
    await until(pilot, lambda: pilot.app.screen is dialog, "the nodes")
