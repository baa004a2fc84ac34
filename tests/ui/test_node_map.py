"""The map of a pool's nodes: the table's rows, cursor and marks, drawn otherwise."""

from contextlib import asynccontextmanager

import pytest
from driving import open_nodes, running_app, screen_text, until, until_shown
from textual.app import App

from batchtui.access.accounts import Account
from batchtui.access.channel import Exit
from batchtui.batch import convert
from batchtui.emulator import EmulatorThread, Options
from batchtui.session import utc_now
from batchtui.tables.filter import parse
from batchtui.tables.nodes import node_columns
from batchtui.ui.widgets.node_map import NodeMap
from batchtui.ui.widgets.table import Table


def node(number, state="idle"):
    return convert.node({"id": f"n{number:06}", "state": state, "isDedicated": True})


class MapApp(App):
    """A map beside a hidden table, as the screen of nodes has them."""

    CSS_PATH = "../../batchtui/ui/styles/app.tcss"

    def __init__(self, rows):
        super().__init__()
        self.rows = rows
        self.opened = []
        self.fits = 0

    def get_css_variables(self):
        from batchtui.ui.themes import house_variables

        return {**super().get_css_variables(), **house_variables(self.current_theme)}

    def compose(self):
        self.table = Table(node_columns(utc_now), lambda each: each.id, empty="nothing here")
        self.map = NodeMap(self.table)
        yield self.map
        yield self.table

    def on_mount(self):
        self.table.display = False
        self.table.set_rows(self.rows)
        self.map.focus()

    def on_rows_view_changed(self, event):
        if event.view is self.table:
            self.map.follow()

    def on_rows_view_opened(self, event):
        self.opened.append(event.row_id)

    def on_node_map_fits(self):
        self.fits += 1


@asynccontextmanager
async def shown(rows, size=(40, 12)):
    """A map of these nodes, drawn; yields app and pilot."""
    app = MapApp(rows)
    async with app.run_test(size=size) as pilot:
        await drawn(pilot)
        yield app, pilot


async def drawn(pilot, node_map=None):
    node_map = node_map or pilot.app.map
    await until(pilot, lambda: node_map._seen == node_map.data.arrangement, "a look at all nodes")
    await pilot.pause()


def lines(app):
    return screen_text(app).split("\n")


async def test_each_node_has_a_cell_with_the_letter_of_its_state():
    states = ["idle", "running", "unusable", "starttaskfailed", "waitingforstarttask"]
    async with shown([node(n, state) for n, state in enumerate(states)]) as (app, _pilot):
        assert lines(app)[0] == "▌i r U F w"
        below = "\n".join(lines(app)[1:])
        for words in ("F  start failed 1", "U  unusable 1", "i  idle 1", "n000000"):
            assert words in below
        assert "1 cell" not in below


async def test_keys_move_by_cells_and_lines():
    async with shown([node(n) for n in range(50)], size=(21, 12)) as (app, pilot):
        assert app.map._plan.columns == 10
        for key, there in [
            ("right", 1), ("right", 2), ("left", 1), ("left", 0), ("left", 0), ("j", 10),
            ("down", 20),
            ("k", 10), ("up", 0), ("k", 0), ("G", 49), ("down", 49), ("right", 49), ("g", 0),
            ("end", 49), ("k", 39), ("home", 0), ("ctrl+f", 49), ("ctrl+b", 9),
        ]:  # fmt: skip
            await pilot.press(key)
            assert app.table.cursor == f"n{there:06}", key


async def test_cursor_marks_and_order_are_the_tables():
    async with shown([node(n, "idle" if n % 3 else "unusable") for n in range(9)]) as (app, pilot):
        await pilot.press("right", "space")
        assert (app.table.marked, app.table.cursor) == ({"n000001"}, "n000002")
        assert lines(app)[0] == " U✓i▌i U i i U i i"
        await pilot.press("greater_than_sign")
        assert lines(app)[0] == " U U U✓i▌i i i i i"
        await pilot.press("minus")
        assert lines(app)[0].endswith("U U U")
        await pilot.press("M")
        assert len(app.table.marked) == 9
        await pilot.press("enter")
        assert app.opened == ["n000002"]


