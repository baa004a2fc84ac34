"""A node's files beside those of this machine, over real SSH to the emulator's nodes."""

import os

import pytest
from driving import open_nodes, running_app, screen_text, until, until_shown

from batchtui.access.accounts import Account
from batchtui.emulator.control.client import clear, inject
from batchtui.ui.dialogs.act import ActDialog
from batchtui.ui.dialogs.ask_text import AskText
from batchtui.ui.dialogs.choose_one import ChooseOne
from batchtui.ui.dialogs.transfers import TransfersDialog
from batchtui.ui.screens.files import FilesScreen
from batchtui.ui.screens.pools import PoolsScreen
from batchtui.ui.screens.view_file import ViewFileScreen

POOL = "render-linux"


@pytest.fixture
def here(tmp_path, monkeypatch):
    folder = tmp_path / "local"
    (folder / "tree" / "deep").mkdir(parents=True)
    (folder / "tree" / "deep" / "data").write_bytes(b"deep")
    (folder / "notes.txt").write_text("first line\nsecond line\n")
    (folder / ".hidden").touch()
    os.utime(folder / "notes.txt", (1_700_000_000, 1_700_000_000))
    monkeypatch.chdir(folder)
    return folder


async def opened(pilot):
    """Until the pools are listed."""
    await until(
        pilot,
        lambda: isinstance(pilot.app.screen, PoolsScreen) and pilot.app.screen.table.rows,
        "pools",
    )


async def open_files(pilot, pool=POOL):
    """From the pools to the files of a node: the screen, with both sides listed."""
    await open_nodes(pilot, pool)
    await pilot.press("f")
    await until(pilot, lambda: isinstance(pilot.app.screen, FilesScreen), "the files")
    screen = pilot.app.screen
    await until(pilot, lambda: screen.here.folder and screen.there.folder, "both folders")
    await pilot.pause()
    return screen


def at(pane, name):
    pane.table.move_to(name)


def shown(pane):
    return list(pane.table.shown)


async def copied(pilot, screen):
    """Until nothing is on its way any more."""
    orders = screen.transfers.orders
    await until(pilot, lambda: all(o.state == "ended" for o in orders), "the copying to end")
    await pilot.pause()


async def test_files_go_to_the_node_and_back(pilot, here):
    screen = await open_files(pilot)
    assert screen.active is screen.there
    await pilot.press("tab", "M", "c")
    await until(pilot, lambda: shown(screen.there) == ["tree", "notes.txt"], "the copies")
    await copied(pilot, screen)
    assert "2 files copied" in screen_text(pilot.app)
    assert not screen.here.table.marked
    # One side keeps what the other has: times, and so nothing is copied again.
    assert screen.there.table.rows["notes.txt"].modified == 1_700_000_000

    await pilot.press("tab")
    at(screen.there, "tree")
    await pilot.press("enter")
    await until(pilot, lambda: shown(screen.there) == ["deep"], "the folder")
    await pilot.press("right")
    await until(pilot, lambda: shown(screen.there) == ["data"], "its folder")
    await pilot.press("c")
    await until(pilot, (here / "data").exists, "the file")
    assert (here / "data").read_bytes() == b"deep"
    await pilot.press("left")
    await until(pilot, lambda: screen.there.table.cursor == "deep", "the folder that was left")
    await pilot.press("backspace")
    await until(pilot, lambda: screen.there.table.cursor == "tree", "the home")


async def test_what_is_there_is_asked_about_once_for_all(pilot, here):
    screen = await open_files(pilot)
    await pilot.press("tab", "M", "c")
    await until(pilot, lambda: screen.there.table.rows, "the copies")
    await copied(pilot, screen)
    (here / "notes.txt").write_text("other\n")
    for choice, done in (("escape", (0, 0)), ("enter", (0, 2)), ("down", (1, 1))):
        await pilot.press("M", "c")
        await until(pilot, lambda: isinstance(pilot.app.screen, ChooseOne), "the question")
        assert "2 files of 2 there already" in screen_text(pilot.app)
        await pilot.press(choice, *(["enter"] if choice == "down" else []))
        await copied(pilot, screen)
        copying = screen.transfers.orders[-1].copying
        assert (copying.files_done, copying.left_as_they_were) == done


