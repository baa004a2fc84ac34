"""The command line: completed, remembered, and told wherever keys are told."""

from driving import running_app, until, until_shown
from textual.command import CommandPalette

from batchtui.ui.screens.faults import FaultsScreen
from batchtui.ui.screens.nodes import NodesScreen
from batchtui.ui.screens.pools import PoolsScreen
from batchtui.ui.widgets.command_line import CommandLine


def line(pilot):
    return pilot.app.screen.query_one(CommandLine).text


async def opened(pilot, kind):
    await until(pilot, lambda: type(pilot.app.screen) is kind, kind.__name__)


async def test_tab_completes_a_command_and_the_pool_it_wants(pilot):
    await pilot.press("colon", "n", "tab")
    assert line(pilot) == "nodes "
    await pilot.press("r", "tab")
    assert line(pilot) == "nodes render-linux"
    await pilot.press("enter")
    await opened(pilot, NodesScreen)
    assert pilot.app.screen.pool.id == "render-linux"
    await pilot.press("colon", *"account", "space", "tab")
    assert line(pilot) == "account demo"
    await pilot.press("escape")


async def test_up_is_what_was_typed_before_on_whatever_screen(pilot):
    await pilot.press("colon", *"faults", "enter")
    await opened(pilot, FaultsScreen)
    # One that is open already is gone back to.
    screen = pilot.app.screen
    await pilot.press("colon", *"faults", "enter")
    await pilot.pause()
    assert pilot.app.screen is screen
    await pilot.press("colon", *"pools", "enter")
    await opened(pilot, PoolsScreen)
    await pilot.press("colon", "p", "up", "up")
    assert line(pilot) == "faults"
    await pilot.press("down", "down")
    assert line(pilot) == "p"
    await pilot.press("up", "up", "enter")
    await opened(pilot, FaultsScreen)


async def test_a_command_nearly_typed_is_named(pilot):
    await pilot.press("colon", *"fualts", "enter")
    await until_shown(pilot, "There is no command 'fualts'. Did you mean faults?")
    await pilot.press("colon", *"faults", "space", *"none", "enter")
    await until_shown(pilot, "It goes :faults or :faults all")


async def test_without_an_open_account_it_says_what_can_be_done(accounts):
    async with running_app(accounts) as pilot:
        await until_shown(pilot, "n adds one")
        for typed in ("pools", "nodes x", "faults"):
            pilot.app.screen.say("")
            keys = ["space" if letter == " " else letter for letter in typed]
            await pilot.press("colon", *keys, "enter")
            await until_shown(pilot, "Open an account first.")


async def test_help_and_palette_have_the_commands(pilot):
    await pilot.press("question_mark")
    await until_shown(pilot, "What is wrong in all pools")
    await pilot.press("end")
    await until_shown(pilot, ":faults [all]")
    await pilot.press("escape", "ctrl+p")
    await until(pilot, lambda: isinstance(pilot.app.screen, CommandPalette), "the palette")
    await pilot.press(*"the", "space", *"nodes", "space", *"of", "space", *"a", "space", *"pool")
    await until_shown(pilot, "The nodes of a pool (:nodes POOL)")
    await pilot.press("enter")
    await until(pilot, lambda: isinstance(pilot.app.screen, PoolsScreen), "the pools")
    await until(pilot, lambda: line(pilot) == "nodes ", "a line that was begun")


async def test_the_palette_begins_with_what_only_this_screen_has(pilot):
    await pilot.press("ctrl+p")
    await until_shown(pilot, "Resize the pool, or stop its resize (r)")
    await pilot.press(*"wrong")
    await until_shown(pilot, "or in them all (:faults [all])")
