"""What is done to nodes: asked first, told of each, tried again, stopped, and never read-only."""

from driving import open_nodes, screen_text, squeezed, until, until_shown

from batchtui.emulator.control.client import clear, inject
from batchtui.ui.dialogs.act import ActDialog


async def choose(pilot, key, marks=0):
    """Mark so many nodes and press an action's key."""
    for _ in range(marks):
        await pilot.press("space")
    await pilot.press(key)
    await until(pilot, lambda: isinstance(pilot.app.screen, ActDialog), "the dialog")
    return pilot.app.screen


async def do_it(pilot):
    """Go to the button that does it and press it."""
    await pilot.press("right", "enter")


def states(screen):
    return {row_id: node.state for row_id, node in screen.table.rows.items()}


async def test_enter_by_mistake_changes_nothing(pilot):
    screen = await open_nodes(pilot, "render-linux")
    for key in ("b", "i", "t", "p", "ctrl+d"):
        await choose(pilot, key)
        await pilot.press("enter")
        await until(pilot, lambda: pilot.app.screen is screen, "the nodes")
    assert not {"rebooting", "reimaging", "deallocating"} & set(states(screen).values())


async def test_three_are_rebooted_one_is_refused_and_tried_again(pilot, emulator):
    screen = await open_nodes(pilot, "render-linux")
    second = screen.table.shown[1]
    inject(
        emulator, method="POST", path=f"/pools/*/nodes/{second}/reboot", do="status",
        status=409, code="NodeBeingRebooted", message="The node is being rebooted.",
    )  # fmt: skip
    dialog = await choose(pilot, "b", marks=3)
    await until_shown(pilot, "3 of 8 nodes")
    await do_it(pilot)
    await until_shown(pilot, "2 of 3 done, 1 failed")
    assert "Not now: The node is being rebooted." in screen_text(pilot.app)
    assert second in squeezed(screen_text(pilot.app))
    await pilot.press("enter")
    await until_shown(pilot, "Code NodeBeingRebooted, request")
    await pilot.press("escape")
    await until(pilot, lambda: pilot.app.screen is dialog, "the results")
    # The one that failed stays marked.
    await pilot.press("escape")
    await until_shown(pilot, "2 nodes: rebooting. 1 failed.")
    assert screen.table.marked == {second}
    clear(emulator)
    await choose(pilot, "b")
    await do_it(pilot)
    await until_shown(pilot, "rebooting.")
    assert not screen.table.marked