async def test_a_file_is_read_also_if_it_is_binary_or_hostile(pilot, here):
    screen = await open_files(pilot)
    (here / "evil").write_text("\x1b]52;c;aGk=\x07[red]gone[/red]\n")
    (here / "bin").write_bytes(bytes(range(256)))
    (here / "\x1b[2J[red]x").touch()
    await pilot.press("tab", "ctrl+r")
    await until(pilot, lambda: "bin" in screen.here.table.rows, "the new files")
    await until_shown(pilot, "␛[2J[red]x")
    for name, text in (
        ("notes.txt", "second line"),
        ("evil", "␛]52;c;aGk=␇[red]gone[/red]"),
        ("bin", "00000010  10 11 12"),
    ):
        at(screen.here, name)
        await pilot.press("v")
        await until(pilot, lambda: isinstance(pilot.app.screen, ViewFileScreen), "the file")
        await until_shown(pilot, text)
        await pilot.press("escape")
        await until(pilot, lambda: pilot.app.screen is screen, "the files again")


async def test_folders_are_made_renamed_and_deleted_by_name(pilot, here):
    screen = await open_files(pilot)
    await pilot.press("n")
    await until(pilot, lambda: isinstance(pilot.app.screen, AskText), "the question")
    await pilot.press(*"a/b", "enter")
    await until_shown(pilot, "can be called 'a/b'")
    await pilot.press("backspace", "backspace", *"b", "enter")
    await until(pilot, lambda: shown(screen.there) == ["ab"], "the folder")
    await pilot.press("r")
    await until(pilot, lambda: isinstance(pilot.app.screen, AskText), "the question")
    await pilot.press(*"c", "enter")
    await until(pilot, lambda: shown(screen.there) == ["abc"], "the other name")
    await pilot.press("ctrl+d")
    await until(pilot, lambda: isinstance(pilot.app.screen, ActDialog), "the question")
    assert "Gone for good" in screen_text(pilot.app)
    assert "abc/" in screen_text(pilot.app)
    await pilot.press("enter")
    await until(pilot, lambda: pilot.app.screen is screen, "nothing to be deleted by mistake")
    await pilot.press("ctrl+d")
    await until(pilot, lambda: isinstance(pilot.app.screen, ActDialog), "the question")
    await pilot.press("right", "enter")
    await until(pilot, lambda: shown(screen.there) == [], "nothing there")
    assert "deleted" in screen_text(pilot.app)


async def test_names_are_filtered_and_hidden_ones_hidden(pilot, here):
    screen = await open_files(pilot)
    await pilot.press("tab")
    assert shown(screen.here) == ["tree", "notes.txt"]
    await pilot.press("full_stop")
    assert shown(screen.here) == ["tree", ".hidden", "notes.txt"]
    await pilot.press("slash", *"note", "enter")
    await until(pilot, lambda: shown(screen.here) == ["notes.txt"], "the filter")
    await pilot.press("tab")
    assert not screen.query_one("#filter").display
    await pilot.press("tab", "escape")
    assert len(shown(screen.here)) == 3
    await pilot.press("escape")
    await until(pilot, lambda: pilot.app.screen is not screen, "the nodes")


async def test_commands_are_completed_and_leave_the_screen(pilot, here):
    screen = await open_files(pilot)
    await pilot.press("colon", *"poo", "tab")
    assert screen.active is screen.there
    assert screen.query_one("#command").text == "pools"
    await pilot.press("enter")
    await until(pilot, lambda: isinstance(pilot.app.screen, PoolsScreen), "the pools")
    assert [type(each) for each in pilot.app.screen_stack].count(PoolsScreen) == 1


async def test_a_path_is_typed(pilot, here):
    screen = await open_files(pilot)
    await pilot.press("tab", "p")
    await until(pilot, lambda: isinstance(pilot.app.screen, AskText), "the question")
    await pilot.press(*"/tree/deep", "enter")
    await until(pilot, lambda: shown(screen.here) == ["data"], "the folder")
    await pilot.press("p", *"/nowhere", "enter")
    await until_shown(pilot, "There is no")
    assert shown(screen.here) == ["data"]


