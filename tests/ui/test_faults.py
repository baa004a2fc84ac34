"""Everything that is wrong, on one screen: what is seen of it, and where it leads."""

import base64

import pytest
from driving import running_app, screen_text, until, until_shown

from batchtui.access.accounts import Account, AccountBook
from batchtui.emulator.control.client import clear, faults, inject, put
from batchtui.ui.screens.accounts import AccountsScreen
from batchtui.ui.screens.faults import AllFaultsScreen, FaultsScreen
from batchtui.ui.screens.node_details import NodeDetailsScreen
from batchtui.ui.screens.nodes import NodesScreen
from batchtui.ui.screens.pool_details import PoolDetailsScreen
from batchtui.ui.screens.pools import PoolsScreen

KEY = base64.b64encode(b"a made-up key of some length").decode()
DISK_FULL = {"code": "DiskFull", "message": "There is not enough disk space on the node"}
JAMMY = {"publisher": "canonical", "offer": "0001-com-ubuntu-server-jammy", "sku": "22_04-lts"}
ALMA = {"publisher": "almalinux", "offer": "almalinux", "sku": "9-gen2"}


async def look(pilot):
    """From the pools to their faults."""
    await pilot.press("F")
    await until(
        pilot,
        lambda: type(pilot.app.screen) is FaultsScreen and "as of" in screen_text(pilot.app),
        "the faults",
    )
    return pilot.app.screen


def rows(screen):
    return [row.fault for row in map(screen.table.rows.get, screen.table.shown)]


def kinds(screen):
    return {(row.pool.id, row.kind, row.nodes) for row in rows(screen) if row.pool}


def put_cursor(screen, pool, kind):
    table = screen.table
    table.move_to(
        next(
            row_id
            for row_id, row in table.rows.items()
            if row.fault.pool and (row.fault.pool.id, row.fault.kind) == (pool, kind)
        )
    )


async def leads_to(pilot, key, kind):
    await pilot.press(key)
    await until(pilot, lambda: type(pilot.app.screen) is kind, kind.__name__)
    return pilot.app.screen


async def test_every_kind_of_fault_is_seen_the_worst_first(emulator, pilot):
    put(emulator, pool="render-linux", node="*", state="starttaskfailed", exitCode=127)
    put(emulator, pool="nightly-reports", node="0", state="unusable", errors=[DISK_FULL])
    put(emulator, pool="nightly-reports", node="1", state="unknown")
    put(emulator, pool="fluid-sim-burst", node="0", state="offline")
    run = {"timestamp": "2026-03-01T00:00:00Z", "results": "", "error": {"code": "Odd",
           "message": "[/b]Nobody knows"}}  # fmt: skip
    # Where no formula runs, or the next run would take its place.
    put(emulator, pool="nightly-reports", autoScaleRun=run)
    stopped = {"code": "ResizeStopped", "message": "Somebody stopped it"}
    put(emulator, pool="windows-postprocess", resizeErrors=[stopped])
    soon = {**ALMA, "batchSupportEndOfLife": "2060-01-01T00:00:00Z"}
    put(emulator, images=[{**JAMMY, "batchSupportEndOfLife": "2024-06-30T00:00:00Z"}, soon])
    screen = await look(pilot)
    found = kinds(screen)
    assert found >= {
        ("render-linux", "starttaskfailed", 8),
        ("genomics-start-task", "starttaskfailed", 1),
        ("licence-check", "startignored", 1),
        ("nightly-reports", "unusable", 1),
        ("nightly-reports", "unknown", 1),
        ("spot-transcode", "preempted", 1),
        ("fluid-sim-burst", "offline", 1),
        ("molecular-dynamics", "resize", 0),
        ("windows-postprocess", "resizestopped", 0),
        ("nightly-reports", "autoscale", 0),
        ("render-linux", "imageended", 0),
    }
    # An end that is years away is none.
    assert "imageends" not in {kind for _pool, kind, _nodes in found}
    severities = [fault.severity for fault in rows(screen)]
    assert severities == sorted(severities)
    broken = [fault.since for fault in rows(screen) if fault.severity == severities[0]]
    assert broken == sorted(broken, reverse=True)
    await pilot.press("slash", *"autoscale", "enter")
    await until_shown(pilot, "Odd: [/b]Nobody")


@pytest.mark.parametrize(
    ("fault", "key", "leads"),
    [
        (("genomics-start-task", "starttaskfailed"), "enter", NodeDetailsScreen),
        (("genomics-start-task", "starttaskfailed"), "d", NodeDetailsScreen),
        (("molecular-dynamics", "resize"), "enter", PoolDetailsScreen),
        (("render-linux", "unknown"), "d", PoolDetailsScreen),
    ],
)
async def test_a_fault_leads_to_what_has_it_and_back(emulator, pilot, fault, key, leads):
    put(emulator, pool="render-linux", node="*", state="unknown")
    screen = await look(pilot)
    put_cursor(screen, *fault)
    row = screen.table.cursor
    await leads_to(pilot, key, leads)
    await until_shown(pilot, fault[0])
    await leads_to(pilot, "escape", FaultsScreen)
    assert screen.table.cursor == row
    await pilot.press("y")
    await until_shown(pilot, "JSON")
    await until_shown(pilot, '"id"')


