"""A command on many nodes: asked twice, grouped, compared, tried again, stopped, and saved."""

import pytest
from driving import on_pools, open_nodes, screen_text, squeezed, until, until_shown
from service.working import processes
from textual import events
from textual.widgets import Select

from batchtui.emulator.control.client import clear, inject
from batchtui.ui.dialogs.confirm import Confirm
from batchtui.ui.dialogs.run_many import RunMany
from batchtui.ui.screens.nodes import NodesScreen
from batchtui.ui.screens.pools import PoolsScreen
from batchtui.ui.screens.run import RunScreen
from batchtui.ui.screens.run_nodes import RunNodesScreen
from batchtui.ui.screens.run_output import DiffScreen, OutputScreen

POOL = "render-linux"
SPOT = "case $AZ_BATCH_NODE_ID in *_p) echo spot; exit 3;; esac"


async def ask(pilot, command, **fields):
    """Press `x` and fill in its dialog."""
    await pilot.press("x")
    await until(pilot, lambda: isinstance(pilot.app.screen, RunMany), "the dialog")
    for name, value in {"command": command, **fields}.items():
        pilot.app.screen.query_one(f"#field-{name} Input").value = value
    await pilot.press("enter")


async def confirmed(pilot):
    """Take the second step: the screen of the run."""
    await until(pilot, lambda: isinstance(pilot.app.screen, Confirm), "the second question")
    await pilot.press("right", "enter")
    return await running(pilot)


async def running(pilot):
    await until(pilot, lambda: isinstance(pilot.app.screen, RunScreen), "the run")
    return pilot.app.screen


async def over(pilot, screen):
    await until(pilot, lambda: not screen.many.under_way, "its end")
    await until(pilot, lambda: screen._seen == screen.many.version, "what is new")


def titles(screen):
    return [group.title for group in screen.table.rows.values()]


async def test_the_same_is_one_group_that_is_read_compared_and_saved(pilot, tmp_path):
    await open_nodes(pilot, POOL)
    await pilot.press("M")
    await ask(pilot, f"{SPOT}; echo '[red]dedicated[/]'")
    await until_shown(pilot, f"On 8 nodes of {POOL}:")
    screen = await confirmed(pilot)
    await over(pilot, screen)
    await until(pilot, lambda: len(screen.table.rows) == 2, "two groups")
    assert sorted(titles(screen)) == ["2 nodes: exit status 3", "6 nodes: exit status 0"]
    await until_shown(pilot, "8 nodes: 6 done, 2 failed")
    assert "[red]dedicated[/]" in screen_text(pilot.app)
    await pilot.press("enter")
    await until(pilot, lambda: isinstance(pilot.app.screen, OutputScreen), "the output")
    await until_shown(pilot, "[red]dedicated[/]")
    await pilot.press("escape", "equals_sign")
    await until_shown(pilot, "go to one that isn't the largest")
    await pilot.press("j", "equals_sign")
    await until(pilot, lambda: isinstance(pilot.app.screen, DiffScreen), "the difference")
    await until_shown(pilot, "+spot")
    await pilot.press("escape", "ctrl+o")
    await until_shown(pilot, "Save what nodes wrote")
    pilot.app.screen.query_one("Input").value = str(tmp_path / "out")
    await pilot.press("enter")
    await until_shown(pilot, "Saved in")
    assert len(list((tmp_path / "out").iterdir())) == 9
    await pilot.press("r")
    await until_shown(pilot, "Run again on 2 nodes")
    await pilot.press("enter", "escape")
    await until(pilot, lambda: isinstance(pilot.app.screen, NodesScreen), "the nodes")


async def test_one_node_takes_one_step_and_nothing_is_run_by_mistake(pilot):
    nodes = await open_nodes(pilot, POOL)
    await ask(pilot, "")
    await until_shown(pilot, "What is to be run.")
    await pilot.press(*"id", "enter")
    screen = await running(pilot)
    await over(pilot, screen)
    assert len(screen.many.outcomes) == 1
    await pilot.press("escape")
    await until(pilot, lambda: pilot.app.screen is nodes, "the nodes")
    # Of two, one is hidden, and `enter` twice is a mistake.
    await pilot.press("space", "space", "slash", *"nothing-is-called-so", "enter")
    await until_shown(pilot, "2 hidden")
    await ask(pilot, "id", timeout="soon")
    await until_shown(pilot, "A whole number of seconds")
    pilot.app.screen.query_one("#field-timeout Input").value = ""
    assert "Hidden by the filter" in squeezed_words(screen_text(pilot.app))
    await pilot.press("enter")
    await until(pilot, lambda: isinstance(pilot.app.screen, Confirm), "the second question")
    await pilot.press("enter")
    await until(pilot, lambda: isinstance(pilot.app.screen, RunMany), "the dialog")
    # What was typed is there still.
    assert pilot.app.screen.query_one("#field-command Input").value == "id"


def squeezed_words(text):
    return " ".join(text.split())


async def test_keys_in_one_burst_choose_the_nodes_and_are_the_command(pilot):
    await open_nodes(pilot, POOL)
    for key in ("space", "j", "space", "x", *"id", "enter"):
        character = " " if key == "space" else key if len(key) == 1 else None
        pilot.app.post_message(events.Key(key, character))
    await until(pilot, lambda: isinstance(pilot.app.screen, Confirm), "the second question")
    await until_shown(pilot, "On 2 nodes of render-linux: id")


