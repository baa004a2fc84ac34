"""What is done to nodes: asked first, told of each, tried again, stopped, and never read-only."""

import asyncio

import pytest
from driving import open_nodes, running_app, screen_text, squeezed, until, until_shown

from batchtui.access.accounts import Account
from batchtui.batch import bulk
from batchtui.batch.bulk import Step
from batchtui.emulator import EmulatorThread, Options
from batchtui.emulator.control.client import clear, faults, inject
from batchtui.errors import ConflictError
from batchtui.ui.acts.act import Act, Target
from batchtui.ui.dialogs.act import ActDialog
from batchtui.ui.screens.nodes import NodesScreen

POOL = "render-linux"
SECRET = "c2VjcmV0"
CONTAINER = f"https://acct.blob.core.windows.net/logs?sv=2025&sig={SECRET}"


async def choose(pilot, key, marks=0):
    """Mark so many nodes and press an action's key: its dialog."""
    for _ in range(marks):
        await pilot.press("space")
    await pilot.press(key)
    await until(pilot, lambda: isinstance(pilot.app.screen, ActDialog), "the dialog")
    return pilot.app.screen


async def do_it(pilot):
    """Go to the button that does it, and press it."""
    await until(pilot, lambda: pilot.app.screen.query_one("#go").size, "its button")
    await pilot.press("right", "enter")


def states(screen):
    return {row_id: node.state for row_id, node in screen.table.rows.items()}


def refuse(emulator, action, node="*", **more):
    """Let the service refuse an action on a node."""
    rule = {"do": "status", "status": 409, "code": "NodeBeingRebooted", "message": "It reboots."}
    inject(emulator, method="POST", path=f"/pools/*/nodes/{node}/{action}", **rule | more)


async def test_enter_by_mistake_changes_nothing(pilot):
    screen = await open_nodes(pilot, POOL)
    for key in ("b", "i", "t", "p", "ctrl+d"):
        await choose(pilot, key)
        await pilot.press("enter")
        await until(pilot, lambda: pilot.app.screen is screen, "the nodes")
    assert not {"rebooting", "reimaging", "deallocating"} & set(states(screen).values())


async def test_keys_that_come_together_reach_the_button_they_were_meant_for(pilot):
    screen = await open_nodes(pilot, POOL)
    await choose(pilot, "b")
    await pilot.press("right", "left", "enter")
    await until(pilot, lambda: pilot.app.screen is screen, "the nodes")
    assert "rebooting" not in states(screen).values()


async def test_three_are_rebooted_one_is_refused_and_tried_again(pilot, emulator):
    screen = await open_nodes(pilot, POOL)
    second = screen.table.shown[1]
    refuse(emulator, "reboot", second)
    dialog = await choose(pilot, "b", marks=3)
    await until_shown(pilot, "3 of 8 nodes")
    await do_it(pilot)
    await until_shown(pilot, "2 of 3 done, 1 failed")
    assert "Not now: It reboots." in screen_text(pilot.app)
    assert second in squeezed(screen_text(pilot.app))
    # The failure with all that the service said.
    await pilot.press("enter")
    await until_shown(pilot, "Code NodeBeingRebooted, request")
    await pilot.press("escape")
    await until(pilot, lambda: pilot.app.screen is dialog, "the results")
    await pilot.press("r")
    await until_shown(pilot, "2 of 3 done, 1 failed")
    clear(emulator)
    await pilot.press("r")
    await until_shown(pilot, "3 nodes: rebooting.")
    assert not screen.table.marked
    await until(pilot, lambda: states(screen).get(second) != "idle", "a list that is new")


async def test_what_failed_stays_marked_and_what_succeeded_does_not(pilot, emulator):
    screen = await open_nodes(pilot, POOL)
    second = screen.table.shown[1]
    refuse(emulator, "reboot", second)
    await choose(pilot, "b", marks=3)
    await do_it(pilot)
    await until_shown(pilot, "2 of 3 done, 1 failed")
    # Nor does a script do it again.
    await pilot.press("c")
    await until_shown(pilot, "Copied 1 line for az")
    assert second in pilot.app.clipboard
    await pilot.press("escape")
    await until_shown(pilot, "2 nodes: rebooting. 1 failed.")
    assert screen.table.marked == {second}


async def test_what_was_chosen_stays_when_all_is_refused(pilot, emulator):
    await open_nodes(pilot, POOL)
    refuse(emulator, "reimage")
    dialog = await choose(pilot, "i", marks=2)
    await pilot.press("o")
    await until_shown(pilot, "terminate:")
    await do_it(pilot)
    await until_shown(pilot, "Not now: It reboots.")
    assert pilot.app.screen is dialog
    assert "terminate:" in screen_text(pilot.app)
    clear(emulator)
    # Another way this time.
    await pilot.press("o")
    await until_shown(pilot, "taskcompletion:")
    await do_it(pilot)
    await until_shown(pilot, "2 nodes: being reimaged.")


