"""A pool that somebody else deletes while it is open: every screen says so and leads back."""

import pytest
from driving import answer, fill, open_nodes, until, until_shown

from batchtui.ui.screens.pools import PoolsScreen

POOL = "licence-check"


async def nodes(pilot):
    await open_nodes(pilot, POOL)


async def node_details(pilot):
    await open_nodes(pilot, POOL)
    await pilot.press("d")
    await until_shown(pilot, "Start task")


async def raw_node(pilot):
    await open_nodes(pilot, POOL)
    await pilot.press("y")
    await until_shown(pilot, '"id"')


async def pool_details(pilot):
    pilot.app.screen.table.move_to(POOL)
    await pilot.press("d")
    await until_shown(pilot, "Nodes")


async def raw_pool(pilot):
    pilot.app.screen.table.move_to(POOL)
    await pilot.press("y")
    await until_shown(pilot, '"id"')


async def form(pilot, key, **typed):
    pilot.app.screen.table.move_to(POOL)
    await pilot.press(key)
    await until(pilot, lambda: not isinstance(pilot.app.screen, PoolsScreen), "the form")
    await pilot.pause()
    await fill(pilot, **typed)


async def resize(pilot):
    await form(pilot, "r", dedicated="9")


async def edit(pilot):
    await form(pilot, "e", metadata="a=b")


async def reboot(pilot):
    await open_nodes(pilot, POOL)
    await pilot.press("b")
    await until_shown(pilot, "Reboot")


async def add_user(pilot):
    await open_nodes(pilot, POOL)
    await pilot.press("u")
    await until_shown(pilot, "Add a user")
    await answer(pilot, login="made")


# What opens it, and the keys that ask the service again.
SCREENS = [
    (nodes, ("ctrl+r",)),
    (node_details, ("ctrl+r",)),
    (raw_node, ("ctrl+r",)),
    (pool_details, ("ctrl+r",)),
    (raw_pool, ("ctrl+r",)),
    (resize, ("ctrl+s", "ctrl+s")),
    (edit, ("ctrl+s", "ctrl+s")),
    (reboot, ("right", "enter")),
    (add_user, ("ctrl+s",)),
]


@pytest.mark.parametrize(
    ("opened", "keys"), SCREENS, ids=lambda each: getattr(each, "__name__", "")
)
async def test_it_says_so_and_leads_back(pilot, service, opened, keys):
    pools = pilot.app.screen
    await opened(pilot)
    await service.delete(f"/pools/{POOL}")

    async def gone():
        return all(pool["id"] != POOL for pool in await service.rows("/pools"))

    while not await gone():
        await pilot.pause(0.05)
    screen = pilot.app.screen
    for key in keys:
        await pilot.press(key)
        await pilot.pause()
    await until(pilot, lambda: "gone" in said(pilot) or "does not exist" in said(pilot), "a word")
    for _ in range(6):
        if pilot.app.screen is pools:
            break
        await pilot.press("escape")
        await pilot.pause()
        if "What you typed is lost" in said(pilot):
            await pilot.press("right", "enter")
            await pilot.pause()
    assert pilot.app.screen is pools
    assert screen not in pilot.app.screen_stack
    await until(pilot, lambda: POOL not in pools.table.rows, "a pool less")


def said(pilot):
    """What is on screen, in one line."""
    from driving import screen_text

    return " ".join(screen_text(pilot.app).replace("│", " ").split())