async def test_a_cut_connection_is_told_and_the_copying_goes_on(pilot, emulator, here):
    data = os.urandom(3_000_000)
    (here / "big").write_bytes(data)
    inject(emulator, ssh=True, do="drop", bytes=1_000_000, pool=POOL, after=1, count=1)
    screen = await open_files(pilot)
    await pilot.press("tab")
    at(screen.here, "big")
    await pilot.press("c")
    await until_shown(pilot, "was lost")
    await copied(pilot, screen)
    (order,) = screen.transfers.orders
    assert order.may_go_on
    await until(pilot, lambda: screen.there.store, "the node again")
    await pilot.press("t")
    await until(pilot, lambda: isinstance(pilot.app.screen, TransfersDialog), "what was copied")
    await until_shown(pilot, "✗ failed")
    await pilot.press("r")
    await copied(pilot, screen)
    assert not order.may_go_on
    assert order.copying.begun > 0
    await until(pilot, lambda: shown(screen.there) == ["big"], "the file")
    assert screen.there.table.rows["big"].size == len(data)


async def test_a_full_disk_is_told_and_gone_on_with_when_there_is_room(pilot, emulator, here):
    data = os.urandom(3_000_000)
    (here / "big").write_bytes(data)
    inject(emulator, ssh=True, do="full", bytes=1_000_000, pool=POOL, after=1, count=1)
    screen = await open_files(pilot)
    await pilot.press("tab")
    at(screen.here, "big")
    await pilot.press("c")
    await until_shown(pilot, "has no room for")
    await copied(pilot, screen)
    (order,) = screen.transfers.orders
    (part,) = screen.there.table.rows.values()
    assert part.name.endswith(".part")
    assert 0 < part.size <= 1_000_000
    await pilot.press("t", "r")
    await until(pilot, lambda: shown(screen.there) == ["big"], "the file")
    assert order.copying.begun == part.size
    assert screen.there.table.rows["big"].size == len(data)


async def test_escape_stops_what_is_copied_in_two_steps(pilot, emulator, here):
    screen = await open_files(pilot)
    with (here / "big").open("wb") as big:
        big.truncate(1 << 40)  # more than there is time for
    await pilot.press("tab", "ctrl+r")
    await until(pilot, lambda: "big" in screen.here.table.rows, "the file")
    at(screen.here, "big")
    await pilot.press("c")
    await until_shown(pilot, "big")
    await until(pilot, lambda: screen.transfers.current.copying.done > 0, "some of it")
    await pilot.press("escape")
    await until_shown(pilot, "esc again stops it")
    assert pilot.app.screen is screen
    await pilot.press("escape")
    await copied(pilot, screen)
    await until_shown(pilot, "Stopped: 0 files copied, 1 not reached.")


async def test_without_ssh_the_services_files_are_shown(pilot, here):
    screen = await open_files(pilot, "nightly-reports")
    await until_shown(pilot, "No SSH here.")
    await pilot.press("n")
    await until_shown(pilot, "The service lets nobody change a node's files")
    await pilot.press("tab", "c")
    await until_shown(pilot, "The service lets nobody change a node's files")
    await pilot.press("tab")
    assert shown(screen.there)


async def test_windows_names_have_backslashes_only_on_the_wire(pilot, here):
    screen = await open_files(pilot, "windows-postprocess")
    at(screen.there, "startup")
    await pilot.press("enter")
    await until(pilot, lambda: "stdout.txt" in screen.there.table.rows, "its files")
    assert screen.there.folder == "/startup"
    await pilot.press("left")
    await until(pilot, lambda: screen.there.table.cursor == "startup", "the root")


async def test_read_only_looks_and_fetches(emulator, accounts, here):
    account = Account("demo", emulator.account, emulator.endpoint, source="demo", read_only=True)
    accounts.welcome(account, emulator.key)
    async with running_app(accounts, account=account) as pilot:
        await opened(pilot)
        screen = await open_files(pilot, "genomics-start-task")
        await until_shown(pilot, "Read-only: nobody is added to the node.")
        for key in ("n", "ctrl+d", "r"):
            await pilot.press("tab", key)
            await until_shown(pilot, "Read-only: nothing is changed")
        at(screen.there, "startup")
        screen.there.table.focus()
        await pilot.press("enter")
        await until(pilot, lambda: "stderr.txt" in screen.there.table.rows, "its files")
        await pilot.press("M", "c")
        await until(pilot, lambda: screen.transfers.orders, "the order")
        await copied(pilot, screen)
        entry = screen.there.table.rows["stderr.txt"]
        assert (here / "stderr.txt").stat().st_size == entry.size
        assert (here / "stderr.txt").stat().st_mtime == entry.modified


