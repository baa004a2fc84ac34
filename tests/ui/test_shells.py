"""Shells on nodes that are on their way up, and shells that end in other ways than by `exit`."""

from dataclasses import replace

import pytest
from driving import open_nodes, screen_text, until, until_shown

from batchtui.access.channel import Exit
from batchtui.access.environment import locale
from batchtui.emulator import EmulatorThread, Options
from batchtui.emulator.control.client import inject, put
from batchtui.ui.dialogs.enter_node import EnterNode
from batchtui.ui.dialogs.shell_ended import ShellEnded

POOL = "render-linux"


@pytest.fixture
def emulator():
    """Its nodes come up when a test lets time pass."""
    with EmulatorThread(Options(seed="demo", clock="real", random_seed=7)) as running:
        yield running


def come_up(emulator):
    """What takes a node minutes, such as a reboot or its start, is over at once."""
    put(emulator, clock={"advance": 600})


class Hands:
    """Runs a line in each shell that is handed over, without a terminal."""

    def __init__(self, app, *lines):
        self._lines = list(lines)
        self.seen = []
        app.hand_over = self

    def __call__(self, channel):
        channel.write(f"{self._lines.pop(0)}\n".encode())
        read = b""
        while data := channel.read():
            read += data
        self.seen.append(read.decode())
        ended = channel.wait()
        return replace(ended, said="the last line") if ended.lost else ended


async def put_into(pilot, emulator, state):
    """The nodes' screen, with the node under the cursor in a state."""
    screen = await open_nodes(pilot, POOL)
    put(emulator, pool=POOL, node=screen.table.cursor, state=state)
    return screen


async def test_a_node_that_starts_is_waited_for_and_entered(pilot, emulator):
    screen = await put_into(pilot, emulator, "creating")
    hands = Hands(pilot.app, "echo ID=$AZ_BATCH_NODE_ID=; exit 0")
    await pilot.press("s")
    await until_shown(pilot, "The node is being created, so its SSH server isn't up yet.")
    assert "w Wait" in screen_text(pilot.app)
    await pilot.press("w")
    await until(pilot, lambda: "w Wait" not in screen_text(pilot.app), "the wait")
    put(emulator, clock={"advance": 11})
    await until_shown(pilot, "The node is starting")
    await until_shown(pilot, "3 s")
    come_up(emulator)
    await until_shown(pilot, "exit status 0 after 0 s")
    assert f"ID={screen.table.cursor}=" in hands.seen[0]
    assert pilot.app.screen is screen


async def test_a_node_that_restarts_is_tried_and_then_waited_for(pilot, emulator):
    await put_into(pilot, emulator, "rebooting")
    Hands(pilot.app, "exit 0")
    await pilot.press("s")
    await until_shown(pilot, "w waits until it is up")
    assert isinstance(pilot.app.screen, EnterNode)
    await pilot.press("w")
    await until(pilot, lambda: "w Wait" not in screen_text(pilot.app), "the wait")
    await until_shown(pilot, "The node is rebooting.")
    come_up(emulator)
    await until_shown(pilot, "The node is starting")
    come_up(emulator)
    await until_shown(pilot, "exit status 0 after 0 s")


async def test_waiting_for_a_node_can_be_given_up_and_ends_when_it_is_lost(pilot, emulator):
    screen = await put_into(pilot, emulator, "starting")
    await pilot.press("s")
    await until_shown(pilot, "w waits until it is up")
    await pilot.press("escape")
    await until_shown(pilot, "Given up.")
    await pilot.press("s")
    await until_shown(pilot, "w waits until it is up")
    await pilot.press("w")
    await until(pilot, lambda: "w Wait" not in screen_text(pilot.app), "the wait")
    put(emulator, pool=POOL, node=screen.table.cursor, state="preempted")
    await until_shown(pilot, "The node was preempted")
    await pilot.press("escape")
    assert pilot.app.screen is screen


async def test_what_may_stand_in_the_way_is_said_while_it_is_tried(pilot, emulator):
    screen = await open_nodes(pilot, POOL)
    Hands(pilot.app, "exit 0")
    await pilot.press("s")
    await until_shown(pilot, "exit status 0")
    # The user is on the node; the connection is lost, and so is the service's contact.
    await screen.session.entrance.close()
    put(emulator, pool=POOL, node=screen.table.cursor, state="unknown")
    inject(emulator, ssh=True, do="hang")
    await pilot.press("s")
    await until_shown(pilot, "Batch lost contact with the node.")
    assert "Connecting to 127." in screen_text(pilot.app)
    await pilot.press("escape")
    await until_shown(pilot, "Given up.")


async def test_a_lost_connection_is_told_of_and_made_again(pilot, emulator):
    screen = await open_nodes(pilot, POOL)
    node = screen.table.cursor
    hands = Hands(pilot.app, "sleep 60", "sleep 60", "echo BACK; exit 3")
    inject(emulator, ssh=True, do="drop", seconds=0.2, count=2)
    await pilot.press("s")
    for _ in range(2):
        await until(pilot, lambda: isinstance(pilot.app.screen, ShellEnded), "what was lost")
        await until_shown(pilot, "the connection was lost after")
        await until_shown(pilot, "the last line")
        await pilot.press("r")
    await until_shown(pilot, "exit status 3 after 0 s")
    assert "BACK" in hands.seen[2]
    assert (pilot.app.screen, screen.table.cursor) == (screen, node)


async def test_a_lost_connection_may_be_left_at_that(pilot, emulator):
    screen = await open_nodes(pilot, POOL)
    pilot.app.hand_over = lambda _channel: Exit(None, lost=True, why="[b]Timed\x1b out")
    await pilot.press("s")
    await until_shown(pilot, "Why: [b]Timed␛ out")
    await pilot.press("escape")
    await until_shown(pilot, "the connection was lost after 0 s")
    assert pilot.app.screen is screen


async def test_what_a_shell_said_that_failed_at_once_stays_readable(pilot):
    screen = await open_nodes(pilot, POOL)
    why = "This account is currently not available."
    pilot.app.hand_over = lambda _channel: Exit(1, said=why)
    await pilot.press("s")
    await until_shown(pilot, why)
    await pilot.press("escape")
    assert pilot.app.screen is screen
    await until_shown(pilot, "exit status 1 after 0 s")


async def test_a_shell_is_told_of_the_locale_here(pilot, monkeypatch):
    monkeypatch.setenv("LC_TIME", "C.UTF-8")
    await open_nodes(pilot, POOL)
    hands = Hands(pilot.app, "echo =$LC_TIME=; exit 0")
    await pilot.press("s")
    await until_shown(pilot, "exit status 0")
    assert f"={locale({'LC_TIME': 'C.UTF-8'})['LC_TIME']}=" in hands.seen[0]
