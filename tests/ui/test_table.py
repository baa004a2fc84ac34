"""The table: what belongs to ids stays with ids."""

from dataclasses import dataclass

import pytest
from textual.app import App

from batchtui.tables import Cell, Column
from batchtui.tables.filter import parse
from batchtui.ui.widgets.table import Table


@dataclass(frozen=True)
class Thing:
    id: str
    size: int


COLUMNS = [
    Column("id", "Id", 8, lambda t: Cell(t.id), lambda t: t.id, grow=1),
    Column("size", "Size", 5, lambda t: Cell(str(t.size)), lambda t: t.size, right=True),
    Column("twice", "Twice", 5, lambda t: Cell(str(2 * t.size)), lambda t: t.size, from_width=60),
]


class TableApp(App):
    def __init__(self, rows, columns=COLUMNS):
        super().__init__()
        self.rows = rows
        self.columns = columns
        self.opened = []

    def compose(self):
        self.table = Table(self.columns, lambda thing: thing.id, empty="nothing here")
        yield self.table

    def on_mount(self):
        self.table.set_rows(self.rows)
        self.table.focus()

    def on_rows_view_opened(self, event):
        self.opened.append(event.row_id)


def things(*ids):
    return [Thing(name, place) for place, name in enumerate(ids)]


def lines(table):
    return [table.render_line(y).text.rstrip() for y in range(table.size.height)]


@pytest.fixture
async def app():
    app = TableApp(things("a", "b", "c", "d", "e"))
    async with app.run_test(size=(40, 10)) as pilot:
        app.pilot = pilot
        await pilot.pause()
        yield app


async def test_keys_move_the_cursor(app):
    for key, there in [
        ("j", "b"), ("down", "c"), ("k", "b"), ("up", "a"), ("up", "a"), ("G", "e"),
        ("down", "e"), ("g", "a"), ("end", "e"), ("home", "a"), ("pagedown", "e"),
        ("ctrl+b", "a"), ("ctrl+f", "e"), ("pageup", "a"),
    ]:  # fmt: skip
        await app.pilot.press(key)
        assert app.table.cursor == there, key


async def test_enter_and_double_click_open_the_row(app):
    await app.pilot.press("j", "enter")
    await app.pilot.click(Table, offset=(3, 3))
    await app.pilot.click(Table, offset=(3, 4), times=2)
    assert app.opened == ["b", "d"]


async def test_cursor_and_marks_follow_their_rows(app):
    await app.pilot.press("j", "j", "space")
    assert app.table.cursor == "d"
    app.table.set_rows([Thing("e", 0), Thing("d", 9), Thing("c", 5), Thing("zz", 1)])
    assert app.table.cursor == "d"
    assert app.table.marked == {"c"}


async def test_a_row_that_goes_leaves_the_cursor_at_its_place(app):
    await app.pilot.press("j", "j")
    app.table.set_rows(things("a", "b", "d", "e"))
    assert app.table.cursor == "d"
    app.table.set_rows([])
    assert app.table.cursor is None
    app.table.set_rows(things("a", "d"))
    assert app.table.cursor == "d"


async def test_sort_goes_through_the_columns_and_back(app):
    app.table.set_rows([Thing("a", 3), Thing("b", 1), Thing("c", 2)])
    await app.pilot.press("greater_than_sign")
    assert list(app.table.shown) == ["b", "c", "a"]
    await app.pilot.press("minus")
    assert list(app.table.shown) == ["a", "c", "b"]
    await app.pilot.press("less_than_sign")
    assert list(app.table.shown) == ["a", "b", "c"]


async def test_rows_that_are_equal_have_one_order_and_its_mirror_image(app):
    app.table.set_rows([Thing("c", 1), Thing("a", 1), Thing("b", 1)])
    await app.pilot.press("greater_than_sign")
    assert list(app.table.shown) == ["a", "b", "c"]
    await app.pilot.press("minus")
    assert list(app.table.shown) == ["c", "b", "a"]


async def test_filter_hides_rows_but_not_marks(app):
    await app.pilot.press("space", "space")
    app.table.set_filter(parse("!b", {}))
    assert list(app.table.shown) == ["a", "c", "d", "e"]
    assert app.table.marked == {"a", "b"}
    assert [row.id for row in app.table.targets()] == ["a", "b"]
    app.table.set_filter(parse("nope", {}))
    assert "Nothing passes the filter" in "\n".join(lines(app.table))