async def test_a_node_that_is_not_reached_is_tried_again(pilot, emulator, here):
    inject(emulator, ssh=True, do="refuse", pool=POOL)
    await open_nodes(pilot, POOL)
    await pilot.press("f")
    await until_shown(pilot, "ctrl+r tries again")
    screen = pilot.app.screen
    assert shown(screen.here) == ["tree", "notes.txt"]
    clear(emulator)
    await pilot.press("ctrl+r")
    await until(pilot, lambda: screen.there.folder, "the node")


async def test_one_side_at_a_time_where_both_have_no_room(emulator, accounts, here):
    account = Account("demo", emulator.account, emulator.endpoint, source="demo")
    accounts.welcome(account, emulator.key)
    async with running_app(accounts, account=account, size=(40, 20)) as pilot:
        await opened(pilot)
        screen = await open_files(pilot)
        assert (screen.here.display, screen.there.display) == (False, True)
        await pilot.press("tab")
        assert (screen.here.display, screen.there.display) == (True, False)
        assert screen.focused is screen.here.table


async def many(pilot, screen, **answers):
    """From the nodes to the dialog that copies to three of them, or from them."""
    await until(pilot, lambda: pilot.app.screen is screen, "the nodes")
    screen.table.action_edge(0)
    await pilot.press("space", "space", "space", "f")
    await until(pilot, lambda: isinstance(pilot.app.screen, ActDialog), "the dialog")
    await answer(pilot, **answers)
    return pilot.app.screen


async def answer(pilot, **answers):
    for name, value in answers.items():
        pilot.app.screen.query_one(f"#field-{name}").query_one("Input, Select").value = value
    await pilot.pause()


async def test_the_same_goes_to_many_nodes_and_comes_from_each(pilot, here):
    screen = await open_nodes(pilot, POOL)
    dialog = await many(pilot, screen, what="*.txt tree nothing*")
    await pilot.press("ctrl+s")
    await until_shown(pilot, "There is no nothing* here.")
    await answer(pilot, what="*.txt tree", folder="new/er")
    await until_shown(pilot, "*.txt tree → new/er on 3 of 8 nodes.")
    await pilot.press("ctrl+s")
    await until_shown(pilot, "What was said")
    assert (len(dialog._bulk.done), dialog._bulk.failed) == (3, {})
    await until_shown(pilot, "2 files copied")
    await pilot.press("escape")

    fetch = {"way": "down", "what": "new/er/notes.txt new/er/tree", "folder": "out"}
    dialog = await many(pilot, screen, **fetch)
    await pilot.press("ctrl+s")
    await until_shown(pilot, "What was said")
    nodes = list(dialog._bulk.done)
    assert (len(nodes), dialog._bulk.failed) == (3, {})
    assert sorted(path.name for path in (here / "out").iterdir()) == sorted(nodes)
    for node in nodes:
        assert (here / "out" / node / "tree" / "deep" / "data").read_bytes() == b"deep"
        assert (here / "out" / node / "notes.txt").stat().st_mtime == 1_700_000_000
    await pilot.press("escape")

    dialog = await many(pilot, screen, **fetch | {"what": "new/er/notes.txt nowhere"})
    await pilot.press("ctrl+s")
    await until_shown(pilot, "There is no")
    await until(pilot, lambda: len(dialog._bulk.failed) == 3, "three that failed")


async def test_one_node_that_is_not_reached_hinders_no_other(pilot, emulator, here):
    screen = await open_nodes(pilot, POOL)
    first = screen.table.shown[0]
    inject(emulator, ssh=True, do="refuse", pool=POOL, node=first)
    dialog = await many(pilot, screen, what="notes.txt", folder="/tmp-of-node")
    await pilot.press("ctrl+s")
    await until_shown(pilot, "Retry 1")
    assert list(dialog._bulk.failed) == [first]
    clear(emulator)
    await pilot.press("r")
    await until(pilot, lambda: len(dialog._bulk.done) == 3, "all of them")


async def test_read_only_copies_nothing_to_many(emulator, accounts, here):
    account = Account("demo", emulator.account, emulator.endpoint, source="demo", read_only=True)
    accounts.welcome(account, emulator.key)
    async with running_app(accounts, account=account) as pilot:
        await opened(pilot)
        await open_nodes(pilot, POOL)
        await pilot.press("space", "space", "f")
        await until_shown(pilot, "Read-only: nothing is changed")