async def test_a_node_that_was_not_reached_is_tried_again(pilot, emulator):
    nodes = await open_nodes(pilot, POOL)
    first = nodes.table.shown[0]
    inject(emulator, ssh=True, node=first, do="refuse")
    await pilot.press("space", "space")
    await ask(pilot, "echo fine")
    screen = await confirmed(pilot)
    await over(pilot, screen)
    await until_shown(pilot, "2 nodes: 1 done, 1 not reached")
    await until_shown(pilot, "didn't end well on 1 node")
    await pilot.press("n")
    await until(pilot, lambda: isinstance(pilot.app.screen, RunNodesScreen), "the nodes")
    await until(pilot, lambda: len(pilot.app.screen.table.rows) == 2, "both")
    await pilot.press("z")
    await until(pilot, lambda: len(pilot.app.screen.table.data) == 1, "the one that failed")
    await pilot.press("enter")
    await until_shown(pilot, "not reached: Connection lost")
    await pilot.press("escape", "escape", "escape")
    await until(pilot, lambda: pilot.app.screen is screen, "the run")
    clear(emulator)
    await pilot.press("r")
    await until_shown(pilot, "2 nodes: 2 done")
    await over(pilot, screen)
    await until(pilot, lambda: titles(screen) == ["2 nodes: exit status 0"], "one group")


@pytest.mark.parametrize("key", ["escape", "ctrl+c"])
async def test_a_stop_takes_two_steps_and_ends_what_runs(pilot, key):
    await open_nodes(pilot, POOL)
    await pilot.press("M")
    await ask(pilot, "echo up; exec sleep 98781", **{"at-once": "3"})
    screen = await confirmed(pilot)
    await until(pilot, lambda: len(processes("sleep", "98781")) == 3, "three sleeps")
    await until_shown(pilot, "3 running")
    await pilot.press(key)
    await until_shown(pilot, "doesn't begin on 5 others")
    assert len(processes("sleep", "98781")) == 3
    await pilot.press(key)
    await over(pilot, screen)
    await until_shown(pilot, "8 nodes: 3 stopped, 5 not started")
    await until(pilot, lambda: not processes("sleep", "98781"), "no sleeps")


async def test_what_runs_is_ended_where_its_screen_is_left(pilot):
    await open_nodes(pilot, POOL)
    await ask(pilot, "exec sleep 98782")
    await until(pilot, lambda: processes("sleep", "98782"), "a sleep")
    await pilot.press("colon", *"pools", "enter")
    await until(pilot, lambda: isinstance(pilot.app.screen, PoolsScreen), "the pools")
    await until(pilot, lambda: not processes("sleep", "98782"), "no sleep")


async def test_what_runs_is_ended_where_the_program_ends(emulator, accounts):
    async with on_pools(emulator, accounts) as pilot:
        await open_nodes(pilot, POOL)
        await ask(pilot, "exec sleep 98783")
        await until(pilot, lambda: processes("sleep", "98783"), "a sleep")
        await pilot.press("ctrl+q")
    assert not processes("sleep", "98783")


async def test_a_script_runs_on_every_node_of_a_pool(pilot, tmp_path):
    script = tmp_path / "hello.py"
    script.write_text("#!/usr/bin/env python3\nimport sys\nprint(sys.argv[1:])\n")
    pilot.app.screen.table.move_to("genomics-start-task")
    await pilot.press("x")
    await until_shown(pilot, "Run on every node of genomics-start-task")
    dialog = pilot.app.screen
    dialog.query_one(Select).value = "script"
    await until(pilot, lambda: dialog.query_one("#field-script").display, "where to name it")
    dialog.query_one("#field-script Input").value = "/nowhere/x"
    await pilot.press("ctrl+s")
    await until_shown(pilot, "can't be read")
    dialog.query_one("#field-script Input").value = str(script)
    dialog.query_one("#field-command Input").value = "'a b' c"
    await pilot.press("ctrl+s")
    screen = await confirmed(pilot)
    await over(pilot, screen)
    await until_shown(pilot, "['a b', 'c']")
    assert titles(screen) == ["6 nodes: exit status 0"]


async def test_nodes_of_two_pools_are_told_apart(pilot):
    table = pilot.app.screen.table
    for pool in ("licence-check", "nightly-reports"):
        table.move_to(pool)
        await pilot.press("space")
    await ask(pilot, "echo fine")
    await until_shown(pilot, "On 3 nodes of licence-check, nightly-reports:")
    screen = await confirmed(pilot)
    await over(pilot, screen)
    assert sorted(titles(screen)) == [
        "1 node: exit status 0",
        "2 nodes: not reached: No way to this node",
    ]
    await pilot.press("n")
    await until_shown(pilot, "licence-check/")
    await until_shown(pilot, "nightly-reports/")


async def test_read_only_has_none_of_it(emulator, accounts):
    async with on_pools(emulator, accounts, read_only=True) as pilot:
        await pilot.press("x")
        await until_shown(pilot, "Read-only")
        await open_nodes(pilot, POOL)
        await pilot.press("x")
        await until_shown(pilot, "Read-only")
        assert squeezed("Run on") not in squeezed(screen_text(pilot.app))