async def test_many_nodes_lead_to_the_nodes_with_nothing_but_these(emulator, pilot):
    put(emulator, pool="render-linux", node="*", state="starttaskfailed")
    put(emulator, pool="render-linux", node="0", state="starting")
    put(emulator, pool="render-linux", node="1", state="idle")
    screen = await look(pilot)
    put_cursor(screen, "render-linux", "starttaskfailed")
    nodes = await leads_to(pilot, "enter", NodesScreen)
    await until(pilot, lambda: len(nodes.table.rows) == 8, "nodes")
    assert {nodes.table.rows[each].state for each in nodes.table.shown} == {"starttaskfailed"}
    await until_shown(pilot, "6 of 8")
    await pilot.press("escape")
    await until_shown(pilot, "8 nodes")


async def test_nodes_that_look_well_lead_to_the_faulty_ones(emulator, pilot):
    pools = pilot.app.screen.session.pools
    body = {"targetDedicatedNodes": 5, "targetLowPriorityNodes": 0}
    await pools.resize("licence-check", body)
    while (await pools.node_counts("licence-check"))["licence-check"].by_state != {"idle": 5}:
        await pilot.pause(0.05)
    put(emulator, pool="licence-check", node="*", state="starttaskfailed")
    screen = await look(pilot)
    assert ("licence-check", "startignored", 5) in kinds(screen)
    put_cursor(screen, "licence-check", "startignored")
    nodes = await leads_to(pilot, "enter", NodesScreen)
    await until_shown(pilot, "faults only · 5 nodes")
    assert {node.state for node in nodes.table.rows.values()} == {"idle"}


async def test_what_means_nothing_here_says_so_and_the_rest_works(pilot):
    screen = await look(pilot)
    # The worst stands first, and so does the cursor.
    assert screen.table.cursor == screen.table.shown[0]
    await pilot.press("z")
    await until_shown(pilot, "There is nothing but faults here.")
    put_cursor(screen, "spot-transcode", "unusable")
    # Where there is no room for it in the table, it is told below.
    await until_shown(pilot, "_d: DiskFull: There is not enough disk space on the node")
    await pilot.press("c")
    await until_shown(pilot, "az command")
    await pilot.press("enter")
    await until_shown(pilot, "Copied the message")
    assert pilot.app.clipboard.startswith("DiskFull: ")
    await pilot.press("G")
    chosen = screen.table.cursor
    await pilot.press("escape")
    await until(pilot, lambda: type(pilot.app.screen) is PoolsScreen, "the pools")
    screen = await look(pilot)
    assert screen.table.cursor == chosen


async def test_nothing_wrong_is_said(emulator, pilot):
    put(emulator, reset="empty")
    await look(pilot)
    await until_shown(pilot, "Nothing is wrong, as far as the service tells.")
    await pilot.press("enter", "d", "y", "c")
    await until_shown(pilot, "There is no fault under the cursor.")


@pytest.mark.parametrize(
    ("struck", "said"),
    [
        ({"path": "/pools", "do": "status", "status": 500}, "Azure Batch refused"),
        ({"path": "/nodecounts", "do": "malformed"}, "Azure Batch refused"),
        ({"path": "/pools/spot-transcode/nodes", "do": "reset"}, "No answer"),
        ({"path": "/pools/*/nodes", "do": "status", "status": 503, "retryAfter": 2}, "throttles"),
    ],
)
async def test_a_service_that_fails_midway_leaves_old_rows_a_sentence_and_a_way_on(
    emulator, pilot, struck, said
):
    screen = await look(pilot)
    before = kinds(screen)
    inject(emulator, **struck)
    await pilot.press("ctrl+r")
    await until_shown(pilot, said, seconds=60)
    await until_shown(pilot, "old:")
    assert kinds(screen) == before
    clear(emulator)
    put(emulator, pool="spot-transcode", node="*", state="idle")
    if "retryAfter" in struck:
        await pilot.press("ctrl+r")
        await until_shown(pilot, "The service asks to wait")
        await until(pilot, lambda: screen.clock() > screen._due, "the end of that")
    await pilot.press("ctrl+r")
    await until_shown(pilot, "Answering again.")
    assert not {"unusable", "preempted"} & {kind for _pool, kind, _nodes in kinds(screen)}


# All accounts


