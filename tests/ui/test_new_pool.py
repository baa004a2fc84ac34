"""After a pool was made: what it waits for, in words, and one key to a shell on its first node."""

from asyncio import to_thread

import pytest
from driving import running_app, screen_text, squeezed, until, until_shown

from batchtui.access.accounts import Account
from batchtui.accounts import Accounts
from batchtui.config import Settings
from batchtui.emulator import EmulatorThread, Options
from batchtui.emulator.control.client import clear, inject, put
from batchtui.ui.screens.create_pool import CreatePoolScreen
from batchtui.ui.screens.new_pool import NewPoolScreen
from batchtui.ui.screens.pools import PoolsScreen

POOL = "made-here"
ALLOCATED = 40  # s of the service, and more than that takes
SSH = {
    "endpointConfiguration": {
        "inboundNATPools": [
            {
                "name": "ssh",
                "protocol": "tcp",
                "backendPort": 22,
                "frontendPortRangeStart": 40000,
                "frontendPortRangeEnd": 40099,
            }
        ]
    }
}


def body(**more):
    return {
        "id": POOL,
        "vmSize": "standard_d2s_v3",
        "virtualMachineConfiguration": {
            "imageReference": {
                "publisher": "canonical",
                "offer": "0001-com-ubuntu-server-jammy",
                "sku": "22_04-lts",
            },
            "nodeAgentSKUId": "batch.node.ubuntu 22.04",
        },
        "targetDedicatedNodes": 2,
        "networkConfiguration": SSH,
        **more,
    }


def start_task(command):
    return {"commandLine": f"/bin/bash -c '{command}'", "waitForSuccess": True}


@pytest.fixture
def emulator():
    """An empty account whose time passes only when it is told to."""
    with EmulatorThread(Options(seed="empty", clock="0.000001", random_seed=7)) as running:
        yield running


@pytest.fixture
async def pilot(emulator, paths):
    accounts = Accounts(paths, Settings(node_user="op-test", refresh_seconds=0.1))
    account = Account("demo", emulator.account, emulator.endpoint, source="demo")
    accounts.welcome(account, emulator.key)
    async with running_app(accounts, account=account) as pilot:
        await until(pilot, lambda: isinstance(pilot.app.screen, PoolsScreen), "pools")
        await until_shown(pilot, "There is no pool.")
        yield pilot


async def make(pilot, service, **more):
    """Make a pool as the form does, and come to the screen that follows."""
    pools = pilot.app.screen
    await service.post("/pools", body(**more))
    pools.made(POOL)
    await until(pilot, lambda: isinstance(pilot.app.screen, NewPoolScreen), "the new pool")
    return pilot.app.screen


async def pass_time(pilot, emulator, text):
    """Let time pass until something is said: what begins when something ended takes its own."""

    async def said():
        await advance(emulator, 10)
        await pilot.pause(0.15)
        return squeezed(text) in squeezed(screen_text(pilot.app))

    for _ in range(60):
        if await said():
            return
    await until_shown(pilot, text, seconds=1)


async def advance(emulator, seconds):
    await to_thread(put, emulator, clock={"advance": seconds})


async def test_a_pool_is_followed_from_nothing_to_a_shell(pilot, emulator, service):
    pools = pilot.app.screen
    screen = await make(pilot, service, startTask=start_task("sleep 1"))
    await until_shown(pilot, "Waiting for Azure to allocate 2 nodes.")
    await until_shown(pilot, "Azure gives up after 15 min")
    assert "Allocation      ◑ 0 of 2 nodes" in screen_text(pilot.app)
    await advance(emulator, ALLOCATED)
    await until_shown(pilot, "Waiting for 2 of 2 nodes to boot.")
    assert len(screen.table.rows) == 2
    await pass_time(pilot, emulator, "it runs on 2 of 2 nodes")
    await until_shown(pilot, "Ready: tasks run on 2 of 2 nodes.")
    assert "Allocation" not in screen_text(pilot.app)
    entered = []
    pilot.app.hand_over = lambda _channel: entered.append(1) or exited()
    await pilot.press("s")
    await until(pilot, lambda: entered, "a shell")
    await until(pilot, lambda: pilot.app.screen is screen, "the way back")
    await pilot.press("escape")
    await until(pilot, lambda: pilot.app.screen is pools, "the pools")
    await until(pilot, lambda: pools.table.cursor == POOL, "its row under the cursor")
    assert not pools.table.marked
    await pilot.press("enter")
    await until_shown(pilot, "Ready: tasks run on 2 of 2 nodes.")


def exited():
    from batchtui.access.terminal import Exit

    return Exit(0)


