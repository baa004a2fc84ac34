"""Where SSH reaches nodes: as a table, copied, and exported for other programs."""

import csv
import io
import json

from driving import answer, open_nodes, until, until_shown

from batchtui.ui.dialogs.act import ActDialog
from batchtui.ui.screens.logins import LoginsScreen

POOL = "render-linux"


async def shown(pilot):
    await until(
        pilot,
        lambda: isinstance(pilot.app.screen, LoginsScreen) and pilot.app.screen.table.rows,
        "the logins",
    )
    return pilot.app.screen


async def export(pilot, **answers):
    await pilot.press("e")
    await until(pilot, lambda: isinstance(pilot.app.screen, ActDialog), "the dialog")
    await answer(pilot, **answers)
    await pilot.press("ctrl+s")


async def test_they_are_shown_copied_and_exported(pilot, tmp_path):
    nodes = await open_nodes(pilot, POOL)
    reached = [node for node in nodes.table.rows.values() if node.ssh]
    await pilot.press("A")
    screen = await shown(pilot)
    await until_shown(pilot, f"127.{reached[0].ssh.address.split('.')[1]}.")
    row = screen.table.current
    await pilot.press("c", "enter")
    await until_shown(pilot, "Copied the address and port")
    assert pilot.app.clipboard == f"{row.address}:{row.port}"

    await export(pilot, format="csv")
    await until_shown(pilot, "nodes: copied")
    rows = list(csv.DictReader(io.StringIO(pilot.app.clipboard)))
    assert {(each["node"], each["port"]) for each in rows if each["address"]} == {
        (node.id, str(node.ssh.port)) for node in reached
    }
    assert {each["user"] for each in rows} == {"op-test"}

    path = tmp_path / "logins.json"
    await export(pilot, format="json", where="file", file="")
    await until_shown(pilot, "The path of the file.")
    path.write_text("mine")
    await answer(pilot, file=str(path), user="root")
    await pilot.press("ctrl+s")
    await until_shown(pilot, "There is one already")
    assert path.read_text() == "mine"
    await pilot.press("ctrl+s")
    await until(pilot, lambda: pilot.app.screen is screen, "the logins")
    assert {each["user"] for each in json.loads(path.read_text())} == {"root"}

    await pilot.press("space")
    await export(pilot, format="pssh")
    await until_shown(pilot, "copied")
    assert pilot.app.clipboard == f"op-test@{row.address}:{row.port}\n"


async def test_those_that_a_user_was_added_to_are_one_key_away(pilot):
    await pilot.press("space", "space", "u")
    await until(pilot, lambda: isinstance(pilot.app.screen, ActDialog), "the dialog")
    await answer(pilot, name="visitor", login="made")
    await pilot.press("ctrl+s")
    await until_shown(pilot, "shown only now")
    await pilot.press("A")
    screen = await shown(pilot)
    await until_shown(pilot, "2 pools › logins")
    assert len({row.pool for row in screen.table.rows.values()}) == 2
    await pilot.press("M")
    await export(pilot, format="ansible")
    await until_shown(pilot, "copied")
    assert "ansible_user=visitor" in pilot.app.clipboard


async def test_a_pool_without_a_way_in_says_so(pilot):
    await open_nodes(pilot, "nightly-reports")
    await pilot.press("A")
    await shown(pilot)
    await until_shown(pilot, "its network")