@pytest.fixture
async def everywhere(emulator, accounts, paths):
    """The app on four accounts: one that answers, one that doesn't, two that can't be opened."""
    accounts.welcome(Account("demo", emulator.account, emulator.endpoint, "demo"), emulator.key)
    accounts.welcome(Account("dead", "dead", "http://127.0.0.1:9", "demo"), KEY)
    accounts.welcome(Account("wrong", emulator.account + "2", emulator.endpoint, "demo"), KEY)
    AccountBook(paths.accounts).add(Account("locked", "locked", "https://l.x.batch.azure.com"))
    async with running_app(accounts) as pilot:
        await until_shown(pilot, "locked")
        await pilot.press("F")
        await until(pilot, lambda: type(pilot.app.screen) is AllFaultsScreen, "all faults")
        yield pilot


async def test_all_accounts_are_looked_into_and_each_failure_is_a_row(everywhere, emulator):
    pilot, screen = everywhere, everywhere.app.screen
    await until_shown(pilot, "as of", seconds=60)
    failures = [row for row in screen.table.rows.values() if row.fault.pool is None]
    said = {row.account.name: row.fault.message for row in failures}
    assert said.keys() == {"dead", "wrong", "locked"}
    assert said["dead"].startswith("No answer: Nothing listens at 127.0.0.1:9")
    assert said["wrong"].startswith("Not signed in: ")
    assert said["locked"].startswith("Keyring: There is no keyring on this machine.")
    # They stand first: anything may be wrong there.
    first = [screen.table.rows[each].fault.kind for each in screen.table.shown[:4]]
    assert first[:3] == ["account"] * 3
    assert first[3] != "account"
    assert ("spot-transcode", "unusable", 1) in kinds(screen)
    assert isinstance(pilot.app.screen, AllFaultsScreen)
    # What is found in an account leads to it there.
    put_cursor(screen, "molecular-dynamics", "resize")
    await leads_to(pilot, "enter", PoolDetailsScreen)
    await until_shown(pilot, "AccountCoreQuotaReached")
    await leads_to(pilot, "escape", AllFaultsScreen)
    await pilot.press("g", "y")
    await until_shown(pilot, "There is no JSON of an account")
    await pilot.press("d")
    await until_shown(pilot, "Close")
    await pilot.press("escape")
    # An account that can't be looked into is opened from the accounts, which ask for its key.
    screen.table.move_to(next(row.id for row in failures if row.account.name == "locked"))
    await leads_to(pilot, "enter", AccountsScreen)
    await until_shown(pilot, "no keyring on this machine")


async def test_sessions_are_kept_while_one_looks_and_closed_after(everywhere):
    pilot, screen = everywhere, everywhere.app.screen
    await until_shown(pilot, "as of", seconds=60)
    sessions = list(screen._everywhere._sessions.values())
    assert sorted(each.account.name for each in sessions) == ["dead", "demo", "wrong"]
    await pilot.press("ctrl+r")
    await until(pilot, lambda: not screen._in_flight, "another look", seconds=60)
    assert list(screen._everywhere._sessions.values()) == sessions
    await leads_to(pilot, "escape", AccountsScreen)
    await until(pilot, lambda: all(each.service._closed for each in sessions), "closed sessions")


async def test_an_account_that_stops_answering_keeps_its_rows_until_it_answers_again(
    everywhere, emulator
):
    pilot, screen = everywhere, everywhere.app.screen
    await until_shown(pilot, "as of", seconds=60)
    before = kinds(screen)

    def failing():
        return {row.account.name for row in screen.table.rows.values() if not row.fault.pool}

    async def again():
        await until(pilot, lambda: not screen._in_flight, "no look under way", seconds=60)
        await pilot.press("ctrl+r")
        await until(pilot, lambda: not screen._in_flight, "another look", seconds=60)

    inject(emulator, path="/nodecounts", do="status", status=503, retryAfter=3600)
    await again()
    assert "demo" in failing()
    assert kinds(screen) == before
    [rule] = faults(emulator)
    clear(emulator)
    put(emulator, pool="spot-transcode", node="*", state="idle")
    # It asked for an hour of patience, and is given it.
    await again()
    assert rule["hits"] == 1
    assert "demo" in failing()
    assert kinds(screen) == before
    screen._everywhere._patience.clear()
    await again()
    assert "demo" not in failing()
    assert kinds(screen) < before


async def test_a_missing_key_is_said_and_found_once_it_is_there(accounts, paths, emulator, ring):
    kept = Account("kept", emulator.account, emulator.endpoint)
    AccountBook(paths.accounts).add(kept)
    async with running_app(accounts) as pilot:
        await until_shown(pilot, "kept")
        await pilot.press("F")
        await until_shown(pilot, "Not signed in: There is no key of demo in the keyring.")
        await until_shown(pilot, "as of")
        # Nobody is asked for it here, nor is the keyring asked again until somebody wants that.
        screen = pilot.app.screen
        assert type(screen) is AllFaultsScreen
        await accounts.give_key(kept, emulator.key)
        assert ring
        await pilot.press("ctrl+r")
        await until(pilot, lambda: ("spot-transcode", "unusable", 1) in kinds(screen), "its faults")
        assert all(row.fault.pool for row in screen.table.rows.values())