async def test_filters_are_the_tables():
    async with shown([node(n, "idle" if n % 3 else "unusable") for n in range(9)]) as (app, pilot):
        app.table.set_filter(parse("unusable", {}))
        await drawn(pilot)
        assert lines(app)[0] == "▌U U U"
        app.table.set_filter(parse("nothing", {}))
        await drawn(pilot)
        assert "Nothing passes the filter" in screen_text(app)
        await pilot.press("j", "right", "space", "plus", "enter", "G", "greater_than_sign")
        assert app.opened == []


async def test_nodes_that_come_go_and_change_leave_the_cursor_on_its_node():
    async with shown([node(n) for n in range(500)], size=(40, 12)) as (app, pilot):
        await pilot.press("plus", "G", "k")
        cursor = app.table.cursor
        app.table.update_rows([node(n, "unusable") for n in range(100, 200)], {"n000000"})
        app.table.update_rows([node(n) for n in range(1000, 1400)])
        await drawn(pilot)
        assert app.table.cursor == cursor
        assert "▌i" in "\n".join(lines(app)[:8])
        assert "unusable 100" in screen_text(app)


async def test_who_scrolled_away_is_not_taken_back():
    async with shown([node(n) for n in range(900)], size=(40, 12)) as (app, pilot):
        await pilot.press("plus")
        app.map.scroll_to(y=20, animate=False)
        await pilot.pause()
        app.table.update_rows([node(5, "unusable")])
        await drawn(pilot)
        assert int(app.map.scroll_offset.y) == 20
        assert app.table.cursor == "n000000"


async def test_where_nodes_share_cells_the_cursor_goes_to_the_worst():
    bad = {77, 78, 205}
    rows = [node(n, "unusable" if n in bad else "running") for n in range(1000)]
    async with shown(rows, size=(80, 9)) as (app, pilot):
        per = app.map._plan.per
        assert per > 1
        assert f"1 cell = {per} nodes, the worst and how many" in screen_text(app)
        for place in (77, 205):
            app.table.move_to(f"n{place // per * per:06}")
            await drawn(pilot)
            await pilot.press("right", "left")
            assert app.table.cursor == f"n{place:06}"
        assert f"here U1 r{per - 1}" in screen_text(app)
        assert "\n".join(lines(app)[:5]).count("U2") == 1


async def test_plus_shows_one_by_one_and_all_again():
    async with shown([node(n) for n in range(1000)], size=(40, 12)) as (app, pilot):
        await pilot.press("plus", "G")
        assert app.table.cursor == "n000999"
        assert "1 cell = 1 node" in screen_text(app)
        await pilot.press("plus")
        assert "1 cell = 1 node" not in screen_text(app)
        assert app.table.cursor == "n000999"
        assert app.fits == 0


async def test_plus_has_nothing_to_do_where_all_fit():
    async with shown([node(1)]) as (app, pilot):
        await pilot.press("plus")
        await until(pilot, lambda: app.fits, "the map to say so")


async def test_clicks():
    async with shown([node(n) for n in range(30)], size=(21, 12)) as (app, pilot):
        await pilot.click(NodeMap, offset=(5, 1))
        assert app.table.cursor == "n000012"
        await pilot.click(NodeMap, offset=(0, 2), times=2)
        assert app.opened == ["n000020"]
        await pilot.click(NodeMap, offset=(5, 5))
        assert app.table.cursor == "n000020"
        await pilot.click(NodeMap, offset=(14, 10))
        assert app.table.data.sort_column == "state"


@pytest.mark.parametrize("size", [(1, 1), (3, 2), (20, 3), (80, 24), (300, 100)])
async def test_any_terminal_and_any_state(size):
    rows = [node(n, f"state [red]\x1b{n % 40}") for n in range(2000)]
    async with shown(rows, size=size) as (app, pilot):
        await pilot.press("right", "j", "G", "plus", "space", "left", "k", "g", "plus", "M")
        assert len(app.table.marked) == 2000
        assert "\x1b" not in screen_text(app)