async def test_mark_all_shown_or_none(app):
    app.table.set_filter(parse("/[ab]/", {}))
    await app.pilot.press("M")
    assert app.table.marked == {"a", "b"}
    app.table.set_filter(None)
    await app.pilot.press("M")
    assert app.table.marked == {"a", "b", "c", "d", "e"}
    await app.pilot.press("M")
    assert app.table.marked == set()


async def test_columns_fit_and_wide_shows_all(app):
    assert "Twice" not in lines(app.table)[0]
    await app.pilot.press("w")
    assert "Twice" in lines(app.table)[0]
    await app.pilot.press("w")
    await app.pilot.resize_terminal(70, 10)
    await app.pilot.pause()
    assert "Twice" in lines(app.table)[0]


async def test_the_first_column_stays_where_the_others_are_scrolled():
    columns = [Column("id", "Id", 4, lambda t: Cell(t.id), lambda t: t.id)] + [
        Column(f"c{n}", f"C{n}", 6, lambda t, n=n: Cell(f"{t.id}{n}"), lambda t: -t.size)
        for n in range(9)
    ]
    app = TableApp(things("a", "b"), columns)
    async with app.run_test(size=(24, 6)) as pilot:
        await pilot.press("w", "right", "right")
        await pilot.pause()
        assert [line.split() for line in lines(app.table)[:3]] == [
            ["Id", "▲", "C3", "C4"], ["▌", "a", "a3", "a4"], ["b", "b3", "b4"],
        ]  # fmt: skip
        await pilot.click(Table, offset=(13, 0))
        assert app.table.data.sort_column == "c3"
        await pilot.click(Table, offset=(3, 0))
        assert app.table.data.sort_column == "id"


async def test_a_click_on_a_title_sorts(app):
    app.table.set_rows([Thing("a", 3), Thing("b", 1)])
    await app.pilot.click(Table, offset=(37, 0))
    assert list(app.table.shown) == ["b", "a"]
    await app.pilot.click(Table, offset=(37, 0))
    assert list(app.table.shown) == ["a", "b"]


async def test_nothing_from_the_service_is_markup(app):
    app.table.set_rows([Thing("[/red]", 1), Thing("[tvm-1]", 2), Thing("漢字漢字漢字", 3)])
    shown = "\n".join(lines(app.table))
    assert "[/red]" in shown
    assert "[tvm-1]" in shown
    assert "漢字" in shown


async def test_long_texts_are_cut_with_an_ellipsis(app):
    app.table.set_rows([Thing("x" * 100, 1)])
    line = lines(app.table)[1]
    assert "…" in line
    assert line.endswith("1")


async def test_ten_thousand_rows_keep_the_cursor_on_screen():
    app = TableApp([Thing(f"n{i:05}", i) for i in range(10_000)])
    async with app.run_test(size=(40, 10)) as pilot:
        await pilot.pause()
        await pilot.press("G")
        await pilot.pause()
        assert "n09999" in "\n".join(lines(app.table))
        await pilot.press("greater_than_sign", "minus")
        await pilot.pause()
        assert app.table.cursor == "n09999"
        assert "n09999" in "\n".join(lines(app.table))


async def test_an_empty_table_says_why():
    app = TableApp([])
    async with app.run_test(size=(40, 10)) as pilot:
        await pilot.pause()
        assert "nothing here" in "\n".join(lines(app.table))
        await pilot.press("j", "space", "M", "enter", "greater_than_sign", "minus", "G")
        assert app.opened == []


async def test_who_scrolled_away_is_not_taken_back():
    app = TableApp([Thing(f"n{i:04}", i) for i in range(500)])
    async with app.run_test(size=(40, 10)) as pilot:
        await pilot.pause()
        app.table.scroll_to(y=300, animate=False)
        await pilot.pause()
        app.table.set_rows([Thing(f"n{i:04}", i + 1) for i in range(500)])
        await pilot.pause()
        assert int(app.table.scroll_offset.y) == 300
        assert app.table.cursor == "n0000"


@pytest.mark.parametrize("size", [(1, 1), (3, 2), (20, 3)])
async def test_tiny_terminals(size):
    app = TableApp(things("a", "b", "c"))
    async with app.run_test(size=size) as pilot:
        await pilot.press("j", "G", "w", "space", "greater_than_sign")
        assert app.table.cursor