async def test_a_shell_that_is_asked_for_early_opens_on_the_first_node_that_is_up(
    pilot, emulator, service
):
    screen = await make(pilot, service)
    entered = []
    pilot.app.hand_over = lambda _channel: entered.append(1) or exited()
    await pilot.press("s")
    await until_shown(pilot, "A shell opens on the first node once it is up")
    await pilot.press("ctrl+c")
    await until_shown(pilot, "no shell opens by itself")
    await pilot.press("s")
    await advance(emulator, ALLOCATED)
    await until(pilot, lambda: screen.table.rows, "nodes")
    assert not entered
    for _ in range(9):
        await advance(emulator, 10)
    await until(pilot, lambda: entered, "a shell")
    await until(pilot, lambda: pilot.app.screen is screen, "the way back")


async def test_a_quota_that_is_reached_says_what_helps(pilot, emulator, service):
    await to_thread(put, emulator, quota={"dedicatedCores": 4})
    await make(pilot, service, targetDedicatedNodes=3)
    await advance(emulator, ALLOCATED)
    await until_shown(
        pilot, "2 of 3 nodes came. The account's quota of dedicated cores is reached."
    )
    await until_shown(pilot, "r Resize to 2 dedicated, what there is room for")
    text = squeezed(screen_text(pilot.app))
    assert squeezed("✗ 2 of 3 nodes: core quota") in text
    assert "learn.microsoft.com/azure/batch/batch-quota-limit" in text
    await pilot.press("r")
    await until_shown(pilot, "Nodes that stay.")
    await pilot.press("escape")
    await until(pilot, lambda: isinstance(pilot.app.screen, NewPoolScreen), "the new pool")


async def test_the_first_start_task_that_failed_shows_what_it_wrote(pilot, emulator, service):
    screen = await make(
        pilot, service, startTask=start_task("echo [red]no such tool[/red] >&2; exit 3")
    )
    await pass_time(pilot, emulator, "The start task failed on 2 of 2 nodes, first on ")
    await until_shown(pilot, "exit 3")
    await until_shown(pilot, "[red]no such tool[/red]")
    await until_shown(pilot, "Reboot the node, which runs the start task again")
    ended = {row.id: row.start_task_run.end_time for row in screen.table.rows.values()}
    assert screen.table.cursor == min(ended, key=lambda each: (ended[each], each))
    await pilot.press("e")
    await until(pilot, lambda: not isinstance(pilot.app.screen, NewPoolScreen), "the form")
    await pilot.press("escape")
    await until(pilot, lambda: isinstance(pilot.app.screen, NewPoolScreen), "the new pool")


async def test_what_was_known_stays_while_the_service_is_away(pilot, emulator, service):
    screen = await make(pilot, service)
    await advance(emulator, ALLOCATED)
    await until_shown(pilot, "Waiting for 2 of 2 nodes to boot.")
    await to_thread(inject, emulator, method="GET", do="reset")
    await until_shown(pilot, "old:")
    assert squeezed("Waiting for 2 of 2 nodes to boot.") in squeezed(screen_text(pilot.app))
    assert len(screen.table.rows) == 2
    await to_thread(clear, emulator)
    await pilot.press("ctrl+r")
    await until_shown(pilot, "Answering again.")


async def test_a_pool_that_is_deleted_meanwhile_says_so(pilot, emulator, service):
    pools = pilot.app.screen
    await make(pilot, service)
    await service.delete(f"/pools/{POOL}")
    await until_shown(pilot, "It is being deleted.")
    await advance(emulator, 200)
    await until_shown(pilot, "The pool is gone. esc goes back to the pools.")
    await pilot.press("escape")
    await until(pilot, lambda: pilot.app.screen is pools, "the pools")


async def test_a_pool_that_cannot_be_read_after_it_was_made_is_among_the_pools(
    pilot, emulator, service
):
    pools = pilot.app.screen
    await service.post("/pools", body())
    await to_thread(inject, emulator, method="GET", path=f"/pools/{POOL}", do="reset")
    pools.made(POOL)
    await until(pilot, lambda: pools.table.cursor == POOL, "its row")
    assert pilot.app.screen is pools


async def test_a_pool_without_a_node_has_details(pilot, service):
    await make(pilot, service)
    await pilot.press("d")
    await until_shown(pilot, f"{POOL} › details")


async def test_a_pool_that_came_to_nothing_is_made_again_with_other_answers(
    pilot, emulator, service
):
    await to_thread(put, emulator, quota={"dedicatedCores": 0})
    await make(pilot, service)
    await advance(emulator, ALLOCATED)
    await until_shown(pilot, "No node came. The account's quota of dedicated cores is reached.")
    await until_shown(pilot, "N Make it again with another VM size")
    await pilot.press("N")
    await until(pilot, lambda: isinstance(pilot.app.screen, CreatePoolScreen), "the form")
    assert pilot.app.screen.draft.body["targetDedicatedNodes"] == 2
    await pilot.press("escape")
    await until(pilot, lambda: isinstance(pilot.app.screen, PoolsScreen), "the pools")