# On the screen of nodes


async def test_m_shows_the_map_and_the_table_again(pilot):
    screen = await open_nodes(pilot, "render-linux")
    await pilot.press("j", "m")
    await until_shown(pilot, "r running")
    node_id = screen.table.cursor
    assert screen.node_map.has_focus
    await pilot.press("right", "space", "b")
    await until_shown(pilot, "Reboot")
    await pilot.press("escape", "m")
    await until(pilot, lambda: screen.table.has_focus, "the table")
    assert len(screen.table.marked) == 1
    assert screen.table.cursor != node_id
    await until_shown(pilot, "Start task")


async def test_a_node_is_opened_and_entered_from_the_map(pilot):
    screen = await open_nodes(pilot, "genomics-start-task")
    await pilot.press("m", "z")
    await until_shown(pilot, "faults only")
    await until_shown(pilot, "F start failed 3")
    await pilot.press("enter")
    await until_shown(pilot, "exit code")
    await pilot.press("escape")
    await until(pilot, lambda: pilot.app.screen is screen, "the nodes")
    entered = []
    pilot.app.hand_over = lambda channel: entered.append(channel) or Exit(0)
    await pilot.press("s")
    await until(pilot, lambda: entered, "a shell")
    await until(pilot, lambda: screen.node_map.has_focus, "the map")


async def test_the_map_is_there_again_when_one_comes_back(pilot):
    await open_nodes(pilot, "render-linux")
    await pilot.press("m", "right", "right")
    cursor = pilot.app.screen.table.cursor
    await pilot.press("escape")
    await until_shown(pilot, "demo › pools")
    screen = await open_nodes(pilot, "render-linux")
    await until(pilot, lambda: screen.node_map._plan.cells, "the map")
    assert screen.node_map.has_focus
    assert not screen.table.display
    assert screen.table.cursor == cursor
    await until_shown(pilot, "Start task")
    # Addresses were asked for, as the line below the map shows them.
    await until_shown(pilot, screen.table.current.ssh.address)
    await pilot.press("question_mark")
    await until_shown(pilot, "as a map, or the table again")


@asynccontextmanager
async def map_of(accounts, count, size):
    """The app with the map of so many nodes on screen."""
    with EmulatorThread(Options(seed=str(count), clock="0.000001", random_seed=7)) as running:
        account = Account("demo", running.account, running.endpoint, source="demo")
        accounts.welcome(account, running.key)
        async with running_app(accounts, account=account, size=size) as pilot:
            await until_shown(pilot, "scale")
            screen = await open_nodes(pilot, "scale")
            await pilot.press("m")
            await until_shown(pilot, f"{count:,} nodes")
            await drawn(pilot, screen.node_map)
            yield pilot, screen


@pytest.mark.parametrize("count", [300, 10_000])
@pytest.mark.parametrize("size", [(80, 24), (120, 40)], ids=["80x24", "120x40"])
async def test_many_nodes_are_pictured(accounts, count, size, screens):
    async with map_of(accounts, count, size) as (pilot, screen):
        await pilot.press("j", "right", "space")
        # Without the node's own line, whose times and ports are others each time.
        map_and_legend = lines(pilot.app)[: screen.node_map.size.height]
        assert "\n".join(map_and_legend) == screens


async def test_ten_thousand_nodes(accounts):
    async with map_of(accounts, 10_000, (80, 24)) as (pilot, screen):
        await until_shown(pilot, "start failed 588")
        await until_shown(pilot, "1 cell = 32 nodes")
        await pilot.press("j", "right", "space")
        [marked] = screen.table.targets()
        assert marked.state == "starttaskfailed"
        await pilot.press("plus")
        await until_shown(pilot, "1 cell = 1 node")
        assert screen.table.marked == {marked.id}
        await pilot.press("z", "slash", *"unusable", "enter")
        await until_shown(pilot, "229 of 10,000")
        await until_shown(pilot, "U unusable 229")