async def test_the_commands_are_copied(pilot):
    screen = await open_nodes(pilot, POOL)
    first, second = screen.table.shown[:2]
    await choose(pilot, "b", marks=2)
    await pilot.press("o", "c")
    await until_shown(pilot, "Copied 2 lines for az")
    begin = f"az batch node reboot --pool-id {POOL} --node-id"
    end = "--node-reboot-option terminate"
    assert pilot.app.clipboard == f"{begin} {first} {end}\n{begin} {second} {end}"


async def test_targets_that_the_filter_hides_are_named(pilot):
    screen = await open_nodes(pilot, POOL)
    spot = sorted(row_id for row_id in screen.table.shown if row_id.endswith("_p"))
    await pilot.press("M", "slash", *"kind:ded", "enter")
    await until_shown(pilot, f"{len(spot)} hidden")
    await choose(pilot, "p")
    await until_shown(pilot, "Hidden by the filter:")
    text = squeezed(screen_text(pilot.app))
    assert all(f"{row_id.split('_')[1][:8]}_p" in text for row_id in spot)


async def test_scheduling_is_switched_off_and_then_on(pilot):
    screen = await open_nodes(pilot, POOL)
    node_id = screen.table.cursor

    def scheduling():
        return screen.table.rows[node_id].scheduling

    await choose(pilot, "t")
    await do_it(pilot)
    await until_shown(pilot, "closed to new tasks.")
    await until(pilot, lambda: scheduling() == "disabled", "a list that is new")
    screen.table.move_to(node_id)
    await choose(pilot, "t")
    await until_shown(pilot, "open to tasks again")
    await do_it(pilot)
    await until_shown(pilot, "open to tasks.")
    await until(pilot, lambda: scheduling() == "enabled", "a list that is new")


async def test_a_node_is_deallocated_and_started(pilot):
    screen = await open_nodes(pilot, POOL)
    node_id = screen.table.cursor
    await choose(pilot, "p")
    await do_it(pilot)
    await until_shown(pilot, "being deallocated.")
    await until(pilot, lambda: states(screen)[node_id] == "deallocated", "a list that is new")
    screen.table.move_to(node_id)
    await choose(pilot, "p")
    await until_shown(pilot, "Started: 1 of 8 nodes")
    await do_it(pilot)
    await until_shown(pilot, "being started.")


async def test_logs_are_uploaded_and_their_container_stays_secret(pilot):
    await open_nodes(pilot, POOL)
    dialog = await choose(pilot, "L", marks=2)
    await pilot.press("enter", "enter", "enter")
    await until_shown(pilot, "The URL of a container")
    dialog.query_one("#field-url Input").value = CONTAINER
    await until_shown(pilot, "windows.net/logs.")
    assert SECRET not in squeezed(screen_text(pilot.app))
    dialog.query_one("#go").focus()
    await pilot.press("c")
    await until_shown(pilot, "Copied 2 lines")
    assert '--container-url "$CONTAINER_URL"' in pilot.app.clipboard
    assert SECRET not in pilot.app.clipboard
    await pilot.press("enter")
    await until_shown(pilot, "2 of 2 done")
    await until_shown(pilot, "4 files on the way to batch-")
    assert SECRET not in squeezed(screen_text(pilot.app))
    # The dialog is gone, and what was typed with it.
    await pilot.press("escape")
    await until_shown(pilot, "2 nodes: uploading their logs.")
    dialog = await choose(pilot, "L")
    assert dialog.query_one("#field-url Input").value == ""


@pytest.mark.parametrize("key", ["b", "i", "t", "p", "L", "ctrl+d"])
async def test_read_only_has_none_of_them(emulator, accounts, key):
    account = Account("demo", emulator.account, emulator.endpoint, source="demo", read_only=True)
    accounts.welcome(account, emulator.key)
    async with running_app(accounts, account=account) as pilot:
        await until_shown(pilot, POOL)
        await open_nodes(pilot, POOL)
        await pilot.press(key)
        await until_shown(pilot, "Read-only: nothing is changed, no shell opens.")
        assert isinstance(pilot.app.screen, NodesScreen)


@pytest.fixture
async def scale(accounts):
    """The app on the 260 nodes of a pool that is called scale."""
    with EmulatorThread(Options(seed="260", clock="fast", random_seed=7)) as emulator:
        account = Account("demo", emulator.account, emulator.endpoint, source="demo")
        accounts.welcome(account, emulator.key)
        async with running_app(accounts, account=account) as pilot:
            await until_shown(pilot, "scale")
            screen = await open_nodes(pilot, "scale")
            await until(pilot, lambda: len(screen.table.rows) == 260, "all nodes")
            yield pilot, screen, emulator


async def test_250_nodes_are_removed_in_three_calls(scale):
    pilot, screen, emulator = scale
    kept = set(screen.table.shown[:10])
    # Changes nothing, but is counted.
    inject(emulator, method="POST", path="/pools/*/removenodes", do="delay", seconds=0.01)
    await pilot.press("M", *["space"] * 10)
    await choose(pilot, "ctrl+d")
    await until_shown(pilot, "In 3 calls, one after the other")
    await do_it(pilot)
    await until_shown(pilot, "Waiting for the pool to be steady: resizing")
    await until_shown(pilot, "250 nodes: leaving the pool.", seconds=40)
    assert [rule["hits"] for rule in faults(emulator)] == [3]
    await until(pilot, lambda: set(screen.table.rows) == kept, "the last ten", seconds=40)


async def test_a_stop_starts_nothing_more_and_what_is_left_can_go_on(scale):
    pilot, screen, emulator = scale
    inject(emulator, method="POST", path="/pools/*/nodes/*/reboot", do="delay", seconds=0.2)
    await pilot.press("M")
    dialog = await choose(pilot, "b")
    await do_it(pilot)
    await until(pilot, lambda: dialog._bulk.done, "some that are done")
    await pilot.press("escape")
    await until_shown(pilot, "not started")
    await until_shown(pilot, "Retry")
    done = set(dialog._bulk.done)
    assert 0 < len(done) < 260
    clear(emulator)
    await pilot.press("escape")
    await until_shown(pilot, f"{len(done)} nodes: rebooting. {260 - len(done)} not started.")
    assert screen.table.marked == set(screen.table.rows) - done
    await choose(pilot, "b")
    await do_it(pilot)
    await until_shown(pilot, f"{260 - len(done)} nodes: rebooting.")


async def test_a_service_that_throttles_is_waited_for(pilot, emulator, monkeypatch):
    monkeypatch.setattr(bulk, "_PATIENCE", 1.0)
    await open_nodes(pilot, POOL)
    refuse(emulator, "reboot", status=429, code="TooManyRequests", message="Slowly.", count=2)
    await choose(pilot, "b", marks=3)
    await do_it(pilot)
    await until_shown(pilot, "The service asks for patience: going on in 1 s")
    await until_shown(pilot, "3 nodes: rebooting.")


async def test_a_service_that_says_when_to_ask_again_is_waited_for_in_sight(pilot, emulator):
    await open_nodes(pilot, POOL)
    refuse(emulator, "reboot", status=503, code="ServerBusy", retryAfter=60)
    await choose(pilot, "b", marks=3)
    await do_it(pilot)
    await until_shown(pilot, "The service asks for patience: going on in 60 s")
    await pilot.press("escape")
    await until_shown(pilot, "Stopped before anything was done.")


async def test_a_service_that_does_not_answer_leaves_the_question(pilot, emulator):
    screen = await open_nodes(pilot, POOL)
    inject(emulator, method="POST", path="/pools/*/nodes/*/reboot", do="reset")
    await choose(pilot, "b", marks=8)
    await do_it(pilot)
    await until_shown(pilot, "No answer:")
    # Nothing was done, and all of it can be tried again.
    clear(emulator)
    await do_it(pilot)
    await until_shown(pilot, "8 nodes: rebooting.")
    assert not screen.table.marked


async def test_whoever_presses_escape_again_does_not_wait_for_the_service(pilot, emulator):
    screen = await open_nodes(pilot, POOL)
    inject(emulator, method="POST", path="/pools/*/nodes/*/reboot", do="hang")
    await choose(pilot, "b", marks=2)
    await do_it(pilot)
    await until_shown(pilot, "2 under way")
    await pilot.press("escape")
    await until_shown(pilot, "esc again")
    await pilot.press("escape")
    await until_shown(pilot, "Of 2 the outcome isn't known.")
    assert pilot.app.screen is screen
    clear(emulator)


class Many(Act):
    """Ten thousand targets, of which every other is refused."""

    verb, doing, done = "Polish", "Polishing", "polished"

    def __init__(self):
        super().__init__(
            [Target(f"node-{number:05d}", f"n{number:05d}") for number in range(10_000)]
        )

    def effect(self, _answers):
        return ("It costs nothing.",)

    def az(self, _answers, _left):
        return "az"

    def steps(self, _answers, left):
        async def call(number):
            await asyncio.sleep(0)
            if number % 2:
                raise ConflictError("It is odd.")
            return ""

        return [Step((target,), lambda number=int(target[-5:]): call(number)) for target in left]


async def test_ten_thousand_targets_fit_into_a_small_terminal(pilot):
    pilot.app.push_screen(ActDialog(Many()))
    await until_shown(pilot, "and 9,98")
    await do_it(pilot)
    await until_shown(pilot, "5,000 of 10,000 done, 5,000 failed", seconds=60)
    await until_shown(pilot, "n00001")
    await pilot.press("G")
    await until_shown(pilot, "✓ done")
    assert "Retry 5,000" in screen_text(pilot.app)
